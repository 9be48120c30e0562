"""The command line: exit statuses, one sentence for each error, and what is never loaded."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.upkeep import cited_editions
from report_qa import database
from report_qa.library.edition import Library
from report_qa.records.shared import SharedQuote
from report_qa.redaction import NOTICE
from report_qa.replies import Replies
from report_qa.settings import Settings, load_settings
from report_qa.wiring import embedder_digest, open_shares
from tests.doubles import HashingEmbedder
from tests.report_qa.test_shares import SPAN

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for word in ("bus", "hall", "pub"):
        (folder / f"{word}.md").write_text(f"# The {word}\n\n## Hours\n\nThe {word} is open.\n", encoding="utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in an empty folder, with a small embedder; returns status, output and errors."""
    embedder = HashingEmbedder()

    def make(settings: Settings) -> HashingEmbedder:
        return embedder

    def digest(settings: Settings) -> str:
        return embedder.digest

    monkeypatch.setattr("report_qa.wiring.make_embedder", make)
    monkeypatch.setattr("report_qa.wiring.embedder_digest", digest)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


def test_a_path_alone_is_the_same_as_add(run: Run, notes: Path) -> None:
    status, out, err = run("notes")
    assert (status, err) == (0, "")
    assert out.startswith("Published edition 000001")
    status, out, _ = run("add", str(notes))
    assert status == 0
    assert out.startswith("Nothing to do: all 3 documents are unchanged (edition 000001).")


def test_options_may_stand_before_the_paths(run: Run, notes: Path, tmp_path: Path) -> None:
    assert run("--library", "elsewhere", "notes")[0] == 0
    assert run("--library=elsewhere", "status")[0] == 0
    assert Library(tmp_path / "elsewhere").current_edition_id() == "000001"
    assert not (tmp_path / "library").exists()


def test_json_is_one_object_on_standard_output(run: Run, notes: Path) -> None:
    (notes / "empty.md").touch()
    status, out, err = run("notes", "--json")
    receipt = json.loads(out)
    assert (status, receipt["edition"], len(receipt["added"])) == (1, "000001", 3)
    assert err == "empty.md is empty (0 bytes). Copy it again from its source.\n"
    status, out, _ = run("notes", "--json")
    assert (json.loads(out)["edition"], len(json.loads(out)["unchanged"])) == ("", 3)


def test_status_receipt_and_rollback(run: Run, notes: Path) -> None:
    run("notes")
    (notes / "pub.md").write_text("# The pub\n\n## Hours\n\nThe pub is shut.\n", encoding="utf-8")
    run("notes")
    status, out, _ = run("status", "--json")
    assert (status, json.loads(out)["edition_id"], json.loads(out)["editions"]) == (0, "000002", ["000001", "000002"])
    assert "3 documents" in run("status")[1]
    assert json.loads(run("receipt")[1])["changed"] == ["pub.md"]
    assert len(json.loads(run("receipt", "000001")[1])["added"]) == 3
    assert run("rollback")[:2] == (0, "Edition 000001 is current again; it was 000002.\n")
    assert json.loads(run("status", "--json")[1])["edition_id"] == "000001"
    assert run("rollback", "000002")[0] == 0
    status, out, err = run("rollback", "000009")
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1


def test_if_nothing_published_ends_at_once(run: Run, notes: Path) -> None:
    assert run("notes", "--if-nothing-published")[0] == 0
    (notes / "pub.md").write_text("# Changed\n\nNot looked at.")
    assert run("notes", "--if-nothing-published") == (0, "", "")


