"""Finds tables on a page: by their ruling lines, or by cells that stand under one another.

Two steps each: a candidate (strips between ruling lines of the same width, or consecutive rows with wide gaps), then
the gutters that run through all of its rows. What has no clear gutters stays prose: a false table is worse than a
missed one, whose rows still read from left to right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.pdf_words import PageWords, Row, Word

SAME_RULE_PT = 2.0
SAME_EDGE_PT = 6.0
NARROWEST_TABLE_PT = 80.0
CELL_GAP = 1.0  # in font sizes: a gap as wide parts two cells where there are no ruling lines
PROSE_ROWS = 3

_NUMBER = re.compile(r"[(\-–—−+<>~≈]*[$£€¥]?\s*\(?\d[\d,.\s]*\)?\s*(?:%|pp|[kKmMbB]n?|million|billion|x|×)?\)?[*†‡]?")
_BLANK_CELL = re.compile(r"[-–—−.…]+|n/?a|nil|\*+|[xX✓✔●]", re.IGNORECASE)
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:[/–-]\d{2,4})?[*†]?")
_LONE_SYMBOL = re.compile(r"[$£€¥%()*†]+")


@dataclass(slots=True)
class Table:
    """Cells are lists of rows of words, since a cell may be wrapped; an empty cell is an empty list."""

    cells: list[list[list[Row]]]
    header_rows: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class _Frame:
    """Ruling lines that belong to one table: levels from top to bottom over the same width."""

    x0: float
    x1: float
    levels: list[float] = field(default_factory=list)


def ruled_tables(page: PageWords) -> list[Table]:
    """Find tables between ruling lines, and take their words out of the page's rows."""
    tables = []
    for frame in _frames(page):
        for top, bottom in _table_stretches(page, frame):
            table = _ruled_table(page, frame, top, bottom)
            if table is not None:
                tables.append(table)
                _take_out(page, table)
    return tables


def aligned_table(rows: list[Row]) -> Table | None:
    """Make a table of consecutive rows without ruling lines, if their cells stand under one another."""
    gutters = _gutters(rows, (), least=CELL_GAP * 0.8)
    if not gutters:
        return None
    cells = [_cells_of(row, gutters) for row in rows]
    cells, gutters = _join_symbol_columns(cells, gutters)
    cells = _join_complements(cells)
    filled = [sum(bool(cell) for cell in row) for row in cells]
    if len(cells[0]) < 2 or sum(count >= 2 for count in filled) < 0.6 * len(cells):
        return None
    if not any(_is_data_column([row[column] for row in cells]) for column in range(1, len(cells[0]))):
        return None
    if any(_is_prose_column([row[column] for row in cells]) for column in range(len(cells[0]))):
        return None
    logical = _joined_rows(cells, rows, gridded=False)
    return _finished(logical, _header_rows(logical, 0))


def _frames(page: PageWords) -> list[_Frame]:
    levels = _merged_levels([*page.horizontals, *_stripe_edges(page)])
    frames: list[_Frame] = []
    for y, x0, x1 in sorted(levels):
        if x1 - x0 < NARROWEST_TABLE_PT:
            continue
        for frame in frames:
            if abs(frame.x0 - x0) <= SAME_EDGE_PT and abs(frame.x1 - x1) <= SAME_EDGE_PT:
                frame.levels.append(y)
                break
        else:
            frames.append(_Frame(x0, x1, [y]))
    return [frame for frame in frames if len(frame.levels) >= 2]


def _stripe_edges(page: PageWords) -> list[tuple[float, float, float]]:
    """Upper and lower edges of filled bands, such as the shaded header or every other row of a table."""
    edges = []
    for x0, y0, x1, y1 in page.fills:
        if 6 <= y1 - y0 <= 80 and x1 - x0 >= 15:
            edges += [(y0, x0, x1), (y1, x0, x1)]
    return edges


