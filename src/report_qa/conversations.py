"""Conversations, kept in the database of what people make and never part of an edition.

Each conversation belongs to an owner: an opaque name that the door derives from something only that reader has. Whoever
asks for a conversation of another owner learns nothing, not even that it exists. An answer is stored whole, with a
digest of its bytes: a later edition never changes what was said, and a change by hand is noticed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from report_qa.database import Database, digest_of, retried
from report_qa.errors import ConversationNotFound, FrozenAnswerAltered
from report_qa.records.answer import Answer
from report_qa.records.conversation import Conversation, Turn
from report_qa.redaction import mentions, redact
from report_qa.under_way import answered

_TITLE_CHARS = 120
_FOUND_CHARS = 120
_AT_ONCE = 200
_ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)

# What the queries need; the schema itself, with its keys and indexes, is made by the migrations.
_conversation = sa.table(
    "conversation", *(sa.column(name) for name in ("conversation_id", "owner", "name", "begun_at", "shown_at"))
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
            "edition_id",
            "frozen_at",
        )
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEntry:
    """A line in an owner's list of conversations: enough to recognise one without reading its answers.

    `title` is the name that the owner gave it, else its first question. `found` are the words around the first of those that were
    searched for, "" where nothing was searched or the title itself has them.
    """

    conversation_id: str
    title: str
    turn_count: int
    last_turn_at: datetime
    found: str = ""


class Conversations:
    """Reads and writes conversations. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @retried
    def begin(self, owner: str) -> str:
        """Start an empty conversation and return its id. An owner's empty conversation is used again."""
        now = _now()
        with self.database.writing(owner) as connection:
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

    @retried
    def append(
        self, owner: str, conversation_id: str, answer: Answer, parent: str | None, *, question_id: str = ""
    ) -> Turn:
        """Add an answer to a conversation, frozen as it is; `question_id` is its question's among those under way, if it is there.

        Raises:
            ConversationNotFound: the owner has no such conversation.
        """
        stored = _ANSWERS.dump_json(answer).decode()
        turn_id, frozen_at = secrets.token_hex(16), datetime.now(UTC)
        with self.database.writing(owner) as connection:
            self._show(connection, owner, conversation_id)
            if question_id:
                answered(connection, question_id)
            connection.execute(
                _turn.insert().values(
                    turn_id=turn_id,
                    conversation_id=conversation_id,
                    parent_id=parent,
                    question=answer.question,
                    answer=stored,
                    answer_sha256=digest_of(stored),
                    edition_id=answer.provenance.edition_id,
                    frozen_at=frozen_at.isoformat(timespec="microseconds"),
                )
            )
        return Turn(turn_id=turn_id, parent_id=parent, answer=answer, frozen_at=frozen_at)

    @retried
    def load(self, owner: str, conversation_id: str) -> Conversation:
        """Return a conversation with all its turns.

        Raises:
            ConversationNotFound: the owner has no such conversation.
            FrozenAnswerAltered: a stored answer is not the one that was given.
        """
        with self.database.reading() as connection:
            name = connection.execute(
                sa.select(_conversation.c.name).where(
                    _conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id
                )
            ).scalar()
            if name is None:
                raise _not_found()
            rows = connection.execute(
                sa.select(_turn).where(_turn.c.conversation_id == conversation_id).order_by(_turn.c.number)
            ).all()
        turns = tuple(self._turn(row) for row in rows)
        title = _title(name or (turns[0].answer.question if turns else ""))
        return Conversation(conversation_id=conversation_id, title=title, turns=turns)

    @retried
    def turn(self, owner: str, turn_id: str) -> Turn:
        """Return one turn of an owner's conversations.

        Raises:
            ConversationNotFound: the owner has no such turn.
            FrozenAnswerAltered: the stored answer is not the one that was given.
        """
        with self.database.reading() as connection:
            row = connection.execute(
                sa.select(_turn)
                .join(_conversation, _conversation.c.conversation_id == _turn.c.conversation_id)
                .where(_conversation.c.owner == owner, _turn.c.turn_id == turn_id)
            ).one_or_none()
        if row is None:
            raise _not_found()
        return self._turn(row)

    @retried
    def resume(self, owner: str, conversation_id: str) -> Conversation:
        """Load a conversation and make it the one that `latest` returns."""
        with self.database.writing(owner) as connection:
            self._show(connection, owner, conversation_id)
        return self.load(owner, conversation_id)

    @retried
    def latest(self, owner: str) -> Conversation | None:
        """Return the conversation that the owner began, continued or resumed last, if there is one."""
        with self.database.reading() as connection:
            found = connection.execute(
                sa.select(_conversation.c.conversation_id)
                .where(_conversation.c.owner == owner)
                .order_by(_conversation.c.shown_at.desc(), _conversation.c.begun_at.desc())
                .limit(1)
            ).scalar()
        return None if found is None else self.load(owner, str(found))

    @retried
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
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(
                    grouped.c.conversation_id, _conversation.c.name, _turn.c.question, grouped.c.count, grouped.c.last
                )
                .join(_turn, _turn.c.number == grouped.c.first)
                .join(_conversation, _conversation.c.conversation_id == grouped.c.conversation_id)
                .order_by(grouped.c.last.desc())
            ).all()
        return tuple(
            ConversationEntry(
                conversation_id=conversation_id,
                title=_title(name or question),
                turn_count=count,
                last_turn_at=datetime.fromisoformat(last_turn_at),
            )
            for conversation_id, name, question, count, last_turn_at in rows
        )

    @retried
    def search(self, owner: str, words: str) -> tuple[ConversationEntry, ...]:
        """Return the owner's conversations that hold all of these words in their name, questions and answers, the last one first.

        Case doesn't count. Without words all are returned.
        """
        wanted = words.casefold().split()
        if not wanted:
            return self.list(owner)
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(_turn.c.conversation_id, _turn.c.question, _turn.c.answer)
                .join(_conversation, _conversation.c.conversation_id == _turn.c.conversation_id)
                .where(_conversation.c.owner == owner)
                .order_by(_turn.c.number)
            ).all()
        said: dict[str, list[str]] = {}
        for conversation_id, question, answer in rows:
            said.setdefault(conversation_id, []).extend((question, _text(answer)))
        found = []
        for entry in self.list(owner):
            texts = [entry.title, *said.get(entry.conversation_id, ())]
            whole = "\n".join(texts).casefold()
            if all(word in whole for word in wanted):
                found.append(replace(entry, found=_around(wanted, texts)))
        return tuple(found)

    @retried
    def rename(self, owner: str, conversation_id: str, name: str) -> None:
        """Name a conversation; with an empty name it goes by its first question again.

        Raises:
            ConversationNotFound: the owner has no such conversation.
        """
        with self.database.writing(owner) as connection:
            renamed = connection.execute(
                _conversation.update()
                .where(_conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id)
                .values(name=_title(name))
            )
            if renamed.rowcount != 1:
                raise _not_found()

    @retried
    def delete(self, owner: str, conversation_id: str) -> None:
        """Delete a conversation with its answers.

        Raises:
            ConversationNotFound: the owner has no such conversation.
        """
        with self.database.writing(owner) as connection:
            deleted = connection.execute(
                _conversation.delete().where(
                    _conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id
                )
            )
            if deleted.rowcount != 1:
                raise _not_found()
        self.database.forget_log()

    @retried
    def cited_editions(self) -> frozenset[str]:
        """Return the editions that stored answers were given from."""
        with self.database.reading() as connection:
            found = connection.execute(sa.select(_turn.c.edition_id).distinct()).scalars()
            return frozenset(edition for edition in found if edition)

    @retried
    def redact(self, document_ids: Collection[str]) -> int:
        """Take the words of these documents out of all stored answers, whoever's; returns how many answers it changed.

        Afterwards the words are in no file of the database any more, but for the log of a PostgreSQL server.
        """
        changed = 0
        with self.database.writing() as connection:
            for row in _all_turns(connection):
                answer = self._turn(row).answer
                if mentions(answer, document_ids):
                    stored = _ANSWERS.dump_json(redact(answer, document_ids)).decode()
                    connection.execute(
                        _turn.update()
                        .where(_turn.c.turn_id == row.turn_id)
                        .values(answer=stored, answer_sha256=digest_of(stored))
                    )
                    changed += 1
        # Also where nothing was left to change: a purge that was cut short is run again.
        self.database.forget_log("turn")
        return changed

    def close(self) -> None:
        """Give the database back."""
        self.database.close()

    def _show(self, connection: sa.Connection, owner: str, conversation_id: str) -> None:
        shown = connection.execute(
            _conversation.update()
            .where(_conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id)
            .values(shown_at=_now())
        )
        if shown.rowcount != 1:
            raise _not_found()

    def _turn(self, row: Any) -> Turn:
        if digest_of(row.answer) != row.answer_sha256:
            raise FrozenAnswerAltered(
                f"An answer stored in {self.database.name} is not the one that was given.",
                hint="Restore it from a backup, or delete the conversation.",
            )
        try:
            answer = _ANSWERS.validate_json(row.answer)
        except ValidationError as error:
            raise FrozenAnswerAltered(
                f"An answer stored in {self.database.name} was written by a version that this one can't read.",
                hint="Open it with that version, or delete the conversation.",
            ) from error
        frozen_at = datetime.fromisoformat(row.frozen_at)
        return Turn(turn_id=row.turn_id, parent_id=row.parent_id, answer=answer, frozen_at=frozen_at)


