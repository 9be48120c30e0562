"""Score the quotable units of the best passages: which sentence, list item or table row answers?

A unit is judged by what it says itself and by what it stands under (its passage, headings and document title), because a
sentence alone loses the heading that names its subject. Four things count, each between 0 and 1: the passage's fused score,
the unit's own likeness to the question, the share of the question's terms that are covered, and whether the unit holds the
kind of words that is asked for. The weights are few and named; docs/adr/0004 says where they come from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from report_qa.ports import Embedder, LexicalIndex, PassageStore
from report_qa.questions import Question, provides
from report_qa.records.document import BlockKind, Role
from report_qa.records.passage import RetrievedPassage, ScoredUnit, Unit
from report_qa.words import content_terms

PASSAGE_WEIGHT = 0.25
SIMILARITY_WEIGHT = 0.3
COVERAGE_WEIGHT = 0.45
KIND_PENALTY = 0.25
FOOTNOTE_PENALTY = 0.2
REPORT_BONUS = 0.01

# How much a question's term counts where it stands: in the unit, in its passage or headings, in the document's title.
_IN_UNIT, _IN_PASSAGE, _IN_TITLE = 1.0, 0.75, 0.6


def rerank(
    question: Question,
    context: Question | None,
    passages: Sequence[RetrievedPassage],
    *,
    store: PassageStore,
    lexical: LexicalIndex,
    embedder: Embedder,
) -> tuple[ScoredUnit, ...]:
    """Return the units of these passages, best first."""
    if not passages:
        return ()
    asked = question.text if context is None else f"{context.text} {question.text}"
    vector = embedder.embed_question(asked)
    rarity = term_rarity(question, context, lexical)
    vectors = store.vectors([item.passage.passage_id for item in passages])
    texts = {document_id: store.text(document_id) for document_id in {item.passage.document_id for item in passages}}
    scored = []
    for item in passages:
        text = texts[item.passage.document_id]
        similarities = _similarities(vectors[item.passage.passage_id], vector, len(item.passage.units))
        around = frozenset(content_terms(f"{item.passage.text} {' '.join(item.passage.heading_path)}"))
        title = frozenset(content_terms(f"{item.document.title} {item.document.publisher} {item.document.about}"))
        for unit, similarity in zip(item.passage.units, similarities, strict=True):
            words = "\n".join(text[span.start_char : span.end_char] for span in unit.spans)
            scored.append(_score(question, item, unit_words=words, unit=unit, similarity=similarity, rarity=rarity, around=around, title=title))
    scored.sort(key=lambda candidate: -candidate.score)
    return tuple(scored)


def term_rarity(question: Question, context: Question | None, lexical: LexicalIndex) -> dict[str, float]:
    """Return each question term's inverse document frequency, BM25's smoothed form (Robertson and Zaragoza, 2009)."""
    total = lexical.count()
    weights = {term: 1.0 for term in question.terms}
    for term in context.terms if context is not None else ():
        weights.setdefault(term, 0.4)
    return {
        term: weight * math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        for term, weight in weights.items()
        for frequency in (min(total, lexical.document_frequency(term)),)
    }


def _similarities(rows: NDArray[np.float32], vector: NDArray[np.float32], count: int) -> list[float]:
    own = rows[1 : 1 + count] @ vector
    return [float(value) for value in own]


def _score(
    question: Question,
    item: RetrievedPassage,
    *,
    unit_words: str,
    unit: Unit,
    similarity: float,
    rarity: Mapping[str, float],
    around: frozenset[str],
    title: frozenset[str],
) -> ScoredUnit:
    own = frozenset(content_terms(unit_words))
    whole = sum(rarity.values()) or 1.0
    coverage = sum(rarity[term] * _place(term, own, around, title) for term in rarity) / whole
    held = all(provides(kind, unit_words, question) for kind in question.asked)
    score = (
        PASSAGE_WEIGHT * min(1.0, item.fused_score)
        + SIMILARITY_WEIGHT * max(0.0, similarity)
        + COVERAGE_WEIGHT * coverage
        - (0.0 if held else KIND_PENALTY)
        - (FOOTNOTE_PENALTY if item.passage.kind is BlockKind.FOOTNOTE else 0.0)
        + (REPORT_BONUS if item.document.role is Role.REPORT else 0.0)
    )
    return ScoredUnit(
        retrieved=item,
        unit=unit,
        words=unit_words,
        score=score,
        coverage=coverage,
        own_coverage=_share(own, rarity),
        similarity=similarity,
        provides=held,
        covered=frozenset(term for term in rarity if term in own),
        missing=frozenset(rarity) - own - around - title,
    )


def _place(term: str, own: frozenset[str], around: frozenset[str], title: frozenset[str]) -> float:
    if term in own:
        return _IN_UNIT
    if term in around:
        return _IN_PASSAGE
    return _IN_TITLE if term in title else 0.0


def _share(held: Iterable[str], rarity: Mapping[str, float]) -> float:
    return sum(rarity.get(term, 0.0) for term in held) / (sum(rarity.values()) or 1.0)
