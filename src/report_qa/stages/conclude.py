"""Say how the question ended: the status, the text that a person reads, and for a refusal what was searched and came near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.ports import PassageStore
from report_qa.records.answer import Answer, AnswerStatus, Claim, EvidenceSpan, Provenance
from report_qa.records.passage import Selection
from report_qa.records.scope import Scope
from report_qa.records.writing import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything the earlier stages found out about one question; `scopes` are what its parts were restricted to."""

    question: str
    question_used: str
    selection: Selection
    shown: tuple[Claim, ...]
    withheld: tuple[Claim, ...]
    evidence: tuple[EvidenceSpan, ...]
    nearest: tuple[EvidenceSpan, ...]
    scopes: tuple[Scope | None, ...] = ()
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
    only = restricted_to(draft.scopes)
    scope = only or whole_shelf(store)
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
            restricted_to=only,
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
        text=spoken_answer(draft.shown, evidence, parts, only=only, withheld=draft.withheld, notice=draft.notice),
        claims=draft.shown,
        withheld=draft.withheld,
        evidence=evidence,
        unanswered_parts=parts,
        searched=scope,
        restricted_to=only,
        confidence=draft.selection.confidence,
        provenance=provenance,
        written_by=draft.written_by,
        notice=draft.notice,
    )


def whole_shelf(store: PassageStore) -> str:
    """Return how much there is to search: "27 documents, 520 passages"."""
    count = len(store.documents())
    return f"{count} document{'s' if count != 1 else ''}, {store.passage_count():,} passages"


def restricted_to(scopes: Sequence[Scope | None]) -> str:
    """Return which documents a question restricted itself to, as a reader is told; "" where a part of it had the whole shelf."""
    if not scopes or any(scope is None for scope in scopes):
        return ""
    return "; ".join(dict.fromkeys(scope.described for scope in scopes if scope is not None))


def spoken_answer(
    claims: Sequence[Claim],
    evidence: Sequence[EvidenceSpan],
    unanswered: Sequence[str],
    *,
    only: str = "",
    withheld: Sequence[Claim] = (),
    notice: str = "",
) -> str:
    """Return claims with numbered references, what is not there, the numbered sources below them, and what the search was restricted to."""
    numbers = {span.evidence_id: number for number, span in enumerate(evidence, 1)}
    lines = [
        f"{claim.sentence} {' '.join(f'[{numbers[citation.evidence_id]}]' for citation in claim.citations)}"
        for claim in claims
    ]
    lines += [f"The documents do not say: {part}." for part in unanswered]
    lines += [line for line in (summary_of(withheld), notice) if line]
    sources = [f"[{numbers[span.evidence_id]}] {_source(span)}, {span.locator}" for span in evidence]
    return "\n".join([*lines, "", *sources, *([f"Searched only {only}."] if only else [])])


def summary_of(withheld: Sequence[Claim]) -> str:
    """Return how many sentences were withheld and why: "2 sentences withheld: figure not in the sources."."""
    if not withheld:
        return ""
    reasons = dict.fromkeys(claim.cause.value for claim in withheld)
    return f"{len(withheld)} sentence{'' if len(withheld) == 1 else 's'} withheld: {', '.join(reasons)}."


def _source(span: EvidenceSpan) -> str:
    return f"{span.document_title} ({span.standing})" if span.standing else span.document_title
