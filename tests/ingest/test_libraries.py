"""Several libraries for those who keep them: an ingest goes into the one that is named, and each is checked and backed up."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.restore import restore
from report_qa import load_settings, open_conversations
from tests.postgresql import PostgreSQLServer
from tests.report_qa.test_conversations import ANA, an_answer
from tests.two_libraries import CLOSED, OPEN, TwoLibraries

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def two(tmp_path: Path) -> TwoLibraries:
    return TwoLibraries(tmp_path)


@pytest.fixture
def run(two: TwoLibraries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr("report_qa.wiring.make_embedder", lambda _settings: two.open.embedder)
    monkeypatch.setattr("report_qa.wiring.embedder_digest", lambda _settings: two.open.embedder.digest)
    monkeypatch.setattr("ingest.checkup.embedder_digest", lambda _settings: two.open.embedder.digest)
    monkeypatch.setenv("REPORT_QA_LIBRARIES", f"{OPEN}={two.open.library.folder}, {CLOSED}={two.closed.library.folder}")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


def test_an_ingest_goes_into_the_library_that_is_named(run: Run, two: TwoLibraries) -> None:
    two.closed.write("tides.md", "# Tides\n\n## Times\n\nHigh tide is at noon.\n")
    assert run(str(two.closed.notes), "--library", CLOSED)[1].startswith("Published edition 000002")
    assert [each.library.current_edition_id() for each in (two.open, two.closed)] == ["000001", "000002"]
    assert run("rollback", "--library", CLOSED)[1].startswith("Edition 000001 is current again")


def test_a_name_that_is_none_makes_no_library(run: Run, two: TwoLibraries, tmp_path: Path) -> None:
    status, _, said = run(str(two.closed.notes), "--library", "harbor")
    assert status == 2
    assert "There is no library “harbor”." in said
    assert not (tmp_path / "harbor").exists()


def test_the_state_of_each_is_said(run: Run, two: TwoLibraries) -> None:
    printed = run("status")[1]
    assert printed.count("published") == 2
    assert printed.index(two.open.folder) < printed.index(two.closed.folder)
    states = json.loads(run("status", "--json")[1])["libraries"]
    assert {name: state["documents"] for name, state in states.items()} == {OPEN: 3, CLOSED: 1}
    assert json.loads(run("status", "--json", "--library", CLOSED)[1])["documents"] == 1


def test_each_is_examined_and_one_that_is_ill_makes_it_fail(run: Run, two: TwoLibraries) -> None:
    status, printed, _ = run("doctor")
    assert (status, printed.count("Healthy.")) == (0, 2)
    (two.closed.library.folder / "CURRENT").write_text("000009\n")
    status, printed, _ = run("doctor")
    assert (status, printed.count("Healthy."), printed.count("Not healthy")) == (1, 1, 1)
    assert printed.index(f"{CLOSED} (") < printed.index("Not healthy")
    reports = json.loads(run("doctor", "--json")[1])["libraries"]
    assert {name: report["healthy"] for name, report in reports.items()} == {OPEN: True, CLOSED: False}


def test_each_is_backed_up_into_a_file_of_its_own(run: Run, tmp_path: Path) -> None:
    status, _, said = run("backup", str(tmp_path / "one.tar"))
    assert status == 2
    assert "Name a folder, or one library" in said
    (tmp_path / "backups").mkdir()
    assert run("backup", str(tmp_path / "backups"))[0] == 0
    first, second = sorted((tmp_path / "backups").iterdir())
    assert (first.name.startswith(f"report-qa-{CLOSED}-"), second.name.startswith(f"report-qa-{OPEN}-")) == (True, True)
    restore(first, tmp_path / "again")
    assert "ellerby.md" in run("status", "--documents", "--library", str(tmp_path / "again"))[1]


def test_a_backup_holds_the_conversations_of_its_library_alone(
    run: Run, tmp_path: Path, postgresql: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch, two: TwoLibraries
) -> None:
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    monkeypatch.setenv("REPORT_QA_DATABASE_URL", postgresql.url(postgresql.make_database()))
    # As a service that got a second library: the first one's schema is the database's own.
    monkeypatch.setenv("REPORT_QA_LIBRARIES", f"{CLOSED}={two.closed.library.folder}")
    monkeypatch.setenv("REPORT_QA_LIBRARY", two.open.folder)
    for _, own in load_settings().tenants().values():
        with closing(open_conversations(own)) as kept:
            kept.append(ANA, kept.begin(ANA), an_answer(), None)
    (tmp_path / "backups").mkdir()
    assert run("backup", str(tmp_path / "backups"))[0] == 0
    found = {}
    for file in (tmp_path / "backups").iterdir():
        there = tmp_path / f"restored-{file.name}"
        restore(file, there)
        dumped = subprocess.run(
            ["pg_restore", "--list", there / "conversations.pgdump"], capture_output=True, check=True, text=True
        )
        found[file.name.split("-")[2]] = [line for line in dumped.stdout.splitlines() if "TABLE DATA" in line]
    assert all(" public " in line for line in found["default"])
    assert all(" report_qa_harbour " in line for line in found[CLOSED])
    assert len(found["default"]) == len(found[CLOSED]) > 5
