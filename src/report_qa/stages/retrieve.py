"""Find candidate passages: by meaning, by words, and by the documents that a question names.

Three legs, each with its own score and rank kept: "dense" (cosine of the question and the passage as embedded, title
and headings in front), "lexical" (BM25 over the same words) and "title" (how much of the question names the
passage's document). Words that name a document are taken out of the lexical query by that share: where every
passage of a filing repeats the company's name, the name finds the document but says nothing about where in it to look.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from report_qa.ports import LexicalIndex, PassageStore, VectorIndex
from report_qa.questions import Question
from report_qa.records.document import SourceDocument
from report_qa.records.passage import LegScore, RetrievedPassage
from report_qa.words import content_terms

# A term that stands in most titles ("note", "report", "neighbourhood") tells documents apart badly.
_COMMON_IN_TITLES = 0.34


def retrieve(
    question: Question,
    context: Question | None,
    vector: NDArray[np.float32],
    *,
    store: PassageStore,
    vectors: VectorIndex,
    lexical: LexicalIndex,
    candidates: int,
) -> tuple[RetrievedPassage, ...]:
    """Return the union of the legs' best passages, unordered (rank 0), with each leg's score.

    `context` is the earlier question that a follow-up leans on; it takes part with half the weight; `vector` is that of both.
    """
    terms = dict.fromkeys(question.terms, 1.0)
    if context is not None:
        for term in context.terms:
            terms.setdefault(term, 0.5)
    documents = {document.document_id: document for document in store.documents()}
    title_scores, title_terms = _title_scores(terms, documents)
    total = lexical.count()
    for short, stems in (*question.expansions, *(context.expansions if context is not None else ())):
        for part in stems:
            terms.setdefault(part, terms.get(short, 0.5) / len(stems))
    weighted = {term: weight * (0.25 if term in title_terms else 1.0) for term, weight in terms.items()}
    dense_hits = vectors.query(vector, candidates) if total else []
    lexical_hits = lexical.query(weighted, candidates) if total else []
    wanted = dict.fromkeys([passage_id for passage_id, _ in (*dense_hits, *lexical_hits)])
    passages = store.passages(wanted)
    own_vectors = store.vectors(passages)
    dense = {passage_id: float(own_vectors[passage_id][0] @ vector) for passage_id in passages}
    words = dict(lexical_hits)
    dense_rank = _ranks(dense)
    lexical_rank = _ranks(words)
    found = []
    for passage_id, passage in passages.items():
        document = documents[passage.document_id]
        legs = [LegScore(leg="dense", score=dense[passage_id], rank=dense_rank[passage_id])]
        if passage_id in words:
            legs.append(LegScore(leg="lexical", score=words[passage_id], rank=lexical_rank[passage_id]))
        if title_scores.get(passage.document_id):
            legs.append(LegScore(leg="title", score=title_scores[passage.document_id], rank=0))
        found.append(RetrievedPassage(passage=passage, document=document, rank=0, fused_score=0.0, legs=tuple(legs)))
    return tuple(found)


def _ranks(scores: Mapping[str, float]) -> dict[str, int]:
    ordered = sorted(scores, key=lambda key: (-scores[key], key))
    return {key: rank for rank, key in enumerate(ordered, 1)}


def _title_scores(
    terms: Mapping[str, float], documents: Mapping[str, SourceDocument]
) -> tuple[dict[str, float], frozenset[str]]:
    """Return each document's share (0 to 1) of the question's title words, by rarity, and those words."""
    named = {
        document_id: frozenset(content_terms(f"{document.title} {document.publisher} {document.about}"))
        for document_id, document in documents.items()
    }
    frequency = Counter(term for title in named.values() for term in title if term in terms)
    limit = max(1.0, _COMMON_IN_TITLES * len(named))
    rarity = {term: math.log(1 + len(named) / count) for term, count in frequency.items() if count <= limit}
    whole = sum(rarity.values())
    if not whole:
        return {}, frozenset()
    scores = {
        document_id: sum(rarity.get(term, 0.0) * terms[term] for term in title if term in rarity) / whole
        for document_id, title in named.items()
    }
    return scores, frozenset(rarity)
