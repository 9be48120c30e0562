"""Open a cited quotation: the page or the section on which the very words stand, with the words marked.

A permanent name (`report_qa.citations`) is resolved in its own edition. Where that edition is gone, the same words are
looked for at the same place of the current edition's document; words that don't stand there are "not located": nothing is
matched fuzzily into place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.citations import Cite
from report_qa.ports import PassageStore
from report_qa.records.answer import Locator
from report_qa.records.document import Block, Box, SourceDocument, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A stretch of a reading text as it is shown: a heading, a paragraph, a list item, a table or a footnote.

    `marks` are the cited ranges inside `text`. Tables keep their rows on lines and their cells behind " | ".
    """

    kind: str
    text: str
    marks: tuple[Span, ...] = ()
    header_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page of a paginated document: `page_count` sheets, size in points, and where the words stand on it."""

    page_index: int
    printed_label: str
    page_count: int
    width_pt: float
    height_pt: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """What a door shows for one citation. `located` is False where the words no longer stand at their place.

    `pages` are the pages that the words stand on (usually one), () for kinds without pages; `paragraphs` are the text
    of the section around the words, or of the whole page's passage.
    """

    cite: str
    document: SourceDocument
    edition_id: str
    quote: str
    located: bool
    locator: Locator
    pages: tuple[PageView, ...]
    paragraphs: tuple[Paragraph, ...]


def view_evidence(
    store: PassageStore, document: SourceDocument, *, cite: str, parsed: Cite, edition_id: str
) -> EvidenceView:
    """Return the view of a citation in one edition; `located` says whether its very words stand there."""
    text = store.text(document.document_id)
    spans = tuple(Span(start_char=start, end_char=end) for start, end in parsed.ranges)
    quote = "\n".join(text[span.start_char : span.end_char] for span in spans)
    located = spans[-1].end_char <= len(text) and parsed.matches(quote)
    if not located:
        return EvidenceView(
            cite=cite,
            document=document,
            edition_id=edition_id,
            quote="",
            located=False,
            locator=Locator(),
            pages=(),
            paragraphs=(),
        )
    touched = store.pages_of(document.document_id, spans)
    page_count = len(store.page_numbers(document.document_id))
    pages = tuple(
        PageView(
            page_index=page.page_index,
            printed_label=page.printed_label,
            page_count=page_count,
            width_pt=page.width_pt,
            height_pt=page.height_pt,
            boxes=tuple(box for span in spans for box in page.boxes(span)),
        )
        for page in touched
    )
    section = next(
        (
            part
            for part in store.sections(document.document_id)
            if part.start_char <= spans[-1].start_char < part.end_char
        ),
        None,
    )
    heading_path = section.heading_path if section else ()
    within = Span(start_char=section.start_char, end_char=section.end_char) if section else spans[-1]
    blocks = [
        block for block in store.blocks(document.document_id) if within.start_char <= block.start_char < within.end_char
    ]
    paragraphs = tuple(_paragraph(block, text, spans) for block in blocks)
    number = next(
        (n for n, block in enumerate(blocks, 1) if block.start_char <= spans[-1].start_char < block.end_char), None
    )
    return EvidenceView(
        cite=cite,
        document=document,
        edition_id=edition_id,
        quote=quote,
        located=True,
        locator=Locator.of(
            spans[-1], touched, heading_path, number, store.place_of(document.document_id, spans[-1].start_char)
        ),
        pages=pages,
        paragraphs=paragraphs,
    )


def _paragraph(block: Block, text: str, spans: Sequence[Span]) -> Paragraph:
    marks = []
    for span in spans:
        start = max(span.start_char, block.start_char) - block.start_char
        end = min(span.end_char, block.end_char) - block.start_char
        if start < end:
            marks.append(Span(start_char=start, end_char=end))
    return Paragraph(
        kind=block.kind.value,
        text=text[block.start_char : block.end_char],
        marks=tuple(marks),
        header_rows=block.header_rows,
    )
