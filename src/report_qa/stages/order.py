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
    scored = [_with_worth(item, worth.get(item.passage.passage_id, 0.0)) for item in ranked]
    answering = selection.units[0].retrieved.passage.passage_id if selection.units else ""
    best = max((item.fused_score for item in scored), default=0.0)
    scored = [replace(item, fused_score=best) if item.passage.passage_id == answering else item for item in scored]
    scored.sort(key=lambda item: (-item.fused_score, item.passage.passage_id != answering))
    return tuple(replace(item, rank=rank) for rank, item in enumerate(scored, 1))


def _with_worth(item: RetrievedPassage, worth: float) -> RetrievedPassage:
    legs = (*item.legs, LegScore(leg="answer", score=worth, rank=0)) if worth else item.legs
    score = (item.fused_score + BEST_UNIT_WEIGHT * worth) / (1 + BEST_UNIT_WEIGHT)
    return replace(item, fused_score=min(1.0, score), legs=legs)
