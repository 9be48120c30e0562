"""A quotation of a table's rows as the table that it is part of: its caption, the heads of its columns, and the rows.

A quotation joins its lines by newlines and a row's cells by " | "; how many of its lines are rows is told by how it is read out,
a row a line ("• ").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

_ROW_READ_OUT = "\n• "


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedTable:
    """Rows of a table with their heads; every row has as many cells as there are heads. `caption` is "" where there is none."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def quoted_table(quote: str, read_out: str) -> QuotedTable | None:
    """Return a quotation as a table, None where it is none.

    `read_out` is the sentence that it is read out as; where that isn't known ("") all rows count that have as many cells as the last.
    """
    lines = ("", *quote.split("\n"))
    rows = max(1, read_out.count(_ROW_READ_OUT)) if read_out else _alike(lines) - 1
    if rows < 1:
        return None
    if len(lines) < rows + 2:
        return None
    *before, head = lines[:-rows]
    heads = tuple(head.split(" | "))
    cells = tuple(tuple(line.split(" | ")) for line in lines[-rows:])
    if len(heads) < 2 or any(len(row) != len(heads) for row in cells):
        return None
    return QuotedTable(caption=" ".join(before).strip(), heads=heads, rows=cells)


def _alike(lines: Sequence[str]) -> int:
    """Return how many of the last lines have as many cells as the last one."""
    wanted = lines[-1].count(" | ")
    return sum(1 for _ in takewhile(lambda line: line.count(" | ") == wanted, reversed(lines)))
