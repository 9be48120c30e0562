"""The audit log says who did what, and nothing changes it."""

from __future__ import annotations

import inspect

from report_qa.audit import AuditLog, Deed
from report_qa.database import Database
from tests.report_qa.test_conversations import ANA

BEN = "b" * 64


def test_entries_come_newest_first_and_page_by_page(database: Database) -> None:
    log = AuditLog(database)
    for number in range(5):
        log.note(ANA, "Ana", Deed.SHARED, str(number))
    assert [entry.object_id for entry in log.entries()] == ["4", "3", "2", "1", "0"]
    last = log.entries(most=2)
    assert [entry.object_id for entry in log.entries(most=2, before=last[-1].number)] == ["2", "1"]
    assert (last[0].owner, last[0].name, last[0].deed) == (ANA, "Ana", Deed.SHARED)
    assert last[0].at.tzinfo is not None


def test_a_sign_in_is_noted_once(database: Database) -> None:
    log = AuditLog(database)
    for owner, object_id in ((ANA, "first"), (ANA, "first"), (ANA, "second"), (BEN, "first")):
        log.note(owner, "", Deed.SIGNED_IN, object_id, once=True)
    assert len(log.entries()) == 3


def test_a_long_name_is_cut(database: Database) -> None:
    log = AuditLog(database)
    log.note(ANA, "a" * 1_000, Deed.UPLOADED, "b" * 1_000)
    (entry,) = log.entries()
    assert (len(entry.name), len(entry.object_id)) == (100, 300)


def test_nothing_but_new_entries_is_written() -> None:
    public = {name for name, _ in inspect.getmembers(AuditLog, inspect.isfunction) if not name.startswith("_")}
    assert public == {"note", "entries"}
    written = inspect.getsource(AuditLog)
    assert "insert(" in written
    assert "update(" not in written
    assert "delete(" not in written
