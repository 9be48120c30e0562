"""When the documents are said to answer, and when not."""

from __future__ import annotations

import pytest

from report_qa.questions import parse_question
from report_qa.records.passage import Selection
from report_qa.stages.select import select
from tests.report_qa.stages.test_retrieve import Shelf, shelf

REVIEW = shelf(
    {
        "Ward Review": [
            "Burglary in Northfield fell by 12% in 2008. Residents called this a quiet revolution.",
            "The hall in Hartley was built with £1.2m from the lottery.",
            "Most residents were content with their doctors.",
        ]
    }
)

BOTH = shelf(
    {
        "First Study": ["Burglary fell by 12%."],
        "Other Study": ["Burglary fell by 31%."],
        "Cookery": ["Bread is baked at night.", "Boats sail on the lake."],
    }
)


def _selected(on: Shelf, question: str, max_claims: int = 4) -> Selection:
    return select(parse_question(question), None, on.units(question), max_claims=max_claims, threshold=0.52)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("By how much did burglary in Northfield fall in 2008?", "12%"),
        ("What did residents call a “quiet revolution”?", "quiet revolution"),
        ("What was built in Hartley with £1.2m from the lottery?", "The hall"),
        ("Were residents content with their doctors?", "content"),
    ],
)
def test_what_the_documents_say_is_answered(question: str, answer: str) -> None:
    found = _selected(REVIEW, question)

    assert found.units, found.reason
    assert answer in found.units[0].words
    assert found.reason == ""


@pytest.mark.parametrize(
    ("question", "nowhere"),
    [
        ("By how much did burglary in Eastwick fall in 2008?", "eastwick"),
        ("By how much did burglary in Northfield fall in 2009?", "2009"),
        ("What was built in Hartley with £1.3m from the lottery?", "13"),
        ("What did residents call a “quiet evolution”?", "“quiet evolution”"),
    ],
)
def test_a_name_year_figure_or_phrase_that_stands_nowhere_is_refused_by_name(question: str, nowhere: str) -> None:
    found = _selected(REVIEW, question)

    assert found.units == ()
    assert nowhere in found.reason.lower().replace(".", "")
    assert found.nearest


@pytest.mark.parametrize(
    "question",
    ["What is the salary of the chief plumber?", "Which airline flies to the moon?", "How do volcanoes erupt?"],
)
def test_another_subject_is_refused(question: str) -> None:
    found = _selected(REVIEW, question)

    assert found.units == ()
    assert found.reason


def test_the_right_subject_with_another_kind_of_words_is_refused() -> None:
    found = _selected(REVIEW, "How many doctors were residents content with?")

    assert found.units == ()


def test_another_document_with_another_figure_is_shown_too() -> None:
    found = _selected(BOTH, "By how much did burglary fall?")

    assert {unit.retrieved.document.title for unit in found.units} == {"First Study", "Other Study"}


def test_the_same_words_are_shown_once() -> None:
    sentence = "Burglary in the wards fell by 12%."
    twice = shelf({"First Study": [sentence], "Other Study": [sentence]})

    assert len(_selected(twice, "By how much did burglary in the wards fall?").units) == 1


def test_no_more_is_shown_than_allowed() -> None:
    assert len(_selected(BOTH, "By how much did burglary fall?", max_claims=1).units) == 1


def test_nothing_found_is_a_refusal_with_a_reason() -> None:
    found = _selected(shelf({}), "Did burglary fall?")

    assert (found.units, found.nearest) == ((), ())
    assert found.reason


def test_more_than_half_of_a_long_name_must_be_there() -> None:
    on = shelf({"Study": ["The Northfield Harbour Light Fund is worth £3m.", "Bread is baked at night."]})

    assert _selected(on, "How much is the Northfield Harbour Light Fund worth?").units
    refused = _selected(on, "How much is the Shared Prosperity Growth Fund worth?")
    assert refused.units == ()
    assert "Shared Prosperity Growth Fund" in refused.reason


@pytest.mark.parametrize(
    ("other", "titles"),
    [
        ("The quiet revolution cost £5m.", {"First Study", "Other Study"}),
        ("The revolution was quiet and cost £5m.", {"First Study"}),
    ],
)
def test_what_is_shown_besides_the_best_meets_the_conditions_too(other: str, titles: set[str]) -> None:
    on = shelf({"First Study": ["The quiet revolution cost £3m."], "Other Study": [other], "Cookery": ["Bread rises."]})
    found = _selected(on, "How much did the “quiet revolution” cost?")

    assert {unit.retrieved.document.title for unit in found.units} == titles
