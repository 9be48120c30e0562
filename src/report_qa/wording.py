"""How a unit is read out: the words themselves, with a table's cells behind their column heads."""

from __future__ import annotations

from report_qa.records.document import BlockKind
from report_qa.records.passage import ScoredUnit, Unit


def spoken(unit: ScoredUnit) -> str:
    """Return a unit as one reads it out; of a table's row only the columns that the question is about, if it names some."""
    return read_out(unit.words, unit.unit, unit.columns)


def read_out(words: str, unit: Unit, columns: frozenset[int] = frozenset()) -> str:
    """Return the words of a unit as one reads them out, of a table's row all columns or those that are asked for."""
    parts = words.split("\n")
    if unit.kind is BlockKind.LIST and unit.whole:
        return "\n• ".join([" ".join(parts[: unit.lead]), *parts[unit.lead :]]).lstrip("\n")
    if unit.kind is BlockKind.TABLE and not unit.lead:
        lines = [_pairs(row.split(" | ")) for row in parts]
        return lines[0] if len(lines) == 1 else "\n• ".join(["", *lines]).lstrip("\n")
    if unit.kind is not BlockKind.TABLE:
        return " ".join(part for part in parts if part)
    rows = len(unit.spans) - unit.lead
    *before, head = parts[:-rows]
    lines = [_row(head.split(" | "), row.split(" | "), columns) for row in parts[-rows:]]
    caption = " ".join(before).rstrip(".")
    if rows == 1:
        return f"{caption}: {lines[0]}" if caption else lines[0]
    return "\n• ".join([f"{caption}:" if caption else "", *lines]).lstrip("\n")


def _pairs(cells: list[str]) -> str:
    """Return the row of a form: "Location: Houston; Number: 5"."""
    said = ""
    for cell in filter(None, map(str.strip, cells)):
        said += cell if not said else f" {cell}" if said.endswith(":") else f"; {cell}"
    return said


def _row(heads: list[str], cells: list[str], columns: frozenset[int]) -> str:
    if len(heads) != len(cells):
        return ", ".join(cell for cell in cells if cell)
    pairs = [
        f"{heads[at]}: {cells[at]}" if heads[at] else cells[at]
        for at in range(1, len(cells))
        if cells[at] and (not columns or at in columns)
    ]
    return " — ".join(part for part in (cells[0], "; ".join(pairs)) if part)
