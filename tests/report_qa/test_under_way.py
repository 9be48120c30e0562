"""Another process learns that a question is being answered, that it was cut off, and never both of it and its answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from report_qa import under_way
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import ConversationNotFound
from report_qa.under_way import SILENCE_S, UnderWay
from tests.report_qa.test_conversations import ANA, BEN, an_answer


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Conversations(Database(tmp_path / "conversations.sqlite"))) as opened:
        yield opened


@pytest.fixture
def noted(conversations: Conversations) -> UnderWay:
    return UnderWay(conversations.database)


@pytest.fixture
def asked(conversations: Conversations, noted: UnderWay) -> str:
    """Return Ana's conversation with a question under way."""
    conversation_id = conversations.begin(ANA)
    noted.begin(ANA, conversation_id, "q1", "How large is the gap?")
    return conversation_id


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the clock of the module show a later time."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(seconds=seconds)

    monkeypatch.setattr(under_way, "datetime", Later)


def states(noted: UnderWay, owner: str, conversation_id: str) -> dict[str, bool]:
    return {each.question_id: each.cut_off for each in noted.of(owner, conversation_id)}


def test_a_question_is_known_to_its_owner_alone(noted: UnderWay, asked: str) -> None:
    (question,) = noted.of(ANA, asked)
    assert (question.question, question.cut_off) == ("How large is the gap?", False)
    assert noted.of(BEN, asked) == ()
    with pytest.raises(ConversationNotFound):
        noted.begin(BEN, asked, "q2", "And mine?")


def test_its_answer_takes_it_along(conversations: Conversations, noted: UnderWay, asked: str) -> None:
    noted.begin(ANA, asked, "q2", "And the other one?")
    conversations.append(ANA, asked, an_answer(), None, question_id="q1")
    assert states(noted, ANA, asked) == {"q2": False}


def test_silence_cuts_it_off_and_speaking_does_not(
    noted: UnderWay, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted.begin(ANA, asked, "q2", "And the other one?")
    later(monkeypatch, SILENCE_S - 1)
    noted.speak_for(["q2"])
    later(monkeypatch, SILENCE_S + 1)
    assert states(noted, ANA, asked) == {"q1": True, "q2": False}


def test_a_process_that_ends_says_so_at_once(noted: UnderWay, asked: str) -> None:
    noted.cut_off(["q1"])
    assert states(noted, ANA, asked) == {"q1": True}


def test_what_was_cut_off_is_forgotten_with_the_next_question(noted: UnderWay, asked: str) -> None:
    noted.begin(ANA, asked, "q2", "Still under way?")
    noted.begin(ANA, asked, "q3", "Failed here?")
    noted.cut_off(["q1"])
    noted.begin(ANA, asked, "q4", "How large is the gap?", forget=["q3"])
    assert states(noted, ANA, asked) == {"q2": False, "q4": False}


def test_one_that_failed_is_forgotten(noted: UnderWay, asked: str) -> None:
    noted.end("q1")
    assert noted.of(ANA, asked) == ()


def test_it_goes_with_its_conversation(conversations: Conversations, noted: UnderWay, asked: str) -> None:
    conversations.delete(ANA, asked)
    assert noted.of(ANA, asked) == ()
