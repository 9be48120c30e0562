"""Builds the reading text of documents without pages, block by block, with the offsets of each.

Blocks are separated by an empty line, the rows of a table by newlines, its cells by " | ". Words come in as the format
gives them and are tidied here once: runs of white space become one space as in a browser, no-break spaces become plain
ones, and what nobody can see (control characters, zero-width and direction marks, Unicode tags) goes, so that hidden
text never reaches a passage. `dropped` counts it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.errors import NoTextLayer
from report_qa.records.document import Block, BlockKind, DocumentText, NoteMark, Place, Section, Span

# A paragraph longer than this does not introduce the list after it, unless it ends with a colon.
SHORT_PARAGRAPH_CHARS = 160
LONGEST_CAPTION_CHARS = 300
LONGEST_HEADING_CHARS = 300

_BLANK = re.compile(r"[ \t\n\r\f\v\u0085\u2028\u2029]+")
_NO_BREAK = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2011": "-"})
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
# Stands among the words for the mark of a note until they are tidied: Unicode's noncharacters are nobody's words.
_MARK = re.compile("\ufdd0(\\d{1,6})\ufdd1")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CALLED_TABLE = re.compile(
    r"(?:Table|Figure|Chart|Exhibit|Box)\s+[A-Z]?\d+(?:[.\u2013-]\d+)*\s*(?:[.:\u2013\u2014-]|\s[A-Z])"
)
_SENTENCE_END = re.compile(r"""[.!?]["'\u201d\u2019)\]]*\s+(?=["'\u201c\u2018(\[]?[A-Z0-9])""")


@dataclass(slots=True)
class _Heading:
    level: int
    words: str
    anchor: str
    start_char: int
    end_char: int
    blocks_before: int


class TextBuilder:
    """Takes the parts of one document in reading order; `build` gives its text. Parts without words are passed over."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._headings: list[_Heading] = []
        self._dropped: Counter[str] = Counter()
        self._lead_in: Span | None = None
        self._open_items: list[tuple[int, Span | None]] = []
        self._held_footnotes: list[tuple[str, str]] = []
        self._issued: list[tuple[str, str]] = []
        self._met: list[tuple[int, int]] = []
        self._marks: list[tuple[int, int]] = []
        self._notes: dict[str, Span] = {}
        self._place = ""
        self._places: list[Place] = []

    def heading(self, words: str, level: int, *, anchor: str = "") -> None:
        """Begin a section. Level 0 is the title of the document, which is no part of heading paths.

        Longer than a heading can be, it is a paragraph that somebody made look like one.
        """
        words = self.tidy(words)
        if len(words) > LONGEST_HEADING_CHARS:
            self.paragraph(words)
        elif words:
            self._end_list()
            span = self._append(words)
            self._headings.append(_Heading(level, words, anchor, span.start_char, span.end_char, len(self._blocks)))

    def note_mark(self, *, label: str = "", note: str = "") -> str:
        """Return what to put among the words where the mark of a note stood; the text won't have it.

        `label` are the printed digits, `note` is the name under which `footnote` will be given the note, if it is known.
        """
        self._issued.append((label, note))
        return f"\ufdd0{len(self._issued) - 1}\ufdd1"

    def paragraph(self, words: str, *, keep_lines: bool = False) -> None:
        """Add a paragraph; `keep_lines` is for text whose lines mean something, such as code."""
        words = self._tidy_lines(words) if keep_lines else self.tidy(words)
        if words:
            self._end_list()
            self._lead_in = _introduction(self._add(BlockKind.PROSE, words), words)

    def list_item(self, words: str, *, depth: int = 0) -> None:
        """Add one item of a list, of depth 0 or, inside an item of the list around it, deeper."""
        if words := self.tidy(words):
            while self._open_items and self._open_items[-1][0] >= depth:
                self._open_items.pop()
            lead_in = self._open_items[-1][1] if self._open_items else self._lead_in
            span = self._add(BlockKind.LIST, words, lead_in=lead_in)
            self._open_items.append((depth, _introduction(span, words)))

    def at(self, label: str) -> None:
        """Say where in its file what comes next stands ("slide 3"); "" where there is no such thing."""
        self._place = label

    def table(self, rows: Sequence[Sequence[str]], *, header_rows: int = 0, places: Sequence[str] = ()) -> None:
        """Add a table. Empty rows and columns are left out; a table of one column is a box around paragraphs.

        `places` say for each row where it stands, in kinds of documents whose rows have a place of their own.
        """
        tidied = [[re.sub(r" ?\| ?", "|", self.tidy(cell)) for cell in row] for row in rows]
        width = max((len(row) for row in tidied), default=0)
        padded = [row + [""] * (width - len(row)) for row in tidied]
        columns = [column for column in range(width) if any(row[column] for row in padded)]
        kept = [[row[column] for column in columns] for row in padded if any(row)]
        kept_places = [place for place, row in zip(places, padded, strict=True) if any(row)] if places else []
        headers = sum(any(row) for row in padded[:header_rows])
        if len(columns) == 1:
            for number, row in enumerate(kept):
                self._place = kept_places[number] if places else self._place
                self.paragraph(row[0])
        elif kept:
            self._end_list()
            self._find_caption()
            lines = [" | ".join(row) for row in kept]
            self._met = []
            self._add(BlockKind.TABLE, "\n".join(lines), header_rows=min(headers, len(kept)), row_places=kept_places)

    def _find_caption(self) -> None:
        """Make the paragraph before a table its caption, if it calls itself "Table 1" or the like."""
        if not self._blocks or self._blocks[-1].end_char != self._length:
            return
        last, words = self._blocks[-1], self._parts[-1]
        if last.kind is BlockKind.PROSE and len(words) <= LONGEST_CAPTION_CHARS and _CALLED_TABLE.match(words):
            self._blocks[-1] = replace(last, kind=BlockKind.CAPTION)

    def caption(self, words: str) -> None:
        """Add what is written above or below a table or a figure."""
        if words := self.tidy(words):
            self._end_list()
            self._add(BlockKind.CAPTION, words)

    def footnote(self, words: str, *, note: str = "") -> None:
        """Add a footnote, under the name by which its marks know it.

        One that an item of a list refers to comes after the list, which stays whole.
        """
        if words := self.tidy(words):
            self._met = []
            if self._open_items:
                self._held_footnotes.append((words, note))
            else:
                self._add_footnote(words, note)

    def _add_footnote(self, words: str, note: str) -> None:
        span = self._add(BlockKind.FOOTNOTE, words)
        if note:
            self._notes.setdefault(note, span)

    def drop(self, reason: str, characters: int) -> None:
        """Count characters that the reader left out."""
        if characters:
            self._dropped[reason] += characters

    def build(self, *, reader: str, name: str) -> DocumentText:
        """Return the document's text; without a single letter or digit in it the file is refused."""
        self._end_list()
        text = "".join(self._parts)
        if not any(character.isalnum() for character in text):
            raise NoTextLayer(
                f"{name} has no text in it.",
                hint="If its pages are pictures, run text recognition (OCR) and add the result; else leave it out.",
            )
        return DocumentText(
            text=text,
            sections=self._sections(),
            blocks=tuple(self._blocks),
            places=tuple(self._places),
            reader=reader,
            dropped=tuple(sorted(self._dropped.items())),
            marks=self._note_marks(),
        )

    def _note_marks(self) -> tuple[NoteMark, ...]:
        """Return the marks that say something: those with a note, or with digits to look for one."""
        found = []
        for char, number in self._marks:
            label, note = self._issued[number]
            if label or note in self._notes:
                found.append(NoteMark(char=char, label=label, note=self._notes.get(note)))
        return tuple(found)

    def tidy(self, words: str) -> str:
        """Return words as they are read: single spaces, nothing invisible."""
        self._met = []
        if "\ufdd0" in words:
            words = self._without_marks(words)
        return _BLANK.sub(" ", self._visible(words)).strip(" ")

    def _without_marks(self, words: str) -> str:
        """Return words without the marks of notes, whose places in what `tidy` will make of them are remembered."""
        plain, end = "", 0
        for match in _MARK.finditer(words):
            if int(match[1]) >= len(self._issued):
                continue
            plain += words[end : match.start()]
            end = match.end()
            before = _BLANK.sub(" ", _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", plain.translate(_NO_BREAK)))).strip(
                " "
            )
            self._met.append((len(before), int(match[1])))
        return plain + words[end:]

    def _tidy_lines(self, words: str) -> str:
        # Code has no notes.
        words = self._without_marks(words)
        self._met = []
        lines = (_BLANK.sub(" ", line).rstrip(" ") for line in self._visible(words).splitlines())
        return "\n".join(line for line in lines if line).strip(" ")

    def _visible(self, words: str) -> str:
        visible, count = _INVISIBLE.subn("", words.translate(_NO_BREAK))
        self.drop("invisible character", count)
        return _SURROGATE.sub("\ufffd", visible)

    def _append(self, words: str, row_places: Sequence[str] = ()) -> Span:
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        start = self._length
        self._parts.append(words)
        self._length += len(words)
        self._marks += [(start + char, number) for char, number in self._met]
        self._met = []
        self._note_places(start, words, row_places)
        return Span(start_char=start, end_char=self._length)

    def _note_places(self, start: int, words: str, row_places: Sequence[str]) -> None:
        if not row_places:
            if self._place:
                self._places.append(Place(start_char=start, end_char=self._length, label=self._place))
            return
        for line, label in zip(words.split("\n"), row_places, strict=True):
            self._places.append(Place(start_char=start, end_char=start + len(line), label=label))
            start += len(line) + 1

    def _add(
        self,
        kind: BlockKind,
        words: str,
        *,
        header_rows: int = 0,
        lead_in: Span | None = None,
        row_places: Sequence[str] = (),
    ) -> Span:
        span = self._append(words, row_places)
        start, end = span.start_char, span.end_char
        block = Block(kind=kind, start_char=start, end_char=end, header_rows=header_rows, lead_in=lead_in)
        self._blocks.append(block)
        return span

    def _end_list(self) -> None:
        self._lead_in, self._open_items = None, []
        met, self._met = self._met, []
        for words, note in self._held_footnotes:
            self._add_footnote(words, note)
        self._held_footnotes.clear()
        self._met = met

    def _sections(self) -> tuple[Section, ...]:
        """Return the stretches between headings. Words of headings belong to none of them."""
        sections = []
        title = self._title()
        path: list[tuple[int, str]] = []
        end_of_first = self._headings[0].start_char - 2 if self._headings else self._length
        if end_of_first > 0:
            sections.append(Section(heading_path=(), start_char=0, end_char=end_of_first))
        for position, heading in enumerate(self._headings):
            level = 0 if heading is title else heading.level
            while path and path[-1][0] >= level:
                path.pop()
            if level > 0:
                path.append((level, heading.words))
            last = position + 1 == len(self._headings)
            end = self._length if last else self._headings[position + 1].start_char - 2
            start = min(heading.end_char + 2, self._length)
            sections.append(
                Section(
                    heading_path=tuple(words for _, words in path),
                    start_char=start,
                    end_char=max(start, end),
                    anchor=heading.anchor,
                )
            )
        return tuple(sections)

    def _title(self) -> _Heading | None:
        """Return the heading that is the title: the only one of level 1, at the very top, over other headings."""
        if len(self._headings) < 2 or any(heading.level == 0 for heading in self._headings):
            return None
        first, *others = self._headings
        alone = first.level == 1 and all(heading.level > 1 for heading in others)
        return first if alone and first.blocks_before == 0 else None


def _introduction(span: Span, words: str) -> Span | None:
    """Return what introduces a list in the words before it: a last sentence that ends with ":", else a short whole."""
    if words.endswith(":"):
        sentences = [match.end() for match in _SENTENCE_END.finditer(words)]
        return Span(start_char=span.start_char + max(sentences, default=0), end_char=span.end_char)
    return span if len(words) <= SHORT_PARAGRAPH_CHARS else None
