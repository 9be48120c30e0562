"""What a search takes for the same word, and what it doesn't."""

from __future__ import annotations

import time

import pytest

from report_qa.words import content_terms, stem, terms


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Organisation", "organization"),
        ("neighbourhoods", "neighborhood"),
        ("programme", "programs"),
        ("centre", "centers"),
        ("travelled", "traveling"),
        ("residents’", "resident"),
        ("the council’s", "the council's"),
        ("café", "CAFE"),
        ("women", "woman"),
        ("41%", "41 per cent"),
        ("41 percent", "41 per-cent"),
        ("1,200 homes", "1200 home"),
        ("hard-to-reach", "hard to reach"),
    ],
)
def test_readers_take_these_for_the_same(first: str, second: str) -> None:
    assert terms(first) == terms(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("1.2m", "12m"), ("2008", "2009"), ("employed", "unemployed"), ("north", "northern"), ("3.5", "35")],
)
def test_readers_tell_these_apart(first: str, second: str) -> None:
    assert terms(first) != terms(second)


def test_asking_words_carry_nothing_and_subjects_are_kept_once() -> None:
    assert content_terms("What is the gap between the gap and other gaps?") == ["gap"]
    assert content_terms("What is it about?") == []


def test_at_least_says_nothing_of_what_is_least() -> None:
    assert stem("least") not in terms("at least half of the wards")
    assert stem("least") in terms("the least deprived wards")


def test_a_word_of_any_length_takes_no_time() -> None:
    started = time.perf_counter()
    assert terms("a" * 200_000)
    assert time.perf_counter() - started < 2
