"""An answer: claims, each with a verdict and citations to exact words, or a refusal that says what was searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from report_qa.records.document import Box, DocumentState, Page, Role, Span
from report_qa.records.writing import Usage


class AnswerStatus(StrEnum):
    """How a question ended. A refusal is one of these, never an error."""

    ANSWERED = "answered"
    ANSWERED_PARTLY = "answered_partly"
    CLARIFICATION = "clarification"
    GREETING = "greeting"
    REFUSED_NO_EVIDENCE = "refused_no_evidence"
    REFUSED_OUT_OF_SCOPE = "refused_out_of_scope"
    REFUSED_UNSUPPORTED = "refused_unsupported"
    ERROR_MODEL = "error_model"
    ERROR_INTERNAL = "error_internal"

    @property
    def shows_claims(self) -> bool:
        """True for the statuses under which claims are shown."""
        return self in (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY)


class Verdict(StrEnum):
    """What the documents say of a sentence."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"
    NOT_A_CLAIM = "not_a_claim"


class Cause(StrEnum):
    """Why a claim is withheld, from the gravest: the one reason that is given for each."""

    CONTRADICTED = "contradicted by the sources"
    NO_CLAIM = "nothing that could be checked"
    FIGURE = "figure not in the sources"
    DATE = "date not in the sources"
    NAME = "name not in the sources"
    QUOTATION = "quotation not in the sources"
    UNCITED = "no source cited"
    UNSAID = "not in the sources"


