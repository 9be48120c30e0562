"""What the conversation component shows, as plain data: turns with their quotations, refusals, and questions under way.

This module only arranges what an Answer says; it decides nothing about it. The component writes every string with
`textContent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report_qa import Answer, AnswerStatus, Claim, EvidenceSpan, ReportQAError, Turn
from report_qa.doors.chat.jobs import Job

Data = dict[str, Any]

_REFUSALS = {
    AnswerStatus.REFUSED_NO_EVIDENCE: "The documents do not answer this.",
    AnswerStatus.REFUSED_UNSUPPORTED: "What was found did not stand up to its checks, so it is not shown.",
}
_FAILURES = (AnswerStatus.ERROR_MODEL, AnswerStatus.ERROR_INTERNAL)


def turn_data(turn: Turn) -> Data:
    """Return one question with its answer."""
    answer = turn.answer
    data: Data = {"id": turn.turn_id, "question": answer.question, "copy": answer.text}
    if answer.question_used != answer.question and (answer.status.shows_claims or answer.status in _REFUSALS):
        data["understood"] = answer.question_used
    if answer.status.shows_claims:
        return data | _answered(answer)
    if answer.status in _REFUSALS:
        return data | _refused(answer)
    return data | {
        "kind": "failure" if answer.status in _FAILURES else "note",
        # The choices stand in the text too, for doors that have no buttons.
        "lead": answer.text.split("\n")[0] if answer.choices else answer.text,
        "choices": list(answer.choices),
        "retry": answer.status in _FAILURES,
    }


def job_data(job: Job, *, ready: bool, document_count: int) -> Data:
    """Return a question that has no answer yet, or that failed."""
    data: Data = {"id": job.job_id, "question": job.question}
    if job.problem is not None:
        return data | problem_data(job.problem)
    if not ready:
        return data | {"kind": "pending", "lead": "Loading the models…"}
    if not job.started:
        return data | {"kind": "pending", "lead": "Waiting for other questions…"}
    documents = "1 document" if document_count == 1 else f"{document_count} documents"
    return data | {"kind": "pending", "lead": f"Searching {documents}…"}


def problem_data(problem: ReportQAError) -> Data:
    """Return an error as one clear sentence with what to do next."""
    return {"kind": "failure", "lead": str(problem), "retry": problem.retryable or problem.code == "error"}


def citations_of(turns: Sequence[Turn]) -> dict[str, tuple[EvidenceSpan, ...]]:
    """Return for each citation of a conversation all the citations that are shown beside it, itself included."""
    beside: dict[str, tuple[EvidenceSpan, ...]] = {}
    for turn in turns:
        shown = turn.answer.evidence or turn.answer.nearest
        beside |= {span.cite: shown for span in shown}
    return beside


def _answered(answer: Answer) -> Data:
    numbers = {span.evidence_id: number for number, span in enumerate(answer.evidence, 1)}
    groups: list[Data] = []
    for claim in answer.claims:
        spans = [answer.evidence_of(citation) for citation in claim.citations]
        title = spans[0].document_title
        if not groups or groups[-1]["title"] != title:
            group: Data = {"title": title, "role": spans[0].role.value, "standing": _standing(spans[0]), "claims": []}
            groups.append(group)
        groups[-1]["claims"].append(_claim(claim, spans, numbers))
    return {
        "kind": "answer",
        "groups": groups,
        "missing": list(answer.unanswered_parts),
        "notice": answer.notice,
        "foot": _foot(answer),
    }


def _claim(claim: Claim, spans: Sequence[EvidenceSpan], numbers: dict[str, int]) -> Data:
    cites = [_cite(span, str(numbers[span.evidence_id])) for span in spans]
    table = _table_row(spans[0].quote) if len(spans) == 1 else None
    return {"text": claim.sentence, "table": table, "cites": cites}


def _table_row(quote: str) -> Data | None:
    """Return a quoted table row with its column heads, or None where the quote is no table row."""
    *before, head, row = ("", *quote.split("\n"))
    heads, cells = head.split(" | "), row.split(" | ")
    if len(cells) < 2 or len(heads) != len(cells):
        return None
    return {"caption": " ".join(before).strip(), "heads": heads, "cells": cells}


def _cite(span: EvidenceSpan, mark: str) -> Data:
    locator = span.locator
    page = "" if locator.page is None else f"p. {locator.page_label or locator.page}"
    title = f"{span.document_title} ({span.standing})" if span.standing else span.document_title
    return {"mark": mark, "cite": span.cite, "label": f"{title}, {locator}", "page": page}


def _standing(span: EvidenceSpan) -> str:
    """Return what is to be known of a document that is not in force, as a label: "Superseded by The new plan"; "" for others."""
    return span.standing[:1].upper() + span.standing[1:]


def _foot(answer: Answer) -> str:
    documents = len({span.document_id for span in answer.evidence})
    made = f"Written by {answer.written_by} and checked against" if answer.written_by else "Quoted from"
    parts = [
        f"{made} {documents} document{'' if documents == 1 else 's'}",
        f"edition {answer.provenance.edition_id}",
        _seconds(answer),
    ]
    if answer.restricted_to:
        parts.insert(1, f"searched only {answer.restricted_to}")
    if answer.withheld:
        held = len(answer.withheld)
        parts.append(f"{held} sentence{'' if held == 1 else 's'} withheld after a failed check")
    return " · ".join(parts)


def _refused(answer: Answer) -> Data:
    return {
        "kind": "refusal",
        "lead": _REFUSALS[answer.status],
        "searched": f"Searched {answer.searched}." if answer.searched else "",
        "nearest": [
            _cite(span, chr(ord("a") + position % 26))
            | {
                "quote": span.quote,
                "title": span.document_title,
                "place": str(span.locator),
                "standing": _standing(span),
            }
            for position, span in enumerate(answer.nearest)
        ],
        "foot": f"Edition {answer.provenance.edition_id} · {_seconds(answer)}",
    }


def _seconds(answer: Answer) -> str:
    return f"{sum(ms for _, ms in answer.provenance.stage_ms) / 1000:.1f} s"
