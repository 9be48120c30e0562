"""Conversations, kept in one SQLite file beside the library and never part of an edition.

Each conversation belongs to an owner: an opaque name that the door derives from something only that reader has. Whoever
asks for a conversation of another owner learns nothing, not even that it exists. An answer is stored whole, with a
digest of its bytes: a later edition never changes what was said, and a change by hand is noticed.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from report_qa.errors import ConversationError, ConversationNotFound, FrozenAnswerAltered
from report_qa.records.answer import Answer
from report_qa.records.conversation import Conversation, Turn
from report_qa.redaction import mentions, redact

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_MS = 5_000
_TITLE_CHARS = 120
_ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)

# What the queries need; the schema itself, with its keys and indexes, is made by the migrations.
_conversation = sa.table(
    "conversation", *(sa.column(name) for name in ("conversation_id", "owner", "begun_at", "shown_at"))
)
_turn = sa.table(
    "turn",
    *(
        sa.column(name)
        for name in (
            "number",
            "turn_id",
            "conversation_id",
            "parent_id",
            "question",
            "answer",
            "answer_sha256",
            "frozen_at",
        )
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEntry:
    """A line in an owner's list of conversations: enough to recognise one without reading its answers."""

    conversation_id: str
    title: str
    turn_count: int
    last_turn_at: datetime


