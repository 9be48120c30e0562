"""Puts drafts of blocks together into a document's text: lines joined, hyphens judged, every character on its page.

What is printed belongs to one `Line` of its page. Characters that are not printed (the space that joins two lines, the
" | " between two cells) belong to the line before them, with no width; the empty line between blocks belongs to none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.pdf_paragraphs import BULLETS, Draft
from ingest.pdf_words import PageWords, Row, Word
from ingest.superscript import is_footnote_mark, labels_of, raise_digits
from report_qa.records.document import Block, BlockKind, DocumentText, Line, NoteMark, Page, PageReading, Section, Span

FOOTNOTE_MARK = "footnote mark"
LINE_END_HYPHEN = "line-end hyphen"
LIST_BULLET = "list bullet"
SHORT_INTRODUCTION_CHARS = 160

_WORDS = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
_PLAIN_TOKEN = re.compile(r"[(“‘\"']*[A-Za-z]+[,.;:)”’\"']*|[·|&–—-]")
_SPACE_BEFORE_DECIMALS = re.compile(r"\.\d+%?")


@dataclass(slots=True)
class _Heading:
    level: int
    words: str
    start: int
    end: int


class PdfText:
    """Takes the drafts of one document in reading order; `build` gives its text."""

    def __init__(self, pages: Sequence[PageWords], drafts: Iterable[Draft]) -> None:
        self._pages = pages
        self._text: list[str] = []
        self._length = 0
        self._lines: dict[int, list[Line]] = {page.page_index: [] for page in pages}
        self._blocks: list[Block] = []
        self._headings: list[_Heading] = []
        self._lead_in: Span | None = None
        self._last_line_page = -1
        self._dropped = {page.page_index: Counter(page.dropped) for page in pages}
        self._tables = Counter[int]()
        self._met: list[tuple[int, str]] = []
        self._marks: list[tuple[int, str, int]] = []
        self._notes: dict[tuple[int, str], Span] = {}
        drafts = list(drafts)
        self._vocabulary = _vocabulary(drafts)
        for draft in drafts:
            self._add(draft)

    def build(self, *, reader: str, labels: Sequence[str]) -> DocumentText:
        """Return the document's text; `labels` are what the sheets call themselves."""
        text = "".join(self._text)
        return DocumentText(
            text=text,
            sections=self._sections(),
            blocks=tuple(self._blocks),
            reader=reader,
            pages=self._made_pages(labels),
            dropped=_counts(sum(self._dropped.values(), Counter[str]())),
            readings=tuple(map(self._reading, self._pages)),
            marks=tuple(self._note_marks()),
        )

    def _note_marks(self) -> Iterator[NoteMark]:
        """Yield the marks of notes, each with the note of that number at the foot of its page, if there is one."""
        for char, written, page_index in sorted(self._marks):
            for label in labels_of(written):
                yield NoteMark(char=char, label=label, note=self._notes.get((page_index, label)))

    def _reading(self, page: PageWords) -> PageReading:
        lines = self._lines[page.page_index]
        return PageReading(
            page_index=page.page_index,
            characters=sum(line.end_char - line.start_char for line in lines),
            images=page.images,
            tables=self._tables[page.page_index],
            recognised=page.recognised,
            problem=page.problem,
            dropped=_counts(self._dropped[page.page_index]),
        )

    def _made_pages(self, labels: Sequence[str]) -> tuple[Page, ...]:
        """Return the pages; one without lines stands where those before it end."""
        made = []
        before = 0
        for page in self._pages:
            lines = sorted(self._lines[page.page_index], key=lambda line: line.start_char)
            end = max((line.end_char for line in lines), default=before)
            made.append(
                Page(
                    page_index=page.page_index,
                    printed_label=labels[page.page_index],
                    start_char=lines[0].start_char if lines else before,
                    end_char=end,
                    width_pt=page.width_pt,
                    height_pt=page.height_pt,
                    lines=tuple(lines),
                )
            )
            before = max(before, end)
        return tuple(made)

    # Blocks

    def _add(self, draft: Draft) -> None:
        rows = [row for row in draft.rows if row.words]
        if not rows:
            return
        parts = self._length
        if parts:
            self._write("\n\n")
        start = self._length
        header_rows = 0
        if draft.table is not None:
            self._tables[rows[0].page_index] += 1
            header_rows = self._add_table(draft)
        else:
            self._add_rows(self._without_marker(draft, rows))
        end = self._length
        words = "".join(self._text[self._text_index(start) :]) if draft.is_heading else ""
        if end == start:
            self._text.pop()
            self._length = parts
        elif draft.is_heading:
            self._lead_in = None
            self._headings.append(_Heading(draft.heading_level or 0, words, start, end))
        else:
            self._add_block(draft, start, end, header_rows)

    def _add_block(self, draft: Draft, start: int, end: int, header_rows: int) -> None:
        if draft.kind is BlockKind.FOOTNOTE and draft.mark:
            self._notes.setdefault((draft.page_index, draft.mark.strip("[]")), Span(start_char=start, end_char=end))
        lead_in = self._lead_in if draft.kind is BlockKind.LIST else None
        self._blocks.append(
            Block(kind=draft.kind, start_char=start, end_char=end, header_rows=header_rows, lead_in=lead_in)
        )
        if draft.kind is BlockKind.PROSE:
            self._lead_in = self._introduction(start, end)
        elif draft.kind in (BlockKind.TABLE, BlockKind.CAPTION):
            self._lead_in = None

    def _introduction(self, start: int, end: int) -> Span | None:
        """The words that introduce a list: a last sentence that ends with ":", else a short paragraph as a whole."""
        words = "".join(self._text[self._text_index(start) :])
        if words.endswith(":"):
            cut = max((match.end() for match in _SENTENCE_END.finditer(words)), default=0)
            return Span(start_char=start + cut, end_char=end)
        return Span(start_char=start, end_char=end) if end - start <= SHORT_INTRODUCTION_CHARS else None

    def _text_index(self, start: int) -> int:
        length, index = self._length, len(self._text)
        while length > start:
            index -= 1
            length -= len(self._text[index])
        return index

    def _without_marker(self, draft: Draft, rows: list[Row]) -> list[Row]:
        """A list item's rows without its bullet (a number stays); a footnote's without its raised mark."""
        first = rows[0]
        if draft.kind is BlockKind.LIST and draft.marker and draft.marker in BULLETS:
            self._dropped[first.page_index][LIST_BULLET] += len(first.words[0].text)
        elif draft.kind is BlockKind.FOOTNOTE and draft.mark:
            return self._with_plain_mark(rows)
        else:
            return rows
        if len(first.words) == 1:
            return rows[1:]
        rest = [replace(first.words[1], glued=False), *first.words[2:]]
        return [Row(rest, first.page_index), *rows[1:]]

    def _with_plain_mark(self, rows: list[Row]) -> list[Row]:
        """A footnote keeps its number, which names it, as an ordinary word."""
        first = rows[0]
        words = [replace(first.words[0], raised=False), *first.words[1:]]
        if len(words) > 1:
            words[1] = replace(words[1], glued=False)
        return [Row(words, first.page_index), *rows[1:]]

    def _add_table(self, draft: Draft) -> int:
        assert draft.table is not None
        for number, cells in enumerate(draft.table.cells):
            if number:
                self._write("\n")
            pending = ""
            for column, cell in enumerate(cells):
                if column:
                    pending += " | "
                if cell:
                    pending = self._write_separator(pending, cell)
                    self._add_rows(cell)
            self._write_separator(pending, None)
        return draft.table.header_rows

    def _write_separator(self, separator: str, cell: list[Row] | None) -> str:
        """Write what stands between cells: at the end of the last line, or with no width where the next cell begins."""
        if separator and not self._extend_last_line(separator):
            if cell:
                row = cell[0]
                edges = [row.x0] * (len(separator) + 1)
                self._write_line(row, separator, edges)
            else:
                self._write(separator)
        return ""

    def _add_rows(self, rows: list[Row]) -> None:
        broken = ""  # the beginning of a word or address that goes on in the next line
        for index, row in enumerate(rows):
            text, edges = self._spelled(row)
            if not text:
                continue
            if index + 1 < len(rows):
                last = broken + text.rsplit(" ", 1)[-1] if " " not in text else text.rsplit(" ", 1)[-1]
                ending = self._ending(text, last, rows[index + 1].text)
                if ending == "-":
                    self._dropped[row.page_index][LINE_END_HYPHEN] += 1
                    text, edges = text[:-1], edges[:-1]
                elif ending == " ":
                    text, edges = text + " ", [*edges, edges[-1]]
                broken = "" if ending == " " else last
            self._write_line(row, text, edges)

    def _ending(self, text: str, last: str, next_text: str) -> str:
        """What joins a line to the next: " ", nothing, or "-" for a hyphen that has to go. `last` is its last word."""
        if _is_address(last):
            first = next_text.split(" ", 1)[0]
            goes_on = text.endswith(("-", "/", "_")) or not _PLAIN_TOKEN.fullmatch(first)
            return "" if goes_on and not _is_address(first) else " "
        if text.endswith("-") and len(text) > 1 and text[-2].isalnum():
            if next_text[:1].isalpha() and not self._keeps_hyphen(text, next_text):
                return "-"
            return "" if next_text[:1].isalnum() else " "
        if text.endswith(("—", "/")) or (text.endswith("–") and text[-2:-1].isalnum()):
            return ""
        return " "

    def _keeps_hyphen(self, text: str, next_text: str) -> bool:
        """Whether a hyphen at a line's end is part of the word.

        It goes if the word stands elsewhere in the document without it; it stays if the word stands elsewhere with it,
        before a capital, or if what it joins are both words of this document.
        """
        before, after = _LAST_WORD.search(text), _FIRST_WORD.match(next_text)
        if before is None or after is None:
            return True
        left, right = before.group(1).casefold(), after.group().casefold()
        last, first = left.rsplit("-", 1)[-1], right.split("-", 1)[0]
        if self._vocabulary[left + right] or self._vocabulary[last + first]:
            return False
        if self._vocabulary[f"{left}-{right}"] or self._vocabulary[f"{last}-{first}"] or after.group()[0].isupper():
            return True
        return bool(self._vocabulary[last] and self._vocabulary[first]) and min(len(last), len(first)) > 1

    def _spelled(self, row: Row) -> tuple[str, list[float]]:
        """A row's characters and edges: words a space apart, footnote marks left out, exponents raised."""
        text = ""
        self._met = []
        edges: list[float] = []
        for word in row.words:
            written = word.text
            if word.raised and any(character.isdigit() or character in "*†‡" for character in written):
                if (text and is_footnote_mark(written, text)) or (not text and written.isdigit()):
                    self._dropped[row.page_index][FOOTNOTE_MARK] += len(written)
                    self._met.append((len(text), written))
                    continue
                written = raise_digits(written, text)
            spaced = text and not word.glued and not self._splits_number(text, word, edges)
            if spaced:
                text += " " + written
                edges += word.edges
            else:
                text += written
                edges = edges[:-1] + word.edges
        return text, edges

    def _splits_number(self, text: str, word: Word, edges: list[float]) -> bool:
        """Whether the space before a word is one that the file puts into a number ("48 .48%")."""
        return bool(
            text[-1].isdigit() and _SPACE_BEFORE_DECIMALS.match(word.text) and word.x0 - edges[-1] < 0.4 * word.size
        )

    def _write_line(self, row: Row, text: str, edges: list[float]) -> None:
        start = self._length
        self._marks += [(start + min(char, len(text)), written, row.page_index) for char, written in self._met]
        self._met = []
        self._write(text)
        self._lines[row.page_index].append(
            Line(start_char=start, end_char=self._length, y0_pt=row.y0, y1_pt=row.y1, edges_pt=tuple(edges))
        )
        self._last_line_page = row.page_index

    def _extend_last_line(self, separator: str) -> bool:
        """Add characters that are not printed to the line just written, if nothing stands between."""
        lines = self._lines.get(self._last_line_page)
        if not lines or lines[-1].end_char != self._length:
            return False
        last = lines[-1]
        self._write(separator)
        lines[-1] = Line(
            start_char=last.start_char,
            end_char=self._length,
            y0_pt=last.y0_pt,
            y1_pt=last.y1_pt,
            edges_pt=last.edges_pt + (last.edges_pt[-1],) * len(separator),
        )
        return True

    def _write(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)

    # Sections

    def _sections(self) -> tuple[Section, ...]:
        sections = []
        first = self._headings[0].start - 2 if self._headings else self._length
        if first > 0:
            sections.append(Section(heading_path=(), start_char=0, end_char=first))
        path: list[tuple[int, str]] = []
        for position, heading in enumerate(self._headings):
            while path and path[-1][0] >= heading.level:
                path.pop()
            if heading.level:
                path.append((heading.level, heading.words))
            last = position + 1 == len(self._headings)
            end = self._length if last else self._headings[position + 1].start - 2
            start = min(heading.end + 2, self._length)
            sections.append(
                Section(heading_path=tuple(words for _, words in path), start_char=start, end_char=max(start, end))
            )
        return tuple(sections)


def _counts(dropped: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((reason, count) for reason, count in dropped.items() if count))


def _vocabulary(drafts: list[Draft]) -> Counter[str]:
    """How often each word stands in the document, whole; the parts of hyphenated words count too."""
    counts = Counter[str]()
    for draft in drafts:
        was_broken = False
        for row in draft.rows:
            words = _WORDS.findall(row.text.casefold())
            is_broken = row.text.endswith("-")
            whole = words[1 if was_broken else 0 : -1 if is_broken else None]
            counts.update(whole)
            for word in whole:
                if "-" in word:
                    counts.update(word.split("-"))
            was_broken = is_broken
    return counts


def _is_address(word: str) -> bool:
    return "://" in word or word.lstrip("(<“").startswith("www.")
