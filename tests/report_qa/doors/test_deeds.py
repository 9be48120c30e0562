"""The audit log as lines to take away."""

from __future__ import annotations

import pytest

from report_qa.audit import AuditLog, Deed
from report_qa.database import Database
from report_qa.doors import deeds
from report_qa.doors.deeds import audit_rows


def test_all_entries_are_lines_and_none_is_a_formula(database: Database) -> None:
    log = AuditLog(database)
    for name in ("Ana", '=HYPERLINK("http://evil.test")', "@sum", "-1"):
        log.note("a" * 64, name, Deed.SHARED, "+1")
    head, *lines = audit_rows(log)
    assert head == deeds.COLUMNS
    assert [line[3] for line in lines] == ["'-1", "'@sum", '\'=HYPERLINK("http://evil.test")', "Ana"]
    assert {line[5] for line in lines} == {"'+1"}


def test_pages_are_joined_and_cut(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(database)
    monkeypatch.setattr(deeds, "_PAGE", 2)
    for number in range(5):
        log.note("a" * 64, "", Deed.SHARED, str(number))
    assert [line[5] for line in audit_rows(log)][1:] == ["4", "3", "2", "1", "0"]
    assert [line[5] for line in audit_rows(log, 3)][1:] == ["4", "3", "2"]
