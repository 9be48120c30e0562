"""What stands beside the answers of a conversation, as plain data: what was said of them, what to ask next, and each document's own
answer. It comes apart from the turns, so that none of it makes an answer anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from report_qa import Claim, EvidenceSpan
from report_qa.doors.chat.answer_view import chart_data, claim_data
from report_qa.doors.chat.asides import Aside
from report_qa.doors.chat.insights_view import settled_words
from report_qa.doors.chat.texts import counted, text
from report_qa.feedback import Feedback
from report_qa.records.sources import SourceAnswer, SourceAnswers
from report_qa.settlements import Settlement
from report_qa.suggestions import Example, Kind

Data = dict[str, Any]

_KINDS = {
    Kind.FIGURE: "conversation.kind_figure",
    Kind.WHEN_OR_WHO: "conversation.kind_when_or_who",
    Kind.DEFINITION: "conversation.kind_definition",
    Kind.ACTION: "conversation.kind_action",
    Kind.SUMMARY: "conversation.kind_summary",
    Kind.SECTION: "conversation.kind_section",
    Kind.DOCUMENT: "conversation.kind_document",
    Kind.COMPARISON: "conversation.kind_comparison",
}


def feedback_data(given: Iterable[Feedback], settled: Mapping[tuple[str, str], Settlement]) -> Data:
    """Return what was said and how it ended, by turn and within it by citation, "" for the answer as a whole."""
    data: Data = {}
    for each in given:
        ended = settled.get((each.turn_id, each.cite))
        said = {"kind": each.kind.value, "note": each.note}
        if ended is not None:
            said["settled"] = settled_words(ended)
        data.setdefault(each.turn_id, {})[each.cite] = said
    return data


def by_source_data(aside: Aside[SourceAnswers]) -> Data:
    """Return each document's answer, or how far the asking has come."""
    if aside.problem is not None:
        return {"problem": str(aside.problem)}
    if aside.made is None:
        step = text("conversation.by_source_step", number=aside.done + 1, count=aside.count)
        return {"lead": step if aside.count else text("conversation.by_source_going")}
    left_out = aside.made.left_out
    claims, evidence = _first_claims(aside.made.answers)
    return {
        "chart": chart_data(claims, evidence),
        "sources": [_source(answer) for answer in aside.made.answers],
        "leftOut": counted("conversation.by_source_left_out", left_out) if left_out else "",
    }


def can_ask_data(aside: Aside[tuple[Example, ...]] | None) -> Data:
    """Return an example of each kind of question, as far as they are there."""
    if aside is None or aside.pending or aside.broken_off:
        return {"lead": text("conversation.can_ask_going"), "examples": []}
    examples = aside.made or ()
    return {
        "lead": text("conversation.can_ask_lead") if examples else text("conversation.can_ask_none"),
        "examples": [{"kind": text(_KINDS[each.kind]), "question": each.question} for each in examples],
    }


def _first_claims(answers: Iterable[SourceAnswer]) -> tuple[list[Claim], list[EvidenceSpan]]:
    """Return each document's first quotation and its evidence, under handles that no two of them share."""
    claims, evidence = [], []
    for number, answer in enumerate(answers):
        for claim in answer.claims[:1]:
            names = {cited.evidence_id: f"{number}/{cited.evidence_id}" for cited in claim.citations}
            cited = tuple(replace(each, evidence_id=names[each.evidence_id]) for each in claim.citations)
            claims.append(replace(claim, citations=cited))
            evidence += [
                replace(span, evidence_id=names[span.evidence_id])
                for span in answer.evidence
                if span.evidence_id in names
            ]
    return claims, evidence


def _source(answer: SourceAnswer) -> Data:
    standing = answer.standing
    return {
        "title": answer.document_title,
        "role": answer.role.value,
        "standing": standing[:1].upper() + standing[1:],
        "claims": [claim_data(claim, answer.evidence) for claim in answer.claims],
    }
