"""Replies to writes: found again under their key by every process, by nobody else, and by nobody who only has the file."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from report_qa import replies
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import KeyReused, StillRunning, TooManyRequests
from report_qa.replies import Replies

ANA, BEN = "a" * 64, "b" * 64
KEY, REQUEST = "8e03978e-40d5-43dd-bc93-6894a57f9324", "c" * 64


def test_what_was_answered_is_found_again_by_another_process(database: Database, database_at: Path | str) -> None:
    first = Replies(database)
    assert first.begin(ANA, KEY, REQUEST) is None
    first.keep(ANA, KEY, '{"made": 1}')
    with closing(Database(database_at)) as again:
        assert Replies(again).begin(ANA, KEY, REQUEST) == '{"made": 1}'


def test_a_key_stands_for_one_request_and_one_owner(database: Database) -> None:
    kept = Replies(database)
    assert kept.begin(ANA, KEY, REQUEST) is None
    kept.keep(ANA, KEY, "null")
    with pytest.raises(KeyReused):
        kept.begin(ANA, KEY, "d" * 64)
    assert kept.begin(BEN, KEY, REQUEST) is None


def test_a_repeat_while_the_first_is_under_way_is_told_so(database: Database) -> None:
    kept = Replies(database)
    assert kept.begin(ANA, KEY, REQUEST) is None
    with pytest.raises(StillRunning):
        kept.begin(ANA, KEY, REQUEST)
    kept.give_up(ANA, KEY)
    assert kept.begin(ANA, KEY, REQUEST) is None


def test_what_a_process_left_behind_is_taken_up_after_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Replies(database)
    assert kept.begin(ANA, KEY, REQUEST) is None
    monkeypatch.setattr(replies, "GIVEN_UP_AFTER", timedelta(0))
    assert kept.begin(ANA, KEY, REQUEST) is None


def test_giving_up_takes_back_no_answer(database: Database) -> None:
    kept = Replies(database)
    kept.begin(ANA, KEY, REQUEST)
    kept.keep(ANA, KEY, "null")
    kept.give_up(ANA, KEY)
    assert kept.begin(ANA, KEY, REQUEST) == "null"


def test_of_many_at_the_same_time_one_goes_through(database: Database, database_at: Path | str) -> None:
    outcomes: list[str] = []
    begin = threading.Barrier(8)

    def send() -> None:
        with closing(Database(database_at)) as own:
            begin.wait(30)
            try:
                outcomes.append("first" if Replies(own).begin(ANA, KEY, REQUEST) is None else "answered")
            except StillRunning:
                outcomes.append("running")

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert sorted(outcomes) == ["first", *["running"] * 7]


def test_a_reply_is_forgotten_after_a_day(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Replies(database)
    kept.begin(ANA, KEY, REQUEST)
    kept.keep(ANA, KEY, "null")

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=24, seconds=1)

    monkeypatch.setattr(replies, "datetime", Tomorrow)
    # Whoever comes, it is gone: the caller may not come any more.
    assert kept.begin(BEN, KEY, REQUEST) is None
    with database.reading() as connection:
        assert connection.execute(sa.select(replies._reply.c.owner)).scalars().all() == [BEN]
    assert kept.begin(ANA, KEY, "d" * 64) is None


def test_no_more_are_kept_than_are_allowed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MOST_KEPT", 1)
    kept = Replies(database)
    kept.begin(ANA, KEY, REQUEST)
    kept.keep(ANA, KEY, "null")
    with pytest.raises(TooManyRequests):
        kept.begin(ANA, KEY + "x", REQUEST)
    assert kept.begin(ANA, KEY, REQUEST) == "null"
    assert kept.begin(BEN, KEY, REQUEST) is None


def test_whoever_has_the_file_reads_neither_answers_nor_keys(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "library" / "conversations.sqlite")) as database:
        kept = Replies(database)
        kept.begin(ANA, KEY, REQUEST)
        kept.keep(ANA, KEY, '"the secret of a link"')
        database.forget_log()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "library").iterdir())
    assert b"secret of a link" not in stored
    assert KEY.encode() not in stored
    assert REQUEST.encode() in stored


def test_a_reply_goes_with_its_conversation(database: Database) -> None:
    conversations, kept = Conversations(database), Replies(database)
    conversation_id = conversations.begin(ANA)
    kept.begin(ANA, KEY, REQUEST)
    kept.keep(ANA, KEY, "null", conversation_id=conversation_id)
    conversations.delete(ANA, conversation_id)
    assert kept.begin(ANA, KEY, REQUEST) is None
    kept.keep(ANA, KEY, "null", conversation_id=conversation_id)
    assert kept.begin(ANA, KEY, REQUEST) == "null"


def test_all_can_be_forgotten(database: Database) -> None:
    kept = Replies(database)
    for owner in (ANA, BEN):
        kept.begin(owner, KEY, REQUEST)
        kept.keep(owner, KEY, "null")
    assert kept.forget_all() == 2
    assert kept.begin(ANA, KEY, REQUEST) is None
