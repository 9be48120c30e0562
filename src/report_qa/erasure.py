"""Forgetting: everything of one person when they ask for it, and conversations that nobody used for longer than they are kept.

What goes, goes with all that hangs on it: answers, links, feedback, replies that were kept for repeated writes. The audit log keeps
that something was done, under a made-up name that leads back to nobody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from report_qa.audit import Deed, made_up_name
from report_qa.database import Database

_conversation = sa.table("conversation", *(sa.column(name) for name in ("conversation_id", "owner", "shown_at")))
_share = sa.table("share", sa.column("owner"))
_feedback = sa.table("feedback", sa.column("owner"))
_reply = sa.table("reply", sa.column("owner"))
_audit = sa.table("audit", *(sa.column(name) for name in ("number", "at", "owner", "name", "deed", "object_id")))
# What loses rows, by themselves or with a conversation.
_TABLES = (
    "conversation",
    "turn",
    "under_way",
    "turn_fact",
    "turn_document",
    "share",
    "feedback",
    "settlement",
    "reply",
    "audit",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was deleted, and how many audit entries stay under a made-up name."""

    conversations: int = 0
    links: int = 0
    feedback: int = 0
    audit_entries: int = 0

    def __add__(self, other: Erased) -> Erased:
        return Erased(
            conversations=self.conversations + other.conversations,
            links=self.links + other.links,
            feedback=self.feedback + other.feedback,
            audit_entries=self.audit_entries + other.audit_entries,
        )

    @property
    def nothing(self) -> bool:
        """True where there was nothing under that owner."""
        return not (self.conversations or self.links or self.feedback or self.audit_entries)


def erase(database: Database, owner: str) -> Erased:
    """Delete everything of an owner, once and for all; nothing of it is in the database's files afterwards.

    Raises:
        ConversationError: the database can't be used.
    """
    with database.writing() as connection:

        def delete(table: sa.TableClause) -> int:
            return connection.execute(sa.delete(table).where(table.c.owner == owner)).rowcount

        # Links and feedback before the conversations, which would take them along uncounted.
        links, feedback, _ = delete(_share), delete(_feedback), delete(_reply)
        conversations = delete(_conversation)
        entries = _hide(connection, owner)
        erased = Erased(conversations=conversations, links=links, feedback=feedback, audit_entries=entries)
    if not erased.nothing:
        database.forget_log(*_TABLES)
    return erased


def expire(database: Database, days: int, now: datetime | None = None) -> int:
    """Delete conversations that nobody opened or went on with for so many days; returns how many.

    Raises:
        ConversationError: the database can't be used.
    """
    moment = now or datetime.now(UTC)
    with database.writing() as connection:
        old = _conversation.c.shown_at < (moment - timedelta(days=days)).isoformat()
        gone = connection.execute(sa.delete(_conversation).where(old)).rowcount
        if gone:
            connection.execute(
                _audit.insert().values(
                    at=moment.isoformat(), owner="", name="", deed=Deed.EXPIRED.value, object_id=f"{gone} conversations"
                )
            )
    if gone:
        database.forget_log(*_TABLES)
    return gone


def _hide(connection: sa.Connection, owner: str) -> int:
    """Put an owner's audit entries under a made-up name, and what they uploaded, whose names may tell of them, under a hash."""
    uploads = connection.execute(
        sa.select(_audit.c.number, _audit.c.object_id).where(
            _audit.c.owner == owner, _audit.c.deed == Deed.UPLOADED.value
        )
    ).all()
    for number, object_id in uploads:
        hidden = hashlib.sha256(f"report-qa upload {owner} {object_id}".encode()).hexdigest()[:16]
        connection.execute(_audit.update().where(_audit.c.number == number).values(object_id=hidden))
    made_up = made_up_name()
    hidden_entries = connection.execute(_audit.update().where(_audit.c.owner == owner).values(owner=made_up, name=""))
    if hidden_entries.rowcount:
        connection.execute(
            _audit.insert().values(
                at=datetime.now(UTC).isoformat(), owner=made_up, name="", deed=Deed.ERASED.value, object_id=""
            )
        )
    return hidden_entries.rowcount
