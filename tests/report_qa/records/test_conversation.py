"""A conversation branches where a question was asked again in other words."""

from __future__ import annotations

from datetime import UTC, datetime

from report_qa.records.conversation import Conversation, Turn
from tests.report_qa.test_conversations import an_answer


def conversation(*parents: tuple[str, str | None]) -> Conversation:
    turns = tuple(
        Turn(turn_id=name, parent_id=parent, answer=an_answer(name), frozen_at=datetime(2026, 11, 26, tzinfo=UTC))
        for name, parent in parents
    )
    return Conversation(conversation_id="c", title="", turns=turns)


STRAIGHT = conversation(("a", None), ("b", "a"), ("c", "b"))
# b was asked again as d, and e goes on from there; then the first question was asked again.
BRANCHED = conversation(("a", None), ("b", "a"), ("c", "b"), ("d", "a"), ("e", "d"), ("f", None))


def names(turns: tuple[Turn, ...]) -> str:
    return "".join(turn.turn_id for turn in turns)


def test_a_question_goes_on_from_the_last_one() -> None:
    assert conversation().parent_of() is None
    assert STRAIGHT.parent_of() == "c"
    assert names(STRAIGHT.thread("c")) == "abc"


def test_one_that_is_asked_again_goes_on_from_where_it_did() -> None:
    assert STRAIGHT.parent_of("b") == "a"
    assert STRAIGHT.parent_of("a") is None
    assert STRAIGHT.parent_of("of another conversation") == "c"
    assert names(BRANCHED.thread("e")) == "ade"
    assert names(BRANCHED.thread(None)) == ""


def test_what_was_asked_again_is_known() -> None:
    assert STRAIGHT.asked_again == frozenset()
    assert BRANCHED.asked_again == {"a", "b"}


def test_a_circle_ends() -> None:
    assert names(conversation(("a", "b"), ("b", "a")).thread("a")) == "ba"
