"""Parts the rows of a PDF page into columns, in reading order.

Columns are found by gutters that stay clear through many rows; what runs across a gutter (a heading, a table) ends the
columns above it. Both sides of a gutter must read like text: what has short cells or figures is left to the tables.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.pdf_tables import CELL_GAP, Table
from ingest.pdf_words import Row

# Shares of the font size.
GUTTER = 0.9
STAGGERED = 0.6
WIDE_STEP = 1.9
FAR_STEP = 4.0
FEWEST_COLUMN_ROWS = 3
FEWEST_SHARED_ROWS = 2
COLUMN_CHARACTERS = 14


@dataclass(slots=True)
class Stream:
    """Rows and tables of one column, from top to bottom."""

    rows: list[Row]
    left: float
    right: float
    tables: dict[int, Table] = field(default_factory=dict)


def part_columns(rows: list[Row], tables: dict[int, Table]) -> list[Stream]:
    """Part rows into columns wherever a gutter runs through enough of them."""
    return _part(rows, tables, _Halves())


def _part(rows: list[Row], tables: dict[int, Table], halves: _Halves) -> list[Stream]:
    parted: list[Stream] = []
    plain: list[Row] = []
    bands, rows_of = _bands(rows, tables)
    index = 0
    while index < len(bands):
        run = _column_run(bands, index, tables, halves)
        if run is None:
            plain.append(bands[index])
            index += 1
            continue
        end, gutter = run
        middle = (gutter[0] + gutter[1]) / 2
        start = index
        while plain and _belongs_left(plain[-1], bands[start], gutter, tables):
            start -= 1
            plain.pop()
        if plain:
            parted.append(_stream(plain, rows_of, tables))
            plain = []
        left, right = halves.sides(bands[start:end], middle)
        parted += _part(left, tables, halves) + _part(right, tables, halves)
        index = end
    if plain:
        parted.append(_stream(plain, rows_of, tables))
    return parted


def _bands(rows: list[Row], tables: dict[int, Table]) -> tuple[list[Row], dict[int, list[Row]]]:
    """Rows with those beside them that stand a little higher or lower: columns need not share their baselines."""
    bands: list[Row] = []
    rows_of: dict[int, list[Row]] = {}
    for row in rows:
        above = bands[-1] if bands else None
        if (
            above is not None
            and len(rows_of[id(above)]) == 1
            and not {id(above), id(row)} & tables.keys()
            and row.baseline - above.baseline < STAGGERED * min(row.size, above.size)
            and (row.x0 > above.x1 + GUTTER * row.size or row.x1 < above.x0 - GUTTER * row.size)
        ):
            band = Row(sorted([*above.words, *row.words], key=lambda word: word.x0), row.page_index)
            rows_of[id(band)] = [*rows_of.pop(id(above)), row]
            bands[-1] = band
        else:
            bands.append(row)
            rows_of[id(row)] = [row]
    return bands, rows_of


def _stream(bands: list[Row], rows_of: dict[int, list[Row]], tables: dict[int, Table]) -> Stream:
    rows = [row for band in bands for row in rows_of[id(band)]]
    inside = {id(row): tables[id(row)] for row in rows if id(row) in tables}
    return Stream(rows, min(row.x0 for row in rows), max(row.x1 for row in rows), inside)


@dataclass(slots=True)
class _Line:
    """What a row looks like as a line of a column: without a wide gap, a figure, so many characters."""

    is_whole: bool
    is_figures: bool
    length: int


class _Halves:
    """Rows cut in two at a gutter, each made once: the same rows are tried from many beginnings."""

    def __init__(self) -> None:
        self._centres: dict[int, tuple[Row, list[float]]] = {}
        self._cut: dict[tuple[int, int], tuple[Row | None, Row | None]] = {}
        self._lines: dict[int, tuple[Row, _Line]] = {}

    def sides(self, rows: list[Row], middle: float) -> tuple[list[Row], list[Row]]:
        """Return what of the rows stands left and right of a level; words belong to the side of their centre."""
        both = [self._of(row, 2 * middle) for row in rows]
        return [left for left, _ in both if left is not None], [right for _, right in both if right is not None]

    def line(self, row: Row) -> _Line:
        """Return what a row looks like."""
        known = self._lines.get(id(row))
        if known is None:
            # The row is kept beside what is known of it: another one must not get its id.
            known = self._lines[id(row)] = (row, _line(row))
        return known[1]

    def _of(self, row: Row, twice: float) -> tuple[Row | None, Row | None]:
        known = self._centres.get(id(row))
        if known is None:
            known = self._centres[id(row)] = (row, sorted(_twice_centres(row)))
        count = bisect_left(known[1], twice)
        cut = self._cut.get((id(row), count))
        if cut is None:
            cut = self._cut[id(row), count] = self._made(row, twice, count)
        return cut

    def _made(self, row: Row, twice: float, count: int) -> tuple[Row | None, Row | None]:
        if count in (0, len(row.words)):
            return (row, None) if count else (None, row)
        centred = list(zip(row.words, _twice_centres(row), strict=True))
        before = [word for word, centre in centred if centre < twice]
        after = [word for word, centre in centred if centre >= twice]
        return Row(before, row.page_index), Row(after, row.page_index)


def _twice_centres(row: Row) -> Iterator[float]:
    return (word.edges[0] + word.edges[-1] for word in row.words)


def _line(row: Row) -> _Line:
    return _Line(
        is_whole=len(row.chunks(CELL_GAP * 1.2 * row.size)) == 1, is_figures=_is_figures(row), length=len(row.text)
    )


def _gaps(row: Row) -> list[tuple[float, float]]:
    chunks = row.chunks(GUTTER * row.size)
    return [(max(word.x1 for word in before), after[0].x0) for before, after in pairwise(chunks)]


def _column_run(
    rows: list[Row], start: int, tables: dict[int, Table], halves: _Halves
) -> tuple[int, tuple[float, float]] | None:
    """The end of the longest run of rows from `start` that a gutter parts into columns of text, and that gutter."""
    if id(rows[start]) in tables:
        return None
    best: tuple[int, tuple[float, float]] | None = None
    for gap in _gaps(rows[start]):
        gutter = gap
        end = start + 1
        while end < len(rows):
            narrowed = _narrowed(gutter, rows[end])
            if narrowed is None:
                break
            gutter = narrowed
            end += 1
        end = _without_tail(rows, start, end, gutter)
        if (best is None or end > best[0]) and _are_columns(rows[start:end], gutter, tables, halves):
            best = (end, gutter)
    return best


def _narrowed(gutter: tuple[float, float], row: Row) -> tuple[float, float] | None:
    """What is left of the gutter when a row's words are taken away, if it is still wide enough."""
    left, right = gutter
    free = [(left, right)]
    for word in row.words:
        edges = word.edges
        if edges[-1] > left and edges[0] < right:
            parts = [(max(low, left), min(high, right)) for low, high in free]
            free = []
            for low, high in parts:
                if edges[0] > low:
                    free.append((low, min(high, edges[0])))
                if edges[-1] < high:
                    free.append((max(low, edges[-1]), high))
    free = [(low, high) for low, high in free if high - low >= GUTTER * 0.8 * row.size]
    return max(free, key=lambda part: part[1] - part[0]) if free else None


