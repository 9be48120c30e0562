"""Which numbers a text holds, with scale and unit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("It cost £1.2m in all", "1200000", "GBP"),
        ("worth $3 billion", "3000000000", "USD"),
        ("€450 each", "450", "EUR"),
        ("41% of them", "41", "percent"),
        ("41 per cent of them", "41", "percent"),
        ("by 5.5 percentage points", "5.5", "percentage point"),
        ("1,200 homes", "1200", ""),
        ("twelve wards", "12", ""),
        ("500 pounds", "500", "GBP"),
    ],
)
def test_a_number_is_read_with_its_scale_and_unit(text: str, value: str, unit: str) -> None:
    (found,) = find_quantities(text)

    assert (found.value, found.unit) == (Decimal(value), unit)


def test_money_and_shares_know_what_they_are() -> None:
    money, share, half = find_quantities("£2m went to 41% of wards, half of them rural")

    assert (money.is_money, money.is_share) == (True, False)
    assert (share.is_money, share.is_share) == (False, True)
    assert half.is_share


@pytest.mark.parametrize(
    "text",
    ["in 2019", "since 1998.", "2006-07", "2001–2011", "between 2001 and 2010", "the 2010 residence", "2010 tonic"],
)
def test_calendar_years_are_no_amounts(text: str) -> None:
    assert find_quantities(text)
    assert all(quantity.is_year for quantity in find_quantities(text))


@pytest.mark.parametrize(
    "text",
    ["2,019 homes", "£2019", "2019 pages", "1200 homes", "2000 lbs", "1800 kg", "2019 people", "2011 neighbourhoods"],
)
def test_amounts_are_no_calendar_years(text: str) -> None:
    assert [quantity.is_year for quantity in find_quantities(text)] == [False]


def test_every_number_of_a_ratio_is_there() -> None:
    assert [quantity.value for quantity in find_quantities("32 of the 34")] == [32, 34]
    assert [quantity.value for quantity in find_quantities("one in ten")] == [1, 10]


@pytest.mark.parametrize("text", ["", "no figures here", "Q3 and B12 are labels", "the someone and the tenth"])
def test_text_without_amounts_has_none(text: str) -> None:
    assert find_quantities(text) == ()


@given(st.text())
def test_any_text_gives_quantities_in_order_within_it(text: str) -> None:
    found = find_quantities(text)

    assert [quantity.start_char for quantity in found] == sorted(quantity.start_char for quantity in found)
    assert all(0 <= quantity.start_char < quantity.end_char <= len(text) for quantity in found)
