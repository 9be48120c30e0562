"""Say how the question ended: the status, the text that a person reads, and for a refusal what was searched and came near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.ports import PassageStore
from report_qa.records.answer import Answer, AnswerStatus, Claim, EvidenceSpan, Provenance
from report_qa.records.passage import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything the earlier stages found out about one question."""

    question: str
    question_used: str
    selection: Selection
    shown: tuple[Claim, ...]
    withheld: tuple[Claim, ...]
    evidence: tuple[EvidenceSpan, ...]
    nearest: tuple[EvidenceSpan, ...]


def conclude(draft: Draft, *, store: PassageStore, provenance: Provenance) -> Answer:
    """Return the Answer of a searched question."""
    count = len(store.documents())
    scope = f"{count} document{'s' if count != 1 else ''}, {store.passage_count():,} passages"
    if not draft.shown:
        reason = draft.selection.reason or "what was found failed its checks"
        status = AnswerStatus.REFUSED_UNSUPPORTED if draft.withheld else AnswerStatus.REFUSED_NO_EVIDENCE
        return Answer(
            question=draft.question,
            question_used=draft.question_used,
            status=status,
            text=f"The documents do not say. Searched: {scope}; {reason}.",
            withheld=draft.withheld,
            searched=f"{scope}; {reason}",
            nearest=draft.nearest,
            confidence=draft.selection.confidence,
            provenance=provenance,
        )
    cited = {citation.evidence_id for claim in draft.shown for citation in claim.citations}
    evidence = tuple(span for span in draft.evidence if span.evidence_id in cited)
    parts = draft.selection.unanswered_parts
    return Answer(
        question=draft.question,
        question_used=draft.question_used,
        status=AnswerStatus.ANSWERED_PARTLY if parts else AnswerStatus.ANSWERED,
        text=spoken_answer(draft.shown, evidence, parts),
        claims=draft.shown,
        withheld=draft.withheld,
        evidence=evidence,
        unanswered_parts=parts,
        searched=scope,
        confidence=draft.selection.confidence,
        provenance=provenance,
    )


def spoken_answer(claims: Sequence[Claim], evidence: Sequence[EvidenceSpan], unanswered: Sequence[str]) -> str:
    """Return claims with numbered references, and the numbered sources below them."""
    numbers = {span.evidence_id: number for number, span in enumerate(evidence, 1)}
    lines = [
        f"{claim.sentence} {' '.join(f'[{numbers[citation.evidence_id]}]' for citation in claim.citations)}"
        for claim in claims
    ]
    lines += [f"The documents do not say: {part}." for part in unanswered]
    sources = [f"[{numbers[span.evidence_id]}] {span.document_title}, {span.locator}" for span in evidence]
    return "\n".join([*lines, "", *sources])
