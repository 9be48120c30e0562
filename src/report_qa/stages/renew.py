"""Put what is in force before what it replaced: a current document comes before a superseded or a draft one that says the same.

An edition that was replaced stays on the shelf, and answers where nothing in force says as much: when a question restricts itself
to it ("in the 2013 edition"), there is nothing else to come before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.records.document import DocumentState
from report_qa.records.passage import ScoredUnit

# What a unit loses by standing in a document that is not in force: more than a report gains on its evidence.
NOT_IN_FORCE_PENALTY = 0.08
# How much better than a current unit that covers as much a unit of a superseded document may be and still comes after it.
_CLEARLY_BETTER = 0.2
_JUST_BELOW = 1e-6


def renew(units: Sequence[ScoredUnit]) -> tuple[ScoredUnit, ...]:
    """Return the units best first again, those of documents not in force behind current ones that say as much of the question."""
    current = [unit for unit in units if _in_force(unit)]
    if len(current) == len(units):
        return tuple(units)
    kept = [unit if _in_force(unit) else _taken_down(unit, current) for unit in units]
    return tuple(sorted(kept, key=lambda unit: -unit.score))


def _taken_down(unit: ScoredUnit, current: Sequence[ScoredUnit]) -> ScoredUnit:
    score = unit.score - NOT_IN_FORCE_PENALTY
    as_good = [
        other.score
        for other in current
        if other.provides >= unit.provides and other.covered >= unit.covered and other.score > score - _CLEARLY_BETTER
    ]
    return replace(unit, score=min(score, max(as_good) - _JUST_BELOW) if as_good else score)


def _in_force(unit: ScoredUnit) -> bool:
    return unit.retrieved.document.state is DocumentState.PUBLISHED
