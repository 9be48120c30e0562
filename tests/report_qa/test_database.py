"""The database of what people make: it comes from an older version as it was, and its changes are kept whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from pydantic import TypeAdapter

from report_qa import conversations
from report_qa.conversations import Conversations
from report_qa.database import Database, digest_of
from report_qa.records.answer import Answer
from tests.report_qa.test_conversations import ANA, an_answer, by_hand

STORED = TypeAdapter(Answer).dump_json(an_answer()).decode()


def to_the_first(config: Config, _revision: str, upgrade: Callable[..., None] = command.upgrade) -> None:
    upgrade(config, "0001")


def test_what_an_older_version_kept_is_there_after_the_schema_grew(
    empty_at: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "upgrade", to_the_first)
    with closing(Database(empty_at)) as before:
        by_hand(before, "INSERT INTO conversation VALUES ('c', :owner, '2026-11-26', '2026-11-26')", owner=ANA)
        for turn_id, answer in (("t", STORED), ("damaged", "{")):
            by_hand(
                before,
                "INSERT INTO turn (turn_id, conversation_id, question, answer, answer_sha256, frozen_at)"
                " VALUES (:turn_id, 'c', 'How large?', :answer, :digest, '2026-11-24T01:02:03+00:00')",
                turn_id=turn_id,
                answer=answer,
                digest=digest_of(answer),
            )
    monkeypatch.undo()
    with closing(Conversations(Database(empty_at))) as after:
        assert after.turn(ANA, "t").answer == an_answer()
        assert after.cited_editions() == {"000001"}
        assert [entry.turn_count for entry in after.search(ANA, "billion")] == [2]
        after.rename(ANA, "c", "Board")
        assert [entry.title for entry in after.search(ANA, "board")] == ["Board"]
        with after.database.reading() as connection:
            tables = sa.inspect(connection).get_table_names()
    assert {"share", "feedback"} <= set(tables)


def test_a_change_that_fails_leaves_nothing_behind(database: Database) -> None:
    with suppress(ZeroDivisionError), database.writing() as connection:
        connection.execute(
            conversations._conversation.insert().values(
                conversation_id="c", owner=ANA, begun_at="2026-11-26", shown_at="2026-11-26"
            )
        )
        raise ZeroDivisionError
    with database.reading() as connection:
        assert connection.execute(sa.select(conversations._conversation)).all() == []


def test_many_that_start_together_make_the_schema_once(empty_at: Path | str) -> None:
    problems: list[Exception] = []
    barrier = threading.Barrier(5)

    def start() -> None:
        try:
            barrier.wait(timeout=30)
            with closing(Conversations(Database(empty_at))) as opened:
                opened.begin(ANA)
        except Exception as error:  # noqa: BLE001 - a thread's failure must reach the assertion below
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    with closing(Database(empty_at)) as opened:
        assert by_hand(opened, "SELECT count(*) FROM conversation") == [(1,)]
