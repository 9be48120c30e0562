"""Finds tables on a page: by their ruling lines, or by cells that stand under one another.

Two steps each: a candidate (strips between ruling lines of the same width, or consecutive rows with wide gaps), then
the gutters that run through all of its rows. What has no clear gutters stays prose: a false table is worse than a
missed one, whose rows still read from left to right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from ingest.pdf_cells import cells_of, find_gutters, join_complements, join_symbol_columns, move_signs
from ingest.pdf_table_rows import cell_text, count_header_rows, is_number, joined_header, joined_rows
from ingest.pdf_words import PageWords, Row

SAME_RULE_PT = 2.0
SAME_EDGE_PT = 6.0
NARROWEST_TABLE_PT = 80.0
CELL_GAP = 1.0  # in font sizes: a gap as wide parts two cells where there are no ruling lines
PROSE_ROWS = 3


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
    gutters = find_gutters(rows, (), least=CELL_GAP * 0.8)
    if not gutters:
        return None
    cells = [cells_of(row, gutters) for row in rows]
    cells, gutters = join_symbol_columns(cells, gutters)
    cells = move_signs(cells)
    cells = join_complements(cells)
    filled = [sum(bool(cell) for cell in row) for row in cells]
    if len(cells[0]) < 2 or sum(count >= 2 for count in filled) < 0.6 * len(cells):
        return None
    if not any(_is_data_column([row[column] for row in cells]) for column in range(1, len(cells[0]))):
        return None
    if any(_is_prose_column([row[column] for row in cells]) for column in range(len(cells[0]))):
        return None
    logical = joined_rows(cells, rows, gridded=False)
    return _finished(logical, count_header_rows(logical, 0))


def _is_data_column(column: list[list[Row]]) -> bool:
    filled = [cell for cell in column if cell]
    return len(filled) >= 2 and sum(is_number(cell) for cell in filled) >= 0.5 * len(filled)


def _is_prose_column(column: list[list[Row]]) -> bool:
    """Whether most cells end like lines of running text, which is what two columns of prose look like."""
    texts = [cell_text(cell) for cell in column if cell]
    long = [text for text in texts if len(text) > 45]
    return len(long) > 0.6 * len(texts)


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
    return bool(find_gutters(rows, (), least=0.8, allowed=0))


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
    if len(rows) < 2 or _has_figures_beside(page, frame, rows):
        return None
    upright = _upright_lines(page, frame, top, bottom)
    gutters = find_gutters(rows, upright, least=0.45 if len(rows) > 4 else 0.7)
    if not gutters:
        return None
    levels = [level for level in frame.levels if top + 1 < level < bottom - 1]
    strips = [_levels_above(row, levels + _partial_levels(page, frame, levels, top, bottom)) for row in rows]
    cells = [cells_of(row, gutters) for row in rows]
    cells, gutters = join_symbol_columns(cells, gutters)
    cells = move_signs(cells)
    gridded = len(set(strips)) >= 3
    logical: list[list[list[Row]]] = []
    header = 0
    for strip in sorted(set(strips)):
        members = [index for index, at in enumerate(strips) if at == strip]
        joined = joined_rows([cells[index] for index in members], [rows[index] for index in members], gridded)
        if levels and not any(_levels_above(rows[index], levels) for index in members):
            joined = joined_header(joined)
            header = len(joined)
        logical += joined
    filled = [sum(bool(cell) for cell in row) for row in logical]
    if len(logical) < 2 or sum(count >= 2 for count in filled) < 0.5 * len(logical):
        return None
    longest = max(len(" ".join(row.text for row in cell)) for line in logical for cell in line)
    if longest > 900 or (longest > 300 and not upright and len(logical) < 3):
        return None
    return _finished(logical, count_header_rows(logical, header))


def _has_figures_beside(page: PageWords, frame: _Frame, rows: list[Row]) -> bool:
    """Whether cells of the same rows stand outside the frame: then its lines part only some of the columns."""
    within = {row.baseline: row.text for row in rows}
    beside = 0
    for row in page.rows:
        outside = "".join(
            word.text for word in row.words if not frame.x0 - 3 <= (word.x0 + word.x1) / 2 <= frame.x1 + 3
        )
        inside = next((text for baseline, text in within.items() if abs(row.baseline - baseline) < 1), "")
        if outside and inside:
            beside += _is_mostly_digits(outside) or not any(map(str.isalpha, inside))
    return beside > 0.3 * len(rows)


def _is_mostly_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= sum(map(str.isalpha, text))


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


def _finished(logical: list[list[list[Row]]], header_rows: int) -> Table:
    used = [column for column in range(len(logical[0])) if any(line[column] for line in logical)]
    logical = [[line[column] for column in used] for line in logical]
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
