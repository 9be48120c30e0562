"""Forgetting one person, and what nobody used for long; everything of everybody else stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from report_qa.audit import AuditLog, Deed
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.erasure import _TABLES, erase, expire
from report_qa.errors import ConversationNotFound
from report_qa.feedback import FeedbackKind, FeedbackStore
from report_qa.records.shared import SharedAnswer
from report_qa.replies import Replies
from report_qa.shares import Shares
from tests.report_qa.test_conversations import ANA, an_answer

BEN = "b" * 64
SECRET = "Reorganisation of the third floor.pdf"


def lived(database: Database, owner: str, name: str) -> str:
    """Have somebody use everything, and return their conversation."""
    conversations = Conversations(database)
    conversation_id = conversations.begin(owner)
    turn = conversations.append(owner, conversation_id, an_answer(), None)
    shares, log = Shares(database), AuditLog(database)
    shares.make(owner, SharedAnswer(title="t", turn=turn), conversation_id=conversation_id)
    shares.make(owner, SharedAnswer(title="apart", turn=turn))
    FeedbackStore(database).give(owner, turn.turn_id, FeedbackKind.WRONG)
    replies = Replies(database)
    replies.begin(owner, "k" * 20, "r")
    replies.keep(owner, "k" * 20, "{}")
    log.note(owner, name, Deed.SIGNED_IN)
    log.note(owner, name, Deed.UPLOADED, SECRET)
    return conversation_id


def rows_of(database: Database, owner: str) -> dict[str, int]:
    with database.reading() as connection:
        return {
            table: connection.execute(
                sa.select(sa.func.count()).select_from(sa.table(table)).where(sa.column("owner") == owner)
            ).scalar_one()
            for table in ("conversation", "share", "feedback", "reply", "audit")
        }


def test_one_person_is_forgotten_and_nobody_else(database: Database) -> None:
    lived(database, ANA, "Ana Costa")
    bens = lived(database, BEN, "Ben Okoye")
    kept = rows_of(database, BEN)

    erased = erase(database, ANA)

    assert (erased.conversations, erased.links, erased.feedback, erased.audit_entries) == (1, 2, 1, 2)
    assert set(rows_of(database, ANA).values()) == {0}
    assert rows_of(database, BEN) == kept
    assert min(kept.values()) > 0
    assert len(Conversations(database).load(BEN, bens).turns) == 1


def test_what_stays_on_record_leads_back_to_nobody(database: Database) -> None:
    lived(database, ANA, "Ana Costa")
    erase(database, ANA)
    entries = AuditLog(database).entries()
    assert [entry.deed for entry in entries] == [Deed.ERASED, Deed.UPLOADED, Deed.SIGNED_IN]
    (made_up,) = {entry.owner for entry in entries}
    assert made_up.startswith("erased-")
    assert {entry.name for entry in entries} == {""}
    assert SECRET not in {entry.object_id for entry in entries}
    assert database.path is None or SECRET.encode() not in b"".join(
        path.read_bytes() for path in database.path.parent.glob(f"{database.path.name}*")
    )


def test_who_has_nothing_is_forgotten_without_a_trace(database: Database) -> None:
    assert erase(database, ANA).nothing
    assert AuditLog(database).entries() == ()


def test_a_conversation_expires_when_nobody_used_it_for_long(database: Database) -> None:
    conversations = Conversations(database)
    old = lived(database, ANA, "Ana")
    now = datetime.now(UTC)
    assert expire(database, 30, now + timedelta(days=29)) == 0
    assert conversations.load(ANA, old).turns

    assert expire(database, 30, now + timedelta(days=31)) == 1
    with pytest.raises(ConversationNotFound):
        conversations.load(ANA, old)
    # A link that hangs on no conversation was made on purpose, and stays until it is withdrawn.
    assert [share.title for share in Shares(database).list(ANA)] == ["apart"]
    newest = AuditLog(database).entries()[0]
    assert (newest.deed, newest.owner, newest.object_id) == (Deed.EXPIRED, "", "1 conversations")


def test_no_table_is_forgotten(database: Database) -> None:
    with database.reading() as connection:
        seen = sa.inspect(connection)
        tables = {name for name in seen.get_table_names() if name != "alembic_version"}
        leads = {table: {key["referred_table"] for key in seen.get_foreign_keys(table)} for table in tables}
        owned = {table for table in tables if "owner" in {column["name"] for column in seen.get_columns(table)}}
    assert tables == set(_TABLES)
    assert owned == {"conversation", "share", "feedback", "reply", "audit"}
    # What names no owner goes with something that does.
    reached = set(owned)
    for _ in tables:
        reached |= {table for table in tables if leads[table] & reached}
    assert reached == tables
