"""Figures are put side by side only where the documents do so themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from report_qa.figures_by import Point, Series, series_of
from report_qa.records.answer import Citation, Claim, EvidenceSpan, Verdict
from tests.report_qa.test_conversations import an_answer

SPAN = replace(an_answer().evidence[0], boxes=())
CAPTION = "Table 1. Share of homes that stand empty."


def quoted(*quotes: str, said: str = "", titles: tuple[str, ...] = ()) -> tuple[list[Claim], list[EvidenceSpan]]:
    """Return an answer of quotations, each read out as it stands unless `said` gives the sentence of all."""
    spans = [
        replace(SPAN, evidence_id=f"E{number}", quote=quote, document_title=titles[number] if titles else "A")
        for number, quote in enumerate(quotes)
    ]
    claims = [
        Claim(
            sentence=said or " ".join(span.quote.split("\n")),
            verdict=Verdict.SUPPORTED,
            checks=(),
            citations=(Citation.of(span),),
        )
        for span in spans
    ]
    return claims, spans


def shown(series: Series | None) -> list[tuple[str, str, str]]:
    return [(point.label, point.shown, point.evidence_id) for point in series.points] if series else []


def row(heads: str, cells: str) -> tuple[list[Claim], list[EvidenceSpan]]:
    """Return one row of a table, read out with all of its columns."""
    pairs = list(zip(heads.split(" | "), cells.split(" | "), strict=True))
    said = f"{pairs[0][1]} — " + "; ".join(f"{head}: {cell}" for head, cell in pairs[1:])
    return quoted(f"{CAPTION}\n{heads}\n{cells}", said=f"{CAPTION}: {said}")


def test_a_row_by_years() -> None:
    series = series_of(*row("Area | 2018 | 2019/20 | 2021", "Leeds | 4% | 4.5% | 5%"))
    assert shown(series) == [("2018", "4%", "E0"), ("2019/20", "4.5%", "E0"), ("2021", "5%", "E0")]
    assert series is not None
    assert series.quantity == "Table 1. Share of homes that stand empty: Leeds"


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        ("Area | 2018 | 2019", "Leeds | 4% | 4.5%"),
        ("Area | 2018 | 2019 | 2020", "Leeds | 4% | 4.5% | £5"),
        ("Area | 2018 | 2019 | 2020", "Leeds | 4% | – | n/a"),
        ("Area | Homes | Shops | Barns", "Leeds | 4% | 4.5% | 5%"),
        ("Area | 2018 | 2019 | 2020", "Rank of Leeds | 4 | 5 | 6"),
        ("Area | 2018 | 2019 | 2020", "Leeds | 0 | 0 | 0"),
        ("Area | 2018 | 2018 | 2020", "Leeds | 4 | 5 | 6"),
        ("Area | 2018 | 2019 | 2020", "Leeds | 4 of 9 | 5 of 9 | 6 of 9"),
    ],
)
def test_a_row_that_is_not_comparable(heads: str, cells: str) -> None:
    assert series_of(*row(heads, cells)) is None


def several(head: str, *rows: str) -> tuple[list[Claim], list[EvidenceSpan]]:
    """Return all rows of a table as one quotation, of which the second column was asked for."""
    heads = head.split(" | ")
    lines = [f"{cells[0]} — {heads[1]}: {cells[1]}" for cells in (line.split(" | ") for line in rows)]
    return quoted("\n".join([CAPTION, head, *rows]), said="\n• ".join([f"{CAPTION}:", *lines]))


def test_rows_of_one_column_without_their_total() -> None:
    series = series_of(
        *several("Area | Empty | Rank", "Leeds | 1,200 | 3", "Hull | 900 | 2", "Ripon | 80 | 1", "All areas | 2,180 | ")
    )
    assert shown(series) == [("Leeds", "1,200", "E0"), ("Hull", "900", "E0"), ("Ripon", "80", "E0")]
    assert series is not None
    assert [int(point.value) for point in series.points] == [1200, 900, 80]
    assert series.quantity.endswith(": Empty")


def test_rows_that_were_quoted_apart_each_keep_their_citation() -> None:
    claims, spans = [], []
    for number, cells in enumerate(("Leeds | 4%", "Hull | 6%", "Ripon | 5%")):
        (claim,), (span,) = row("Area | Empty", cells)
        span = replace(span, evidence_id=f"E{number}")
        claims.append(replace(claim, citations=(Citation.of(span),)))
        spans.append(span)
    assert shown(series_of(claims, spans)) == [("Leeds", "4%", "E0"), ("Hull", "6%", "E1"), ("Ripon", "5%", "E2")]
    other = [replace(span, document_id=f"other {number}") for number, span in enumerate(spans)]
    assert series_of(claims, other) is None


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("Area | Rank", ("Leeds | 3", "Hull | 2", "Ripon | 1")),
        ("Area | Founded", ("Leeds | 1900", "Hull | 1910", "Ripon | 1920")),
        ("Area | Empty", ("Leeds | 4%", "Leeds | 6%", "Leeds | 5%")),
        ("Area | Empty", ("Leeds | 4%", "Hull | £6", "Ripon | 5%")),
        ("Area | Empty", ("Leeds | 4%", "Hull | 6%")),
    ],
)
def test_rows_that_are_not_comparable(head: str, rows: tuple[str, ...]) -> None:
    assert series_of(*several(head, *rows)) is None


def test_one_sentence_that_gives_a_figure_for_each_year() -> None:
    words = "The share was 12% in 2010, 15% in 2015 and 18.5% in 2020."
    series = series_of(*quoted(words))
    assert shown(series) == [("2010", "12%", "E0"), ("2015", "15%", "E0"), ("2020", "18.5%", "E0")]
    assert series is not None
    assert series.quantity == words


@pytest.mark.parametrize(
    "words",
    [
        "The share was 12% in 2010, 15% in 2015 and 18.5% of 40 towns in 2020.",
        "The share was 12% in 2010 and 15% in 2015.",
        "It was 12% in 2010, £15 in 2015 and 18.5% in 2020.",
        "The share was 12% in 2010, 15% in 2010 and 18.5% in 2020.",
        "It ranked 12 in 2010, 15 in 2015 and 18 in 2020.",
        "The share was 12%, 15% and 18%.",
    ],
)
def test_a_sentence_whose_figures_may_be_of_different_things(words: str) -> None:
    assert series_of(*quoted(words)) is None


def test_sentences_that_differ_in_figure_and_year_alone() -> None:
    alike = ("In 2010 the fund paid £3m.", "In 2011 the fund paid £4m.", "In 2012 the fund paid £6m.")
    assert shown(series_of(*quoted(*alike))) == [("2010", "£3m", "E0"), ("2011", "£4m", "E1"), ("2012", "£6m", "E2")]
    assert series_of(*quoted(*alike[:2], "In 2012 the trust paid £6m.")) is None


def test_documents_that_say_the_same_of_one_year() -> None:
    alike = ("In 2010 a fare cost £3.", "In 2010 a fare cost £4.", "In 2010 a fare cost £6.")
    series = series_of(*quoted(*alike, titles=("A", "B", "C")))
    assert shown(series) == [("A", "£3", "E0"), ("B", "£4", "E1"), ("C", "£6", "E2")]
    assert series is not None
    assert series.quantity == "In 2010 a fare cost …."
    assert series_of(*quoted(*alike, titles=("A", "A", "C"))) is None


def test_a_series_is_what_it_says() -> None:
    points = tuple(Point(label=str(number), value=Decimal(1), shown="1", evidence_id="E1") for number in range(2))
    with pytest.raises(ValueError, match="3 to 12"):
        Series(quantity="x", points=points)
    with pytest.raises(ValueError, match="something else"):
        Series(quantity="x", points=(*points, points[0]))


def test_of_two_columns_none_is_chosen() -> None:
    head, rows = "Area | Empty | Full", ("Leeds | 1,200 | 3", "Hull | 900 | 2", "Ripon | 80 | 1")
    said = "\n• ".join(
        f"{area} — Empty: {empty}; Full: {full}" for area, empty, full in (row.split(" | ") for row in rows)
    )
    assert series_of(*quoted("\n".join([CAPTION, head, *rows]), said=f"{CAPTION}:\n• {said}")) is None
