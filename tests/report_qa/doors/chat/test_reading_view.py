"""Text as runs: every character once, marked where it stands."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from report_qa import Paragraph
from report_qa.doors.chat.reading_view import Others, excerpt_runs, paragraph_data
from report_qa.records.document import Span
from tests.report_qa.doors.chat.fakes import PROSE, ROW, SENTENCE, VIEWS


def span(start: int, end: int) -> Span:
    return Span(start_char=start, end_char=end)


def marked(data: dict[str, Any]) -> str:
    """Return the marked words of a paragraph."""
    cells = [data["runs"]] if "runs" in data else [cell for row in data["rows"] for cell in row]
    return "|".join(words for runs in cells for words, marks, *_ in runs if marks)


def test_a_table_keeps_rows_heads_and_marks() -> None:
    data = paragraph_data(VIEWS[ROW.cite].paragraphs[1])
    assert data["header_rows"] == 1
    assert len(data["rows"]) == 3
    assert marked(data) == "Publication|Sum|Second|£1.15m"


def test_prose_is_cut_at_its_marks() -> None:
    data = paragraph_data(VIEWS[PROSE.cite].paragraphs[0])
    assert data["runs"] == [["Before. ", ""], [SENTENCE, "cited"], [" After.", ""]]


def test_other_citations_and_what_was_found_are_marked_by_where_they_stand() -> None:
    paragraph = Paragraph(kind="prose", text="One two three", marks=(span(0, 3),), start_char=100)
    data = paragraph_data(paragraph, [Others(number=2, cite="b", spans=(span(104, 107),))], [span(96, 107)])
    assert data["runs"] == [["One", "cited found"], [" ", "found"], ["two", "other found", 2, "b"], [" three", ""]]


def test_spans_elsewhere_mark_nothing() -> None:
    paragraph = Paragraph(kind="prose", text="One", start_char=100)
    assert paragraph_data(paragraph, [], [span(0, 100), span(103, 110)])["runs"] == [["One", ""]]


@given(some.text(max_size=60), some.lists(some.tuples(some.integers(0, 60), some.integers(0, 60)), max_size=4))
def test_runs_hold_every_character_once_and_mark_the_right_ones(text: str, ranges: list[tuple[int, int]]) -> None:
    marks = tuple(
        span(start, end)
        for start, end in (sorted((min(a, len(text)), min(b, len(text)))) for a, b in ranges)
        if start < end
    )
    runs = paragraph_data(Paragraph(kind="prose", text=text, marks=marks))["runs"]
    assert "".join(words for words, _ in runs) == text
    flags = [bool(is_marked) for words, is_marked in runs for _ in words]
    assert flags == [any(mark.start_char <= at < mark.end_char for mark in marks) for at in range(len(text))]
    assert [run[0] for run in excerpt_runs(text, marks)] == [run[0] for run in runs]


def long_table(*marks: Span) -> dict[str, Any]:
    rows = ["Name | Sum", *(f"Row {number} | {number}" for number in range(1, 1001))]
    return paragraph_data(Paragraph(kind="table", text="\n".join(rows), marks=marks, header_rows=1))


def test_of_a_long_table_the_rows_around_the_marks_are_shown() -> None:
    text_before = len("\n".join(["Name | Sum", *(f"Row {number} | {number}" for number in range(1, 500))])) + 1
    data = long_table(span(text_before, text_before + 7))
    names = [row[0][0][0] for row in data["rows"]]
    assert (names[0], names[1], names[-1]) == ("Name", "Row 460", "Row 540")
    assert (data["left_out"][1], data["left_out"][-1], sum(data["left_out"])) == (459, 460, 919)
    assert marked(data) == "Row 500"


def test_a_long_table_without_marks_begins_at_its_beginning() -> None:
    data = long_table()
    assert [row[0][0][0] for row in data["rows"]][:2] == ["Name", "Row 1"]
    assert data["left_out"][-1] == 1001 - len(data["rows"])


def cells(*places: str, width: int = 3) -> dict[str, Any]:
    text = "\n".join(" | ".join("x" * width) for _ in places)
    return paragraph_data(Paragraph(kind="table", text=text, places=places))


def test_a_sheet_has_the_letters_and_numbers_of_its_cells() -> None:
    assert (cells("Budget!B2:D2", "Budget!C7:D7")["columns"], cells("B2:D2", "C7")["numbers"]) == (
        ["B", "C", "D"],
        ["2", "7"],
    )
    assert cells("'The plan'!Y1:AA1")["columns"] == ["Y", "Z", "AA"]


def test_columns_that_were_left_out_leave_no_letters() -> None:
    data = cells("Budget!A1:D1", "Budget!A2:D2")
    assert (data["columns"], data["numbers"]) == ([], ["1", "2"])


def test_a_table_on_a_slide_has_no_cells_to_name() -> None:
    data = cells("slide 3", "slide 3")
    assert (data["columns"], data["numbers"], data["place"]) == ([], [], "slide 3")
