"""A quotation of a table's rows as the table that it is part of: its caption, the heads of its columns, and the rows.

A quotation joins its lines by newlines and a row's cells by " | "; how many of its lines are rows is told by how it is read out,
a row a line ("• ").
"""

from __future__ import annotations

from dataclasses import dataclass

_ROW_READ_OUT = "\n• "


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedTable:
    """Rows of a table with their heads; every row has as many cells as there are heads. `caption` is "" where there is none."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def quoted_table(quote: str, read_out: str) -> QuotedTable | None:
    """Return a quotation as a table, None where it is none; `read_out` is the sentence that it is read out as."""
    rows = max(1, read_out.count(_ROW_READ_OUT))
    lines = ("", *quote.split("\n"))
    if len(lines) < rows + 2:
        return None
    *before, head = lines[:-rows]
    heads = tuple(head.split(" | "))
    cells = tuple(tuple(line.split(" | ")) for line in lines[-rows:])
    if len(heads) < 2 or any(len(row) != len(heads) for row in cells):
        return None
    return QuotedTable(caption=" ".join(before).strip(), heads=heads, rows=cells)
