"""Put what is in force before what it replaced: a current document comes before a superseded or a draft one that says the same.

An edition that was replaced stays on the shelf and can be asked about by name, and then it is not taken down.
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


def renew(units: Sequence[ScoredUnit], *, asked_for: frozenset[str] = frozenset()) -> tuple[ScoredUnit, ...]:
    """Return the units best first again, those of documents not in force behind current ones that say as much of the question.

    `asked_for` are the documents that the question names itself; what stands in them is left where it is.
    """
    stale = [unit for unit in units if not _in_force(unit) and unit.retrieved.document.document_id not in asked_for]
    if not stale:
        return tuple(units)
    current = [unit for unit in units if _in_force(unit)]
    replaced = {id(unit): _taken_down(unit, current) for unit in stale}
    kept = [replaced.get(id(unit), unit) for unit in units]
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
