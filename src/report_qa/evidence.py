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
from report_qa.records.document import Block, Box, Line, Page, SourceDocument, Span

# What of a page is told around marked words to who can't see its picture, in characters on either side.
_AROUND_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A stretch of a reading text as it is shown: a heading, a paragraph, a list item, a table or a footnote.

    `marks` are the cited ranges inside `text`, which begins at `start_char` of the reading text. Tables keep their rows on lines
    and their cells behind " | "; `places` are the slide or the cells that the stretch stands in, for a table those of each row.
    `level` is that of a heading, from 1.
    """

    kind: str
    text: str
    marks: tuple[Span, ...] = ()
    start_char: int = 0
    header_rows: int = 0
    places: tuple[str, ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page of a paginated document: `page_count` sheets, size in points, and where the words stand on it.

    `excerpt` is the page's own text around the words, and `line_x0_pt` where the printed line begins on which they begin.
    """

    page_index: int
    printed_label: str
    page_count: int
    width_pt: float
    height_pt: float
    boxes: tuple[Box, ...]
    excerpt: str = ""
    line_x0_pt: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPlace:
    """Where the words of a citation stand: their document, and the pages that show them, () for kinds without pages.

    `located` is False where the words no longer stand at their place; there is nothing to be marked then.
    """

    cite: str
    document: SourceDocument
    edition_id: str
    quote: str
    located: bool
    spans: tuple[Span, ...]
    pages: tuple[PageView, ...]


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


def locate(store: PassageStore, document: SourceDocument, *, cite: str, parsed: Cite, edition_id: str) -> CitedPlace:
    """Return where the words of a citation stand in one edition, if its very words stand there."""
    text = store.text(document.document_id)
    spans = tuple(Span(start_char=start, end_char=end) for start, end in parsed.ranges)
    quote = "\n".join(text[span.start_char : span.end_char] for span in spans)
    if spans[-1].end_char > len(text) or not parsed.matches(quote):
        return CitedPlace(
            cite=cite, document=document, edition_id=edition_id, quote="", located=False, spans=(), pages=()
        )
    page_count = len(store.page_numbers(document.document_id))
    pages = tuple(
        PageView(
            page_index=page.page_index,
            printed_label=page.printed_label,
            page_count=page_count,
            width_pt=page.width_pt,
            height_pt=page.height_pt,
            boxes=tuple(box for span in spans for box in page.boxes(span)),
            excerpt=_excerpt(page, spans, text),
            line_x0_pt=next(min(line.edges_pt) for line in page.lines for span in spans if _touches(line, span)),
        )
        for page in store.pages_of(document.document_id, spans)
    )
    return CitedPlace(
        cite=cite, document=document, edition_id=edition_id, quote=quote, located=True, spans=spans, pages=pages
    )


def view_evidence(
    store: PassageStore, document: SourceDocument, *, cite: str, parsed: Cite, edition_id: str
) -> EvidenceView:
    """Return the view of a citation in one edition; `located` says whether its very words stand there."""
    place = locate(store, document, cite=cite, parsed=parsed, edition_id=edition_id)
    spans = place.spans
    if not place.located:
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
    text = store.text(document.document_id)
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
    number = next(
        (n for n, block in enumerate(blocks, 1) if block.start_char <= spans[-1].start_char < block.end_char), None
    )
    return EvidenceView(
        cite=cite,
        document=document,
        edition_id=edition_id,
        quote=place.quote,
        located=True,
        locator=Locator.of(
            spans[-1],
            store.pages_of(document.document_id, spans),
            heading_path,
            number,
            store.place_of(document.document_id, spans[-1].start_char),
        ),
        pages=place.pages,
        paragraphs=tuple(paragraph_of(block, text, spans) for block in blocks),
    )


def paragraph_of(block: Block, text: str, marks: Sequence[Span] = (), *, places: tuple[str, ...] = ()) -> Paragraph:
    """Return a block as it is shown, with those parts of the spans that stand in it marked."""
    return Paragraph(
        kind=block.kind.value,
        text=text[block.start_char : block.end_char],
        marks=inside(marks, Span(start_char=block.start_char, end_char=block.end_char)),
        start_char=block.start_char,
        header_rows=block.header_rows,
        places=places,
    )


def inside(spans: Sequence[Span], whole: Span) -> tuple[Span, ...]:
    """Return those parts of spans that stand in another one, counted from its beginning."""
    cut = []
    for span in spans:
        start = max(span.start_char, whole.start_char) - whole.start_char
        end = min(span.end_char, whole.end_char) - whole.start_char
        if start < end:
            cut.append(Span(start_char=start, end_char=end))
    return tuple(cut)


def _touches(line: Line, span: Span) -> bool:
    return line.start_char < span.end_char and span.start_char < line.end_char


def _excerpt(page: Page, spans: Sequence[Span], text: str) -> str:
    """Return the words of a page around those of the spans that stand on it."""
    here = [span for span in spans if span.start_char < page.end_char and span.end_char > page.start_char]
    first = max(page.start_char, min(span.start_char for span in here) - _AROUND_CHARS)
    last = min(page.end_char, max(span.end_char for span in here) + _AROUND_CHARS)
    # Whole words only.
    while page.start_char < first and not text[first - 1].isspace():
        first += 1
    while last < page.end_char and not text[last].isspace():
        last -= 1
    return " ".join(text[first:last].split())
