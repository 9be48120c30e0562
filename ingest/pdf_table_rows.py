"""Puts the lines of wrapped cells together into rows of a table, and says which of the rows are its header.

Two lines that both have a figure in the same column are two rows. For the rest, the steps between the lines tell: the
lines of a cell stand closer than the rows, or continue a column that the line above has begun.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from ingest.pdf_words import Row

_NUMBER = re.compile(r"[(\-–—−+<>~≈]*[$£€¥]?\s*\(?\d[\d,.\s]*\)?\s*(?:%|pp|[kKmMbB]n?|million|billion|x|×)?\)?[*†‡]?")
_BLANK_CELL = re.compile(r"[-–—−.…]+|n/?a|nil|\*+|[xX✓✔●]", re.IGNORECASE)
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:[/–-]\d{2,4})?[*†]?")


def joined_rows(cells: list[list[list[Row]]], rows: list[Row], gridded: bool) -> list[list[list[Row]]]:
    """Put the lines of wrapped cells together into one row of the table."""
    steps = [lower.baseline - upper.baseline for upper, lower in pairwise(rows)]
    tight = _tight_step(steps, rows)
    if any(step <= tight and _both_hold_figures(*pair) for step, pair in zip(steps, pairwise(cells), strict=True)):
        tight = 0.0  # rows of the table follow one another as closely as lines of a cell
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


def joined_header(rows: list[list[list[Row]]]) -> list[list[list[Row]]]:
    """Put header rows that fill the same columns ("FY 2013" over "Results") together: their cells are wrapped."""
    joined = rows[:1]
    for row in rows[1:]:
        shared = sum(bool(cell) and bool(above) for cell, above in zip(row, joined[-1], strict=True))
        filled = sum(map(bool, row)), sum(map(bool, joined[-1]))
        if shared == filled[0] and shared >= 2 and shared >= 0.6 * filled[1]:
            joined[-1] = [above + cell for above, cell in zip(joined[-1], row, strict=True)]
        else:
            joined.append(row)
    return joined


def _both_hold_figures(above: list[list[Row]], below: list[list[Row]]) -> bool:
    return any(is_number(one) and is_number(other) for one, other in zip(above, below, strict=True) if one and other)


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
        sum(bool(is_number(line[column])) for line in cells if line[column]) > 1 for column in range(len(cells[0]))
    ) and (not steps or max(steps) < 2.0 * max(min(steps), 6.0))


def _continues(
    line: list[list[Row]], above: list[list[Row]], step: float, row: Row, tight: float, gridded: bool
) -> bool:
    if step < 0.9 * row.size:
        return True
    filled = [column for column, cell in enumerate(line) if cell]
    if any(is_number(line[column]) and any(is_number([row]) for row in above[column]) for column in filled):
        return False
    wraps = [column for column in filled if above[column]]
    if tight:
        return step <= tight and (bool(wraps) or not line[0])
    if gridded and step <= 1.7 * row.size:
        return len(filled) < sum(bool(cell) for cell in above) or not any(is_number(line[column]) for column in filled)
    if any(is_number(line[column]) for column in filled) or step > 1.7 * row.size:
        return False
    if not line[0]:
        return bool(wraps)
    return filled == [0] and bool(above[0]) and line[0][0].text[:1].islower()


def count_header_rows(logical: list[list[list[Row]]], ruled: int) -> int:
    """How many rows are the header: those above the first ruling line, else those before the figures begin."""
    if 0 < ruled <= min(4, len(logical) - 1) and not _holds_figures(logical[0]):
        return ruled
    first_figures = next((index for index, row in enumerate(logical) if _holds_figures(row)), None)
    if first_figures is not None:
        return first_figures if first_figures <= 4 else 1
    first = logical[0]
    is_bold = all(row.bold for cell in first for row in cell)
    return int(is_bold or all(cell and len(cell_text(cell)) <= 60 for cell in first) or 0 < ruled < len(logical))


def _holds_figures(row: list[list[Row]]) -> bool:
    return any(is_number(cell) and not _YEAR.fullmatch(cell_text(cell)) for cell in row[1:] if cell)


def cell_text(cell: list[Row]) -> str:
    return " ".join(row.text for row in cell)


def is_number(cell: list[Row]) -> bool:
    text = cell_text(cell)
    return bool(_NUMBER.fullmatch(text) or _BLANK_CELL.fullmatch(text))
