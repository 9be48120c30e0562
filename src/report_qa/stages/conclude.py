"""Say how the question ended: the status, the text that a person reads, and for a refusal what was searched and came near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.ports import PassageStore
from report_qa.records.answer import Answer, AnswerStatus, Claim, EvidenceSpan, Provenance, Verdict
from report_qa.records.passage import Selection
from report_qa.records.writing import Written

# What failed, as one says it.
_FAILED = {
    "figures": "figure not in the sources",
    "quotation": "no source cited",
    "wording": "wording not in the sources",
}


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
    written_by: str = ""
    notice: str = ""


def with_written(draft: Draft, written: Written, sources: Sequence[EvidenceSpan], model: str) -> Draft:
    """Return a draft of extracts with what a model wrote in their place.

    Where none of its sentences stood up to the checks the extracts are the answer. In both cases the notice says why
    there is no more, if anything kept the model from its end.
    """
    if not set(written.shown) - set(draft.shown):
        reason = written.broke_off or (
            "What the model wrote is not in the sources"
            if written.withheld
            else "The model found no answer in the sources"
        )
        return replace(draft, withheld=written.withheld, notice=f"{reason}; these are extracts.")
    notice = f"{written.broke_off}; what it wrote before is shown." if written.broke_off else ""
    return replace(
        draft,
        shown=written.shown,
        withheld=written.withheld,
        evidence=(*sources, *draft.evidence),
        written_by=model,
        notice=notice,
    )


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
    by_id = {span.evidence_id: span for span in draft.evidence}
    cited = dict.fromkeys(citation.evidence_id for claim in draft.shown for citation in claim.citations)
    evidence = tuple(by_id[evidence_id] for evidence_id in cited)
    parts = draft.selection.unanswered_parts
    return Answer(
        question=draft.question,
        question_used=draft.question_used,
        status=AnswerStatus.ANSWERED_PARTLY if parts else AnswerStatus.ANSWERED,
        text=spoken_answer(draft.shown, evidence, parts, withheld=draft.withheld, notice=draft.notice),
        claims=draft.shown,
        withheld=draft.withheld,
        evidence=evidence,
        unanswered_parts=parts,
        searched=scope,
        confidence=draft.selection.confidence,
        provenance=provenance,
        written_by=draft.written_by,
        notice=draft.notice,
    )


def spoken_answer(
    claims: Sequence[Claim],
    evidence: Sequence[EvidenceSpan],
    unanswered: Sequence[str],
    *,
    withheld: Sequence[Claim] = (),
    notice: str = "",
) -> str:
    """Return claims with numbered references, what is not there, and the numbered sources below them."""
    numbers = {span.evidence_id: number for number, span in enumerate(evidence, 1)}
    lines = [
        f"{claim.sentence} {' '.join(f'[{numbers[citation.evidence_id]}]' for citation in claim.citations)}"
        for claim in claims
    ]
    lines += [f"The documents do not say: {part}." for part in unanswered]
    lines += [line for line in (summary_of(withheld), notice) if line]
    sources = [f"[{numbers[span.evidence_id]}] {span.document_title}, {span.locator}" for span in evidence]
    return "\n".join([*lines, "", *sources])


def summary_of(withheld: Sequence[Claim]) -> str:
    """Return how many sentences were withheld and why: "2 sentences withheld: figure not in the sources."."""
    if not withheld:
        return ""
    reasons = dict.fromkeys(_reason(claim) for claim in withheld)
    return f"{len(withheld)} sentence{'' if len(withheld) == 1 else 's'} withheld: {', '.join(reasons)}."


def _reason(claim: Claim) -> str:
    if claim.verdict is Verdict.CONTRADICTED:
        return "contradicted by the sources"
    failed = next((check.kind for check in claim.checks if not check.passed), "")
    return _FAILED.get(failed, f"{failed} not in the sources" if failed else "not found in the sources")
