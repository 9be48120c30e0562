"""What whoever runs the service does about people on the command line: the audit log, erasure, retention, keys."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from report_qa import open_conversations
from report_qa.audit import AuditLog, Deed
from report_qa.doors.cli import main
from tests.report_qa.test_conversations import ANA, an_answer

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line on a library in which Ana has a conversation."""
    monkeypatch.setenv("REPORT_QA_LIBRARY", str(tmp_path / "library"))
    monkeypatch.chdir(tmp_path)
    with closing(open_conversations()) as kept:
        kept.append(ANA, kept.begin(ANA), an_answer(), None)
        AuditLog(kept.database).note(ANA, "Ana", Deed.SHARED, "a-link")

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return status, printed.out, printed.err

    return call


def conversations() -> int:
    with closing(open_conversations()) as kept:
        return len(kept.list(ANA))


def test_the_audit_log_is_printed(run: Run) -> None:
    status, printed, _ = run("audit")
    head, line = printed.splitlines()
    assert (status, head) == (0, "number,at,owner,name,deed,object")
    assert line.endswith(f"{ANA},Ana,shared,a-link")


def test_a_key_that_is_made_is_on_record(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_API_KEYS_FILE", str(tmp_path / "keys.toml"))
    status, key, _ = run("key", "board-papers", "--group", "board", "--role", "contributor")
    assert status == 0
    assert 'groups = ["board"]' in (tmp_path / "keys.toml").read_text()
    printed = run("audit", "--most", "1")[1]
    assert "key made,board-papers" in printed
    assert key.strip() not in printed


def test_one_person_is_erased_after_a_question(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert run("erase", ANA)[0] != 0
    assert conversations() == 1
    status, printed, _ = run("erase", ANA, "--yes")
    assert status == 0
    assert printed.startswith("Deleted: 1 conversations, 0 links, 0 notes of feedback. 1 audit entries stay")
    assert conversations() == 0
    assert ANA not in run("audit")[1]
    status, _, said = run("erase", ANA, "--yes")
    assert (status, "nothing under this owner" in said) == (2, True)


def test_what_is_old_is_deleted_only_where_that_is_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "All conversations are kept" in run("retention")[1]
    monkeypatch.setenv("REPORT_QA_RETENTION_DAYS", "30")
    assert "Deleted: 0 conversations" in run("retention")[1]

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=31)

    monkeypatch.setattr("report_qa.erasure.datetime", Later)
    assert "Deleted: 1 conversations" in run("retention")[1]
    assert conversations() == 0
