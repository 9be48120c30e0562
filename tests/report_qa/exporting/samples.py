"""Answers, checked texts and evidence to export: a report with pages, an old plan, and a sheet whose words want to be markup."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st
from PIL import Image

from report_qa import (
    Answer,
    AnswerStatus,
    Citation,
    Claim,
    Conversation,
    EvidenceSpan,
    EvidenceView,
    Locator,
    PageView,
    SourceDocument,
    Turn,
    Verdict,
)
from report_qa.citations import encode_cite
from report_qa.exporting import harmless
from report_qa.exporting.collect import of_evidence
from report_qa.exporting.content import Content, PagePicture
from report_qa.records.answer import Check, Provenance
from report_qa.records.checked import Checked, worst_of
from report_qa.records.document import Box, DocumentState, Role, Span

EDITION = "000007"
DAY = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
HOSTILE = (
    "=cmd|'/c calc'!A1 <script>alert(1)</script> <i>x</i> **bold** _it_ [link](http://evil.test) www.evil.test"
    " \\input{secret} $x^2$ #set text(red) @misc{a, b={c}} %00 ~ & &amp; {:type: bill} TY  - BOOK `code`"
    " \u202egnp.exe\u202c \x00\x07\ud800\ufffe zero\u200bwidth"
)
SAFE = harmless.line(HOSTILE)

REPORT = SourceDocument(
    document_id="report",
    path="report.pdf",
    title="Why neighbourhoods matter",
    media_type="application/pdf",
    sha256="a" * 64,
    publisher="Local Trust",
    published_on=date(2024, 6, 3),
    source_url="https://example.org/report_(final)?a=1&b=50%25~x#top",
    licence="CC BY 4.0",
    role=Role.REPORT,
)
OLD = SourceDocument(
    document_id="old-plan",
    path="old-plan.html",
    title="The old plan",
    media_type="text/html",
    sha256="b" * 64,
    publisher="Ministère de l’Égalité",
    published_on=date(2019, 1, 1),
    source_url="https://example.org/old-plan",
    state=DocumentState.SUPERSEDED,
)
SHEET = SourceDocument(
    document_id="sheet",
    path="sheet.csv",
    title=f"Sheet {HOSTILE}",
    media_type="text/csv",
    sha256="c" * 64,
    source_url="javascript:alert(1)",
)
DOCUMENTS = {document.document_id: document for document in (REPORT, OLD, SHEET)}


def span(
    document: SourceDocument, quote: str, locator: Locator, start: int = 100, *, superseded_by: str = ""
) -> EvidenceSpan:
    """Return a quotation; its handle is given where it is cited."""
    end = start + max(1, len(quote))
    return EvidenceSpan(
        evidence_id="E0",
        passage_id=f"p{start}",
        document_id=document.document_id,
        document_path=document.path,
        document_title=document.title,
        role=document.role,
        spans=(Span(start_char=start, end_char=end),),
        quote=quote,
        boxes=(),
        locator=locator,
        source_url=document.source_url,
        cite=encode_cite(EDITION, document.document_id, ((start, end),), quote.encode(errors="replace").decode()),
        state=document.state,
        superseded_by=superseded_by,
    )


RETURNS = span(
    REPORT,
    "Every £1m of investment returned £3.2m of benefits.",
    Locator(heading_path=("Returns",), page_index=1, page_label="iii"),
)
GAP = span(REPORT, "The gap is “very large”", Locator(page_index=1, page_label="iii"), 400)
PLAN = span(
    OLD,
    "Every district had a plan by 2015.",
    Locator(heading_path=("Plans",), paragraph=2),
    superseded_by="The new plan",
)
ROW = span(SHEET, f"Item | Sum\n{HOSTILE} | £1.15m", Locator(place="Budget!A5:F5"), 40)


def claim(
    sentence: str, *spans: EvidenceSpan, verdict: Verdict = Verdict.SUPPORTED, checks: Sequence[Check] = ()
) -> Claim:
    return Claim(
        sentence=sentence,
        verdict=verdict,
        checks=tuple(checks),
        citations=tuple(Citation.of(each) for each in spans),
    )


def provenance(edition_id: str = EDITION, asked_at: datetime = DAY) -> Provenance:
    return Provenance(edition_id=edition_id, version="0.1.0", settings_digest="0", models=("m",), asked_at=asked_at)


def _numbered(spans: Sequence[EvidenceSpan]) -> tuple[EvidenceSpan, ...]:
    return tuple(replace(each, evidence_id=f"E{number}") for number, each in enumerate(spans, 1))


EXTRACTS_OF = _numbered((RETURNS, PLAN, ROW))
_E1, _E2, _E3 = EXTRACTS_OF
EXTRACTS = Answer(
    question="What does £1m return?",
    question_used="What does £1m return?",
    status=AnswerStatus.ANSWERED,
    text="…",
    claims=(claim(RETURNS.quote, _E1), claim(PLAN.quote, _E2), claim(f"{HOSTILE} — Sum: £1.15m", _E3)),
    evidence=EXTRACTS_OF,
    provenance=provenance(),
)
MODEL = "openai:small"
WRITTEN = Answer(
    question="And what of the plans?",
    question_used="What of the plans, and what does £1m return?",
    status=AnswerStatus.ANSWERED_PARTLY,
    text="…",
    claims=(
        claim("Each million brought back more than three, and every district had planned by 2015.", _E1, _E2),
        claim(RETURNS.quote, _E1),
    ),
    withheld=(claim("It was £9m.", _E1, verdict=Verdict.CONTRADICTED), claim("On Mars.", verdict=Verdict.NOT_FOUND)),
    evidence=(_E1, _E2),
    unanswered_parts=("since when",),
    restricted_to="1 document: Why neighbourhoods matter",
    written_by=MODEL,
    notice="The writing was stopped; what it wrote before is shown.",
    provenance=provenance("000008", datetime(2026, 11, 25, 10, 0, tzinfo=UTC)),
)
REFUSED = Answer(
    question="What is on the Moon?",
    question_used="What is on the Moon?",
    status=AnswerStatus.REFUSED_NO_EVIDENCE,
    text="The documents do not say.",
    searched="3 documents, 9 passages; no passage mentions Moon",
    nearest=_numbered((GAP, RETURNS)),
    provenance=provenance(),
)
ASKED_BACK = Answer(
    question="How much?",
    question_used="How much?",
    status=AnswerStatus.CLARIFICATION,
    text="How much of what?\n- of money",
    choices=("How much money is there?",),
    provenance=provenance(),
)
CONVERSATION = Conversation(
    conversation_id="c",
    title="What does £1m return?",
    turns=tuple(
        Turn(turn_id=str(number), parent_id=None, answer=answer, frozen_at=DAY)
        for number, answer in enumerate((EXTRACTS, REFUSED, WRITTEN, ASKED_BACK))
    ),
)
_SENTENCES = (
    claim(RETURNS.quote, _E1),
    claim(
        "Each million brought back £9m.",
        _E1,
        verdict=Verdict.CONTRADICTED,
        checks=(Check(kind="number", claimed="£9m", found="£3.2m", passed=False),),
    ),
    claim(f"On Mars, {HOSTILE}.", verdict=Verdict.NOT_FOUND),
    claim("Is that so?", verdict=Verdict.NOT_A_CLAIM),
)
CHECKED = Checked(
    text="\n".join(sentence.sentence for sentence in _SENTENCES),
    verdict=worst_of([sentence.verdict for sentence in _SENTENCES]),
    sentences=_SENTENCES,
    evidence=EXTRACTS_OF,
    provenance=provenance(),
)


def open_evidence(cite: str) -> EvidenceView | None:
    """Open what the samples cite, as a shelf does."""
    for each in (RETURNS, GAP, PLAN, ROW):
        if each.cite == cite:
            document = DOCUMENTS[each.document_id]
            return EvidenceView(
                cite=cite,
                document=document,
                edition_id=EDITION,
                quote=each.quote,
                located=True,
                locator=each.locator,
                pages=_pages(each),
                paragraphs=(),
            )
    return None


def _pages(each: EvidenceSpan) -> tuple[PageView, ...]:
    if each.locator.page_index is None:
        return ()
    top = float(each.spans[0].start_char)
    box = Box(page_index=1, x0_pt=70.0, y0_pt=top, x1_pt=400.0, y1_pt=top + 12)
    return (PageView(page_index=1, printed_label="iii", page_count=8, width_pt=595.0, height_pt=842.0, boxes=(box,)),)


def pieces(*texts: str) -> st.SearchStrategy[str]:
    """Return texts that are put together of signs that a format may stumble over."""
    signs = [*texts, "\ud800", "\u202e", "\x00", "\n", "\t", " ", "a", "é", "1", "한"]
    return st.lists(st.sampled_from(signs), max_size=20).map("".join)


def of_words(words: str) -> Content:
    """Return an export of one reference whose quotation, title, publisher, place and licence all say these words."""

    def opened(cite: str) -> EvidenceView:
        view = open_evidence(RETURNS.cite)
        assert view is not None
        document = replace(view.document, title=words or "?", publisher=words, licence=words)
        return replace(view, document=document, quote=words, locator=Locator(heading_path=(words,)))

    return of_evidence([RETURNS.cite], opened, title=words, chosen_at=DAY)


def jpeg(width: int = 60, height: int = 85) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(drawn, "JPEG")
    return drawn.getvalue()


PICTURE = PagePicture(
    jpeg=jpeg(),
    caption="[1] Why neighbourhoods matter, p. iii (PDF page 2): the cited lines are boxed.",
    alternative=f"Picture of p. iii (PDF page 2) of Why neighbourhoods matter. The boxed lines read: “{RETURNS.quote}”",
    numbers=(1,),
    width_pt=595.0,
    height_pt=842.0,
)


def squeezed(text: str) -> str:
    """Return a text without white space, to be compared where a format breaks lines as it likes."""
    return "".join(text.replace("\u200b", "").split())


def one_line(text: str) -> str:
    return " ".join(text.split())
