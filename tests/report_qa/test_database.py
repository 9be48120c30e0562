"""The database of what people make: it comes from an older version as it was, and its changes are kept whole or not at all."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from report_qa import conversations
from report_qa.conversations import Conversations
from report_qa.database import Database
from tests.report_qa.test_conversations import ANA, an_answer


def test_what_an_older_version_kept_is_there_after_the_schema_grew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "conversations.sqlite"
    upgrade = command.upgrade

    def to_the_first(config: Config, _revision: str) -> None:
        upgrade(config, "0001")

    monkeypatch.setattr(command, "upgrade", to_the_first)
    with closing(Conversations(Database(path))) as before:
        kept = before.begin(ANA)
        before.append(ANA, kept, an_answer(), parent=None)
    monkeypatch.undo()
    with closing(Conversations(Database(path))) as after:
        assert [turn.answer for turn in after.load(ANA, kept).turns] == [an_answer()]
        with after.database.reading() as connection:
            tables = sa.inspect(connection).get_table_names()
    assert {"share", "feedback"} <= set(tables)


def test_a_change_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "conversations.sqlite")) as opened:
        with suppress(ZeroDivisionError), opened.writing() as connection:
            connection.execute(
                conversations._conversation.insert().values(
                    conversation_id="c", owner=ANA, begun_at="2026-11-26", shown_at="2026-11-26"
                )
            )
            raise ZeroDivisionError
        with opened.reading() as connection:
            assert connection.execute(sa.select(conversations._conversation)).all() == []
