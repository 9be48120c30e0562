"""Amounts are read as people write them, and agree as people round them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from report_qa.checking.amounts import Amount, agrees, find_amounts


def only(text: str) -> Amount:
    (found,) = find_amounts(text)
    return found


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("£1.2m was spent", "1200000", "GBP"),
        ("1.2 million pounds were spent", "1200000", "GBP"),
        ("two and a half million dollars", "2500000", "USD"),
        ("one in ten homes", "10", "percent"),
        ("9 out of 10 homes", "90", "percent"),
        ("half of them", "50", "percent"),
        ("half a million homes", "500000", ""),
        ("a quarter of homes", "25", "percent"),
        ("it doubled", "2", "times"),
        ("twenty-five years", "9125", "days"),
        ("a quarter of a century", "9125.00", "days"),
        ("three hundred and ten pages", "310", "page"),
        ("2.4 percentage points", "2.4", "point"),
        ("the effect is -0.8 percentage points", "-0.8", "point"),
        ("14.2 million square feet", "14200000", "square feet"),
        ("the fifth session", "5", "ordinal"),
    ],
)
def test_an_amount_is_read(text: str, value: str, unit: str) -> None:
    assert (only(text).value, only(text).unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    ["in 2019", "on 3 May 2020", "May 12, 2011", "as was shown [4]", "3M sells tape", "on 06/01/2006", "one of them"],
)
def test_years_days_and_marks_are_no_amounts(text: str) -> None:
    assert find_amounts(text) == ()


def test_the_first_of_a_range_has_the_unit_of_the_second() -> None:
    assert [amount.unit for amount in find_amounts("10 to 20 years")] == ["days", "days"]


@pytest.mark.parametrize(
    ("claimed", "found"),
    [
        ("about 41%", "40.8%"),
        ("41%", "40.8 per cent"),
        ("nearly 400,000", "396,000"),
        ("nearly three quarters", "74%"),
        ("more than half", "54%"),
        ("at least 30", "32"),
        ("a third", "33%"),
        ("two in five", "40%"),
        ("three months", "90 days"),
        ("25%", "nearly 25%"),
        ("£1.2m", "£1,200,000"),
        ("under a quarter", "less than 25%"),
        ("20%", "the most deprived fifth"),
    ],
)
def test_what_rounds_or_says_the_same_agrees(claimed: str, found: str) -> None:
    assert agrees(only(claimed), only(found))


@pytest.mark.parametrize(
    ("claimed", "found"),
    [
        ("41%", "42%"),
        ("40.8%", "41%"),
        ("41%", "41 percentage points"),
        ("£4 billion", "£4.2 billion"),
        ("£23 million", "£23 billion"),
        ("£5", "$5"),
        ("at least half", "at most half"),
        ("more than half", "46%"),
        ("nearly half", "54%"),
        ("17 hours", "17 days"),
        ("more than 98%", "98%"),
        ("98%", "at least 98%"),
        ("200", "fewer than 200"),
    ],
)
def test_another_value_unit_or_bound_does_not(claimed: str, found: str) -> None:
    assert not agrees(only(claimed), only(found))


def test_a_bare_cell_takes_scale_and_unit_from_its_caption() -> None:
    claimed, cell = only("$1,577 million"), only("1,577")

    assert agrees(claimed, cell, scales=frozenset({10**6}), units="Dollars ($) in millions")
    assert not agrees(claimed, cell, units="Dollars ($)")
    assert not agrees(claimed, cell, scales=frozenset({10**6}))


def test_a_figure_that_names_its_scale_takes_none_from_a_caption() -> None:
    assert not agrees(
        only("$11.6 billion"), only("$11.6 million"), scales=frozenset({10**3, 10**6}), units="$ in thousands"
    )
