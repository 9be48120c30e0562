"""What a row of figures shows without saying it: that they rose, fell or stayed.

The columns are read in the order of their years where their heads name some, else as they stand, from left to right. Only figures
of one unit are compared, and only what the row itself holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from report_qa.checking.amounts import find_amounts
from report_qa.checking.periods import find_moments
from report_qa.records.document import BlockKind
from report_qa.records.passage import Unit

_ROSE, _FELL, _SAME = (
    "rose increased rising more higher",
    "fell decreased falling fewer less lower",
    "unchanged stayed the same",
)
_FEWEST = 2


def shown_by(unit: Unit, words: str) -> str:
    """Return the words for the last step of a row's figures; "" for what is no row of a table. `words` are those of its spans."""
    if unit.kind is not BlockKind.TABLE or unit.whole:
        return ""
    lines = words.split("\n")
    return shown_trend(lines[unit.lead - 1].split(" | ") if unit.lead else [], lines[-1].split(" | "))


def shown_trend(heads: Sequence[str], cells: Sequence[str]) -> str:
    """Return the words for the last step of a row of figures; "" where it has none to compare.

    `heads` may be empty; where there are as many as cells, only columns whose heads name years count.
    """
    figures: list[tuple[int, Decimal, str]] = []
    dated = len(heads) == len(cells) and sum(bool(find_moments(head)) for head in heads) >= _FEWEST
    for at, cell in enumerate(cells):
        amounts = find_amounts(cell)
        # A cell that says more than a figure belongs to no series.
        if len(amounts) != 1 or len(cell) > len(amounts[0].written) + 3:
            continue
        years = [moment.year for moment in find_moments(heads[at])] if dated else []
        if dated and not years:
            continue
        figures.append((max(years) if years else at, amounts[0].value, amounts[0].unit))
    if len(figures) < _FEWEST or len({unit for *_, unit in figures}) > 1:
        return ""
    figures.sort(key=lambda figure: figure[0])
    before, after = figures[-2][1], figures[-1][1]
    return _ROSE if after > before else _FELL if after < before else _SAME
