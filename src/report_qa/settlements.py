"""How a steward settled what a reader said of an answer: it was right after all, it is withdrawn, or it is put right.

A steward gets all that is needed to judge: the question, the sentences that rest on the citation that is meant, its words and
place, and the edition. Whose it is, is not said. The reader sees the outcome beside the answer; the answer itself stays as it
was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from report_qa.database import Database, retried
from report_qa.errors import ConversationError, ConversationNotFound
from report_qa.feedback import FeedbackKind
from report_qa.masking import mask
from report_qa.records.answer import Answer, EvidenceSpan

LONGEST_NOTE = 1_000
_ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)
_SAID = ("feedback_id", "owner", "turn_id", "cite", "kind", "note", "given_at")
_feedback = sa.table("feedback", *(sa.column(name) for name in _SAID))
_settlement = sa.table("settlement", *(sa.column(name) for name in ("feedback_id", "outcome", "note", "settled_at")))
_turn = sa.table(
    "turn", *(sa.column(name) for name in ("turn_id", "conversation_id", "question", "answer", "edition_id"))
)


class Outcome(StrEnum):
    """How a matter ended."""

    RIGHT = "right"
    WITHDRAWN = "withdrawn"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a matter ended, with the steward's note to the reader."""

    outcome: Outcome
    note: str
    settled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a reader said against an answer, with what it takes to judge it; `settlement` is None while it is open.

    `evidence` is the citation that is meant, or all of the answer's where none is (what a refusal came near included); `sentences`
    are those that rest on it. `question` and `note` are masked.
    """

    matter_id: str
    kind: FeedbackKind
    cite: str
    note: str
    given_at: datetime
    question: str
    status: str
    edition_id: str
    answer_text: str
    sentences: tuple[str, ...]
    evidence: tuple[EvidenceSpan, ...]
    settlement: Settlement | None


class Settlements:
    """Reads what readers said against answers, and keeps how it ended. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database, *, seen: Callable[[Answer], Answer] = lambda answer: answer) -> None:
        """`seen` returns an answer without what whoever judges may not see."""
        self._database = database
        self._seen = seen

    @retried
    def matters(self, *, settled: bool, most: int = 100) -> tuple[Matter, ...]:
        """Return the matters that are open, or those that are settled, the last first."""
        known = _settlement.c.feedback_id
        columns = (_settlement.c.outcome, _settlement.c.note.label("outcome_note"), _settlement.c.settled_at)
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(_feedback, _turn.c.question, _turn.c.answer, _turn.c.edition_id, *columns)
                .join(_turn, _turn.c.turn_id == _feedback.c.turn_id)
                .join(_settlement, known == _feedback.c.feedback_id, isouter=True)
                .where(_feedback.c.kind != FeedbackKind.RIGHT.value, known.is_not(None) if settled else known.is_(None))
                .order_by(_feedback.c.given_at.desc())
                .limit(most)
            ).all()
        return tuple(_matter(row, self._seen) for row in rows)

    @retried
    def settle(self, matter_id: str, outcome: Outcome, note: str = "") -> Settlement:
        """Keep how a matter ended, in place of what was said of it before.

        Raises:
            ConversationNotFound: there is no such matter: its reader took it back, or the conversation is deleted.
            ConversationError: the note is longer than LONGEST_NOTE.
        """
        note = note.strip()
        if len(note) > LONGEST_NOTE:
            raise ConversationError(
                f"The note has {len(note):,} characters; {LONGEST_NOTE:,} are allowed.", hint="Shorten it."
            )
        settled = Settlement(outcome=outcome, note=note, settled_at=datetime.now(UTC))
        with self._database.writing() as connection:
            found = connection.execute(
                sa.select(_feedback.c.feedback_id).where(_feedback.c.feedback_id == matter_id)
            ).scalar()
            if found is None:
                raise ConversationNotFound("There is no such matter any more.", hint="Load the page again.")
            connection.execute(_settlement.delete().where(_settlement.c.feedback_id == matter_id))
            connection.execute(
                _settlement.insert().values(
                    feedback_id=matter_id,
                    outcome=outcome.value,
                    note=note,
                    settled_at=settled.settled_at.isoformat(timespec="microseconds"),
                )
            )
        return settled

    @retried
    def reopen(self, matter_id: str) -> None:
        """Forget how a matter ended; nothing happens where it is open."""
        with self._database.writing() as connection:
            connection.execute(_settlement.delete().where(_settlement.c.feedback_id == matter_id))

    @retried
    def of(self, owner: str, conversation_id: str) -> dict[tuple[str, str], Settlement]:
        """Return how what an owner said in a conversation ended, by turn and citation ("" for the answer as a whole)."""
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(
                    _feedback.c.turn_id,
                    _feedback.c.cite,
                    _settlement.c.outcome,
                    _settlement.c.note.label("outcome_note"),
                    _settlement.c.settled_at,
                )
                .join(_settlement, _settlement.c.feedback_id == _feedback.c.feedback_id)
                .join(_turn, _turn.c.turn_id == _feedback.c.turn_id)
                .where(_feedback.c.owner == owner, _turn.c.conversation_id == conversation_id)
            ).all()
        return {(row.turn_id, row.cite): settled for row in rows if (settled := _settled(row)) is not None}


def _matter(row: Any, seen: Callable[[Answer], Answer]) -> Matter:
    stored = _read(row.answer)
    answer = seen(stored) if stored is not None else None
    evidence: tuple[EvidenceSpan, ...] = ()
    sentences: Sequence[str] = ()
    if answer is not None:
        # What a refusal came near may be what an answer in part cites.
        spans = {span.cite: span for span in (*answer.nearest, *answer.evidence)}
        evidence = tuple(span for span in spans.values() if row.cite in ("", span.cite))
        meant = {span.evidence_id for span in evidence}
        sentences = [
            claim.sentence
            for claim in answer.claims
            if any(citation.evidence_id in meant for citation in claim.citations)
        ]
    return Matter(
        matter_id=row.feedback_id,
        kind=FeedbackKind(row.kind),
        cite=row.cite,
        note=mask(row.note),
        given_at=datetime.fromisoformat(row.given_at),
        question=mask(row.question),
        status=answer.status.value if answer is not None else "",
        edition_id=row.edition_id,
        answer_text=answer.text if answer is not None else "",
        sentences=tuple(sentences),
        evidence=evidence,
        settlement=_settled(row),
    )


def _read(stored: str) -> Answer | None:
    """Return a stored answer, None where another version wrote it: what was said of it is a matter all the same."""
    try:
        return _ANSWERS.validate_json(stored)
    except ValidationError:
        return None


def _settled(row: Any) -> Settlement | None:
    if row.outcome is None:
        return None
    return Settlement(
        outcome=Outcome(row.outcome),
        note=row.outcome_note,
        settled_at=datetime.fromisoformat(row.settled_at),
    )
