"""Find candidate passages: by meaning, by words, by their headings, and by the documents that a question names.

Five legs, each with its own score and rank kept: "dense" (cosine of the question and the passage as embedded, title and
headings in front), "unit" (that of its most similar sentence, item or row), "lexical" (BM25 over the same words), "heading"
(how much of a passage's own heading the question says) and "title" (how much of the question names the passage's document).
Words that name a document are taken down in the lexical query: where every passage of a filing repeats the company's name,
the name finds the document but says nothing about where in it to look.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from report_qa.ports import LexicalIndex, PassageStore, VectorIndex
from report_qa.questions import Question, asked_together
from report_qa.records.passage import LegScore, Passage, RetrievedPassage
from report_qa.words import content_term_set, content_terms, rarity_of

_NAMING_TERM = 0.25
# How much the lines of accounts count for which a measure stands, among the vectors and for each of their words.
_LINES_SHARE = 0.5
# How much deeper than evenly spread passages would need.
_DEEPER = 2
_LINES_TERM = 0.4


def retrieve(
    question: Question,
    context: Question | None,
    vector: NDArray[np.float32],
    *,
    title_scores: Mapping[str, float],
    naming: frozenset[str],
    store: PassageStore,
    vectors: VectorIndex,
    lexical: LexicalIndex,
    candidates: int,
    within: frozenset[str] | None = None,
    also: Iterable[str] = (),
) -> tuple[RetrievedPassage, ...]:
    """Return the union of the legs' best passages, unordered (rank 0), with each leg's score.

    `context` is the earlier question that a follow-up leans on; it takes part with half the weight. `vector` is the question's:
    the mean of it with the names of documents, under which every passage of a document stands, and without them, which
    tells passages apart. `title_scores` say how much of the question names each document, and `naming` are the terms that do.
    `within` are the only passages that count, None for all of them, and `also` passages that take part whatever their scores.
    """
    terms = dict.fromkeys(question.terms, 1.0)
    if context is not None:
        for term in context.terms:
            terms.setdefault(term, 0.5)
    documents = {document.document_id: document for document in store.documents()}
    total = lexical.count()
    for short, stems in (*question.expansions, *(context.expansions if context is not None else ())):
        for part in stems:
            terms.setdefault(part, terms.get(short, 0.5) / len(stems))
    for _, lines in (*question.measures, *(context.measures if context is not None else ())):
        for part in content_terms(lines):
            terms.setdefault(part, _LINES_TERM)
    weighted = {term: weight * (_NAMING_TERM if term in naming else 1.0) for term, weight in terms.items()}
    deep = candidates if within is None else _deep_enough(candidates, total, len(within))
    hits = (vectors.query(vector, deep), lexical.query(weighted, deep)) if total else ([], [])
    dense_hits, lexical_hits = ([hit for hit in leg if within is None or hit[0] in within][:candidates] for leg in hits)
    # A document of a few passages is looked through whole.
    few = within if within is not None and len(within) <= candidates else ()
    wanted = dict.fromkeys([*(passage_id for passage_id, _ in (*dense_hits, *lexical_hits)), *sorted(few), *also])
    passages = store.passages(wanted)
    own_vectors = store.vectors(passages)
    dense = {passage_id: float(own_vectors[passage_id][0] @ vector) for passage_id in passages}
    words = dict(lexical_hits)
    dense_rank = _ranks(dense)
    lexical_rank = _ranks(words)
    headings = _Headings(terms, lexical)
    found = []
    for passage_id, passage in passages.items():
        document = documents[passage.document_id]
        legs = [LegScore(leg="dense", score=dense[passage_id], rank=dense_rank[passage_id])]
        units = own_vectors[passage_id][1:]
        if len(units):
            legs.append(LegScore(leg="unit", score=float((units @ vector).max()), rank=0))
        if passage_id in words:
            legs.append(LegScore(leg="lexical", score=words[passage_id], rank=lexical_rank[passage_id]))
        if heading := headings.said(passage):
            legs.append(LegScore(leg="heading", score=heading, rank=0))
        if title_scores.get(passage.document_id):
            legs.append(LegScore(leg="title", score=title_scores[passage.document_id], rank=0))
        found.append(RetrievedPassage(passage=passage, document=document, rank=0, fused_score=0.0, legs=tuple(legs)))
    return tuple(found)


def wordings(
    question: Question, context: Question | None, named: Callable[[str], str]
) -> tuple[list[str], list[float]]:
    """Return the texts as which a question is embedded, each with its weight.

    They are the question, the question without the names of documents (what `named` leaves of it), since every passage of a
    document stands under its name, and the lines of accounts on which the measures rest that it names.
    """
    asked = asked_together(question, context)
    measures = (*question.measures, *(context.measures if context is not None else ()))
    lines = ", ".join(dict.fromkeys(line for _, named_lines in measures for line in named_lines.split(", ")))
    share = _LINES_SHARE if lines else 0.0
    texts = {asked: (1 - share) / 2}
    rest = named(asked)
    texts[rest] = texts.get(rest, 0.0) + (1 - share) / 2
    if lines:
        texts[lines] = share
    return list(texts), list(texts.values())


def mean_of(vectors: NDArray[np.float32], weights: Sequence[float]) -> NDArray[np.float32]:
    """Return the weighted mean of vectors, shape (any, dimensions), with length 1 again."""
    mean: NDArray[np.float32] = np.average(vectors, axis=0, weights=weights).astype(np.float32)
    return mean / (np.linalg.norm(mean) or np.float32(1.0))


def _deep_enough(candidates: int, total: int, allowed: int) -> int:
    """Return how many of all passages to rank, so that about `candidates` of those allowed are among them."""
    return min(total, _DEEPER * candidates * math.ceil(total / max(1, allowed)))


def _ranks(scores: Mapping[str, float]) -> dict[str, int]:
    ordered = sorted(scores, key=lambda key: (-scores[key], key))
    return {key: rank for rank, key in enumerate(ordered, 1)}


class _Headings:
    """How much of a passage's innermost heading a question says, by rarity (0 to 1).

    "Consolidated Statement of Cash Flows" stands above every row of that table, and none of the rows says it.
    """

    def __init__(self, asked: Mapping[str, float], lexical: LexicalIndex) -> None:
        self._asked = asked
        self._lexical = lexical
        self._total = lexical.count()
        self._rarity: dict[str, float] = {}

    def said(self, passage: Passage) -> float:
        own = content_term_set(passage.heading_path[-1]) if passage.heading_path else frozenset()
        if own.isdisjoint(self._asked):
            return 0.0
        whole = sum(map(self._rarity_of, own))
        return sum(self._asked.get(term, 0.0) * self._rarity_of(term) for term in own) / whole if whole else 0.0

    def _rarity_of(self, term: str) -> float:
        if term not in self._rarity:
            self._rarity[term] = rarity_of(self._lexical.document_frequency(term), self._total)
        return self._rarity[term]
