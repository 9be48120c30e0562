"""The shapes of requests and answers, for the schema: `projection` makes what they describe, and nothing is left out or added.

Pages are physical and count from 1, `page_label` is what is printed on them; lengths are PDF points from the page's top left.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from report_qa.changes import ChangeKind
from report_qa.doors.downloads import MOST_CHOSEN
from report_qa.feedback import LONGEST_NOTE
from report_qa.records.answer import AnswerStatus, Verdict
from report_qa.records.shared import SharedKind

# The longest a question or text may be is a setting; beyond this nothing is even read.
_LONG = 200_000
Text = Annotated[str, Field(max_length=_LONG)]


class Shape(BaseModel):
    """A shape knows all of its fields; one that nobody has described is a mistake."""

    model_config = ConfigDict(extra="forbid")


class Earlier(Shape):
    """A question that was asked before, with its answer where that is known: what a follow-up leans on."""

    question: Text
    answer: Text = ""


class AskRequest(Shape):
    question: Text
    history: Annotated[list[Earlier], Field(max_length=50)] = []
    extracts_only: bool = False


class TurnRequest(Shape):
    question: Text
    extracts_only: bool = False


class SearchRequest(Shape):
    question: Text
    top: Annotated[int, Field(ge=1, le=200)] = 10
    history: Annotated[list[Earlier], Field(max_length=50)] = []


class CheckRequest(Shape):
    text: Text


Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Cite = Annotated[str, Field(min_length=1, max_length=2_000)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]
FileFormat = Literal["docx", "pdf", "markdown", "csv", "json", "ris", "bibtex", "csl"]


class AnswerFeedback(Shape):
    kind: Literal["right", "wrong", "missing"]
    note: Note = ""


class CitationFeedback(Shape):
    kind: Literal["bad citation"]
    cite: Cite
    note: Note = ""


FeedbackRequest = Annotated[AnswerFeedback | CitationFeedback, Field(discriminator="kind")]


class QuoteLink(Shape):
    kind: Literal["quote"]
    cite: Cite


class AnswerLink(Shape):
    kind: Literal["answer"]
    conversation_id: Hex
    turn_id: Hex


class ConversationLink(Shape):
    kind: Literal["conversation"]
    conversation_id: Hex


LinkRequest = Annotated[QuoteLink | AnswerLink | ConversationLink, Field(discriminator="kind")]


class EvidenceExportRequest(Shape):
    cites: Annotated[list[Cite], Field(min_length=1, max_length=MOST_CHOSEN)]
    format: FileFormat
    pages: bool = False


class SpanShape(Shape):
    """Characters of the reading text, from 0, the end left out."""

    start_char: int
    end_char: int


class PlaceShape(Shape):
    page: int | None
    page_label: str | None
    locator: str
    heading_path: list[str]
    paragraph: int | None


class CitationShape(PlaceShape):
    document: str
    document_id: str
    title: str
    role: Literal["report", "evidence"]
    state: Literal["draft", "published", "superseded"]
    superseded_by: str | None
    quote: str
    spans: list[SpanShape]
    passage_id: str
    source_url: str
    cite: str


class ClaimShape(Shape):
    sentence: str
    verdict: Verdict
    citations: list[CitationShape]


class WithheldShape(Shape):
    sentence: str
    verdict: Verdict
    failed: list[str]


class UsageShape(Shape):
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


class ProvenanceShape(Shape):
    edition: str
    version: str
    settings: str
    models: list[str]
    asked_at: str
    stage_ms: dict[str, float]
    usage: UsageShape | None


class AnswerShape(Shape):
    question: str
    question_used: str
    status: AnswerStatus
    text: str
    claims: list[ClaimShape]
    withheld: list[WithheldShape]
    unanswered_parts: list[str]
    choices: list[str]
    searched: str
    restricted_to: str | None
    nearest: list[CitationShape]
    written_by: str
    notice: str
    provenance: ProvenanceShape


class CheckShape(Shape):
    kind: str
    claimed: str
    found: str
    passed: bool


class CheckedSentenceShape(Shape):
    sentence: str
    verdict: Verdict
    checks: list[CheckShape]
    citations: list[CitationShape]


class CheckedShape(Shape):
    text: str
    verdict: Verdict
    sentences: list[CheckedSentenceShape]
    provenance: ProvenanceShape


class LegShape(Shape):
    score: float
    rank: int


class PassageShape(PlaceShape):
    rank: int
    score: float
    legs: dict[str, LegShape]
    document: str
    document_id: str
    title: str
    text: str
    spans: list[SpanShape]
    passage_id: str


class RetrievalShape(Shape):
    question_used: str
    edition: str
    passages: list[PassageShape]


class DocumentShape(Shape):
    document: str
    document_id: str
    title: str
    publisher: str
    published_on: str | None
    source_url: str
    licence: str
    media_type: str
    sha256: str
    role: Literal["report", "evidence"]
    state: Literal["draft", "published", "superseded"]


class DocumentsShape(Shape):
    edition: str
    title: str
    documents: list[DocumentShape]


class LibraryShape(Shape):
    name: str
    title: str
    default: bool
    edition: str | None
    documents: int


class LibrariesShape(Shape):
    libraries: list[LibraryShape]


class TextShape(Shape):
    document_id: str
    text: str


class BoxShape(Shape):
    x0_pt: float
    y0_pt: float
    x1_pt: float
    y1_pt: float


class PageShape(Shape):
    page: int
    page_label: str | None
    pages: int
    width_pt: float
    height_pt: float
    boxes: list[BoxShape]
    picture: str


class ParagraphShape(Shape):
    kind: str
    text: str
    marks: list[SpanShape]


class EvidenceShape(Shape):
    """A cited quotation, opened. `located` is false where its words don't stand at their place any more."""

    cite: str
    edition: str
    document: DocumentShape
    located: bool
    quote: str
    locator: str
    pages: list[PageShape]
    paragraphs: list[ParagraphShape]


