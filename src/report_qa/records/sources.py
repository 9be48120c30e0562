"""One question asked of several documents, each by itself: what each says, in its own words, or that it doesn't say."""

from __future__ import annotations

from dataclasses import dataclass

from report_qa.records.answer import Claim, EvidenceSpan, Provenance
from report_qa.records.document import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswer:
    """What one document answers; `claims` is empty where it doesn't say.

    `standing` says of a document that is not in force that it is a draft, or what superseded it; else it is empty.
    """

    document_id: str
    document_title: str
    role: Role
    standing: str = ""
    claims: tuple[Claim, ...] = ()
    evidence: tuple[EvidenceSpan, ...] = ()

    def __post_init__(self) -> None:
        if any(span.document_id != self.document_id for span in self.evidence):
            raise ValueError("a document answers with its own words only")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswers:
    """The answers by document: the report's first, then in the order in which the documents were found.

    `left_out` counts the documents that were found too and not asked, since there were too many.
    """

    question: str
    answers: tuple[SourceAnswer, ...]
    left_out: int
    provenance: Provenance
