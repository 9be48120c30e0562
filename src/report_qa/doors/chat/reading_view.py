"""Text as the evidence component shows it, as plain data: runs of words, each marked or not, and what stands around them.

Marks are made where the reading text says that the words stand, never by looking for the words again. A run is
[words, marks], with the number and the name of the citation behind them where another one of the answer is meant: marks are
"cited" for the citation that is open, "other" for the others, "found" for what the reader looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from report_qa import Paragraph
from report_qa.browsing import Neighbour, Stretch
from report_qa.evidence import inside
from report_qa.records.document import Span

Data = dict[str, Any]
Run = list[Any]
# Of a long table the rows around the marks are shown, and in any case the first ones.
_MOST_ROWS, _ROWS_AROUND = 120, 40
_CELLS = re.compile(r"(?:.*!)?([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Another citation of the same answer: its number there, its permanent name and where its words stand."""

    number: int
    cite: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    start: int
    end: int
    kind: str
    number: int = 0
    cite: str = ""


def stretch_data(stretch: Stretch, others: Sequence[Others] = (), found: Sequence[Span] = ()) -> Data:
    """Return a stretch of a document's text; `others` and `found` are further spans to mark in it."""
    return {
        "first": stretch.first,
        "last": stretch.last,
        "paragraphs": [paragraph_data(paragraph, others, found) for paragraph in stretch.paragraphs],
        "before": _neighbour(stretch.before),
        "after": _neighbour(stretch.after),
    }


def paragraph_data(paragraph: Paragraph, others: Sequence[Others] = (), found: Sequence[Span] = ()) -> Data:
    """Return a paragraph as runs of text; a table as rows of cells of such runs."""
    marks = _marks(paragraph, others, found)
    if paragraph.kind != "table":
        data = {"kind": paragraph.kind, "runs": _runs(paragraph.text, 0, marks), "place": "".join(paragraph.places[:1])}
        return data | ({"level": paragraph.level} if paragraph.level else {})
    rows, start = [], 0
    lines = paragraph.text.split("\n")
    places = paragraph.places if len(paragraph.places) == len(lines) else ("",) * len(lines)
    for line in lines:
        cells, at = [], start
        for cell in line.split(" | "):
            cells.append(_runs(cell, at, marks))
            at += len(cell) + len(" | ")
        rows.append(cells)
        start += len(line) + 1
    kept = _kept_rows(rows, paragraph.header_rows)
    cells_of_rows = [_CELLS.fullmatch(place) for place in places]
    sheet = all(cells_of_rows)
    return {
        "kind": "table",
        "rows": [rows[number] for number in kept],
        "header_rows": paragraph.header_rows,
        # How many rows are left out before each one, and after the last.
        "left_out": [after - before - 1 for before, after in pairwise([-1, *kept, len(rows)])],
        "numbers": [match[2] for match in (cells_of_rows[number] for number in kept) if match] if sheet else [],
        "columns": _columns([(match[1], match[3] or match[1]) for match in cells_of_rows if match], len(rows[0]))
        if sheet
        else [],
        "place": "" if sheet else "".join(paragraph.places[:1]),
    }


def excerpt_runs(text: str, marks: Iterable[Span]) -> list[Run]:
    """Return an excerpt with what was found in it marked."""
    return _runs(text, 0, [_Mark(start=mark.start_char, end=mark.end_char, kind="found") for mark in marks])


def _marks(paragraph: Paragraph, others: Sequence[Others], found: Sequence[Span]) -> list[_Mark]:
    whole = Span(start_char=paragraph.start_char, end_char=paragraph.start_char + max(1, len(paragraph.text)))
    marks = [_Mark(start=mark.start_char, end=mark.end_char, kind="cited") for mark in paragraph.marks]
    marks += [_Mark(start=mark.start_char, end=mark.end_char, kind="found") for mark in inside(found, whole)]
    for other in others:
        marks += [
            _Mark(start=mark.start_char, end=mark.end_char, kind="other", number=other.number, cite=other.cite)
            for mark in inside(other.spans, whole)
        ]
    return marks


def _runs(text: str, start: int, marks: Sequence[_Mark]) -> list[Run]:
    """Cut a text that begins at `start` of its paragraph into runs."""
    edges = {0, len(text)}
    for mark in marks:
        edges |= {min(max(edge - start, 0), len(text)) for edge in (mark.start, mark.end)}
    runs = []
    for begin, end in pairwise(sorted(edges)):
        over = [mark for mark in marks if mark.start < end + start and begin + start < mark.end]
        kinds = [kind for kind in ("cited", "other", "found") if any(mark.kind == kind for mark in over)]
        other = next((mark for mark in over if mark.kind == "other"), None)
        run: Run = [text[begin:end], " ".join(kinds)]
        runs.append([*run, other.number, other.cite] if other is not None else run)
    return runs


def _kept_rows(rows: Sequence[Sequence[list[Run]]], header_rows: int) -> list[int]:
    """Return the numbers of the rows that are shown: all of them, or of a long table its head and those around marks."""
    if len(rows) <= _MOST_ROWS:
        return list(range(len(rows)))
    marked = [number for number, row in enumerate(rows) if any(run[1] for cell in row for run in cell)]
    kept = set(range(header_rows))
    for number in [row for row in marked if row >= header_rows] or [header_rows]:
        kept |= set(range(max(0, number - _ROWS_AROUND), min(len(rows), number + _ROWS_AROUND + 1)))
        if len(kept) > 2 * _MOST_ROWS:
            break
    return sorted(kept)


def _columns(ranges: Sequence[tuple[str, str]], count: int) -> list[str]:
    """Return the letters of a table's columns, where its rows' cells say them for certain: [] where some were left out."""
    first = min(_number(start) for start, _ in ranges)
    last = max(_number(end) for _, end in ranges)
    return [_letters(number) for number in range(first, last + 1)] if last - first + 1 == count else []


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _neighbour(neighbour: Neighbour | None) -> Data | None:
    if neighbour is None:
        return None
    return {"first": neighbour.first, "last": neighbour.last, "heading": neighbour.heading}
