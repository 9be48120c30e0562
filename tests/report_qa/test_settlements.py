"""A steward judges what readers said with all that it takes, and each reader sees how theirs ended."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import ConversationError, ConversationNotFound
from report_qa.feedback import FeedbackKind, FeedbackStore
from report_qa.settlements import LONGEST_NOTE, Outcome, Settlements
from tests.report_qa.test_conversations import ANA, BEN, an_answer

ANSWER = an_answer()
SPAN = ANSWER.evidence[0]


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def store(database: Database) -> Settlements:
    return Settlements(database)


@pytest.fixture
def turn(conversations: Conversations) -> tuple[str, str]:
    """Return Ana's conversation and the answer in it, whose citation she calls bad; the answer itself she calls right."""
    conversation_id = conversations.begin(ANA)
    turn_id = conversations.append(ANA, conversation_id, ANSWER, None).turn_id
    feedback = FeedbackStore(conversations.database)
    feedback.give(ANA, turn_id, FeedbackKind.BAD_CITATION, cite=SPAN.cite, note="Not so. Ask ana@example.org")
    feedback.give(ANA, turn_id, FeedbackKind.RIGHT)
    return conversation_id, turn_id


def test_a_matter_holds_all_that_it_takes_to_judge_and_not_whose_it_is(
    store: Settlements, turn: tuple[str, str]
) -> None:
    (matter,) = store.matters(settled=False)
    assert (matter.kind, matter.cite, matter.note) == (FeedbackKind.BAD_CITATION, SPAN.cite, "Not so. Ask [e-mail]")
    assert (matter.question, matter.status) == (ANSWER.question, ANSWER.status.value)
    assert matter.edition_id == ANSWER.provenance.edition_id
    assert matter.evidence == (SPAN,)
    assert matter.sentences == (ANSWER.claims[0].sentence,)
    assert matter.settlement is None
    assert ANA not in repr(matter)


def test_what_is_settled_leaves_the_open_ones_and_reaches_its_reader_alone(
    store: Settlements, turn: tuple[str, str]
) -> None:
    conversation_id, turn_id = turn
    (matter,) = store.matters(settled=False)
    store.settle(matter.matter_id, Outcome.WITHDRAWN)
    settled = store.settle(matter.matter_id, Outcome.FIXED, " The table is read rightly now. ")
    assert store.matters(settled=False) == ()
    (closed,) = store.matters(settled=True)
    assert closed.settlement == settled
    assert (settled.outcome, settled.note) == (Outcome.FIXED, "The table is read rightly now.")
    assert store.of(ANA, conversation_id) == {(turn_id, SPAN.cite): settled}
    assert store.of(BEN, conversation_id) == {}
    store.reopen(matter.matter_id)
    assert store.of(ANA, conversation_id) == {}
    assert len(store.matters(settled=False)) == 1


def test_another_say_is_another_matter(store: Settlements, conversations: Conversations, turn: tuple[str, str]) -> None:
    conversation_id, turn_id = turn
    (matter,) = store.matters(settled=False)
    store.settle(matter.matter_id, Outcome.RIGHT)
    FeedbackStore(conversations.database).give(
        ANA, turn_id, FeedbackKind.BAD_CITATION, cite=SPAN.cite, note="It is still wrong."
    )
    (again,) = store.matters(settled=False)
    assert again.note == "It is still wrong."
    assert store.of(ANA, conversation_id) == {}
    with pytest.raises(ConversationNotFound):
        store.settle(matter.matter_id, Outcome.RIGHT)
    conversations.delete(ANA, conversation_id)
    assert store.matters(settled=False) == store.matters(settled=True) == ()


def test_a_matter_of_an_answer_that_this_version_cannot_read_is_shown_all_the_same(
    store: Settlements, database: Database, turn: tuple[str, str]
) -> None:
    with database.writing() as connection:
        connection.execute(sa.table("turn", sa.column("answer")).update().values(answer="{}"))
    (matter,) = store.matters(settled=False)
    assert (matter.question, matter.evidence, matter.sentences) == (ANSWER.question, (), ())


def test_a_note_is_of_a_readable_length(store: Settlements, turn: tuple[str, str]) -> None:
    (matter,) = store.matters(settled=False)
    with pytest.raises(ConversationError, match="1,001 characters"):
        store.settle(matter.matter_id, Outcome.RIGHT, "a" * (LONGEST_NOTE + 1))
