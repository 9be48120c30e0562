"""A document as a reader goes through it beyond the quoted words: its pages, its text, and the places where words stand.

The text is gone through in entries: a heading, or a block (a paragraph, a table, an item of a list). They are numbered from 0 in
reading order, and a stretch is a run of them. All places are exact in the reading text of one edition.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from report_qa.evidence import Paragraph, inside, paragraph_of
from report_qa.occurrences import apart, fold, occurrences
from report_qa.ports import PassageStore
from report_qa.records.document import Block, BlockKind, Box, Page, Section, SourceDocument, Span

# A section is shown whole up to so many entries; of a longer one, those around the words.
_MOST_ENTRIES = 80
_AROUND_FOUND_CHARS = 70
_LONGEST_EXCERPT_CHARS = 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page as one turns to it; its text begins at `start_char`. `recognised` says that its words come from text recognition (OCR)."""

    page_index: int
    printed_label: str
    width_pt: float
    height_pt: float
    start_char: int
    recognised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The stretch before or after another: entries `first` to `last` (excluded) under a heading, "" for none."""

    first: int
    last: int
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Entries `first` to `last` (excluded) of a document's text, and what stands around them."""

    first: int
    last: int
    paragraphs: tuple[Paragraph, ...]
    before: Neighbour | None
    after: Neighbour | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place where words stand: their spans (one, but for words that stand apart), the text around, and where that is.

    `marks` are the spans inside `excerpt`, which begins or ends in the middle of its paragraph where it is `cut_before` or
    `cut_after`. `page_index` is None for kinds without pages.
    """

    spans: tuple[Span, ...]
    excerpt: str
    marks: tuple[Span, ...]
    cut_before: bool
    cut_after: bool
    heading_path: tuple[str, ...]
    page_index: int | None
    printed_label: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found: how often in all, and the hits that were asked for.

    `is_apart` is True where the words stand nowhere beside each other, and the hits are paragraphs that hold all of them.
    """

    total: int
    is_apart: bool
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    span: Span
    block: Block | None
    heading_path: tuple[str, ...]
    section: int