class Conversations:
    """Reads and writes conversations. Safe to share between threads and processes.

    Every method raises ConversationError where the file can't be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # What people ask is nobody else's business: only this account reads the file, and SQLite's files beside it.
            path.touch(mode=0o600, exist_ok=True)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error
        self._engine = sa.create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        try:
            self._migrate()
        except ConversationError:
            self.close()
            raise

    def begin(self, owner: str) -> str:
        """Start an empty conversation and return its id. An owner's empty conversation is used again."""
        now = _now()
        with self._writing() as connection:
            empty = connection.execute(
                sa.select(_conversation.c.conversation_id)
                .where(_conversation.c.owner == owner)
                .where(~sa.exists().where(_turn.c.conversation_id == _conversation.c.conversation_id))
            ).scalar()
            if empty is not None:
                self._show(connection, owner, str(empty))
                return str(empty)
            conversation_id = secrets.token_hex(16)
            connection.execute(
                _conversation.insert().values(conversation_id=conversation_id, owner=owner, begun_at=now, shown_at=now)
            )
            return conversation_id

    def append(self, owner: str, conversation_id: str, answer: Answer, parent: str | None) -> Turn:
        """Add an answer to a conversation, frozen as it is.

        Raises:
            ConversationNotFound: the owner has no such conversation.
        """
        stored = _ANSWERS.dump_json(answer).decode()
        turn_id, frozen_at = secrets.token_hex(16), datetime.now(UTC)
        with self._writing() as connection:
            self._show(connection, owner, conversation_id)
            connection.execute(
                _turn.insert().values(
                    turn_id=turn_id,
                    conversation_id=conversation_id,
                    parent_id=parent,
                    question=answer.question,
                    answer=stored,
                    answer_sha256=_digest(stored),
                    frozen_at=frozen_at.isoformat(),
                )
            )
        return Turn(turn_id=turn_id, parent_id=parent, answer=answer, frozen_at=frozen_at)

    def load(self, owner: str, conversation_id: str) -> Conversation:
        """Return a conversation with all its turns.

        Raises:
            ConversationNotFound: the owner has no such conversation.
            FrozenAnswerAltered: a stored answer is not the one that was given.
        """
        with self._reading() as connection:
            known = connection.execute(
                sa.select(sa.literal(1)).where(
                    _conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id
                )
            ).scalar()
            if known is None:
                raise _not_found()
            rows = connection.execute(
                sa.select(_turn).where(_turn.c.conversation_id == conversation_id).order_by(_turn.c.number)
            ).all()
        turns = tuple(self._turn(row) for row in rows)
        title = _title(turns[0].answer.question) if turns else ""
        return Conversation(conversation_id=conversation_id, title=title, turns=turns)

    def resume(self, owner: str, conversation_id: str) -> Conversation:
        """Load a conversation and make it the one that `latest` returns."""
        with self._writing() as connection:
            self._show(connection, owner, conversation_id)
        return self.load(owner, conversation_id)

    def latest(self, owner: str) -> Conversation | None:
        """Return the conversation that the owner began, continued or resumed last, if there is one."""
        with self._reading() as connection:
            found = connection.execute(
                sa.select(_conversation.c.conversation_id)
                .where(_conversation.c.owner == owner)
                .order_by(_conversation.c.shown_at.desc(), _conversation.c.begun_at.desc())
                .limit(1)
            ).scalar()
        return None if found is None else self.load(owner, str(found))

    def list(self, owner: str) -> tuple[ConversationEntry, ...]:
        """Return the owner's conversations that hold a question, the last one first."""
        first, last = sa.func.min(_turn.c.number), sa.func.max(_turn.c.frozen_at)
        grouped = (
            sa.select(_turn.c.conversation_id, first.label("first"), last.label("last"), sa.func.count().label("count"))
            .join(_conversation, _conversation.c.conversation_id == _turn.c.conversation_id)
            .where(_conversation.c.owner == owner)
            .group_by(_turn.c.conversation_id)
            .subquery()
        )
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(grouped.c.conversation_id, _turn.c.question, grouped.c.count, grouped.c.last)
                .join(_turn, _turn.c.number == grouped.c.first)
                .order_by(grouped.c.last.desc())
            ).all()
        return tuple(
            ConversationEntry(
                conversation_id=conversation_id,
                title=_title(question),
                turn_count=count,
                last_turn_at=datetime.fromisoformat(last_turn_at),
            )
            for conversation_id, question, count, last_turn_at in rows
        )

    def delete(self, owner: str, conversation_id: str) -> None:
        """Delete a conversation with its answers.

        Raises:
            ConversationNotFound: the owner has no such conversation.
        """
        with self._writing() as connection:
            deleted = connection.execute(
                _conversation.delete().where(
                    _conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id
                )
            )
            if deleted.rowcount != 1:
                raise _not_found()

    def cited_editions(self) -> frozenset[str]:
        """Return the editions that stored answers were given from."""
        with self._reading() as connection:
            edition = sa.func.json_extract(_turn.c.answer, "$.provenance.edition_id")
            return frozenset(
                str(found) for found in connection.execute(sa.select(edition).distinct()).scalars() if found
            )

    def redact(self, document_ids: Collection[str]) -> int:
        """Take the words of these documents out of all stored answers, whoever's; returns how many answers it changed.

        Afterwards the words are in no file of the database any more.
        """
        changed = 0
        with self._writing() as connection:
            for row in connection.execute(sa.select(_turn)).all():
                answer = self._turn(row).answer
                if mentions(answer, document_ids):
                    stored = _ANSWERS.dump_json(redact(answer, document_ids)).decode()
                    connection.execute(
                        _turn.update()
                        .where(_turn.c.turn_id == row.turn_id)
                        .values(answer=stored, answer_sha256=_digest(stored))
                    )
                    changed += 1
        if changed:
            # The log of writes still holds the pages as they were.
            with self._reading() as connection:
                connection.commit()
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return changed

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()

    def _show(self, connection: sa.Connection, owner: str, conversation_id: str) -> None:
        shown = connection.execute(
            _conversation.update()
            .where(_conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id)
            .values(shown_at=_now())
        )
        if shown.rowcount != 1:
            raise _not_found()

    def _turn(self, row: Any) -> Turn:
        if _digest(row.answer) != row.answer_sha256:
            raise FrozenAnswerAltered(
                f"An answer stored in {self.path} is not the one that was given.",
                hint="Restore the file from a backup, or delete the conversation.",
            )
        try:
            answer = _ANSWERS.validate_json(row.answer)
        except ValidationError as error:
            raise FrozenAnswerAltered(
                f"An answer stored in {self.path} was written by a version that this one can't read.",
                hint="Open it with that version, or delete the conversation.",
            ) from error
        frozen_at = datetime.fromisoformat(row.frozen_at)
        return Turn(turn_id=row.turn_id, parent_id=row.parent_id, answer=answer, frozen_at=frozen_at)

    def _migrate(self) -> None:
        config = Config()
        # In alembic's settings a percent sign begins a substitution.
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with self._writing() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise ConversationError(
                    f"{self.path} was written by a newer version.", hint="Install that version, or move the file away."
                ) from error

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise self._unusable(str(error.orig)) from error

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Hold SQLite's one write lock from the start, so that nobody is refused halfway through."""
        try:
            with self._engine.execution_options(writes=True).begin() as connection:
                yield connection
        except DBAPIError as error:
            raise self._unusable(str(error.orig)) from error

    def _unusable(self, reason: str) -> ConversationError:
        return ConversationError(
            f"{self.path} can't be used: {reason}.", hint="Check the disk and the permissions of its folder."
        )


def _prepare(connection: Any, _record: object) -> None:
    # The driver would open transactions at its own choice; `_begin` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout = {_BUSY_MS}", "foreign_keys = ON", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _use_write_ahead_log(cursor)
    cursor.close()


def _use_write_ahead_log(cursor: Any) -> None:
    """Switch the file over, once; SQLite doesn't wait by itself for others who are about to do the same."""
    deadline = time.monotonic() + _BUSY_MS / 1_000
    while cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _not_found() -> ConversationNotFound:
    return ConversationNotFound("There is no such conversation.", hint="Begin a new one.")


def _digest(stored: str) -> str:
    return hashlib.sha256(stored.encode()).hexdigest()


def _title(question: str) -> str:
    plain = " ".join(question.split())
    return plain if len(plain) <= _TITLE_CHARS else plain[: _TITLE_CHARS - 1] + "…"


def _now() -> str:
    return datetime.now(UTC).isoformat()