_CAUSE_OF_CHECK = {
    "figures": Cause.FIGURE,
    "number": Cause.FIGURE,
    "date": Cause.DATE,
    "name": Cause.NAME,
    "quotation": Cause.QUOTATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Where words stand, in the terms of their kind of document.

    A PDF has `page_index` and `page_label`, a slide or a sheet its `place`; the others have the heading path and the
    paragraph's number (from 1) under it.
    """

    heading_path: tuple[str, ...] = ()
    page_index: int | None = None
    page_label: str = ""
    paragraph: int | None = None
    place: str = ""

    @classmethod
    def of(
        cls, span: Span, pages: Sequence[Page], heading_path: tuple[str, ...], paragraph: int | None, place: str = ""
    ) -> Locator:
        """Return where a span begins; `pages` are those that it may stand on, () for kinds without pages."""
        first = Span(start_char=span.start_char, end_char=span.start_char + 1)
        for page in pages:
            if page.boxes(first):
                return cls(heading_path=heading_path, page_index=page.page_index, page_label=page.printed_label)
        return cls(heading_path=heading_path, paragraph=paragraph or None, place=place)

    @property
    def page(self) -> int | None:
        """The physical page, from 1."""
        return None if self.page_index is None else self.page_index + 1

    def __str__(self) -> str:
        if self.page_index is not None:
            if self.page_label and self.page_label != str(self.page):
                return f"p. {self.page_label} (PDF page {self.page})"
            return f"p. {self.page}"
        if self.place:
            return self.place
        place = " › ".join(self.heading_path)
        paragraph = f"paragraph {self.paragraph}" if self.paragraph else ""
        return ", ".join(part for part in (place, paragraph) if part) or "beginning"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSpan:
    """Exact words of a passage under a handle ("E1"). `quote` is the words of the spans, joined by newlines.

    `state` is that of the document when it was quoted, and `superseded_by` the title of what replaced it, if that is on the shelf.
    """

    evidence_id: str
    passage_id: str
    document_id: str
    document_path: str
    document_title: str
    role: Role
    spans: tuple[Span, ...]
    quote: str
    boxes: tuple[Box, ...]
    locator: Locator
    source_url: str
    cite: str
    state: DocumentState = DocumentState.PUBLISHED
    superseded_by: str = ""

    @property
    def standing(self) -> str:
        """What a reader has to know of a document that is not in force: "superseded by The new plan"; else ""."""
        if self.state is DocumentState.SUPERSEDED and self.superseded_by:
            return f"superseded by {self.superseded_by}"
        return "" if self.state is DocumentState.PUBLISHED else self.state.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One comparison of a sentence with its evidence: what was claimed, what was found, and whether they agree."""

    kind: str
    claimed: str
    found: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A claim's reference to an EvidenceSpan of the same answer, with what a person needs to recognise it.

    `standing` says of a document that is not in force that it is a draft, or what superseded it; else it is empty.
    """

    evidence_id: str
    document_title: str
    locator: Locator
    source_url: str
    standing: str = ""

    @classmethod
    def of(cls, span: EvidenceSpan) -> Citation:
        """Return the reference to an evidence span."""
        return cls(
            evidence_id=span.evidence_id,
            document_title=span.document_title,
            locator=span.locator,
            source_url=span.source_url,
            standing=span.standing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of an answer. A shown claim is supported and has at least one citation."""

    sentence: str
    verdict: Verdict
    checks: tuple[Check, ...]
    citations: tuple[Citation, ...]

    def __post_init__(self) -> None:
        if self.verdict is Verdict.SUPPORTED and not self.citations:
            raise ValueError("a supported claim cites its evidence")

    @property
    def cause(self) -> Cause:
        """Why this claim is not shown; of one that is supported it means nothing."""
        if self.verdict is Verdict.CONTRADICTED:
            return Cause.CONTRADICTED
        if self.verdict is Verdict.NOT_A_CLAIM:
            return Cause.NO_CLAIM
        failed = [check.kind for check in self.checks if not check.passed]
        cause = next((_CAUSE_OF_CHECK[kind] for kind in failed if kind in _CAUSE_OF_CHECK), Cause.UNSAID)
        return Cause.UNCITED if cause is Cause.QUOTATION and not self.citations else cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How an answer came about: enough to ask the same edition the same way again. Durations are milliseconds.

    `usage` is what the chat model took, None where none was asked or its provider doesn't say.
    """

    edition_id: str
    version: str
    settings_digest: str
    models: tuple[str, ...]
    asked_at: datetime
    stage_ms: tuple[tuple[str, float], ...] = ()
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What every door returns for a question.

    `searched` is one sentence on what was searched; `nearest` are the passages that came closest when nothing answered.
    `withheld` are claims that failed a check: counted and inspectable, never shown as an answer. `confidence` (0 to 1) is what
    was compared with the setting `refusal_threshold`; 0 where a condition of the question failed, or nothing was searched.
    `restricted_to` are the documents that the question's own words restricted it to ("1 document: The big plan"), "" for the whole shelf.
    `written_by` is the chat model that wrote any of the claims, "" where all are quotations; `notice` is a sentence for
    the reader where a model was to write and something kept it from it, or from coming to its end.
    """

    question: str
    question_used: str
    status: AnswerStatus
    text: str
    provenance: Provenance
    claims: tuple[Claim, ...] = ()
    withheld: tuple[Claim, ...] = ()
    evidence: tuple[EvidenceSpan, ...] = ()
    unanswered_parts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    searched: str = ""
    nearest: tuple[EvidenceSpan, ...] = ()
    confidence: float = 0.0
    restricted_to: str = ""
    written_by: str = ""
    notice: str = ""

    def __post_init__(self) -> None:
        known = {span.evidence_id for span in self.evidence}
        for claim in self.claims:
            if claim.verdict is not Verdict.SUPPORTED:
                raise ValueError("only supported claims are shown")
            if not {citation.evidence_id for citation in claim.citations} <= known:
                raise ValueError("a claim cites evidence that the answer does not carry")
        if self.status.shows_claims and not self.claims:
            raise ValueError("an answer without claims is a refusal")

    def evidence_of(self, citation: Citation) -> EvidenceSpan:
        """Return the evidence that a citation of this answer points to."""
        return next(span for span in self.evidence if span.evidence_id == citation.evidence_id)
