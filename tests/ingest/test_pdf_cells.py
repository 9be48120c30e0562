"""Cells of a table that belong together although they stand apart."""

from __future__ import annotations

from ingest.pdf_cells import cells_of, find_gutters, join_complements, join_symbol_columns, move_signs
from ingest.pdf_words import Row, Word


def row(*placed: tuple[str, float], y: float = 0.0) -> Row:
    """A row of words at the given x, 5 points for each character, in a size of 10."""
    words = []
    for text, x in placed:
        edges = [x + 5 * offset for offset in range(len(text) + 1)]
        words.append(Word(text, edges, y, 10.0, False, False, y - 8, y + 2))
    return Row(words, 0)


def texts(cells: list[list[list[Row]]]) -> list[list[str]]:
    return [[" ".join(part.text for part in cell) for cell in line] for line in cells]


def test_a_currency_sign_belongs_to_the_number_after_it() -> None:
    cells = [[[row(("5", 0), ("$", 10))], [row(("7", 30))]]]
    assert texts(move_signs(cells)) == [["5", "$7"]]


def test_a_column_of_currency_signs_joins_its_numbers() -> None:
    cells = [[[row(("a", 0))], [row(("$", 20))], [row(("7", 40))]], [[row(("b", 0))], [], [row(("8", 40))]]]
    joined, gutters = join_symbol_columns(cells, [(5, 20), (25, 40)])
    assert texts(joined) == [["a", "$7"], ["b", "8"]]
    assert len(gutters) == 1


def test_columns_of_which_each_row_fills_one_are_one() -> None:
    cells = [[[row(("a", 0))], [row(("7", 20))], []], [[row(("b", 0))], [], [row(("8", 40))]]]
    assert texts(join_complements(cells)) == [["a", "7"], ["b", "8"]]


def test_gutters_are_what_no_word_covers_and_a_spanning_header_stays_whole() -> None:
    rows = [row(("Years", 60), ("seen", 87))] + [
        row(("mill", 0), ("12", 60), ("13", 100), y=20.0 * n) for n in range(6)
    ]
    gutters = find_gutters(rows, (), least=0.5)
    assert len(gutters) == 2
    assert texts([cells_of(rows[0], gutters)]) == [["", "Years seen", ""]]
    assert texts([cells_of(rows[1], gutters)]) == [["mill", "12", "13"]]