def _without_tail(rows: list[Row], start: int, end: int, gutter: tuple[float, float]) -> int:
    """Cut off rows at the end that stand on one side only, from a wide step or a new style on.

    A short full-width heading under two columns looks like more of the left column but for these.
    """
    middle = (gutter[0] + gutter[1]) / 2
    last_of_both = max(
        (index for index in range(start, end) if rows[index].x0 < middle < rows[index].x1), default=start
    )
    for index in range(last_of_both + 1, end):
        row, above = rows[index], rows[index - 1]
        stepped = row.baseline - above.baseline > WIDE_STEP * above.size
        if (
            stepped and (abs(row.size - above.size) > 0.5 or row.bold != above.bold)
        ) or row.baseline - above.baseline > FAR_STEP * above.size:
            return index
    return end


def _are_columns(rows: list[Row], gutter: tuple[float, float], tables: dict[int, Table], halves: _Halves) -> bool:
    """Whether both sides of a gutter read as columns of text rather than as cells of a table."""
    middle = (gutter[0] + gutter[1]) / 2
    both = sum(row.x0 < middle < row.x1 for row in rows)
    if both < FEWEST_SHARED_ROWS or len(rows) < FEWEST_COLUMN_ROWS:
        return False
    left, right = halves.sides(rows, middle)
    if min(len(left), len(right)) < FEWEST_COLUMN_ROWS:
        return False
    for side in (left, right):
        rows_of_text = [row for row in side if id(row) not in tables]
        if len(rows_of_text) < FEWEST_COLUMN_ROWS:
            return False
        lines = [halves.line(row) for row in rows_of_text]
        if sum([line.is_whole for line in lines]) < 0.6 * len(lines):
            return False
        if sum([line.is_figures for line in lines]) > 0.25 * len(lines):
            return False
        if median([line.length for line in lines]) < COLUMN_CHARACTERS:
            return False
        far = max([row.x1 for row in rows_of_text])
        near = min([row.x0 for row in rows_of_text])
        if sum([row.x1 > far - 0.25 * (far - near) for row in rows_of_text]) < 0.35 * len(lines):
            return False
    return True


def _is_figures(row: Row) -> bool:
    """Whether a line is, or ends in, a figure apart: cells of a table."""
    letters, digits = sum(map(str.isalpha, row.text)), sum(map(str.isdigit, row.text))
    last = row.words[-1]
    apart = len(row.words) > 1 and last.x0 - row.words[-2].x1 > CELL_GAP * row.size and last.text[-1:] in "0123456789)%"
    return digits > letters or apart


def _belongs_left(row: Row, below: Row, gutter: tuple[float, float], tables: dict[int, Table]) -> bool:
    """Whether a row above a run of columns is the left column's own beginning."""
    return (
        id(row) not in tables
        and row.x1 <= gutter[0] + 1
        and row.x1 > gutter[0] - 0.3 * (gutter[0] - below.x0)
        and abs(row.x0 - below.x0) < 2 * row.size
        and abs(row.size - below.words[0].size) < 0.5
        and below.baseline - row.baseline < 1.6 * row.size
    )
