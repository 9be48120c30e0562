"""Order the passages of a search by what they say of the question, not only by how they were found.

A passage is found as a whole and read by the sentence: the one with the sentence that would be the answer comes first, and what its
best unit is worth counts a little for each of the others (docs/adr/0004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.records.passage import LegScore, RetrievedPassage, ScoredUnit, Selection
from report_qa.weights import BEST_UNIT_WEIGHT


def order(
    ranked: Sequence[RetrievedPassage], units: Sequence[ScoredUnit], selection: Selection
) -> tuple[RetrievedPassage, ...]:
    """Return the passages best first, with their new ranks; `fused_score` stays between 0 and 1 and never rises.

    `units` are those of the passages that were read; the others count as if they said nothing. What a passage's best unit is worth
    is its leg "answer".
    """
    worth: dict[str, float] = {}
    for unit in units:
        name = unit.retrieved.passage.passage_id
        worth[name] = max(worth.get(name, 0.0), unit.score)
    scored = [(item, worth.get(item.passage.passage_id, 0.0)) for item in ranked]
    fused = [min(1.0, (item.fused_score + BEST_UNIT_WEIGHT * own) / (1 + BEST_UNIT_WEIGHT)) for item, own in scored]
    answering = selection.units[0].retrieved.passage.passage_id if selection.units else ""
    first = [item.passage.passage_id == answering for item in ranked]
    best = max(fused, default=0.0)
    fused = [best if answers else score for score, answers in zip(fused, first, strict=True)]
    places = sorted(range(len(scored)), key=lambda at: (-fused[at], not first[at]))
    return tuple(_placed(*scored[at], rank, fused[at]) for rank, at in enumerate(places, 1))


def _placed(item: RetrievedPassage, worth: float, rank: int, score: float) -> RetrievedPassage:
    legs = (*item.legs, LegScore(leg="answer", score=worth, rank=0)) if worth else item.legs
    return replace(item, rank=rank, fused_score=score, legs=legs)
