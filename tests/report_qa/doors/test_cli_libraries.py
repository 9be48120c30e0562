"""Several libraries on the command line: named, listed, and gone over where all of them are meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from report_qa import load_settings, open_conversations
from report_qa.doors.cli import main
from report_qa.settings import Settings
from tests.postgresql import PostgreSQLServer
from tests.report_qa.test_conversations import ANA, an_answer
from tests.two_libraries import CLOSED, HARBOUR_ANSWER, HARBOUR_QUESTION, HARBOUR_TITLE, OPEN, TwoLibraries

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def two(tmp_path: Path) -> TwoLibraries:
    return TwoLibraries(tmp_path)


@pytest.fixture
def run(two: TwoLibraries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line where two libraries are set, in each of which Ana has a conversation."""
    monkeypatch.setenv("REPORT_QA_LIBRARIES", f"{OPEN}={two.open.library.folder}, {CLOSED}={two.closed.library.folder}")
    monkeypatch.setattr("report_qa.wiring.make_embedder", lambda _settings: two.open.embedder)
    monkeypatch.chdir(tmp_path)
    for own in each_settings():
        with closing(open_conversations(own)) as kept:
            kept.append(ANA, kept.begin(ANA), an_answer(), None)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return status, printed.out, printed.err

    return call


def each_settings() -> list[Settings]:
    return [own for _, own in load_settings().tenants().values()]


def kept() -> list[int]:
    counted = []
    for own in each_settings():
        with closing(open_conversations(own)) as conversations:
            counted.append(len(conversations.list(ANA)))
    return counted


def test_a_question_goes_to_the_library_that_is_named(run: Run) -> None:
    assert HARBOUR_ANSWER in run("ask", HARBOUR_QUESTION, "--library", CLOSED)[1]
    assert HARBOUR_ANSWER not in run("ask", HARBOUR_QUESTION, "--library", OPEN)[1]
    assert HARBOUR_ANSWER not in run("ask", HARBOUR_QUESTION)[1]


def test_a_name_that_is_none_is_told_with_those_that_are(run: Run) -> None:
    status, _, said = run("ask", "What?", "--library", "harbor")
    assert status == 2
    assert said.startswith(f"There is no library “harbor”. There are {OPEN}, {CLOSED};")


def test_they_are_listed(run: Run) -> None:
    lines = run("libraries")[1].splitlines()
    assert lines[0] == f"{OPEN}: Places; edition 000001, 3 documents; for all"
    assert lines[2].startswith(f"{CLOSED}: {HARBOUR_TITLE}; edition 000001, 1 document; for")
    listed = json.loads(run("libraries", "--json")[1])["libraries"]
    assert [each["name"] for each in listed] == [OPEN, CLOSED]


def test_where_none_are_named_there_is_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPORT_QA_LIBRARIES")
    status, printed, _ = run("libraries")
    assert (status, printed) == (0, "default: (no title); nothing published; for all\n  library\n")


def test_a_person_is_erased_in_all_of_them(run: Run) -> None:
    status, printed, _ = run("erase", ANA, "--yes")
    assert status == 0
    assert printed.startswith("Deleted: 2 conversations")
    assert kept() == [0, 0]


def test_or_in_the_one_that_is_named(run: Run) -> None:
    run("erase", ANA, "--yes", "--library", CLOSED)
    assert kept() == [1, 0]


def test_the_switch_and_the_retention_are_each_librarys_and_are_told_so(
    run: Run, two: TwoLibraries, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = run("off", "Back at noon.")[1].splitlines()
    assert [line.partition(":")[0] for line in lines] == [OPEN, CLOSED]
    assert [(folder.library.folder / "OFF").exists() for folder in (two.open, two.closed)] == [True, True]
    run("on", "--library", OPEN)
    assert [(folder.library.folder / "OFF").exists() for folder in (two.open, two.closed)] == [False, True]
    monkeypatch.setenv("REPORT_QA_RETENTION_DAYS", "30")
    assert [line.partition(":")[0] for line in run("retention")[1].splitlines()] == [OPEN, CLOSED]


def test_a_key_is_made_for_libraries_that_there_are(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_API_KEYS_FILE", str(tmp_path / "keys.toml"))
    assert run("key", "harbour-papers", "--library", CLOSED)[0] == 0
    assert f'libraries = ["{CLOSED}"]' in (tmp_path / "keys.toml").read_text()
    status, _, said = run("key", "other", "--library", "harbor")
    assert (status, "other" in (tmp_path / "keys.toml").read_text()) == (2, False)
    assert "no library “harbor”" in said


def test_what_people_made_moves_into_a_schema_for_each(
    run: Run, monkeypatch: pytest.MonkeyPatch, postgresql: PostgreSQLServer
) -> None:
    monkeypatch.setenv("REPORT_QA_DATABASE_URL", postgresql.url(postgresql.make_database()))
    lines = run("move-state")[1].splitlines()
    assert lines[0].startswith(f"{OPEN}: Moved into PostgreSQL database")
    assert "schema report_qa_harbour: 1 in conversation" in lines[2]
    assert kept() == [1, 1]
    run("erase", ANA, "--yes", "--library", CLOSED)
    assert kept() == [1, 0]
