"""What is said twice where the evidence says it once is not borne out."""

from __future__ import annotations

import pytest

from report_qa.checking.assertion import is_unfinished
from report_qa.checking.repetition import repeated

FUNDS = "The first fund has £880m of new money. The second fund has £740m of new money."


@pytest.mark.parametrize(
    ("sentence", "twice"),
    [
        ("The first fund has £880m of new money and the second fund has £740m of new money.", ""),
        (
            "The first fund has £880m of fresh cash, and the second fund has £880m of fresh cash.",
            "fund has 880m of fresh cash",
        ),
        ("The chair of the Northfield ward forum was the Northfield ward forum.", "the northfield ward forum"),
        ("In Northfield and in Hartley crime fell.", ""),
    ],
)
def test_a_run_of_words_that_comes_back(sentence: str, twice: str) -> None:
    assert repeated(sentence, FUNDS) == twice


@pytest.mark.parametrize(
    "sentence", ["The report says:", "The summary is at", "(Note on wards › Findings)", "It rose by the"]
)
def test_a_sentence_that_leads_to_nothing(sentence: str) -> None:
    assert is_unfinished(sentence)


@pytest.mark.parametrize(
    "sentence", ["Crime fell.", "youth services were cut back", "Crime fell (by 12%)", "It is what it was."]
)
def test_a_sentence_that_is_one(sentence: str) -> None:
    assert not is_unfinished(sentence)
