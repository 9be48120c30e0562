"""Where sentences end, and where a full stop ends nothing."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.sentences import split_sentences

TWO = [
    "The fund closed in 2024. It reopened a year later.",
    "It cost £1.2m. The rest was raised locally.",
    "Is this enough? It is not.",
    "Nobody came! Then the hall filled.",
    "“We need a place to meet.” That was said often.",
    "They left (most of them by train.) The others stayed.",
    "Much is unknown… What is known fits on a page.",
    "Prices rose by 3.5%. Wages did not.",
    "The count ended at 48. Then the money was gone.",
    "The list has teams, halls, etc. Each of them was visited.",
    "It was paid to Acme Ltd. The board agreed.",
    "It rained in Dec. The roof held.",
    "We asked every resident who could be found at home. “Nobody had asked before,” said one.",
    "He lives in area 7. 4 in 10 of his neighbours do not work.",
]
ONE = [
    "Dr Jones and Mr. Smith met Prof. Lee at St. Mary's.",
    "See vol. 7, pp. 12 and 13, and Fig. 2 of the annex.",
    "Some goods (e.g. Bread and milk) are cheap, i.e. Subsidised.",
    "J. R. Smith wrote it with A. Patel.",
    "The U.S. Government did the same.",
    "It grew by 1.2 to 3.4 points.",
    "1. Introduction to the programme",
    "Visit www.example.org today.",
    "It said “no more!” and left.",
    "What works … for whom?",
    "The report is numbered No. 12 in the series.",
    "It cost ca. £4 a head.",
    "The hall, the pub, the shop etc. were closed.",
    "no end at all",
]


@pytest.mark.parametrize("text", TWO)
def test_two_sentences(text: str) -> None:
    found = split_sentences(text)
    assert len(found) == 2, [text[start:end] for start, end in found]


@pytest.mark.parametrize("text", ONE)
def test_one_sentence(text: str) -> None:
    found = split_sentences(text)
    assert len(found) == 1, [text[start:end] for start, end in found]


def test_closing_quotes_and_brackets_stay_with_their_sentence() -> None:
    text = "“We stayed.” (They left.) End."
    assert [text[start:end] for start, end in split_sentences(text)] == ["“We stayed.”", "(They left.)", "End."]


@given(st.text(alphabet="aB1 .!?…\n\"')(”“£", max_size=80))
def test_sentences_cover_every_character_but_white_space(text: str) -> None:
    found = split_sentences(text)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    kept = {position for start, end in found for position in range(start, end)}
    assert all(text[position].isspace() for position in range(len(text)) if position not in kept)
    assert all(text[start:end].strip() == text[start:end] for start, end in found)


@pytest.mark.parametrize("unit", [".", "a. ", ". ", "(", "U.S. ", "x", ".”", "…", "! \n", "A."])
def test_time_is_linear(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    started = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - started < 4