@pytest.mark.parametrize("command", ["withdraw", "purge", "doctor", "rebuild", "reembed", "fetch"])
def test_the_name_of_a_command_is_not_a_folder(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / command).mkdir()
    (tmp_path / command / "a.md").write_text("# A\n\nA note.")
    assert run(command)[0] in (1, 2)
    assert not (tmp_path / "library" / "CURRENT").exists()
    assert run(f"./{command}")[0] == 0
    assert (tmp_path / "library" / "CURRENT").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "nowhere does not exist. Name a folder or a file that can be read."),
        (["x" * 300], "can't be opened: File name too long."),
        (["odd\nname"], "odd\\u000aname does not exist."),
        (
            ["empty"],
            "empty holds no documents. Put PDF, Word, PowerPoint, Excel, CSV, HTML, Markdown or text files there.",
        ),
        (["status"], "Nothing is published in library yet. Run python -m ingest PATH first."),
        (["receipt"], "Nothing is published in library yet."),
        (["rollback"], "Nothing is published in library yet."),
        (["notes", "--library", "notes/pub.md"], "The ingest stopped: notes/pub.md"),
    ],
)
def test_an_error_is_one_sentence(run: Run, notes: Path, tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "empty").mkdir()
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["add"], ["notes", "--wrong"], ["status", "too", "many"], ["--library"]])
def test_wrong_usage_has_status_2(run: Run, notes: Path, arguments: list[str]) -> None:
    status, _, err = run(*arguments)
    assert status == 2
    assert "Traceback" not in err