def _all_turns(connection: sa.Connection) -> Iterator[Any]:
    """Yield all turns, of which there may be more than the memory holds."""
    last = 0
    while rows := connection.execute(
        sa.select(_turn).where(_turn.c.number > last).order_by(_turn.c.number).limit(_AT_ONCE)
    ).all():
        yield from rows
        last = rows[-1].number


def _not_found() -> ConversationNotFound:
    return ConversationNotFound("There is no such conversation.", hint="Begin a new one.")


def _title(question: str) -> str:
    plain = " ".join(question.split())
    return plain if len(plain) <= _TITLE_CHARS else plain[: _TITLE_CHARS - 1] + "…"


def _text(answer: str) -> str:
    # One that was changed by hand is found out when it is read, and must not keep the others from being found.
    try:
        return str(json.loads(answer)["text"])
    except (ValueError, KeyError, TypeError):
        return ""


def _around(wanted: Sequence[str], texts: Sequence[str]) -> str:
    """Return the line in which the first of the wanted words stands that the title doesn't have, cut around it."""
    title, *others = texts
    missing = [word for word in wanted if word not in title.casefold()]
    lines = (" ".join(line.split()) for text in others for line in text.split("\n"))
    line = next((line for line in lines if missing and missing[0] in line.casefold()), "")
    # Where case changes a word's length the cut is a little off, and nothing else.
    at = max(0, line.casefold().find(missing[0]) - _FOUND_CHARS // 3) if line else 0
    start = line.rfind(" ", 0, at) + 1
    cut = line[start : start + _FOUND_CHARS]
    return ("…" if start else "") + cut + ("…" if start + _FOUND_CHARS < len(line) else "")


def _now() -> str:
    # Always of one length, so that times are sorted as texts by every database.
    return datetime.now(UTC).isoformat(timespec="microseconds")
