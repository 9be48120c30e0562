"""What a steward's page shows of what was asked and of what readers said, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from report_qa import EvidenceSpan, SourceDocument
from report_qa.changes import Change
from report_qa.doors.chat.answer_view import table_data
from report_qa.doors.chat.evidence_view import spoken_day
from report_qa.doors.chat.shared_view import since_data
from report_qa.doors.chat.texts import counted, text
from report_qa.feedback import FeedbackKind
from report_qa.insights import GAPS, Day, Insights
from report_qa.settlements import Matter, Outcome, Settlement

Data = dict[str, Any]
_ANSWERED = ("answered", "answered_partly")
_MOST_CITED = 20
_GROUPS = {
    "answered": "insights.status_answered",
    "refused": "insights.status_refused",
    "other": "insights.status_other",
    "failed": "insights.status_failed",
}
_KINDS = {
    FeedbackKind.RIGHT: "insights.kind_right",
    FeedbackKind.WRONG: "insights.kind_wrong",
    FeedbackKind.MISSING: "insights.kind_missing",
    FeedbackKind.BAD_CITATION: "insights.kind_bad_citation",
}
_OUTCOMES = {
    Outcome.RIGHT: "insights.outcome_right",
    Outcome.WITHDRAWN: "insights.outcome_withdrawn",
    Outcome.FIXED: "insights.outcome_fixed",
}


def insights_data(insights: Insights, documents: Sequence[SourceDocument], edition_id: str) -> Data:
    """Return the counts; the documents are those of the current edition, which are named where an answer cites them or none does."""
    titles = {document.document_id: document.title for document in documents}
    uses = insights.with_documents(titles)
    questions = sum(day.questions for day in insights.days)
    return {
        "lead": counted("insights.asked", questions, since=insights.since),
        "statuses": [[text(_GROUPS[name]), count] for name, count in _grouped(insights.statuses).items()],
        "days": [_day(day) for day in insights.days],
        "gaps": [{"question": gap.question, "count": gap.count, "last": gap.last_asked} for gap in insights.gaps],
        "said": [
            [text(_KINDS[kind]), insights.feedback[kind.value]]
            for kind in FeedbackKind
            if kind.value in insights.feedback
        ],
        "cited": [[titles[use.document_id], use.count, use.last_cited] for use in uses if use.count][:_MOST_CITED],
        "never": [titles[use.document_id] for use in uses if not use.count],
        "edition": edition_id,
    }


def matters_data(matters: Sequence[Matter], changes: Mapping[str, Change]) -> list[Data]:
    """Return what readers said against answers; `changes` say what has become of what they cite."""
    return [_matter(matter, changes) for matter in matters]


def outcomes_data() -> list[list[str]]:
    """Return what a steward can choose between, as [value, words]."""
    return [[outcome.value, text(name)] for outcome, name in _OUTCOMES.items()]


def settled_words(settlement: Settlement) -> str:
    """Return how a matter ended, as its reader is told."""
    said = text(
        "insights.settled", day=spoken_day(settlement.settled_at.date()), outcome=text(_OUTCOMES[settlement.outcome])
    )
    return f"{said} {settlement.note}".strip()


def _matter(matter: Matter, changes: Mapping[str, Change]) -> Data:
    return {
        "id": matter.matter_id,
        "kind": text(_KINDS[matter.kind]),
        "when": text("insights.given", day=spoken_day(matter.given_at.date()), edition=matter.edition_id),
        "question": matter.question,
        "answer": "" if matter.sentences and matter.cite else matter.answer_text,
        "sentences": list(matter.sentences) if matter.cite else [],
        "quotes": [_quote(span, changes) for span in matter.evidence],
        "note": matter.note,
        "settled": settled_words(matter.settlement) if matter.settlement is not None else "",
    }


def _quote(span: EvidenceSpan, changes: Mapping[str, Change]) -> Data:
    return {
        "quote": span.quote,
        "table": table_data(span.quote),
        "cite": span.cite,
        "source": f"{span.document_title}, {span.locator}",
        "since": since_data(changes.get(span.cite)),
    }


def _group(status: str) -> str:
    if status in _ANSWERED:
        return "answered"
    return "refused" if status in GAPS else "failed" if status.startswith("error") else "other"


def _grouped(statuses: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of statuses that a steward has no use for telling apart put together."""
    total: dict[str, int] = {}
    for status, count in statuses.items():
        total[_group(status)] = total.get(_group(status), 0) + count
    return {name: total[name] for name in _GROUPS if name in total}


def _day(day: Day) -> Data:
    groups = _grouped(day.statuses)
    return {
        "day": day.day,
        "questions": day.questions,
        "answered": groups.get("answered", 0),
        "refused": groups.get("refused", 0),
    }
