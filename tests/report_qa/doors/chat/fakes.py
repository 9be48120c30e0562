"""A shelf of two documents and an assistant that knows one answer: the chat without indexes and models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from report_qa import (
    Answer,
    AnswerStatus,
    Assistant,
    Citation,
    Claim,
    Conversations,
    EvidenceSpan,
    EvidenceView,
    Exchange,
    Locator,
    PageView,
    Paragraph,
    ReportQAError,
    Settings,
    Shelf,
    SourceDocument,
    Verdict,
)
from report_qa.changes import Change, changes_since
from report_qa.citations import encode_cite
from report_qa.concealing import Concealing
from report_qa.database import Database
from report_qa.doors.chat.jobs import Answering
from report_qa.doors.chat.service import Service
from report_qa.evidence import CitedPlace
from report_qa.records.answer import Check, Provenance
from report_qa.records.audience import EVERYTHING, Audience
from report_qa.records.checked import Checked, worst_of
from report_qa.records.document import Box, Role, Span
from report_qa.records.sources import SourceAnswer, SourceAnswers
from report_qa.shelf import Original
from report_qa.suggestions import Example, Kind
from tests.doubles import MemoryPassages

EDITION = "000001"
HOSTILE = '<img src=x onerror="alert(1)"> **bold** [link](http://evil.test)'

REPORT = SourceDocument(
    document_id="report",
    path="report.pdf",
    title="Why neighbourhoods matter",
    media_type="application/pdf",
    sha256="a" * 64,
    publisher="Local Trust",
    published_on=date(2024, 6, 3),
    source_url="https://example.org/report",
    role=Role.REPORT,
)
NOTE = SourceDocument(
    document_id="notes/money.md",
    path="notes/money.md",
    title=f"Note on money {HOSTILE}",
    media_type="text/markdown",
    sha256="b" * 64,
    publisher="Briefing notes",
    published_on=date(2026, 11, 24),
)
SENTENCE = "Every £1m of investment returned £3.2m of benefits."
TABLE = "Publication | Sum\nFirst | £1.1m\nSecond | £1.15m"


def _span(
    number: int, document: SourceDocument, quote: str, locator: Locator, *ranges: tuple[int, int]
) -> EvidenceSpan:
    return EvidenceSpan(
        evidence_id=f"E{number}",
        passage_id=f"p{number}",
        document_id=document.document_id,
        document_path=document.path,
        document_title=document.title,
        role=document.role,
        spans=tuple(Span(start_char=start, end_char=end) for start, end in ranges),
        quote=quote,
        boxes=(),
        locator=locator,
        source_url=document.source_url,
        cite=encode_cite(EDITION, document.document_id, ranges, quote),
    )


PROSE = _span(1, REPORT, SENTENCE, Locator(heading_path=("Returns",), page_index=1, page_label="3"), (100, 151))
ROW = _span(
    2, NOTE, "Publication | Sum\nSecond | £1.15m", Locator(heading_path=("Money",), paragraph=2), (40, 57), (72, 88)
)

VIEWS = {
    PROSE.cite: EvidenceView(
        cite=PROSE.cite,
        document=REPORT,
        edition_id=EDITION,
        quote=SENTENCE,
        located=True,
        locator=PROSE.locator,
        pages=(
            PageView(
                page_index=1,
                printed_label="3",
                page_count=8,
                width_pt=595.0,
                height_pt=842.0,
                boxes=(Box(page_index=1, x0_pt=70.0, y0_pt=100.0, x1_pt=400.0, y1_pt=112.0),),
            ),
        ),
        paragraphs=(
            Paragraph(kind="prose", text=f"Before. {SENTENCE} After.", marks=(Span(start_char=8, end_char=59),)),
        ),
    ),
    ROW.cite: EvidenceView(
        cite=ROW.cite,
        document=NOTE,
        edition_id=EDITION,
        quote=ROW.quote,
        located=True,
        locator=ROW.locator,
        pages=(),
        paragraphs=(
            Paragraph(kind="prose", text=HOSTILE),
            Paragraph(
                kind="table",
                text=TABLE,
                marks=(Span(start_char=0, end_char=17), Span(start_char=32, end_char=48)),
                header_rows=1,
            ),
        ),
    ),
}


def answer_to(question: str, status: AnswerStatus = AnswerStatus.ANSWERED) -> Answer:
    """Return an answer of the given status that quotes both documents, or a refusal that came near them."""
    shown = status.shows_claims
    refused = status is AnswerStatus.REFUSED_NO_EVIDENCE
    return Answer(
        question=question,
        question_used=question,
        status=status,
        text=f"{SENTENCE} [1]" if shown else "The documents do not say." if refused else "Hello.",
        claims=tuple(
            Claim(
                sentence=words,
                verdict=Verdict.SUPPORTED,
                checks=(),
                citations=(
                    Citation(
                        evidence_id=span.evidence_id,
                        document_title=span.document_title,
                        locator=span.locator,
                        source_url=span.source_url,
                    ),
                ),
            )
            for words, span in ((SENTENCE, PROSE), ("Second — Sum: £1.15m", ROW))
        )
        if shown
        else (),
        evidence=(PROSE, ROW) if shown else (),
        unanswered_parts=("since when",) if status is AnswerStatus.ANSWERED_PARTLY else (),
        searched="2 documents, 9 passages; nothing about the Moon" if refused else "",
        nearest=(PROSE,) if refused else (),
        provenance=Provenance(
            edition_id=EDITION,
            version="0.1.0",
            settings_digest="0",
            models=("fake",),
            asked_at=datetime(2026, 11, 24, tzinfo=UTC),
            stage_ms=(("retrieve", 120.0), ("rerank", 240.0)),
        ),
    )


@dataclass(kw_only=True)
class FakeShelf:
    """Shows what the module lists."""

    folder: Path
    edition_id: str = EDITION
    title: str = "Neighbourhoods: briefing notes"
    audience: Audience = EVERYTHING

    def for_(self, audience: Audience) -> FakeShelf:
        """Return itself: all that it lists is for everybody."""
        return self

    @property
    def concealing(self) -> Concealing:
        return Concealing(hides=lambda _: False, titles=(), offered=tuple)

    def is_for_all(self, document: SourceDocument) -> bool:
        return True

    def documents(self) -> tuple[SourceDocument, ...]:
        return (REPORT, NOTE)

    def examples(self) -> tuple[str, ...]:
        return ("What does £1m return?", "What is on the Moon?")

    def find(self, name: str) -> SourceDocument | None:
        return next((each for each in self.documents() if name in (each.document_id, each.path, each.sha256)), None)

    def evidence(self, cite: str) -> EvidenceView | None:
        return VIEWS.get(cite)

    def open(self, sha256: str, cite: str = "") -> None:
        """Open nothing: what is gone through stands in real libraries only."""

    def places(self, cites: Iterable[str]) -> dict[str, CitedPlace]:
        return {}

    def changes(self, cited: Iterable[EvidenceSpan]) -> dict[str, Change]:
        return changes_since(
            cited,
            edition=lambda _: None,
            now=MemoryPassages(sources=(), texts={}, listed=()),
            edition_id=self.edition_id,
        )

    def page_picture(self, document: SourceDocument, page_index: int, scale: float = 2.0) -> bytes:
        if page_index > 7:
            raise IndexError(page_index)
        return f"picture of page {page_index} at {scale}".encode()

    def original(self, document: SourceDocument) -> Original:
        path = self.folder / document.sha256
        path.write_bytes(document.title.encode())
        return Original(path=path, media_type=document.media_type, file_name=Path(document.path).name)


MODEL = "openai:small"
NUMBER = Check(kind="number", claimed="£3.2m", found="£3.2m", passed=True)
WRONG = Check(kind="number", claimed="£9m", found="£3.2m", passed=False)
UNSAID = Check(kind="name", claimed="Mars", found="", passed=False)


def claim_of(sentence: str, *spans: EvidenceSpan, verdict: Verdict = Verdict.SUPPORTED, check: Check = NUMBER) -> Claim:
    """Return a claim that cites some evidence."""
    citations = tuple(
        Citation(
            evidence_id=span.evidence_id,
            document_title=span.document_title,
            locator=span.locator,
            source_url=span.source_url,
        )
        for span in spans
    )
    checks = () if verdict is Verdict.NOT_A_CLAIM else (check,)
    return Claim(sentence=sentence, verdict=verdict, checks=checks, citations=citations)


# What the fake model writes: a sentence that is none of the documents' own, one that is, and one that wants to be an element.
WRITTEN = (
    claim_of("Each million brought back more than three.", ROW, PROSE),
    claim_of(SENTENCE, PROSE),
    claim_of(f"Say {HOSTILE} ![](http://x) [a](http://b).", ROW),
)
WITHHELD = (
    claim_of("Each million brought back £9m.", PROSE, verdict=Verdict.CONTRADICTED, check=WRONG),
    claim_of(f"So it was on Mars {HOSTILE}.", verdict=Verdict.NOT_FOUND, check=UNSAID),
)


def written_answer(question: str, claims: Sequence[Claim] = WRITTEN, notice: str = "") -> Answer:
    """Return an answer that a model wrote; what it cites is numbered in the order in which it is first cited."""
    return replace(
        answer_to(question),
        claims=tuple(claims),
        withheld=WITHHELD,
        evidence=(ROW, PROSE),
        written_by=MODEL,
        notice=notice,
    )


def checked_text(text: str) -> Checked:
    """Return a text of four sentences with a verdict of each kind."""
    sentences = (
        claim_of(SENTENCE, PROSE),
        claim_of("Each million brought back £9m.", PROSE, ROW, verdict=Verdict.CONTRADICTED, check=WRONG),
        claim_of(f"So it was on Mars {HOSTILE}.", verdict=Verdict.NOT_FOUND, check=UNSAID),
        claim_of("Is that so?", verdict=Verdict.NOT_A_CLAIM),
    )
    return Checked(
        text=text,
        verdict=worst_of([sentence.verdict for sentence in sentences]),
        sentences=sentences,
        evidence=(PROSE, ROW),
        provenance=answer_to(text).provenance,
    )


@dataclass(kw_only=True)
class FakeAssistant:
    """Answers at once, or as soon as `gate` opens; `problem` is raised instead where there is one. `answers` are those of some questions.

    One that `writes` says a sentence of WRITTEN each time that `steps` is released, until it is stopped; one that
    `gives_up` says nothing, and at the next step reports extracts, which are its answer at the one after.
    """

    status: AnswerStatus = AnswerStatus.ANSWERED
    writes: bool = False
    gives_up: bool = False
    gate: threading.Event = field(default_factory=threading.Event)
    steps: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    problem: Exception | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    heard: list[tuple[str, tuple[Exchange, ...]]] = field(default_factory=list)

    def for_(self, audience: Audience) -> FakeAssistant:
        """All that it knows is for everybody."""
        return self

    def ask(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        *,
        extracts_only: bool = False,
        on_claim: Callable[[Claim, tuple[EvidenceSpan, ...]], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Answer:
        self.heard.append((question, tuple(history)))
        self.gate.wait(10)
        if self.problem is not None:
            raise self.problem
        if question in self.answers:
            return self.answers[question]
        if not self.writes or extracts_only:
            return answer_to(question, self.status)
        if self.gives_up:
            extracts = replace(answer_to(question), notice="The model did not answer in time; these are extracts.")
            self.steps.acquire(timeout=10)
            for claim in extracts.claims:
                if on_claim is not None:
                    on_claim(claim, extracts.evidence)
            self.steps.acquire(timeout=10)
            return extracts
        shown: list[Claim] = []
        for claim in WRITTEN:
            while not self.steps.acquire(timeout=0.01):
                if stopped():
                    return written_answer(question, shown, "The writing was stopped; what it wrote before is shown.")
            shown.append(claim)
            if on_claim is not None:
                on_claim(claim, tuple(span for span in (PROSE, ROW) if span.evidence_id in _cited_by(claim)))
        return written_answer(question)

    def check(self, text: str, *, on_sentence: Callable[[int, int], None]) -> Checked:
        for done in range(4):
            on_sentence(done, 4)
            if done:
                self.gate.wait(10)
        on_sentence(3, 4)
        if self.problem is not None:
            raise self.problem
        return checked_text(text)

    def suggest(self, answer: Answer, *, asked: Sequence[str] = (), stopped: Callable[[], bool]) -> tuple[str, ...]:
        return tuple(question for question in SUGGESTED if question not in asked)

    def examples(self, *, stopped: Callable[[], bool]) -> tuple[Example, ...]:
        return (Example(kind=Kind.FIGURE, question=SUGGESTED[0]),)

    def by_source(
        self, question: str, history: Sequence[Exchange] = (), *, on_document: Callable[[int, int], None]
    ) -> SourceAnswers:
        on_document(0, 2)
        self.gate.wait(10)
        return by_source(question)

    def trace(self, cite: str, *, search: bool = False) -> None:
        """Follow nothing."""

    def search(self, question: str, top: int = 10) -> None:
        """Find nothing."""


def answer_of_figures(question: str) -> Answer:
    """Return an answer that quotes three rows of a table, whose figures can be compared."""
    quote = "Empty homes.\nArea | Homes\nLeeds | 1,200\nHull | 900\nRipon | 80"
    said = "Empty homes:\n• Leeds — Homes: 1,200\n• Hull — Homes: 900\n• Ripon — Homes: 80"
    answer = answer_to(question)
    return replace(
        answer,
        claims=(claim_of(said, replace(ROW, evidence_id="E1")),),
        evidence=(replace(ROW, evidence_id="E1", quote=quote),),
    )


SUGGESTED = ("How much did the Fund spend?", f"What is the Fund {HOSTILE}?")


def by_source(question: str) -> SourceAnswers:
    """Return what three documents say to a question: the last doesn't."""
    answer = answer_to(question)
    return SourceAnswers(
        question=question,
        answers=(
            SourceAnswer(
                document_id=PROSE.document_id,
                document_title=PROSE.document_title,
                role=PROSE.role,
                claims=(claim_of(SENTENCE, PROSE),),
                evidence=(PROSE,),
            ),
            SourceAnswer(
                document_id=ROW.document_id,
                document_title=ROW.document_title,
                role=ROW.role,
                claims=(claim_of("Second — Sum: £1.15m", ROW),),
                evidence=(ROW,),
            ),
            SourceAnswer(document_id="silent", document_title=f"Silent {HOSTILE}", role=Role.EVIDENCE),
        ),
        left_out=1,
        provenance=answer.provenance,
    )


def answering(assistant: FakeAssistant) -> Answering:
    """Return what answers a job by asking the fake, as the service does."""
    return lambda job, history: assistant.ask(
        job.question,
        history,
        extracts_only=job.extracts_only,
        on_claim=job.show,
        stopped=lambda: job.stopped,
    )


def _cited_by(claim: Claim) -> set[str]:
    return {citation.evidence_id for citation in claim.citations}


def make_service(
    folder: Path,
    *,
    assistant: FakeAssistant | None = None,
    missing: ReportQAError | None = None,
    **settings: object,
) -> Service:
    """Return a service over the fakes, with real conversations in a folder; `missing` is raised instead of a shelf."""
    answering = assistant or FakeAssistant()
    if assistant is None:
        answering.gate.set()

    def shelf(_settings: Settings) -> Shelf:
        if missing is not None:
            raise missing
        return cast(Shelf, FakeShelf(folder=folder))

    arguments: dict[str, Any] = {
        "shelf": shelf,
        "assistant": lambda _settings: cast(Assistant, answering),
        "conversations": lambda _settings: Conversations(Database(folder / "conversations.sqlite")),
    }
    return Service(Settings(library=folder, **settings), **arguments)  # type: ignore[arg-type]