def _merged_levels(lines: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Join pieces of one ruling line: at the same height and touching."""
    merged: list[list[float]] = []
    for y, x0, x1 in sorted(lines, key=lambda line: (round(line[0] / SAME_RULE_PT), line[1])):
        last = merged[-1] if merged else None
        if last is not None and abs(last[0] - y) <= SAME_RULE_PT and x0 <= last[2] + 4:
            last[2] = max(last[2], x1)
        else:
            merged.append([y, x0, x1])
    return [(y, x0, x1) for y, x0, x1 in merged]


def _table_stretches(page: PageWords, frame: _Frame) -> list[tuple[float, float]]:
    """The stretches of a frame that read as a table: strips of prose part them, and none begins or ends with one."""
    stretches: list[tuple[float, float]] = []
    start: float | None = None
    end = 0.0
    for top, bottom in pairwise(frame.levels):
        rows = _rows_within(page, frame, top, bottom)
        has_cells = bool(rows) and _has_cells(rows)
        is_far = bool(rows) and rows[0].y0 - top > 60
        if is_far or (len(rows) > PROSE_ROWS and not has_cells) or (not rows and bottom - top > 40):
            if start is not None:
                stretches.append((start, end))
            start = None
        elif has_cells:
            start = top if start is None else start
            end = bottom
    if start is not None:
        stretches.append((start, end))
    return stretches


def _has_cells(rows: list[Row]) -> bool:
    """Whether the rows of one strip have a clear gutter in common; those of running text have not."""
    if len(rows) <= 2:
        return any(len(row.chunks(0.8 * row.size)) > 1 for row in rows)
    return bool(_gutters(rows, (), least=0.8, allowed=0))


def _rows_within(page: PageWords, frame: _Frame, top: float, bottom: float) -> list[Row]:
    """Rows of the words inside; a row that also has words beside the frame gives only those inside."""
    rows = []
    for row in page.rows:
        if top - 1 <= row.baseline - 0.3 * row.size and row.baseline <= bottom + 1:
            words = [word for word in row.words if frame.x0 - 3 <= (word.x0 + word.x1) / 2 <= frame.x1 + 3]
            if words:
                rows.append(Row(words, row.page_index))
    return rows


def _ruled_table(page: PageWords, frame: _Frame, top: float, bottom: float) -> Table | None:
    rows = _rows_within(page, frame, top, bottom)
    if len(rows) < 2:
        return None
    upright = _upright_lines(page, frame, top, bottom)
    gutters = _gutters(rows, upright, least=0.45 if len(rows) > 4 else 0.7)
    if not gutters:
        return None
    levels = [level for level in frame.levels if top + 1 < level < bottom - 1]
    strips = [_levels_above(row, levels + _partial_levels(page, frame, levels, top, bottom)) for row in rows]
    cells = [_cells_of(row, gutters) for row in rows]
    cells, gutters = _join_symbol_columns(cells, gutters)
    gridded = len(set(strips)) >= 3
    logical: list[list[list[Row]]] = []
    header = 0
    for strip in sorted(set(strips)):
        members = [index for index, at in enumerate(strips) if at == strip]
        logical += _joined_rows([cells[index] for index in members], [rows[index] for index in members], gridded)
        if levels and not any(_levels_above(rows[index], levels) for index in members):
            header = len(logical)
    filled = [sum(bool(cell) for cell in row) for row in logical]
    if len(logical) < 2 or sum(count >= 2 for count in filled) < 0.5 * len(logical):
        return None
    longest = max(len(" ".join(row.text for row in cell)) for line in logical for cell in line)
    if longest > 900 or (longest > 300 and not upright and len(logical) < 3):
        return None
    return _finished(logical, _header_rows(logical, header))


def _levels_above(row: Row, levels: list[float]) -> int:
    return sum(level < row.baseline - 0.3 * row.size for level in levels)


def _partial_levels(page: PageWords, frame: _Frame, levels: list[float], top: float, bottom: float) -> list[float]:
    """Ruling lines that part rows in some of the columns only, beside a cell that spans several rows."""
    partial: list[float] = []
    for y, x0, x1 in _merged_levels(list(page.horizontals)):
        inside = frame.x0 - 3 <= x0 and x1 <= frame.x1 + 3 and top + 1 < y < bottom - 1
        if inside and x1 - x0 >= 0.4 * (frame.x1 - frame.x0) and all(abs(y - known) > 2 for known in levels + partial):
            partial.append(y)
    return partial


def _upright_lines(page: PageWords, frame: _Frame, top: float, bottom: float) -> tuple[float, ...]:
    """Where vertical ruling lines inside the frame stand, if they run through most of it."""
    lengths: dict[float, float] = {}
    for x, y0, y1 in sorted(page.verticals):
        inside = min(y1, bottom) - max(y0, top)
        if frame.x0 + 8 < x < frame.x1 - 8 and inside > 0:
            at = next((known for known in lengths if abs(known - x) <= 3), x)
            lengths[at] = lengths.get(at, 0.0) + inside
    return tuple(x for x, length in lengths.items() if length > 0.6 * (bottom - top))


def _gutters(
    rows: list[Row], upright: tuple[float, ...], *, least: float, allowed: int | None = None
) -> list[tuple[float, float]]:
    """Vertical stretches that (nearly) no row's words cover, between the first and the last column.

    `allowed` rows, such as a header over two columns, may cross one; a gutter is then where fewest of them do.
    """
    size = median(row.size for row in rows)
    if upright:
        return [(x, x) for x in sorted(upright)]
    if allowed is None:
        allowed = len(rows) // 6 + (1 if 4 <= len(rows) < 6 else 0)
    if len(rows) <= 3:
        least = max(least, 1.0)
    changes: list[tuple[float, int]] = []
    for row in rows:
        for chunk in row.chunks(0.3 * size if len(rows) > 4 else 0.5 * size):
            changes += [(chunk[0].x0, 1), (max(word.x1 for word in chunk), -1)]
    changes.sort()
    gutters: list[tuple[float, float]] = []
    covered = 0
    pieces: list[tuple[int, float, float]] = []  # how many rows cover it, from, to
    left, right = changes[0][0], max(x for x, _ in changes)
    for (x, change), (following, _) in zip(changes, [*changes[1:], (right, 0)], strict=True):
        covered += change
        if covered > allowed or x >= right:
            if pieces:
                gutters += _clearest(pieces, least * size)
            pieces = []
        elif following > x > left:
            pieces.append((covered, x, following))
    return _useful(gutters, rows)


def _clearest(pieces: list[tuple[int, float, float]], least: float) -> list[tuple[float, float]]:
    """Of a stretch that few rows cover, the widest part that fewest do, if the stretch is wide enough."""
    if pieces[-1][2] - pieces[0][1] < least:
        return []
    fewest = min(covered for covered, _, _ in pieces)
    clear: list[tuple[float, float]] = []
    for covered, left, right in pieces:
        if covered == fewest:
            if clear and clear[-1][1] == left:
                clear[-1] = (clear[-1][0], right)
            else:
                clear.append((left, right))
    return [max(clear, key=lambda part: part[1] - part[0])]


def _useful(gutters: list[tuple[float, float]], rows: list[Row]) -> list[tuple[float, float]]:
    """Without gutters beside which too few cells begin: the end of one long cell is no column."""
    begins = [
        chunk[0].x0 + min(chunk[0].x1 - chunk[0].x0, chunk[0].size) / 2
        for row in rows
        for chunk in row.chunks(0.5 * row.size)
    ]
    kept: list[tuple[float, float]] = []
    right = float("inf")
    for gutter in reversed(gutters):
        middle = (gutter[0] + gutter[1]) / 2
        if sum(middle < begin < right for begin in begins) >= max(1, 0.12 * len(rows)):
            kept.insert(0, gutter)
            right = middle
    first = kept[0] if kept else None
    if first is not None and sum(begin < first[0] for begin in begins) < max(1, 0.12 * len(rows)):
        kept.pop(0)
    return kept


def _cells_of(row: Row, gutters: list[tuple[float, float]]) -> list[list[Row]]:
    """Part a row at the gutters. A run of words across a gutter, such as a spanning header, stays whole."""
    middles = [(left + right) / 2 for left, right in gutters]
    cells: list[list[Word]] = [[] for _ in range(len(gutters) + 1)]
    for chunk in row.chunks(0.45 * row.size):
        for part in _parted(chunk, gutters):
            centre = part[0].x0 + min(part[0].x1 - part[0].x0, part[0].size) / 2
            cells[sum(middle < centre for middle in middles)] += part
    return [[Row(words, row.page_index)] if words else [] for words in cells]


def _parted(chunk: list[Word], gutters: list[tuple[float, float]]) -> list[list[Word]]:
    """Part a run of words at gutters that no word of it covers."""
    parts = [[chunk[0]]]
    for before, word in pairwise(chunk):
        if any(before.x1 <= right + 1 and word.x0 >= left - 1 and word.x0 > before.x1 for left, right in gutters) and (
            not word.glued
        ):
            parts.append([])
        parts[-1].append(word)
    return parts


def _join_symbol_columns(
    cells: list[list[list[Row]]], gutters: list[tuple[float, float]]
) -> tuple[list[list[list[Row]]], list[tuple[float, float]]]:
    """Join columns that hold nothing but a currency sign, a percent sign or a bracket with the number beside them."""
    column = 0
    while column < len(cells[0]):
        texts = [row[column][0].text for row in cells if row[column]]
        if len(cells[0]) > 2 and texts and all(_LONE_SYMBOL.fullmatch(text) for text in texts):
            opening = all(text in "$£€¥(" for text in texts)
            first = column if opening and column + 1 < len(cells[0]) else max(column - 1, 0)
            cells = [[*row[:first], _side_by_side(row[first], row[first + 1]), *row[first + 2 :]] for row in cells]
            gutters = gutters[:first] + gutters[first + 1 :]
            column = first
        column += 1
    return cells, gutters


def _join_complements(cells: list[list[list[Row]]]) -> list[list[list[Row]]]:
    """Join neighbouring columns of which every row fills exactly one, such as the labels at the ends of bars."""
    column = 1
    while column + 1 < len(cells[0]):
        if all(bool(row[column]) != bool(row[column + 1]) for row in cells):
            cells = [[*row[:column], row[column] or row[column + 1], *row[column + 2 :]] for row in cells]
        else:
            column += 1
    return cells


def _side_by_side(left: list[Row], right: list[Row]) -> list[Row]:
    if not left or not right:
        return left or right
    words = left[0].words + right[0].words
    for word in right[0].words[:1]:
        word.glued = True
    return [Row(words, left[0].page_index)]


def _joined_rows(cells: list[list[list[Row]]], rows: list[Row], gridded: bool) -> list[list[list[Row]]]:
    """Put the lines of wrapped cells together into one row of the table."""
    steps = [lower.baseline - upper.baseline for upper, lower in pairwise(rows)]
    tight = _tight_step(steps, rows)
    if gridded and _is_one_row(cells, steps):
        return [[[row for line in cells for row in line[column]] for column in range(len(cells[0]))]]
    logical: list[list[list[Row]]] = []
    for index, line in enumerate(cells):
        if index and _continues(line, logical[-1], steps[index - 1], rows[index], tight, gridded):
            for column, more in enumerate(line):
                logical[-1][column] += more
        else:
            logical.append([list(cell) for cell in line])
    return logical


def _tight_step(steps: list[float], rows: list[Row]) -> float:
    """The step up to which lines belong to one row, where steps come in two clearly different widths; else 0."""
    if len(steps) < 2:
        return 0.0
    size = median(row.size for row in rows)
    ordered = sorted(step for step in steps if step > 0.9 * size)
    jumps = [(wide / narrow, narrow) for narrow, wide in pairwise(ordered) if narrow > 0]
    widest, narrow = max(jumps, default=(1.0, 0.0))
    return narrow + 0.5 if widest > 1.2 and narrow <= 1.6 * size else 0.0


def _is_one_row(cells: list[list[list[Row]]], steps: list[float]) -> bool:
    """Whether all lines between two ruling lines are one row: no column has figures in two of them."""
    return not any(
        sum(bool(_is_number(line[column])) for line in cells if line[column]) > 1 for column in range(len(cells[0]))
    ) and (not steps or max(steps) < 2.0 * max(min(steps), 6.0))


def _continues(
    line: list[list[Row]], above: list[list[Row]], step: float, row: Row, tight: float, gridded: bool
) -> bool:
    if step < 0.9 * row.size:
        return True
    filled = [column for column, cell in enumerate(line) if cell]
    wraps = [column for column in filled if above[column]]
    if tight:
        return step <= tight and (bool(wraps) or not line[0])
    if gridded and step <= 1.7 * row.size:
        return len(filled) < sum(bool(cell) for cell in above) or not any(_is_number(line[column]) for column in filled)
    if any(_is_number(line[column]) for column in filled) or step > 1.7 * row.size:
        return False
    if not line[0]:
        return bool(wraps)
    return filled == [0] and bool(above[0]) and line[0][0].text[:1].islower()


def _text(cell: list[Row]) -> str:
    return " ".join(row.text for row in cell)


def _is_number(cell: list[Row]) -> bool:
    text = _text(cell)
    return bool(_NUMBER.fullmatch(text) or _BLANK_CELL.fullmatch(text))


def _is_data_column(column: list[list[Row]]) -> bool:
    filled = [cell for cell in column if cell]
    return len(filled) >= 2 and sum(_is_number(cell) for cell in filled) >= 0.5 * len(filled)


def _is_prose_column(column: list[list[Row]]) -> bool:
    """Whether most cells end like lines of running text, which is what two columns of prose look like."""
    texts = [_text(cell) for cell in column if cell]
    long = [text for text in texts if len(text) > 45]
    return len(long) > 0.6 * len(texts)


def _header_rows(logical: list[list[list[Row]]], ruled: int) -> int:
    """How many rows are the header: those above the first ruling line, else those before the figures begin."""
    if 0 < ruled <= min(4, len(logical) - 1) and not _holds_figures(logical[0]):
        return ruled
    first_figures = next((index for index, row in enumerate(logical) if _holds_figures(row)), None)
    if first_figures is not None:
        return first_figures if first_figures <= 4 else 1
    first = logical[0]
    is_bold = all(row.bold for cell in first for row in cell)
    return int(is_bold or all(cell and len(_text(cell)) <= 60 for cell in first) or 0 < ruled < len(logical))


def _holds_figures(row: list[list[Row]]) -> bool:
    return any(_is_number(cell) and not _YEAR.fullmatch(_text(cell)) for cell in row[1:] if cell)


def _finished(logical: list[list[list[Row]]], header_rows: int) -> Table:
    rows = [row for line in logical for cell in line for row in cell]
    return Table(
        logical,
        header_rows,
        min(row.x0 for row in rows),
        min(row.y0 for row in rows),
        max(row.x1 for row in rows),
        max(row.y1 for row in rows),
    )


def _take_out(page: PageWords, table: Table) -> None:
    taken = {id(word) for line in table.cells for cell in line for row in cell for word in row.words}
    rest = []
    for row in page.rows:
        words = [word for word in row.words if id(word) not in taken]
        if words:
            rest.append(Row(words, row.page_index))
    page.rows = rest
