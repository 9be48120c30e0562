"""Questions that are being answered, as far as other replicas have to know: a reader may come back to another one.

The work itself is in the memory of one process. Beside it a line is kept here, gone together with the coming of the answer, and
its process says every few seconds that it is still there. A line that nobody spoke for since longer than that was cut off: its process
is gone, the question will not be answered, and whoever asked it is told so. Times are compared between machines; their clocks
may differ by a few seconds, not by more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from report_qa.database import Database, retried
from report_qa.errors import ConversationNotFound

# How often a process speaks for its questions, and after which silence they count as cut off.
SPEAKS_S, SILENCE_S = 5.0, 20.0
# These lines depend on nothing that an owner changes; whoever writes them keeps no owner waiting.
_NOBODYS = "under way"

_under_way = sa.table(
    "under_way", *(sa.column(name) for name in ("question_id", "conversation_id", "question", "asked_at", "seen_at"))
)
_conversation = sa.table("conversation", *(sa.column(name) for name in ("conversation_id", "owner")))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnderWay:
    """A question that somebody answers, or, where it is `cut_off`, that nobody does any more."""

    question_id: str
    question: str
    asked_at: datetime
    cut_off: bool


class UnderWay:
    """Reads and writes the lines. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @retried
    def begin(
        self, owner: str, conversation_id: str, question_id: str, question: str, *, forget: Collection[str] = ()
    ) -> None:
        """Note a question of an owner's conversation.

        Those of it that were cut off are forgotten, since the reader goes on, and those that the caller names.

        Raises:
            ConversationNotFound: the owner has no such conversation.
        """
        now = datetime.now(UTC)
        with self._database.writing(owner) as connection:
            owned = connection.execute(
                sa.select(_conversation.c.conversation_id).where(
                    _conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id
                )
            ).scalar()
            if owned is None:
                raise ConversationNotFound("There is no such conversation.", hint="Begin a new one.")
            connection.execute(
                _under_way.delete().where(
                    _under_way.c.conversation_id == conversation_id,
                    sa.or_(_under_way.c.seen_at < _silent_since(now), _under_way.c.question_id.in_(forget)),
                )
            )
            connection.execute(
                _under_way.insert().values(
                    question_id=question_id,
                    conversation_id=conversation_id,
                    question=question,
                    asked_at=now.isoformat(),
                    seen_at=now.isoformat(),
                )
            )

    def speak_for(self, question_ids: Collection[str]) -> None:
        """Say that the process which answers these questions is there."""
        self._see(question_ids, datetime.now(UTC).isoformat())

    def cut_off(self, question_ids: Collection[str]) -> None:
        """Say that nobody will answer these questions: their process ends."""
        self._see(question_ids, "")

    def end(self, question_id: str) -> None:
        """Forget a question that failed; one that is answered goes with `answered`."""
        with self._database.writing(_NOBODYS) as connection:
            answered(connection, question_id)

    @retried
    def of(self, owner: str, conversation_id: str) -> tuple[QuestionUnderWay, ...]:
        """Return the questions of an owner's conversation, in the order in which they were asked."""
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(_under_way)
                .join(_conversation, _conversation.c.conversation_id == _under_way.c.conversation_id)
                .where(_conversation.c.owner == owner, _under_way.c.conversation_id == conversation_id)
                .order_by(_under_way.c.asked_at)
            ).all()
        silent = _silent_since(datetime.now(UTC))
        return tuple(
            QuestionUnderWay(
                question_id=row.question_id,
                question=row.question,
                asked_at=datetime.fromisoformat(row.asked_at),
                cut_off=row.seen_at < silent,
            )
            for row in rows
        )

    def _see(self, question_ids: Collection[str], seen_at: str) -> None:
        if question_ids:
            with self._database.writing(_NOBODYS) as connection:
                connection.execute(
                    _under_way.update().where(_under_way.c.question_id.in_(question_ids)).values(seen_at=seen_at)
                )


def answered(connection: sa.Connection, question_id: str) -> None:
    """Forget a question in the transaction that stores its answer: whoever looks finds the one or the other."""
    connection.execute(_under_way.delete().where(_under_way.c.question_id == question_id))


def _silent_since(now: datetime) -> str:
    return (now - timedelta(seconds=SILENCE_S)).isoformat()
