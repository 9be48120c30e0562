"""A document as it was read: its catalogue entry, its reading text, and where each character stands on its pages.

The reading text leaves out what a reader skips (running heads, page numbers, footnote marks) and joins what the page
broke (hyphenated words, lines of a paragraph). Offsets count characters of that text, from 0, end excluded. Lengths are
PDF points (1/72 inch) measured from the top left corner of the page as it is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from report_qa.records.audience import ALL


class Role(StrEnum):
    """What a document is on the shelf: the report that people ask about, or evidence that it rests on."""

    REPORT = "report"
    EVIDENCE = "evidence"


class DocumentState(StrEnum):
    """Drafts are never published; a superseded document stays citable and is marked."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """What is known of a document besides its words.

    `path` is relative to the document's root, with forward slashes; `document_id` is the catalogue's id, else that path.
    `visible_to` are the groups that it is for, of which a reader belongs to one at least (`records.audience`).
    """

    document_id: str
    path: str
    title: str
    media_type: str
    sha256: str
    publisher: str = ""
    about: str = ""
    published_on: date | None = None
    source_url: str = ""
    licence: str = ""
    role: Role = Role.EVIDENCE
    state: DocumentState = DocumentState.PUBLISHED
    supersedes: str = ""
    visible_to: tuple[str, ...] = (ALL,)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Who published the document, and whom the catalogue says that it is about."""
        named = (self.publisher, *self.about.split(";"))
        return tuple(dict.fromkeys(name.strip() for name in named if name.strip()))

    def __post_init__(self) -> None:
        if not self.document_id or not self.path or not self.title:
            raise ValueError("a document has an id, a path and a title")
        if len(self.sha256) != 64:
            raise ValueError("sha256 is 64 hexadecimal digits")
        if not self.visible_to:
            raise ValueError("a document is for somebody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `start_char` (included) to `end_char` (excluded) of a reading text."""

    start_char: int
    end_char: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_char < self.end_char:
            raise ValueError(f"not a span: {self.start_char}–{self.end_char}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page, in points from its top left corner; y grows downwards."""

    page_index: int
    x0_pt: float
    y0_pt: float
    x1_pt: float
    y1_pt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One printed line. Character `start_char + i` lies between `edges_pt[i]` and `edges_pt[i + 1]` horizontally."""

    start_char: int
    end_char: int
    y0_pt: float
    y1_pt: float
    edges_pt: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.edges_pt) != self.end_char - self.start_char + 1:
            raise ValueError("a line has one edge more than characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a paginated document.

    `page_index` counts sheets from 0; `printed_label` is what the page itself says ("iii", "12"), empty where nothing
    does. `start_char` and `end_char` embrace the page's lines; where a paragraph runs on past a footnote the ranges of
    two neighbouring pages may overlap, so the page of a character is that of its line.
    """

    page_index: int
    printed_label: str
    start_char: int
    end_char: int
    width_pt: float
    height_pt: float
    lines: tuple[Line, ...] = ()

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """Return one box for each line of this page that the span touches."""
        found = []
        for line in self.lines:
            first = max(span.start_char, line.start_char)
            last = min(span.end_char, line.end_char)
            if first < last:
                edges = line.edges_pt[first - line.start_char : last - line.start_char + 1]
                box = Box(
                    page_index=self.page_index,
                    x0_pt=min(edges),
                    y0_pt=line.y0_pt,
                    x1_pt=max(edges),
                    y1_pt=line.y1_pt,
                )
                found.append(box)
        return tuple(found)


class BlockKind(StrEnum):
    """What a stretch of text is typographically; it decides how the stretch may be cut."""

    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    CAPTION = "caption"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a list item, a table, a caption or a footnote.

    A table's rows are separated by newlines and its cells by " | "; its first `header_rows` rows are the header. A
    list item's `lead_in` is the span of the sentence that introduces the list, where there is one; a footnote has none.
    """

    kind: BlockKind
    start_char: int
    end_char: int
    header_rows: int = 0
    lead_in: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMark:
    """Where a mark that refers to a note stood before the reading text left it out: behind character `char` - 1.

    `label` is what was printed ("3"), "" where the file has no digits (Word counts them). `note` is the note's block,
    None where the reader found no note for the mark: it may be an entry of a numbered list at the end.
    """

    char: int
    label: str
    note: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch under one heading; `heading_path` runs from the outermost heading inwards, () before the first.

    The range begins after the heading's own words, which stand in the text on a line of their own.
    """

    heading_path: tuple[str, ...]
    start_char: int
    end_char: int
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a stretch of a document stands in a file without pages: "slide 3", "slide 3, notes", "Budget!A5:F5"."""

    start_char: int
    end_char: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """How one page was read, for the receipt: what was found on it and what was left out, counted in characters.

    `recognised` says that its words come from text recognition (OCR); `problem` why it could not be read, "" where it was.
    """

    page_index: int
    characters: int
    images: int = 0
    tables: int = 0
    recognised: bool = False
    problem: str = ""
    dropped: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """A document's reading text with its structure. `reader` names the reader and its version.

    `title` is the document's own, "" where it doesn't say. Blocks are in reading order, do not overlap and
    never cross a section. `pages` is empty for kinds without pages; `places` are the slides or cells of kinds that have
    them, in order and apart from each other. `readings` say how each page was read, () for kinds without pages.
    `dropped` counts characters that were left out, by reason ("running head", "footnote mark", …); `marks` say where the marks
    of notes stood, in order.
    """

    text: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    reader: str
    title: str = ""
    pages: tuple[Page, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()
    places: tuple[Place, ...] = ()
    readings: tuple[PageReading, ...] = ()
    marks: tuple[NoteMark, ...] = ()

    def __post_init__(self) -> None:
        end = 0
        for block in self.blocks:
            if not end <= block.start_char < block.end_char <= len(self.text):
                raise ValueError(f"blocks overlap or run past the text at {block.start_char}")
            end = block.end_char

    def words(self, span: Span) -> str:
        """Return the characters of a span."""
        return self.text[span.start_char : span.end_char]

    def place_of(self, char: int) -> str:
        """Return the label of the slide or the cells that hold a character; "" where there are none."""
        position = bisect_right(self.places, char, key=lambda place: place.start_char) - 1
        return self.places[position].label if position >= 0 and char < self.places[position].end_char else ""

    def section_of(self, char: int) -> Section | None:
        """Return the section that holds a character, if any does."""
        position = bisect_right([section.start_char for section in self.sections], char) - 1
        if position < 0 or char >= self.sections[position].end_char:
            return None
        return self.sections[position]


def report_first(documents: Iterable[SourceDocument]) -> tuple[SourceDocument, ...]:
    """Return documents in the order in which they are shown: the report, then the others by title."""
    return tuple(sorted(documents, key=lambda document: (document.role is not Role.REPORT, document.title)))
