"""One say each, changeable, nobody else's, and gone with the conversation; a steward reads all of it."""

from __future__ import annotations

import pytest

from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import ConversationError, ConversationNotFound
from report_qa.feedback import Feedback, FeedbackKind, FeedbackStore
from tests.report_qa.test_conversations import ANA, BEN, an_answer

CITE = an_answer().evidence[0].cite
RIGHT, WRONG, BAD = FeedbackKind.RIGHT, FeedbackKind.WRONG, FeedbackKind.BAD_CITATION


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def store(conversations: Conversations) -> FeedbackStore:
    return FeedbackStore(conversations.database)


@pytest.fixture
def asked(conversations: Conversations) -> tuple[str, str]:
    """Return Ana's conversation and the answer in it."""
    conversation_id = conversations.begin(ANA)
    return conversation_id, conversations.append(ANA, conversation_id, an_answer(), None).turn_id


def said(store: FeedbackStore, owner: str, conversation_id: str) -> list[tuple[str, str, str]]:
    return [(given.kind.value, given.cite, given.note) for given in store.of(owner, conversation_id)]


def test_the_last_say_counts_and_may_be_taken_back(store: FeedbackStore, asked: tuple[str, str]) -> None:
    conversation_id, turn_id = asked
    store.give(ANA, turn_id, RIGHT)
    store.give(ANA, turn_id, WRONG, note=" It was £2 billion. ")
    store.give(ANA, turn_id, BAD, cite=CITE, note="Another page.")
    assert said(store, ANA, conversation_id) == [
        ("wrong", "", "It was £2 billion."),
        ("bad citation", CITE, "Another page."),
    ]
    store.take_back(ANA, turn_id)
    store.take_back(ANA, turn_id)
    assert said(store, ANA, conversation_id) == [("bad citation", CITE, "Another page.")]


def test_nobody_else_says_or_sees_anything(store: FeedbackStore, asked: tuple[str, str]) -> None:
    conversation_id, turn_id = asked
    with pytest.raises(ConversationNotFound):
        store.give(BEN, turn_id, WRONG)
    store.give(ANA, turn_id, RIGHT)
    store.take_back(BEN, turn_id)
    assert store.of(BEN, conversation_id) == ()
    assert said(store, ANA, conversation_id) == [("right", "", "")]


def test_only_what_the_answer_cites_is_a_bad_citation(store: FeedbackStore, asked: tuple[str, str]) -> None:
    _, turn_id = asked
    with pytest.raises(ConversationNotFound):
        store.give(ANA, turn_id, BAD, cite="000001~other~1-2~0a1b2c3d")
    with pytest.raises(ValueError, match="names the citation"):
        store.give(ANA, turn_id, BAD)
    with pytest.raises(ValueError, match="names the citation"):
        store.give(ANA, turn_id, WRONG, cite=CITE)


def test_a_note_has_its_length(store: FeedbackStore, asked: tuple[str, str]) -> None:
    conversation_id, turn_id = asked
    with pytest.raises(ConversationError, match="1,001 characters"):
        store.give(ANA, turn_id, WRONG, note="x" * 1_001)
    assert said(store, ANA, conversation_id) == []
    assert store.give(ANA, turn_id, WRONG, note="x" * 1_000).note == "x" * 1_000


def test_with_the_conversation_its_feedback_goes(
    conversations: Conversations, store: FeedbackStore, asked: tuple[str, str]
) -> None:
    conversation_id, turn_id = asked
    store.give(ANA, turn_id, RIGHT)
    conversations.delete(ANA, conversation_id)
    assert store.all() == ()


def test_a_steward_reads_all_of_it_with_what_was_asked(
    conversations: Conversations, store: FeedbackStore, asked: tuple[str, str]
) -> None:
    _, turn_id = asked
    store.give(ANA, turn_id, WRONG, note="No.")
    other = conversations.append(BEN, conversations.begin(BEN), an_answer("And since when?"), None)
    given = store.give(BEN, other.turn_id, BAD, cite=CITE)
    last, first = store.all()
    assert last.feedback == given
    assert (last.question, last.answer_text, last.cites) == ("And since when?", "£1.5 billion [1]", (CITE, CITE))
    assert (first.feedback.kind, first.feedback.note, first.edition_id) == (WRONG, "No.", "000001")
    assert isinstance(first.feedback, Feedback)
    assert first.status == "answered_partly"
