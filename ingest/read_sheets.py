"""Reads workbooks (XLSX) and tables of text (CSV, TSV), each row with the cells that it stands in.

Values are given as a person sees them: 0.125 in a cell that shows percentages reads 12.5%. A sheet is cut at empty rows
into areas; an area of several columns is a table with its header rows, a line alone above it is its caption, one column
alone is text. Hidden sheets, rows and columns are left out and counted, and so are formulas whose value the file lacks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter

from ingest.charset import decode
from ingest.number_format import shown
from ingest.office_zip import check_office_zip
from ingest.text_builder import TextBuilder
from report_qa.errors import DocumentTooLarge, DocumentUnreadable
from report_qa.records.document import DocumentText

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

READER = "sheet/1"
MOST_CELLS = 2_000_000
_DELIMITERS = ",;\t|"
_SNIFFED_CHARS = 20_000
_MOST_HEADER_ROWS = 3

Row = tuple[int, list[str]]


def read_xlsx(content: bytes, *, name: str) -> DocumentText:
    """Return the reading text of a workbook.

    Raises:
        DocumentUnreadable: it is damaged, protected, too large, or has nothing in it.
    """
    check_office_zip(content, name=name)
    builder = TextBuilder()
    try:
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever the first malformed part happens to break
        raise DocumentUnreadable(
            f"{name} is damaged, or no workbook ({type(error).__name__}).", hint="Save it again from Excel as .xlsx."
        ) from error
    left = MOST_CELLS
    for sheet in values.worksheets:
        left -= sheet.max_row * sheet.max_column
        if left < 0:
            raise DocumentTooLarge(
                f"{name} has more than {MOST_CELLS:,} cells.", hint="Export the part that matters as CSV."
            )
        if sheet.sheet_state != "visible":
            builder.drop("hidden sheet", sum(len(cell) for _, row in _rows(sheet, None, builder) for cell in row))
            continue
        builder.at(_quoted(sheet.title))
        builder.heading(sheet.title, 1)
        _add_areas(builder, list(_rows(sheet, formulas[sheet.title], builder)), prefix=_quoted(sheet.title) + "!")
    return builder.build(reader=READER, name=name)


def read_csv(content: bytes, *, name: str) -> DocumentText:
    """Return the reading text of a table in text form, whatever its encoding and delimiter.

    Raises:
        DocumentUnreadable: it is no text, too large, or has nothing in it.
    """
    text = decode(content, name=name)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:_SNIFFED_CHARS], _DELIMITERS)
    except csv.Error:
        dialect = csv.excel_tab if name.endswith(".tsv") else csv.excel
    try:
        rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), dialect), 1)]
    except csv.Error as error:
        raise DocumentUnreadable(f"{name} can't be read as a table: {error}.", hint="Save it again as CSV.") from error
    if sum(len(row) for _, row in rows) > MOST_CELLS:
        raise DocumentTooLarge(f"{name} has more than {MOST_CELLS:,} cells.", hint="Split it.")
    builder = TextBuilder()
    _add_areas(builder, rows, prefix="")
    return builder.build(reader=READER, name=name)


def _rows(sheet: Worksheet, formulas: Worksheet | None, builder: TextBuilder) -> Iterator[Row]:
    """Yield the rows that are not hidden with their number; columns that are hidden stay empty."""
    hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
    for cells in sheet.iter_rows():
        written = [_cell(cell) for cell in cells]
        number = cells[0].row if cells else 0
        if formulas is not None and sheet.row_dimensions[number].hidden:
            builder.drop("hidden row", sum(map(len, written)))
            continue
        for position, cell in enumerate(cells):
            if formulas is not None and get_column_letter(position + 1) in hidden:
                builder.drop("hidden column", len(written[position]))
                written[position] = ""
            elif formulas is not None and cell.value is None:
                formula = formulas.cell(number, position + 1).value
                if isinstance(formula, str) and formula.startswith("="):
                    builder.drop("formula without a value", len(formula))
        yield number, written


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date | time):
        plain = value.date() if isinstance(value, datetime) and value.time() == time() else value
        return plain.isoformat(" ") if isinstance(plain, datetime) else plain.isoformat()
    return shown(value, cell.number_format)


def _add_areas(builder: TextBuilder, rows: Sequence[Row], *, prefix: str) -> None:
    """Add the stretches of rows between empty ones."""
    area: list[Row] = []
    for number, cells in [*rows, (0, [])]:
        if any(cell.strip() for cell in cells):
            area.append((number, [" ".join(cell.split()) for cell in cells]))
        elif area:
            _add_area(builder, area, prefix)
            area = []


def _add_area(builder: TextBuilder, area: list[Row], prefix: str) -> None:
    """Lines of one cell above the others are titles; below them, notes."""
    first = next((at for at, (_, cells) in enumerate(area) if _filled(cells) > 1), len(area))
    last = max((at for at, (_, cells) in enumerate(area) if _filled(cells) > 1), default=len(area) - 1)
    for number, cells in area[:first]:
        builder.at(_place(prefix, number, cells))
        builder.paragraph(next(cell for cell in cells if cell))
    table = area[first : last + 1]
    if table:
        builder.table(
            [cells for _, cells in table],
            header_rows=_header_rows([cells for _, cells in table]),
            places=[_place(prefix, number, cells) for number, cells in table],
        )
    for number, cells in area[last + 1 :] if table else ():
        builder.at(_place(prefix, number, cells))
        builder.paragraph(next(cell for cell in cells if cell))


def _header_rows(table: Sequence[Sequence[str]]) -> int:
    """Return how many rows at the top hold names and no figures; one at least where there is something below."""
    if len(table) < 2:
        return 0
    figures = [any(_is_figure(cell) for cell in row) for row in table]
    if not any(figures):
        return 1
    return max(1, min(figures.index(True), _MOST_HEADER_ROWS)) if any(figures[1:]) else 1


def _is_figure(cell: str) -> bool:
    digits = sum(character.isdigit() for character in cell)
    # A year alone heads a column as often as it fills one.
    is_year = len(cell) == 4 and cell.isdigit() and cell[:2] in ("19", "20")
    return digits > 0 and not is_year and digits * 2 >= sum(character.isalnum() for character in cell)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)


def _place(prefix: str, number: int, cells: Sequence[str]) -> str:
    columns = [at for at, cell in enumerate(cells, 1) if cell]
    first, last = get_column_letter(columns[0]), get_column_letter(columns[-1])
    return f"{prefix}{first}{number}" if first == last else f"{prefix}{first}{number}:{last}{number}"


def _quoted(title: str) -> str:
    """Return a sheet's name as spreadsheets write it in references."""
    return title if title.isidentifier() else "'" + title.replace("'", "''") + "'"
