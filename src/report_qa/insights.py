"""What a library is asked, counted: how questions end, which stay unanswered, what readers mark wrong, which documents are cited.

It is worked out from the kept conversations, and covers what they cover: what was deleted, or has run out, is in no count. What
is counted of an answer (its status, the documents that it cites) is taken once into small tables that hold no words and go with
it. The words of a question are read only where it was refused, and are masked.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from report_qa.database import Database, retried
from report_qa.masking import mask

_AT_ONCE = 200
_REFUSALS_READ = 2_000
_MOST_GAPS = 50
_UNREADABLE = "unreadable"
# Greetings and orders say nothing of what the shelf lacks.
GAPS = ("refused_no_evidence", "refused_unsupported")

_turn = sa.table(
    "turn", *(sa.column(name) for name in ("turn_id", "conversation_id", "question", "answer", "frozen_at"))
)
_fact = sa.table("turn_fact", sa.column("turn_id"), sa.column("status"))
_document = sa.table("turn_document", sa.column("turn_id"), sa.column("document_id"))
_feedback = sa.table("feedback", *(sa.column(name) for name in ("feedback_id", "kind", "given_at")))
_settlement = sa.table("settlement", sa.column("feedback_id"))
# Written out: PostgreSQL takes two expressions with parameters for different ones, and would not group by the second.
_day = sa.func.substr(_turn.c.frozen_at, sa.literal_column("1"), sa.literal_column("10"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day (ISO 8601, UTC) and how many of its questions ended with which status."""

    day: str
    statuses: dict[str, int]

    @property
    def questions(self) -> int:
        """How many questions there were."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question that was refused, masked, with how often and when (a day) it was asked last."""

    question: str
    count: int
    last_asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A document, in how many answers it is cited, and the last day on which it was; 0 and "" for never."""

    document_id: str
    count: int
    last_cited: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """What was asked since a day. `feedback` counts what readers said by kind, `open_matters` what nobody has settled of it."""

    since: str
    conversations: int
    days: tuple[Day, ...]
    gaps: tuple[Gap, ...]
    documents: tuple[Use, ...]
    feedback: dict[str, int]
    open_matters: int

    @property
    def statuses(self) -> dict[str, int]:
        """How many questions ended with which status, the most frequent first."""
        total: dict[str, int] = {}
        for day in self.days:
            for status, count in day.statuses.items():
                total[status] = total.get(status, 0) + count
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

    def with_documents(self, known: Collection[str]) -> tuple[Use, ...]:
        """Return the uses of these documents, the most cited first; those that no answer cites come last."""
        used = {use.document_id: use for use in self.documents}
        uses = [used.get(name) or Use(document_id=name, count=0) for name in known]
        return tuple(sorted(uses, key=lambda use: (-use.count, use.document_id)))

    def as_json(self) -> dict[str, Any]:
        """Return all of it as one JSON object."""
        return {**asdict(self), "statuses": self.statuses, "questions": sum(day.questions for day in self.days)}


class InsightStore:
    """Reads insights from the database of what people make. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, days: int = 30, *, today: date | None = None) -> Insights:
        """Return what was asked in the last `days` days, today included."""
        since = ((today or datetime.now(UTC).date()) - timedelta(days=days - 1)).isoformat()
        self.take_in()
        return self._read(since)

    def take_in(self) -> int:
        """Count the answers that came since it was last done; returns how many there were."""
        taken = 0
        while found := self._take_in_some():
            taken += found
        return taken

    @retried
    def _take_in_some(self) -> int:
        with self._database.writing() as connection:
            rows = connection.execute(
                sa.select(_turn.c.turn_id, _turn.c.answer)
                .where(~sa.exists().where(_fact.c.turn_id == _turn.c.turn_id))
                .limit(_AT_ONCE)
            ).all()
            for turn_id, stored in rows:
                status, documents = _facts(stored)
                connection.execute(_fact.insert().values(turn_id=turn_id, status=status))
                for document_id in documents:
                    connection.execute(_document.insert().values(turn_id=turn_id, document_id=document_id))
        return len(rows)

    @retried
    def _read(self, since: str) -> Insights:
        recent = _turn.c.frozen_at >= since
        with_facts = sa.join(_turn, _fact, _fact.c.turn_id == _turn.c.turn_id)
        with self._database.reading() as connection:
            conversations = connection.execute(
                sa.select(sa.func.count(_turn.c.conversation_id.distinct())).where(recent)
            ).scalar_one()
            by_day = connection.execute(
                sa.select(_day.label("day"), _fact.c.status, sa.func.count().label("times"))
                .select_from(with_facts)
                .where(recent)
                .group_by(_day, _fact.c.status)
                .order_by(_day, _fact.c.status)
            ).all()
            refused = connection.execute(
                sa.select(_turn.c.question, _day.label("day"))
                .select_from(with_facts)
                .where(recent, _fact.c.status.in_(GAPS))
                .order_by(_turn.c.frozen_at.desc())
                .limit(_REFUSALS_READ)
            ).all()
            cited = connection.execute(
                sa.select(_document.c.document_id, sa.func.count().label("times"), sa.func.max(_day).label("last"))
                .select_from(sa.join(_turn, _document, _document.c.turn_id == _turn.c.turn_id))
                .where(recent)
                .group_by(_document.c.document_id)
            ).all()
            said = connection.execute(
                sa.select(_feedback.c.kind, sa.func.count())
                .where(_feedback.c.given_at >= since)
                .group_by(_feedback.c.kind)
            ).all()
            open_matters = connection.execute(
                sa.select(sa.func.count()).where(
                    _feedback.c.kind != "right",
                    ~sa.exists().where(_settlement.c.feedback_id == _feedback.c.feedback_id),
                )
            ).scalar_one()
        counted: dict[str, dict[str, int]] = {}
        for row in by_day:
            counted.setdefault(row.day, {})[row.status] = row.times
        uses = [Use(document_id=row.document_id, count=row.times, last_cited=row.last) for row in cited]
        return Insights(
            since=since,
            conversations=conversations,
            days=tuple(Day(day=name, statuses=statuses) for name, statuses in counted.items()),
            gaps=_gaps([(question, asked) for question, asked in refused]),
            documents=tuple(sorted(uses, key=lambda use: (-use.count, use.document_id))),
            feedback={str(kind): int(count) for kind, count in said},
            open_matters=open_matters,
        )


def _facts(stored: str) -> tuple[str, tuple[str, ...]]:
    """Return the status of a stored answer and the documents that it cites; one that can't be read counts as that."""
    try:
        answer = json.loads(stored)
        documents = dict.fromkeys(str(span["document_id"]) for span in answer["evidence"])
        return str(answer["status"]), tuple(documents)
    except (ValueError, KeyError, TypeError):
        return _UNREADABLE, ()


def _gaps(refused: Collection[tuple[str, str]]) -> tuple[Gap, ...]:
    """Return the refused questions (words, day; the last first), alike ones together, the most frequent first."""
    alike: dict[str, Gap] = {}
    for question, asked in refused:
        name = " ".join(question.casefold().split()).rstrip("?!. ")
        known = alike.get(name)
        if known is None:
            alike[name] = Gap(question=mask(" ".join(question.split())), count=1, last_asked=asked)
        else:
            alike[name] = Gap(question=known.question, count=known.count + 1, last_asked=known.last_asked)
    # A sort keeps the order of equals: of those that were asked as often the last comes first.
    return tuple(sorted(alike.values(), key=lambda gap: -gap.count)[:_MOST_GAPS])
