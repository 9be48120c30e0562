"""What a follow-up takes from the conversation, and what it leaves alone."""

from __future__ import annotations

import pytest

from report_qa.questions import parse_question
from report_qa.records.conversation import Exchange
from report_qa.stages.follow_up import follow_up, leans, parts_of

FIRST = "How many men in Northfield were out of work in 2008?"
HISTORY = (Exchange(question=FIRST, topic=FIRST),)


@pytest.mark.parametrize(
    "text",
    ["And for women?", "What about Hartley?", "Who published it?", "When?", "By how much?", "Why did they object?"],
)
def test_what_leaves_something_out_leans_on_the_question_before(text: str) -> None:
    earlier = follow_up(parse_question(text), HISTORY)

    assert earlier is not None
    assert earlier.text == FIRST


@pytest.mark.parametrize(
    "text",
    [
        "How many homes were built in Hartley in 2010?",
        "Is there a fund for village halls in Hartley?",
        "Does the report say that crime fell in every ward?",
        "What share of adults in Hartley smoke?",
    ],
)
def test_an_old_topic_never_leaks_into_a_question_that_stands_alone(text: str) -> None:
    assert follow_up(parse_question(text), HISTORY) is None


def test_without_a_conversation_nothing_is_added() -> None:
    assert follow_up(parse_question("And for women?"), ()) is None


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = (Exchange(question=FIRST), Exchange(question="And for women?"))
    earlier = follow_up(parse_question("When?"), history)

    assert earlier is not None
    assert "northfield" in earlier.terms


def test_the_latest_subject_wins() -> None:
    later = "How many homes were built in Hartley in 2010?"
    earlier = follow_up(parse_question("Who paid for them?"), (*HISTORY, Exchange(question=later, topic=later)))

    assert earlier is not None
    assert earlier.text == later


def test_a_later_part_that_says_too_little_asks_the_first_again() -> None:
    (first, before), (second, earlier) = parts_of(
        "How many wards joined the programme in 2004, and how many in 2008?", (), {}
    )

    assert (before, earlier) == (None, None)
    assert first.text == "How many wards joined the programme in 2004?"
    assert second.text == "How many wards joined the programme in 2008?"


def test_a_later_part_without_its_subject_leans_on_the_first() -> None:
    (first, _), (second, earlier) = parts_of("Who wrote the Northfield review, and when was it published?", (), {})

    assert second.text == "when was it published?"
    assert earlier == first


def test_a_question_of_one_part_is_one_question() -> None:
    ((only, earlier),) = parts_of(FIRST, (), {})

    assert (only.text, earlier) == (FIRST, None)
    assert not leans(only)


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("Where does the money come from?", True),
        ("What is the Mayor like?", False),
        ("Where does the lottery money come from?", False),
    ],
)
def test_the_one_thing_named_by_its_kind_alone_leans(text: str, leaning: bool) -> None:
    assert leans(parse_question(text)) is leaning
