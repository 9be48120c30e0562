"""A question that says too little is asked back about, with questions that can be asked."""

from __future__ import annotations

import pytest

from report_qa.questions import parse_question
from report_qa.stages.clarify import clarify
from report_qa.stages.follow_up import leans

TITLES = ("The big plan", "A small review", "Notes", "More notes", "The last one")
HEADINGS = ("Homes and streets", "Money")


def _asked_back(text: str) -> tuple[str, tuple[str, ...]] | None:
    question = parse_question(text)
    return clarify(question, leans=leans(question), titles=TITLES, headings=HEADINGS)


@pytest.mark.parametrize("text", ["Tell me more", "How many?", "What about it?", "Who?"])
def test_what_asks_about_nothing_is_offered_what_the_report_has_headings_for(text: str) -> None:
    asked_back = _asked_back(text)

    assert asked_back is not None
    assert asked_back[1] == ("What does it say about homes and streets?", "What does it say about money?")


def test_a_pronoun_with_nothing_before_it_may_stand_for_any_document() -> None:
    asked_back = _asked_back("Who wrote it?")

    assert asked_back is not None
    assert asked_back[1] == tuple(f"Who wrote “{title}”?" for title in TITLES[:4])


@pytest.mark.parametrize(
    "text",
    [
        "Who wrote The Big Plan?",
        "Why did it rise in 2019?",
        "How much does it cost to build a hall?",
        "What are the main recommendations?",
        "burglary",
    ],
)
def test_what_can_be_looked_up_is_looked_up(text: str) -> None:
    assert _asked_back(text) is None


def test_a_shelf_without_headings_has_nothing_to_offer() -> None:
    question = parse_question("Tell me more")

    assert clarify(question, leans=True, titles=TITLES, headings=()) is None
