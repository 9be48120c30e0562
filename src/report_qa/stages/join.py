"""Put together what was found for each part of a question ("Who wrote it, and when did it come out?")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from report_qa.questions import Question
from report_qa.records.passage import ScoredUnit, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of a question with what was selected for it, and the best units to write from, best first."""

    question: Question
    question_used: str
    selection: Selection
    best: tuple[ScoredUnit, ...] = ()


def join(findings: Sequence[Finding]) -> Selection:
    """Return one selection for all parts; parts without an answer are named, unless none has one."""
    if len(findings) == 1:
        return findings[0].selection
    units: list[ScoredUnit] = []
    for finding in findings:
        units += [unit for unit in finding.selection.units if not any(_same(unit, other) for other in units)]
    answered = [finding for finding in findings if finding.selection.units]
    unanswered = tuple(finding.question.text.rstrip("?") for finding in findings if not finding.selection.units)
    reasons = dict.fromkeys(finding.selection.reason for finding in findings if finding.selection.reason)
    return Selection(
        units=tuple(units),
        nearest=() if units else findings[0].selection.nearest,
        confidence=min(finding.selection.confidence for finding in findings),
        reason="" if units else "; ".join(reasons),
        unanswered_parts=unanswered if answered else (),
    )


def sources(findings: Sequence[Finding]) -> tuple[ScoredUnit, ...]:
    """Return the units to write from: those that were selected, then the best of each part in turn."""
    selected = [unit for finding in findings for unit in finding.selection.units]
    answered = [finding.best for finding in findings if finding.selection.units]
    return (*selected, *(unit for turn in zip_longest(*answered) for unit in turn if unit is not None))


def _same(first: ScoredUnit, other: ScoredUnit) -> bool:
    return first.retrieved.passage.passage_id == other.retrieved.passage.passage_id and first.unit == other.unit
