"""Which points in time a text names."""

from __future__ import annotations

import pytest

from report_qa.dates import find_dates, find_years


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("on 13 January 2022", 2022, 1, 13),
        ("on the 3rd of May 2010", 2010, 5, 3),
        ("January 13, 2022", 2022, 1, 13),
        ("in March 2010", 2010, 3, 0),
        ("in Dec. 2010", 2010, 12, 0),
        ("in summer 2024", 2024, 0, 0),
        ("in 1998", 1998, 0, 0),
        ("by 5 May", 0, 5, 5),
    ],
)
def test_a_date_is_read_as_far_as_it_goes(text: str, year: int, month: int, day: int) -> None:
    (found,) = find_dates(text)

    assert (found.year, found.month, found.day) == (year, month, day)


def test_dates_stand_where_they_are_found() -> None:
    text = "It began on 13 January 2002 and closed in 2011."
    first, second = find_dates(text)

    assert "13 January 2002" in text[first.start_char : first.end_char]
    assert text[second.start_char : second.end_char].strip() == "2011"


@pytest.mark.parametrize("text", ["£2,019 was paid", "2019% more", "£2019", "12 wards", "2019.5 points", "code 120191"])
def test_amounts_are_no_dates(text: str) -> None:
    assert find_dates(text) == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("in 2006-07", {2006, 2007}),
        ("2006/07", {2006, 2007}),
        ("from 2001–2011", {2001, 2011}),
        ("between 2001 and March 2010", {2001, 2010}),
        ("FY2018 and Q2 2023", {2018, 2023}),
        ("FY21, FY 22 and fiscal year '23", {2021, 2022, 2023}),
        ("FY21% and FY21.5", set()),
        ("no year", set()),
    ],
)
def test_both_ends_of_a_range_are_years(text: str, years: set[int]) -> None:
    assert find_years(text) == years
