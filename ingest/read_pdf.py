"""Reads a PDF: its text in reading order, its structure, and where each character stands.

pdfium gives the glyphs (`report_qa.backends.pdfium`); pypdf, whose home this is, gives what the file says of itself:
the outline, page labels and the title. A file that pypdf can't read goes on without these.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pypdf
from pypdf.errors import DependencyError, PyPdfError

from ingest.pdf_flow import in_reading_order
from ingest.pdf_furniture import drop_furniture
from ingest.pdf_layout import body_style, read_blocks
from ingest.pdf_structure import OutlineEntry, mark_headings
from ingest.pdf_tables import ruled_tables
from ingest.pdf_text import PdfText
from ingest.pdf_words import PageWords, read_words
from ingest.recognise import recognise, scale_for
from report_qa.backends.pdfium import PdfFile
from report_qa.errors import DocumentTooLarge, DocumentUnreadable, NoTextLayer
from report_qa.records.document import DocumentText

READER = "pdf/3"
_NEEDS_OCR = "needs text recognition"
# US letter, for a page that can't even be measured.
_UNKNOWN_PAGE = (612.0, 792.0)

MOST_OUTLINE_ENTRIES = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """What a PDF says of itself. A label is empty where the file names none."""

    title: str = ""
    author: str = ""
    outline: tuple[OutlineEntry, ...] = field(default=())
    labels: tuple[str, ...] = field(default=())


def read_pdf(
    content: bytes,
    *,
    name: str,
    password: str = "",
    ocr: bool = True,
    max_pages: int = 5_000,
    on_page: Callable[[], None] = lambda: None,
) -> DocumentText:
    """Return a PDF's reading text; `name` is what messages call it.

    Pages without text are recognised if `ocr` allows it; `on_page` is called after each, since that takes seconds.

    Raises:
        DocumentUnreadable: it can't be opened (DocumentEncrypted: without another password), has more than `max_pages`
            pages (DocumentTooLarge), or no text on any of them (NoTextLayer).
    """
    if not content.strip():
        raise DocumentUnreadable(f"{name} is empty.", hint="Get a fresh copy of the file.")
    with PdfFile(content, name=name, password=password) as pdf:
        if pdf.page_count > max_pages:
            raise DocumentTooLarge(
                f"{name} has {pdf.page_count:,} pages; at most {max_pages:,} are read.",
                hint="Split it, or raise REPORT_QA_MAX_PAGES.",
            )
        pages = []
        for page_index in range(pdf.page_count):
            pages.append(_read_page(pdf, page_index, ocr=ocr))
            if pages[-1].recognised:
                on_page()
    _refuse_without_text(pages, name, ocr=ocr)
    facts = read_facts(content, password=password)
    labels = [facts.labels[index] if index < len(facts.labels) else "" for index in range(len(pages))]
    body_size, usual_step = body_style(pages)
    drop_furniture(pages)
    drafts = [read_blocks(page, ruled_tables(page), body_size, usual_step) for page in pages]
    everything = [draft for of_page in drafts for draft in of_page]
    mark_headings(everything, facts.outline, body_size, len(pages))
    if all(draft.is_heading for draft in everything):
        # A poster or a form of a few large words: with no text below them they are the text.
        for draft in everything:
            draft.heading_level, draft.is_heading = None, False
    document = PdfText(pages, in_reading_order(everything)).build(reader=READER, labels=labels)
    if not document.text:
        raise NoTextLayer(
            f"{name} has nothing but running heads and a contents list.", hint="Check that it is the whole document."
        )
    return document


def _read_page(pdf: PdfFile, page_index: int, *, ocr: bool) -> PageWords:
    """Return a page's words; one that is broken has none, and says why."""
    try:
        page = read_words(pdf.glyphs(page_index), page_index)
    except DocumentUnreadable as error:
        width, height = _UNKNOWN_PAGE
        return PageWords(page_index, width, height, [], [], (), (), (), problem=error.message)
    if page.has_text or not (page.images or page.fills or page.horizontals or page.verticals):
        return page
    if not ocr:
        page.problem = _NEEDS_OCR
        return page
    scale = scale_for(page.width_pt, page.height_pt)
    try:
        recognise(page, pdf.pixels(page_index, scale=scale), scale)
    except DocumentUnreadable as error:
        page.problem = error.message
    return page


def _refuse_without_text(pages: list[PageWords], name: str, *, ocr: bool) -> None:
    if any(page.has_text for page in pages):
        return
    broken = [page.problem for page in pages if page.problem and page.problem != _NEEDS_OCR]
    if broken and len(broken) == len(pages):
        raise DocumentUnreadable(broken[0], hint="Open it in a PDF viewer; if that fails too, get a fresh copy.")
    if ocr:
        raise NoTextLayer(
            f"{name} has no text on any of its {len(pages)} pages, and none could be recognised in its pictures.",
            hint="Check it in a PDF viewer, or leave it out.",
        )
    raise NoTextLayer(
        f"{name} has no text on any of its {len(pages)} pages, only pictures.",
        hint="Allow text recognition (REPORT_QA_OCR=true), or leave it out.",
    )


def read_facts(content: bytes, *, password: str = "") -> PdfFacts:
    """Return what the file says of itself, as far as pypdf can read it."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), password=password or None)
        metadata = reader.metadata
    except _PYPDF_FAILURES:
        return PdfFacts()
    return PdfFacts(
        title=_plain(getattr(metadata, "title", "")),
        author=_plain(getattr(metadata, "author", "")),
        outline=_outline(reader),
        labels=_labels(reader),
    )


# pypdf raises these, besides its own, on broken files.
_PYPDF_FAILURES = (
    PyPdfError, DependencyError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError,
    RuntimeError, MemoryError, OverflowError, OSError, ImportError, ZeroDivisionError,
)  # fmt: skip


def _plain(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _outline(reader: pypdf.PdfReader) -> tuple[OutlineEntry, ...]:
    try:
        pages = {
            page.indirect_reference.idnum: index
            for index, page in enumerate(reader.pages)
            if page.indirect_reference is not None
        }
        found: list[OutlineEntry] = []
        _collect(reader.outline, 0, pages, found)
    except _PYPDF_FAILURES:
        return ()
    return tuple(found)


def _collect(items: list[Any], level: int, pages: dict[int, int], found: list[OutlineEntry]) -> None:
    for item in items:
        if isinstance(item, list):
            _collect(item, level + 1, pages, found)
        elif len(found) < MOST_OUTLINE_ENTRIES:
            target = getattr(item, "page", None)
            number = getattr(target, "idnum", None)
            title = _plain(item.title)
            if title:
                found.append(OutlineEntry(level=level, title=title, page_index=pages.get(number or -1)))


def _labels(reader: pypdf.PdfReader) -> tuple[str, ...]:
    """The labels that the file itself defines; pypdf makes up "1", "2", … for a file without any."""
    try:
        if "/PageLabels" not in reader.root_object:
            return ()
        return tuple(label.strip() for label in reader.page_labels)
    except _PYPDF_FAILURES:
        return ()