def test_an_unknown_setting_is_wrong_usage(run: Run, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_LIBARY", "x")
    status, _, err = run("notes")
    assert status == 2
    assert "REPORT_QA_LIBARY is not a setting" in err


def test_ctrl_c_says_that_nothing_is_lost(run: Run, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.run.build_edition", stop)
    assert run("notes") == (1, "", "Stopped; the live edition is untouched.\n")


def test_a_second_ingest_waits_for_nobody(run: Run, notes: Path, tmp_path: Path) -> None:
    holder = (
        "import sys\nfrom pathlib import Path\nfrom report_qa.library.edition import Library\n"
        "with Library(Path('library')).lock():\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        status, out, err = run("notes")
        process.stdin.close()
    assert (status, out) == (1, "")
    assert f"Another ingest holds library (process {process.pid}, since 20" in err


def test_the_model_is_not_loaded_for_help_or_when_nothing_changed(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "ingest"]
    library = str(tmp_path / "library")
    embedder = HashingEmbedder()
    # Taken for the real model, which the next process would load if it had anything to embed.
    embedder.digest = embedder_digest(load_settings())
    monkeypatch.setattr("report_qa.wiring.make_embedder", lambda settings: embedder)
    assert main([str(notes), "--library", library]) == 0
    assert "Published edition 000001" in capsys.readouterr().out
    started = time.perf_counter()
    second = subprocess.run([*command, str(notes), "--library", library], capture_output=True, text=True, check=True)
    assert time.perf_counter() - started < 5
    assert "Nothing to do" in second.stdout
    helped = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    for stderr in (second.stderr, helped.stderr):
        loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in stderr.splitlines()}
        assert not loaded & {"torch", "transformers", "chromadb", "sentence_transformers"}


def test_json_lines_end_with_the_receipt(run: Run, notes: Path) -> None:
    status, out, _ = run("notes", "--json-lines")
    events = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert {event["event"] for event in events[:-1]} == {"progress"}
    assert (events[-2]["done"], events[-2]["total"]) == (3, 3)
    assert (events[-1]["event"], events[-1]["edition"], len(events[-1]["documents"])) == ("receipt", "000001", 3)


def test_a_dry_run_publishes_nothing(run: Run, notes: Path, tmp_path: Path) -> None:
    status, out, _ = run("notes", "--dry-run")
    assert (status, out.splitlines()[0]) == (0, "Dry run: nothing was read or published.")
    assert not (tmp_path / "library" / "CURRENT").exists()


def test_the_life_of_a_library(run: Run, notes: Path, tmp_path: Path) -> None:
    run("notes")
    assert "3 documents" in run("status")[1]
    assert run("withdraw", "pub.md")[0] == 0
    assert "held back  pub.md: withdrawn on" in run("notes")[1]
    assert "added         1   pub.md" in run("notes", "--restore")[1]
    assert run("rebuild")[0] == run("reembed")[0] == 0
    assert run("doctor")[1].endswith("Healthy.\n")
    status, out, _ = run("purge", "pub.md")
    assert status == 0
    assert "stored answers redacted: 0" in out
    assert f"not the library's to remove: {notes / 'pub.md'}" in out
    assert json.loads(run("status", "--json", "--documents")[1])["withdrawn"][0]["purged"] is True
    assert run("rollback")[0] == 0
    (tmp_path / "library" / "CURRENT").write_text("nonsense")
    assert run("doctor")[0] == 1
    assert run("rollback")[0] == 0
    assert run("doctor")[0] == 0


def test_links_keep_their_editions_and_lose_purged_words(
    run: Run, notes: Path, tmp_path: Path, database_at: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database_at if isinstance(database_at, str) else ""
    monkeypatch.setenv("REPORT_QA_DATABASE_URL", url)
    monkeypatch.setenv("REPORT_QA_KEEP_EDITIONS", "1")
    run("notes")
    settings = Settings(library=tmp_path / "library")
    with closing(open_shares(settings)) as links:
        quote = replace(SPAN, document_id="pub.md")
        token = links.make("somebody", SharedQuote(title="The pub", evidence=quote)).token
        replies = Replies(links.database)
        replies.begin("somebody", "a key of mine", "a request")
        replies.keep("somebody", "a key of mine", "The pub is open.")
        assert cited_editions(settings) == {"000001"}
        for hours in ("shut", "for sale"):
            (notes / "pub.md").write_text(f"# The pub\n\n## Hours\n\nThe pub is {hours}.\n", encoding="utf-8")
            run("notes")
        assert Library(tmp_path / "library").editions() == ("000001", "000003")
        replies = Replies(links.database)
        replies.begin("somebody", "key", "request")
        replies.keep("somebody", "key", "The pub is open.")
        said = run("purge", "pub.md")[1]
        assert "stored answers redacted: 1" in said
        assert ("write-ahead log" in said) is bool(url)
        assert [span.quote for span in links.open(token).shared.cited] == [NOTICE]
        assert replies.begin("somebody", "key", "request") is None
    assert (tmp_path / "library" / "conversations.sqlite").exists() is not bool(url)


def test_status_and_doctor_say_where_conversations_are_and_no_password(
    run: Run, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("notes")
    assert "conversations, links and feedback: library/conversations.sqlite" in run("status")[1]
    assert "conversations (library/conversations.sqlite)" in run("doctor")[1]
    monkeypatch.setattr(database, "_PATIENCE_S", 0)
    monkeypatch.setenv("REPORT_QA_DATABASE_URL", "postgresql://ana:s3cret@/state?host=/nowhere")
    for command in ("status", "doctor"):
        said = run(command)
        assert "PostgreSQL database state at /nowhere" in said[1]
        assert "s3cret" not in str(said)
    assert json.loads(run("status", "--json")[1])["database"] == "PostgreSQL database state at /nowhere"
    assert "FAULT beside the editions: PostgreSQL database state at /nowhere does not answer" in run("doctor")[1]


def test_while_the_database_is_away_an_edition_is_published_and_none_is_removed(
    run: Run, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_QA_KEEP_EDITIONS", "1")
    run("notes")
    monkeypatch.setattr(database, "_PATIENCE_S", 0)
    monkeypatch.setenv("REPORT_QA_DATABASE_URL", "postgresql://ana:s3cret@/state?host=/nowhere")
    (notes / "pub.md").unlink()
    status, _, err = run("notes")
    assert (status, err.count("\n")) == (1, 1)
    assert "Edition 000002 is published, but an old one can't be removed: PostgreSQL database state" in err
    assert Library(tmp_path / "library").editions() == ("000001", "000002")
