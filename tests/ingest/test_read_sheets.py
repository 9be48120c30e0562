"""Workbooks and CSV: values as they are shown, tables with their headers, and the cells that each row stands in."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.number_format import shown
from ingest.read_sheets import read_csv, read_xlsx
from ingest.split import split_document
from report_qa.errors import DocumentTooLarge, DocumentUnreadable
from report_qa.records.document import BlockKind, DocumentText, SourceDocument
from tests.doubles import HashingEmbedder


def book(*rows: tuple[Any, ...], title: str = "Budget") -> Any:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    return made


def read(made: Any) -> DocumentText:
    stream = io.BytesIO()
    made.save(stream)
    return read_xlsx(stream.getvalue(), name="budget.xlsx")


def table_of(text: DocumentText) -> tuple[list[str], int]:
    (block,) = [block for block in text.blocks if block.kind is BlockKind.TABLE]
    return text.text[block.start_char : block.end_char].split("\n"), block.header_rows


def places(text: DocumentText) -> dict[str, str]:
    return {text.text[place.start_char : place.end_char]: place.label for place in text.places}


def test_each_row_knows_its_cells() -> None:
    text = read(book(("Place", "Visits"), ("Pub", 1200), ("Hall", 900)))
    assert table_of(text) == (["Place | Visits", "Pub | 1200", "Hall | 900"], 1)
    assert places(text)["Pub | 1200"] == "Budget!A2:B2"
    assert text.sections[-1].heading_path == ("Budget",)


def test_a_line_above_a_table_is_its_caption_and_one_below_a_note() -> None:
    text = read(book(("Table 1: Visits",), ("Place", "Visits"), ("Pub", 12), ("Source: our count.",)))
    kinds = {text.text[block.start_char : block.end_char]: block.kind for block in text.blocks}
    assert kinds["Table 1: Visits"] is BlockKind.CAPTION
    assert kinds["Source: our count."] is BlockKind.PROSE
    assert places(text)["Source: our count."] == "Budget!A4"


def test_two_areas_are_two_tables_and_two_header_rows_are_kept() -> None:
    text = read(
        book(("", "2019", "2020"), ("Place", "visits", "visits"), ("Pub", 12.5, 13), (), ("Key", "Value"), ("a", 1))
    )
    tables = [(text.text[block.start_char : block.end_char], block.header_rows) for block in text.blocks]
    assert tables == [
        ("| 2019 | 2020\nPlace | visits | visits\nPub | 12.5 | 13".replace("| 2019", " | 2019", 1), 2),
        ("Key | Value\na | 1", 1),
    ]


def test_numbers_are_given_as_they_are_shown() -> None:
    made = book(("What", "Value"), ("share", 0.125), ("cost", 1234567.5), ("day", date(2024, 5, 31)), ("open", True))
    made.active["B2"].number_format = "0.0%"
    made.active["B3"].number_format = "£#,##0"
    assert table_of(read(made))[0][1:] == ["share | 12.5%", "cost | £1,234,568", "day | 2024-05-31", "open | yes"]


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        (0.5, "0%", "50%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, "General", "1234.5"),
        (-3.2, '0.0;"("0.0")"', "(3.2)"),
        (-3.25, "0.0", "-3.3"),
        (4200000, '£0.0,,"m"', "£4.2m"),
        (12, '0 "homes"', "12 homes"),
        (5, "[$€-407]#,##0", "€5"),
        (1.5, "0.##", "1.5"),
        (2, "0.##", "2"),
        (0.1 + 0.2, "General", "0.3"),
        (1e15, "General", "1000000000000000"),
        (1.25, "# ?/?", "1.25"),
        (7, "@", "7"),
        (3, "[Red]0", "3"),
    ],
)
def test_formats(value: float, code: str, words: str) -> None:
    assert shown(value, code) == words


def test_hidden_parts_and_formulas_without_values_are_counted() -> None:
    made = book(("Place", "Secret", "Visits"), ("Pub", "x1", 12), ("Inn", "x2", 13), ("Sum", "", "=SUM(C2:C3)"))
    made.active.column_dimensions["B"].hidden = True
    made.active.row_dimensions[3].hidden = True
    made.create_sheet("Old").append(("gone", "too"))
    made["Old"].sheet_state = "hidden"
    text = read(made)
    assert table_of(text)[0] == ["Place | Visits", "Pub | 12"]
    assert text.text.endswith("Sum")
    dropped = dict(text.dropped)
    assert dropped == {
        "formula without a value": len("=SUM(C2:C3)"),
        "hidden column": len("Secret") + len("x1"),
        "hidden row": len("Innx213"),
        "hidden sheet": len("gonetoo"),
    }


def test_names_of_sheets_are_quoted_as_in_references() -> None:
    text = read(book(("Key", "Value"), ("a", 1), title="Bob's plan"))
    assert places(text)["a | 1"] == "'Bob''s plan'!A2:B2"


def test_a_column_of_notes_is_text() -> None:
    text = read(book(("The pub is open every day.",), ("The hall is shut.",)))
    assert [block.kind for block in text.blocks] == [BlockKind.PROSE, BlockKind.PROSE]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"Place,Visits\nPub,12\n", ["Place | Visits", "Pub | 12"]),
        ("Ort;Besuche\nKöln;1,5\n".encode("cp1252"), ["Ort | Besuche", "Köln | 1,5"]),
        ("Place\tVisits\nPub\t12\n".encode("utf-16"), ["Place | Visits", "Pub | 12"]),
        (b"\xef\xbb\xbfPlace,Visits\r\nPub,12\r\n", ["Place | Visits", "Pub | 12"]),
        (b'Place,Said\nPub,"open,\nthey said"\n', ["Place | Said", "Pub | open, they said"]),
        (b"Place,Visits,Year\nPub,12\n", ["Place | Visits | Year", "Pub | 12 | "]),
    ],
)
def test_csv_in_any_encoding_and_delimiter(content: bytes, rows: list[str]) -> None:
    assert table_of(read_csv(content, name="visits.csv"))[0] == rows


def test_csv_rows_know_their_cells() -> None:
    assert places(read_csv(b"Place,Visits\n\nPub,12\nInn,3\n", name="a.csv"))["Inn | 3"] == "A4:B4"


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=2, max_size=4), min_size=1, max_size=8
    )
)
def test_places_are_rows_whatever_the_cells(rows: list[list[str]]) -> None:
    stream = io.StringIO()
    for row in rows:
        stream.write(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n")
    try:
        text = read_csv(stream.getvalue().encode("utf-8"), name="a.csv")
    except DocumentUnreadable:
        return
    end = 0
    for place in text.places:
        assert end <= place.start_char < place.end_char <= len(text.text)
        assert "\n" not in text.text[place.start_char : place.end_char]
        end = place.end_char


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"\x00\x01\x02" * 100])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match=r"budget\.xlsx is damaged"):
        read_xlsx(content, name="budget.xlsx")
    with pytest.raises(DocumentUnreadable, match=r"budget\.csv"):
        read_csv(b"\x00\x01\x02" * 100, name="budget.csv")


def test_too_many_cells_are_refused() -> None:
    made = book(("a", "b"))
    made.active.cell(1_000_000, 30, "far away")
    with pytest.raises(DocumentTooLarge, match=r"more than 2,000,000 cells"):
        read(made)


def test_a_long_table_is_split_by_rows_under_its_header() -> None:
    rows = "\n".join(f"Place {number},{number}" for number in range(3_000))
    text = read_csv(f"Place,Visits\n{rows}\n".encode(), name="visits.csv")
    document = SourceDocument(
        document_id="visits.csv", path="visits.csv", title="Visits", media_type="text/csv", sha256="0" * 64
    )
    passages = split_document(document, text, HashingEmbedder())
    assert all(passage.text.startswith("Place | Visits\n") for passage in passages)
    assert passages[1].place.startswith("A")
    assert sum(passage.text.count("\n") for passage in passages) == 3_000
