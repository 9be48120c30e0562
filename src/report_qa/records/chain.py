"""A citation chain: what a quoted statement refers to, and what the documents that it refers to say of the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from report_qa.records.answer import Check, EvidenceSpan, Locator, Provenance
from report_qa.records.document import SourceDocument, Span


class ReferenceKind(StrEnum):
    """How a statement refers. SEARCH is no reference of the document: it is what we looked for ourselves."""

    NOTE = "note"
    NUMBERED = "numbered"
    AUTHOR_YEAR = "author_year"
    NAMED = "named"
    SEARCH = "search"


class Outcome(StrEnum):
    """Where a reference led.

    ITSELF: to what the document itself is about, so that there is nothing further to open. AMBIGUOUS: several documents may be
    meant, none of which is opened for the reader.
    """

    SAME = "same"
    DIFFERS = "differs"
    NOT_FOUND = "not_found"
    NOT_IN_LIBRARY = "not_in_library"
    AMBIGUOUS = "ambiguous"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference, in the exact words of the document that refers: `words` stand at `span` of its reading text.

    `mark` is what stood beside the statement ("3", "[12]", "(Onward, 2021)"), "" where nothing printed did. `nearby` says that it
    stands further on in the statement's paragraph, not at the statement itself.
    """

    kind: ReferenceKind
    words: str
    span: Span
    mark: str = ""
    nearby: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference and where it led.

    `document` is what is meant, None where it isn't on the shelf or isn't sure; `candidates` are those that may be meant.
    `matched_by` says how it was recognised: "address", "title", "author and year", "name". `evidence` are the spans that decide
    (same, differs); `nearest` came nearest where nothing was found. `checks` are what the judgement rests on.
    """

    reference: Reference
    outcome: Outcome
    document: SourceDocument | None = None
    candidates: tuple[SourceDocument, ...] = ()
    matched_by: str = ""
    evidence: tuple[EvidenceSpan, ...] = ()
    nearest: tuple[EvidenceSpan, ...] = ()
    checks: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        if self.outcome in (Outcome.SAME, Outcome.DIFFERS) and not (self.evidence and self.document):
            raise ValueError("what is the same or differs has its document and its words")
        if self.outcome is Outcome.AMBIGUOUS and len(self.candidates) < 2:
            raise ValueError("one candidate is not ambiguous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A quotation, its references, and where each led; `searched` says that other evidence was looked for too.

    `statement` is what was judged: the quotation without what only cites.
    """

    cite: str
    document: SourceDocument
    quote: str
    statement: str
    locator: Locator
    links: tuple[Link, ...]
    searched: bool
    provenance: Provenance
