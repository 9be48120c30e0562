"""A write that is sent again is done once, and what was answered is read by its sender alone."""

from __future__ import annotations

import pytest

from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import KeyReused, StillRunning
from report_qa.replies import Replies
from tests.report_qa.test_conversations import ANA, BEN, by_hand


@pytest.fixture
def replies(database: Database) -> Replies:
    return Replies(database)


def test_the_first_does_it_and_the_second_is_told(replies: Replies) -> None:
    assert replies.begin(ANA, "key", "request") is None
    with pytest.raises(StillRunning):
        replies.begin(ANA, "key", "request")
    replies.keep(ANA, "key", "the answer")
    assert replies.begin(ANA, "key", "request") == "the answer"
    with pytest.raises(KeyReused):
        replies.begin(ANA, "key", "another")
    assert replies.begin(BEN, "key", "another") is None


def test_what_came_to_nothing_may_be_tried_again(replies: Replies) -> None:
    assert replies.begin(ANA, "key", "request") is None
    replies.give_up(ANA, "key")
    assert replies.begin(ANA, "key", "request") is None


def test_a_reply_is_sealed_and_goes_with_its_conversation(database: Database, replies: Replies) -> None:
    conversations = Conversations(database)
    conversation_id = conversations.begin(ANA)
    replies.begin(ANA, "key", "request")
    replies.keep(ANA, "key", "the answer", conversation_id=conversation_id)
    assert "the answer" not in str(by_hand(database, "SELECT * FROM reply"))
    conversations.delete(ANA, conversation_id)
    assert by_hand(database, "SELECT count(*) FROM reply") == [(0,)]


def test_words_that_are_purged_are_in_no_reply(replies: Replies) -> None:
    for owner in (ANA, BEN):
        replies.begin(owner, "key", "request")
        replies.keep(owner, "key", "the answer")
    assert replies.forget_all() == 2
    assert replies.begin(ANA, "key", "request") is None
