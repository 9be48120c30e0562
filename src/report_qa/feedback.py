"""What readers say of answers: that one is right, wrong or lacks something, or that a citation doesn't bear it out.

Each reader has one say on an answer as a whole and one on each of its citations, may change it or take it back, and sees nobody
else's. It hangs on the answer: with the conversation it goes. A steward reads all of it, with what was asked and answered,
and without learning whose it is.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from report_qa.database import Database, retried
from report_qa.errors import ConversationError, ConversationNotFound

LONGEST_NOTE = 1_000

_feedback = sa.table(
    "feedback",
    *(sa.column(name) for name in ("feedback_id", "owner", "turn_id", "cite", "kind", "note", "given_at")),
)
_turn = sa.table("turn", *(sa.column(name) for name in ("number", "turn_id", "conversation_id", "question", "answer")))
_conversation = sa.table("conversation", *(sa.column(name) for name in ("conversation_id", "owner")))


class FeedbackKind(StrEnum):
    """What can be said: the first three of an answer, the last of one of its citations."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    BAD_CITATION = "bad citation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One reader's say on an answer; `cite` is the citation that is meant, "" for the answer as a whole."""

    turn_id: str
    kind: FeedbackKind
    cite: str = ""
    note: str = ""
    given_at: datetime

    def __post_init__(self) -> None:
        if bool(self.cite) != (self.kind is FeedbackKind.BAD_CITATION):
            raise ValueError("a bad citation names the citation, and only that does")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackOnAnswer:
    """What a steward reads: a say, with the question, the answer's text and status, its citations and its edition."""

    feedback: Feedback
    question: str
    answer_text: str
    status: str
    cites: tuple[str, ...]
    edition_id: str


class FeedbackStore:
    """Reads and writes feedback. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @retried
    def give(self, owner: str, turn_id: str, kind: FeedbackKind, *, cite: str = "", note: str = "") -> Feedback:
        """Keep what an owner says of an answer of his, in place of what he said of the same before.

        Raises:
            ConversationNotFound: the owner has no such answer, or it has no such citation.
            ConversationError: the note is longer than LONGEST_NOTE.
        """
        note = note.strip()
        if len(note) > LONGEST_NOTE:
            raise ConversationError(
                f"The note has {len(note):,} characters; {LONGEST_NOTE:,} are allowed.", hint="Shorten it."
            )
        given = Feedback(turn_id=turn_id, kind=kind, cite=cite, note=note, given_at=datetime.now(UTC))
        with self._database.writing(owner) as connection:
            answer = connection.execute(
                sa.select(_turn.c.answer)
                .join(_conversation, _conversation.c.conversation_id == _turn.c.conversation_id)
                .where(_turn.c.turn_id == turn_id, _conversation.c.owner == owner)
            ).scalar()
            if answer is None or (cite and cite not in _cites(json.loads(answer))):
                raise ConversationNotFound("There is no such answer.", hint="Load the page again.")
            connection.execute(_feedback.delete().where(*_one(owner, turn_id, cite)))
            connection.execute(
                _feedback.insert().values(
                    feedback_id=secrets.token_hex(16),
                    owner=owner,
                    turn_id=turn_id,
                    cite=cite,
                    kind=kind.value,
                    note=note,
                    given_at=given.given_at.isoformat(timespec="microseconds"),
                )
            )
        return given

    @retried
    def take_back(self, owner: str, turn_id: str, *, cite: str = "") -> None:
        """Forget what an owner said of an answer or a citation; nothing happens where he said nothing."""
        with self._database.writing(owner) as connection:
            connection.execute(_feedback.delete().where(*_one(owner, turn_id, cite)))

    @retried
    def of(self, owner: str, conversation_id: str) -> tuple[Feedback, ...]:
        """Return what an owner said of the answers of a conversation, in their order."""
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(_feedback)
                .join(_turn, _turn.c.turn_id == _feedback.c.turn_id)
                .where(_feedback.c.owner == owner, _turn.c.conversation_id == conversation_id)
                .order_by(_turn.c.number, _feedback.c.cite)
            ).all()
        return tuple(_said(row) for row in rows)

    @retried
    def all(self) -> tuple[FeedbackOnAnswer, ...]:
        """Return what all readers said, the last first, for a steward to read."""
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(_feedback, _turn.c.question, _turn.c.answer)
                .join(_turn, _turn.c.turn_id == _feedback.c.turn_id)
                .order_by(_feedback.c.given_at.desc())
            ).all()
        return tuple(_on_answer(row) for row in rows)


def _one(owner: str, turn_id: str, cite: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _feedback.c.owner == owner, _feedback.c.turn_id == turn_id, _feedback.c.cite == cite


def _said(row: Any) -> Feedback:
    return Feedback(
        turn_id=row.turn_id,
        kind=FeedbackKind(row.kind),
        cite=row.cite,
        note=row.note,
        given_at=datetime.fromisoformat(row.given_at),
    )


def _on_answer(row: Any) -> FeedbackOnAnswer:
    answer = json.loads(row.answer)
    return FeedbackOnAnswer(
        feedback=_said(row),
        question=row.question,
        answer_text=answer["text"],
        status=answer["status"],
        cites=_cites(answer),
        edition_id=answer["provenance"]["edition_id"],
    )


def _cites(answer: dict[str, Any]) -> tuple[str, ...]:
    """Return the citations of a stored answer, those that a refusal came near included."""
    return tuple(span["cite"] for span in (*answer["evidence"], *answer["nearest"]))