class TurnShape(Shape):
    turn_id: str
    frozen_at: str
    answer: AnswerShape


class ConversationEntryShape(Shape):
    conversation_id: str
    title: str
    turns: int
    last_turn_at: str


class ConversationShape(Shape):
    conversation_id: str
    title: str
    turns: list[TurnShape]


class ConversationsShape(Shape):
    conversations: list[ConversationEntryShape]


class FeedbackShape(Shape):
    """`cite` is the citation that is meant, null for the answer as a whole."""

    turn_id: str
    kind: Literal["right", "wrong", "missing", "bad citation"]
    cite: str | None
    note: str
    given_at: str


class SaidShape(Shape):
    feedback: list[FeedbackShape]


class LinkShape(Shape):
    """`opened_on` is the last day on which it was opened."""

    link_id: str
    kind: SharedKind
    title: str
    made_at: str
    opened_on: str | None


class LinksShape(Shape):
    links: list[LinkShape]


class MadeLinkShape(LinkShape):
    """`token` is the link's secret, which nobody can be told again; `chat_path` is where the chat shows it."""

    token: str
    chat_path: str


class RowShape(Shape):
    heading: str
    cells: list[list[CitationShape]]


class ChangeShape(Shape):
    """What has become of a quotation in the current edition; only those that are not as they were are listed."""

    cite: str
    kind: ChangeKind
    edition: str
    words_now: str | None
    cite_now: str | None
    superseded: bool
    superseded_by: str | None


class SharedShape(Shape):
    """Answers stand in `turns`, a single quotation in `quotation`, a comparison in `columns` and `rows`."""

    kind: SharedKind
    title: str
    made_at: str
    turns: list[TurnShape]
    quotation: CitationShape | None
    columns: list[str]
    rows: list[RowShape]
    changes: list[ChangeShape]


class HealthShape(Shape):
    status: Literal["ok"]


class ReadyShape(Shape):
    ready: bool
    edition: str | None
    detail: str


Json = dict[str, Any]
