"""Takes the words of purged documents out of an answer that was given, and says so in their place.

What was answered stays on record; what can no longer be shown is replaced by a notice, in quotations, in the sentences
that rest on them and in the text that was read out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from report_qa.records.answer import Answer, Claim, EvidenceSpan
from report_qa.records.conversation import Turn
from report_qa.records.shared import Shared, SharedAnswer, SharedComparison, SharedConversation, SharedQuote

NOTICE = "[Removed: the source was purged from the library.]"


def mentions(answer: Answer, document_ids: Collection[str]) -> bool:
    """Return whether an answer quotes any of these documents."""
    return any(span.document_id in document_ids for span in (*answer.evidence, *answer.nearest))


def redact(answer: Answer, document_ids: Collection[str]) -> Answer:
    """Return the answer without words of these documents.

    Claims that were withheld carry no reliable reference to what they rest on, so all of them are redacted.
    """
    gone = {span.evidence_id for span in answer.evidence if span.document_id in document_ids}
    text = answer.text
    for claim in answer.claims:
        if _rests_on(claim, gone):
            text = text.replace(claim.sentence, NOTICE)
    for span in (*answer.evidence, *answer.nearest):
        if span.document_id in document_ids:
            text = text.replace(span.quote, NOTICE)
    return replace(
        answer,
        text=text,
        claims=tuple(_claim(claim) if _rests_on(claim, gone) else claim for claim in answer.claims),
        withheld=tuple(_claim(claim) for claim in answer.withheld),
        evidence=tuple(_span(span, document_ids) for span in answer.evidence),
        nearest=tuple(_span(span, document_ids) for span in answer.nearest),
    )


def redact_shared(shared: Shared, document_ids: Collection[str]) -> Shared:
    """Return what a link shows without words of these documents; the very same where it has none of theirs."""
    if not any(mentions(answer, document_ids) for answer in shared.answers) and not any(
        span.document_id in document_ids for span in shared.cited
    ):
        return shared
    match shared:
        case SharedQuote():
            return replace(shared, evidence=_span(shared.evidence, document_ids))
        case SharedAnswer():
            return replace(shared, turn=_turn(shared.turn, document_ids))
        case SharedConversation():
            return replace(shared, turns=tuple(_turn(turn, document_ids) for turn in shared.turns))
        case SharedComparison():
            rows = [
                replace(row, cells=tuple(tuple(_span(span, document_ids) for span in cell) for cell in row.cells))
                for row in shared.rows
            ]
            return replace(shared, rows=tuple(rows))


def _turn(turn: Turn, document_ids: Collection[str]) -> Turn:
    return replace(turn, answer=redact(turn.answer, document_ids)) if mentions(turn.answer, document_ids) else turn


def _rests_on(claim: Claim, evidence_ids: Collection[str]) -> bool:
    return any(citation.evidence_id in evidence_ids for citation in claim.citations)


def _claim(claim: Claim) -> Claim:
    return replace(claim, sentence=NOTICE, checks=())


def _span(span: EvidenceSpan, document_ids: Collection[str]) -> EvidenceSpan:
    return replace(span, quote=NOTICE, boxes=()) if span.document_id in document_ids else span