class OpenDocument:
    """One document of one edition, opened to be gone through. Safe to share between threads."""

    def __init__(self, store: PassageStore, document: SourceDocument, edition_id: str) -> None:
        self._store = store
        self._id = document.document_id
        self.document = document
        self.edition_id = edition_id

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The document's pages; () for kinds without pages."""
        recognised = {reading.page_index for reading in self._store.readings_of(self._id) if reading.recognised}
        return tuple(
            Leaf(
                page_index=sheet.page_index,
                printed_label=sheet.printed_label,
                width_pt=sheet.width_pt,
                height_pt=sheet.height_pt,
                start_char=sheet.start_char,
                recognised=sheet.page_index in recognised,
            )
            for sheet in self._sheets
        )

    @cached_property
    def word_count(self) -> int:
        """How many words the reading text has."""
        return len(self._store.text(self._id).split())

    def page_text(self, page_index: int) -> str | None:
        """Return the words of a page, its lines as lines; None where there is no such page."""
        pages = self._store.pages(self._id, [page_index])
        if not pages:
            return None
        text = self._store.text(self._id)
        return "\n".join(text[line.start_char : line.end_char].strip() for line in pages[0].lines)

    def stretch_around(self, at_char: int, spans: Sequence[Span] = ()) -> Stretch:
        """Return the section around a character, or of a long one what is near it, with the spans marked."""
        at = self._entry_at(at_char)
        own = [number for number, entry in enumerate(self._entries) if entry.section == self._entries[at].section]
        first, last = own[0], own[-1] + 1
        # A heading over further headings alone says little: what stands under the first of them comes along.
        while last < len(self._entries) and all(entry.block is None for entry in self._entries[first:last]):
            last = self._section_end(last)
        if last - first > _MOST_ENTRIES:
            first = max(first, at - _MOST_ENTRIES // 2)
            last = min(last, first + _MOST_ENTRIES)
        return self.stretch(first, last, spans)

    def stretch(self, first: int, last: int, spans: Sequence[Span] = ()) -> Stretch:
        """Return a run of entries, at most so many as are shown at once.

        Raises:
            IndexError: there are no such entries.
        """
        if not 0 <= first < last <= len(self._entries):
            raise IndexError(first)
        last = min(last, first + 2 * _MOST_ENTRIES)
        return Stretch(
            first=first,
            last=last,
            paragraphs=tuple(self._paragraph(entry, spans) for entry in self._entries[first:last]),
            before=self._before(first),
            after=self._after(last),
        )

    def find(self, query: str, *, skip: int = 0, most: int) -> Found:
        """Find words as they stand, `most` places after the first `skip`; else the paragraphs that hold all of them."""
        total, spans = occurrences(self._folded, query, skip=skip, most=most)
        if total:
            return Found(total=total, is_apart=False, hits=tuple(self._hits([(span,) for span in spans])))
        within = (entry.span for entry in self._entries)
        groups = apart(self._folded, query, within, most=most)
        return Found(total=len(groups), is_apart=bool(groups), hits=tuple(self._hits(groups)))

    def boxes(self, query: str, page_index: int, *, most: int) -> tuple[tuple[Box, ...], ...]:
        """Return the boxes of what is found on a page, a group for each place; at most so many places."""
        page = next(iter(self._store.pages(self._id, [page_index])), None)
        if page is None:
            return ()
        total, every = occurrences(self._folded, query, most=len(self._folded))
        if not total:
            every = tuple(span for hit in self.find(query, most=most).hits for span in hit.spans)
        here = (span for span in every if span.start_char < page.end_char and span.end_char > page.start_char)
        boxes = (page.boxes(span) for span in here)
        return tuple(islice((group for group in boxes if group), most))

    @cached_property
    def _folded(self) -> str:
        return fold(self._store.text(self._id))

    @cached_property
    def _sheets(self) -> tuple[Page, ...]:
        return self._store.sheets(self._id)

    @cached_property
    def _entries(self) -> tuple[_Entry, ...]:
        """Headings and blocks in reading order. What stands between two sections are the words of a heading."""
        text = self._store.text(self._id)
        blocks = self._store.blocks(self._id)
        starts = [block.start_char for block in blocks]
        entries: list[_Entry] = []
        end = 0
        whole = Section(heading_path=(), start_char=0, end_char=len(text))
        for number, section in enumerate(self._store.sections(self._id) or (whole,)):
            gap = text[end : section.start_char]
            if words := gap.strip():
                start = end + gap.index(words)
                span = Span(start_char=start, end_char=start + len(words))
                entries.append(_Entry(span=span, block=None, heading_path=section.heading_path, section=number))
            for block in blocks[bisect_left(starts, section.start_char) : bisect_left(starts, section.end_char)]:
                span = Span(start_char=block.start_char, end_char=block.end_char)
                entries.append(_Entry(span=span, block=block, heading_path=section.heading_path, section=number))
            end = section.end_char
        return tuple(entries)

    @cached_property
    def _starts(self) -> list[int]:
        return [entry.span.start_char for entry in self._entries]

    def _entry_at(self, char: int) -> int:
        return max(0, bisect_right(self._starts, char) - 1)

    def _before(self, first: int) -> Neighbour | None:
        if first == 0:
            return None
        section = self._entries[first - 1].section
        start = first
        while start > 0 and self._entries[start - 1].section == section and first - start < _MOST_ENTRIES:
            start -= 1
        return Neighbour(first=start, last=first, heading=_last(self._entries[start].heading_path))

    def _after(self, last: int) -> Neighbour | None:
        if last >= len(self._entries):
            return None
        end = min(self._section_end(last), last + _MOST_ENTRIES)
        return Neighbour(first=last, last=end, heading=_last(self._entries[last].heading_path))

    def _section_end(self, first: int) -> int:
        """Return the number of the entry after the section of an entry."""
        section = self._entries[first].section
        later = (number for number in range(first, len(self._entries)) if self._entries[number].section != section)
        return next(later, len(self._entries))

    def _paragraph(self, entry: _Entry, spans: Sequence[Span]) -> Paragraph:
        text = self._store.text(self._id)
        if entry.block is not None:
            return paragraph_of(entry.block, text, spans, places=self._places_of(entry.block, text))
        return Paragraph(
            kind="heading",
            text=text[entry.span.start_char : entry.span.end_char],
            marks=inside(spans, entry.span),
            start_char=entry.span.start_char,
            places=tuple(filter(None, [self._store.place_of(self._id, entry.span.start_char)])),
            level=max(1, len(entry.heading_path)),
        )

    def _places_of(self, block: Block, text: str) -> tuple[str, ...]:
        place = self._store.place_of(self._id, block.start_char)
        if not place or block.kind is not BlockKind.TABLE:
            return (place,) if place else ()
        start, places = block.start_char, []
        for line in text[block.start_char : block.end_char].split("\n"):
            places.append(self._store.place_of(self._id, start))
            start += len(line) + 1
        return tuple(places)

    def _hits(self, groups: Sequence[tuple[Span, ...]]) -> Iterator[Hit]:
        text = self._store.text(self._id)
        for spans in groups:
            entry = self._entries[self._entry_at(spans[0].start_char)]
            shown = _around(text, spans, entry.span)
            sheet = self._sheet_of(spans[0])
            yield Hit(
                spans=spans,
                excerpt=text[shown.start_char : shown.end_char],
                marks=inside(spans, shown),
                cut_before=shown.start_char > entry.span.start_char,
                cut_after=shown.end_char < entry.span.end_char,
                heading_path=entry.heading_path,
                page_index=None if sheet is None else sheet.page_index,
                printed_label="" if sheet is None else sheet.printed_label,
                place=self._store.place_of(self._id, spans[0].start_char),
            )

    def _sheet_of(self, span: Span) -> Page | None:
        """Return the page on which a span begins. Where the ranges of two pages overlap, their lines decide."""
        may = [sheet for sheet in self._sheets if sheet.start_char <= span.start_char < sheet.end_char]
        if len(may) > 1:
            first = Span(start_char=span.start_char, end_char=span.start_char + 1)
            lined = self._store.pages(self._id, [sheet.page_index for sheet in may])
            may = [page for page in lined if page.boxes(first)] or may
        return may[0] if may else None


def _last(heading_path: tuple[str, ...]) -> str:
    return heading_path[-1] if heading_path else ""


def _around(text: str, spans: Sequence[Span], within: Span) -> Span:
    """Return the stretch of a paragraph around spans, in whole words, and not longer than one reads at a glance."""
    first, last = spans[0].start_char, spans[-1].end_char
    start = max(within.start_char, first - _AROUND_FOUND_CHARS)
    while within.start_char < start < first and not text[start - 1].isspace():
        start += 1
    # A phrase may run on from a heading into what follows it.
    most = max(spans[0].end_char, min(last, first + _LONGEST_EXCERPT_CHARS))
    end = max(most, min(within.end_char, most + _AROUND_FOUND_CHARS))
    while most < end < within.end_char and not text[end].isspace():
        end -= 1
    return Span(start_char=start, end_char=end)
