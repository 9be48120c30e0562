"""How tables and forms are read out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from report_qa.records.document import BlockKind, Span
from report_qa.records.passage import Unit
from report_qa.wording import spoken
from tests.report_qa.stages.test_retrieve import SMALL

PLAIN = SMALL.units("Did burglary fall?")[0]
HEAD = "Ward | 2004 | 2008 | Note"


def _said(lines: Sequence[str], *, lead: int, columns: Sequence[int] = (), whole: bool = False) -> str:
    spans, start = [], 0
    for line in lines:
        spans.append(Span(start_char=start, end_char=start + len(line)))
        start += len(line) + 1
    unit = Unit(spans=tuple(spans), kind=BlockKind.TABLE, whole=whole, lead=lead)
    return spoken(replace(PLAIN, unit=unit, words="\n".join(lines), columns=frozenset(columns)))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Name: | Alice Marsh", "Name: Alice Marsh"),
        ("Place: | Hartley | Number: | 5", "Place: Hartley; Number: 5"),
        ("Aim | The hall is open.", "Aim; The hall is open."),
        (" | Alice Marsh | ", "Alice Marsh"),
        ("Name: |   | Alice", "Name: Alice"),
    ],
)
def test_the_row_of_a_form_is_read_label_by_label(row: str, said: str) -> None:
    assert _said([row], lead=0) == said


def test_a_whole_form_is_read_row_by_row() -> None:
    assert _said(["Name: | Alice", "Ward: | Hartley"], lead=0, whole=True) == "• Name: Alice\n• Ward: Hartley"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([], "Northfield — 2004: £5; 2008: £7; Note: by car"),
        ([2], "Northfield — 2008: £7"),
        ([2, 3], "Northfield — 2008: £7; Note: by car"),
        ([9], "Northfield"),
    ],
)
def test_of_a_row_only_the_columns_asked_for_are_read(columns: list[int], said: str) -> None:
    assert _said([HEAD, "Northfield | £5 | £7 | by car"], lead=1, columns=columns) == said


def test_an_empty_cell_is_not_read() -> None:
    assert _said([HEAD, "Northfield | £5 |  | "], lead=1) == "Northfield — 2004: £5"


def test_a_row_is_read_behind_the_label_that_it_stands_under() -> None:
    said = _said(["Table 1. Rents.", "Northfield", HEAD, " | £5 | £7 | "], lead=3, columns=[2])

    assert said == "Table 1. Rents. Northfield: 2008: £7"


def test_a_column_without_a_head_is_read_by_itself() -> None:
    assert _said(["Ward | | 2008".replace("| |", "|  |"), "Hartley | new | £7"], lead=1) == "Hartley — new; 2008: £7"


def test_all_rows_of_a_table_are_read_by_the_same_columns() -> None:
    said = _said([HEAD, "Northfield | £5 | £7 | ", " | £6 | £8 | "], lead=1, columns=[1], whole=True)

    assert said == "• Northfield — 2004: £5\n• 2004: £6"


def test_an_empty_line_before_a_sentence_is_not_read() -> None:
    unit = replace(PLAIN, words="\nBurglary fell.")

    assert spoken(unit) == "Burglary fell."
