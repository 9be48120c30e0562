"""Documents that people bring: refused early, stored under plain names, and read one upload after the other."""

from __future__ import annotations

import fcntl
import threading
import time
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.catalogue import read_catalogue
from ingest.roots import MEDIA_TYPES, read_root
from report_qa.doors.upload_folder import KINDS, NewDocuments, NewFile, refuse, store
from report_qa.doors.uploads import Upload, Uploads, run_ingest
from report_qa.errors import UploadRefused
from report_qa.library.edition import Library
from report_qa.records.document import Role

NOTE = NewFile(name="note.md", content=b"# Note\n\nIt cost 3 million pounds.\n")


def brought(*names: str, **said: Any) -> NewDocuments:
    return NewDocuments(files=tuple(NewFile(name=name, content=b"x") for name in names), **said)


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        (brought(), "0 files were chosen. Choose between 1 and 20"),
        (brought(*(f"{number}.md" for number in range(21))), "21 files"),
        (brought("a.exe"), f"These are: {', '.join(KINDS)}"),
        (brought("pdf"), "of a kind that is not read"),
        (brought("a.md", visible_to=()), "Nobody was chosen"),
        (NewDocuments(files=(NewFile(name="a.md", content=b""),)), "is empty"),
        (NewDocuments(files=(NewFile(name="a.md", content=b"x" * 1_000_001),)), "larger than 1 MB"),
    ],
)
def test_threat_29_what_cannot_be_read_is_refused_before_it_is_stored(
    documents: NewDocuments, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UploadRefused) as caught:
        Uploads(tmp_path / "uploads", tmp_path / "library", most_mb=1).bring("ana", documents)
    assert said in str(caught.value)
    assert not (tmp_path / "uploads").exists()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:\\Users\\ana\\Übersicht 2024 (final).PDF", "Ubersicht-2024-final.pdf"),
        ("..md", "document.md"),
        ("陈.md", "document.md"),
        (".hidden.md", "hidden.md"),
        ("a" * 300 + ".md", "a" * 80 + ".md"),
        ("con\x00trol\n.md", "con-trol.md"),
    ],
)
def test_a_name_leads_nowhere_else(given: str, stored: str, tmp_path: Path) -> None:
    upload_id = store(tmp_path, brought(given))
    assert [path.name for path in (tmp_path / upload_id).iterdir()] == [stored]
    shown = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}
    assert shown == {upload_id, "catalogue.toml"}


def test_what_was_said_stands_in_a_catalogue_that_ingest_reads(tmp_path: Path) -> None:
    title = 'A "title"\nstate = "draft" \\ # 陈'
    one = store(
        tmp_path,
        brought(
            "a.md",
            title=title,
            publisher="Body",
            published_on=date(2024, 5, 6),
            role=Role.REPORT,
            visible_to=("board",),
        ),
    )
    two = store(tmp_path, brought("b.md", "B.md", "b.txt", title="left out"))

    catalogue = read_catalogue(tmp_path)
    entry = catalogue.entry(f"{one}/a.md")
    assert entry.title == 'A "title" state = "draft" \\ # 陈'
    assert (entry.publisher, entry.published_on, entry.role) == ("Body", date(2024, 5, 6), Role.REPORT)
    assert entry.visible_to == ("board",)
    others = [catalogue.entry(f"{two}/{name}") for name in ("b.md", "B-2.md", "b.txt")]
    assert [(each.title, each.visible_to) for each in others] == [("", ("all",))] * 3
    assert len({each.document_id for each in others} | {entry.document_id}) == 4
    assert len(tomllib.loads((tmp_path / "catalogue.toml").read_text(encoding="utf-8"))["document"]) == 4


def test_no_file_is_there_before_it_is_said_whom_it_is_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[int] = []
    write = Path.write_text

    def listing(path: Path, text: str, **arguments: Any) -> int:
        # What an ingest of another upload would find at this moment.
        if path.name.startswith("catalogue"):
            listed.append(len(read_root(tmp_path).files))
        return write(path, text, **arguments)

    monkeypatch.setattr(Path, "write_text", listing)
    store(tmp_path, brought("secret.md", visible_to=("board",)))
    assert listed == [0]
    (file,) = read_root(tmp_path).files
    assert file.entry.visible_to == ("board",)


def test_two_servers_that_share_a_folder_lose_no_entry(tmp_path: Path) -> None:
    """The other one is this test, which has the catalogue to itself while an upload comes."""
    store(tmp_path, brought("a.md", visible_to=("board",)))
    catalogue = tmp_path / "catalogue.toml"
    with (tmp_path / ".catalogue.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = catalogue.read_text(encoding="utf-8")
        storing = threading.Thread(target=store, args=(tmp_path, brought("b.md", visible_to=("staff",))))
        storing.start()
        storing.join(0.3)
        catalogue.write_text(f'{before}\n[[document]]\npath = "theirs.md"\nvisible_to = ["board"]\n', encoding="utf-8")
    storing.join(10)
    assert sorted(each.visible_to for each in read_catalogue(tmp_path).entries.values()) == [
        ("board",),
        ("board",),
        ("staff",),
    ]


def test_files_that_can_not_be_put_in_their_place_leave_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path, brought("a.md"))
    before = (tmp_path / "catalogue.toml").read_text(encoding="utf-8")

    def full(_path: Path, _to: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(UploadRefused, match="No space left"):
        store(tmp_path, brought("b.md"))
    assert (tmp_path / "catalogue.toml").read_text(encoding="utf-8") == before
    assert len(read_root(tmp_path).files) == 1


class Ingests:
    """Ingests that wait to be let go, and say what they are told to."""

    def __init__(self, *said: tuple[list[dict[str, Any]], int, str]) -> None:
        self.said = list(said)
        self.running: list[int] = []
        self.most = 0
        self.go = threading.Semaphore(0)

    def __call__(
        self, folder: Path, library: Path, told: Callable[[Mapping[str, Any]], None], stoppable: object
    ) -> tuple[int, str]:
        self.running.append(1)
        self.most = max(self.most, len(self.running))
        self.go.acquire(timeout=10)
        events, status, words = self.said.pop(0)
        for event in events:
            told(event)
        self.running.pop()
        return status, words


def uploads_with(ingests: Ingests, folder: Path) -> Uploads:
    uploads = Uploads(folder / "uploads", folder / "library", most_mb=1)
    uploads._ingest = ingests
    return uploads


PUBLISHED: list[dict[str, Any]] = [
    {"event": "progress", "what": "reading", "done": 1, "total": 2},
    {"event": "receipt", "edition": "000002", "pages": 3, "passages": 4, "unreadable": []},
]


def test_two_uploads_are_read_one_after_the_other_and_are_their_owners(tmp_path: Path) -> None:
    ingests = Ingests((PUBLISHED, 0, ""), ([], 1, "Reading…\nAnother ingest holds the library.\n"))
    uploads = uploads_with(ingests, tmp_path)
    first, second = uploads.bring("ana", brought("a.md")), uploads.bring("ben", brought("b.md"))
    assert uploads.of("ana") == (first,)
    assert second.pending
    for _ in range(2):
        ingests.go.release()
    uploads._pool.shutdown(wait=True)
    assert ingests.most == 1
    assert (first.doing, first.done, first.total) == ("reading", 1, 2)
    assert first.receipt is not None
    assert first.receipt["edition"] == "000002"
    assert (second.receipt, second.problem) == (None, "Another ingest holds the library.")


def test_an_upload_waits_for_whoever_holds_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report_qa.doors.uploads._WAIT_S", 0.01)
    held: list[dict[str, Any]] = [{"event": "failed", "code": "library_locked"}]
    ingests = Ingests((held, 1, "Another ingest holds the library."), (held, 1, "It does."), (PUBLISHED, 0, ""))
    uploads = uploads_with(ingests, tmp_path)
    upload = uploads.bring("ana", brought("a.md"))
    ingests.go.release(3)
    uploads._pool.shutdown(wait=True)
    assert (upload.problem, upload.receipt) == ("", PUBLISHED[1])


def test_a_library_that_is_held_for_too_long_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report_qa.doors.uploads._WAIT_S", 0.01)
    monkeypatch.setattr("report_qa.doors.uploads._TRIES", 2)
    held: list[dict[str, Any]] = [{"event": "failed", "code": "library_locked"}]
    ingests = Ingests((held, 1, "Once."), (held, 1, "Another ingest holds the library."))
    ingests.go.release(2)
    uploads = uploads_with(ingests, tmp_path)
    upload = uploads.bring("ana", brought("a.md"))
    uploads._pool.shutdown(wait=True)
    assert upload.problem == "Another ingest holds the library."


@pytest.mark.slow
def test_a_real_ingest_says_that_the_library_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store(tmp_path / "uploads", brought("a.md"))
    told: list[Mapping[str, Any]] = []
    with Library(tmp_path / "library").lock():
        status, said = run_ingest(tmp_path / "uploads", tmp_path / "library", told.append)
    assert (status, told[-1]["event"], told[-1]["code"]) == (1, "failed", "library_locked")
    assert told[-1]["message"] in said


def test_what_could_not_be_read_is_said_of_its_own_upload(tmp_path: Path) -> None:
    upload = Upload(owner="ana", upload_id="abc", names=("a.pdf",))
    mine, others = {"path": "abc/a.pdf", "reason": "abc/a.pdf is encrypted."}, {"path": "def/b.pdf", "reason": "b is."}
    upload.told({"event": "receipt", "unreadable": [mine, others]})
    assert upload.unreadable == ("abc/a.pdf is encrypted.",)
    assert not upload.pending


def test_an_ingest_that_breaks_is_a_problem_and_not_a_wait_for_ever(tmp_path: Path) -> None:
    def broken(*_: object) -> tuple[int, str]:
        raise OSError

    uploads = Uploads(tmp_path / "uploads", tmp_path / "library", most_mb=1)
    uploads._ingest = broken
    upload = uploads.bring("ana", brought("a.md"))
    uploads._pool.shutdown(wait=True)
    assert upload.problem


@pytest.mark.slow
def test_a_real_ingest_publishes_and_says_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    uploads = Uploads(tmp_path / "uploads", tmp_path / "library", most_mb=1)
    bad = NewFile(name="no.pdf", content=b"not a PDF")
    good = uploads.bring("ana", NewDocuments(files=(NOTE, bad), visible_to=("board",)))
    uploads._pool.shutdown(wait=True)
    assert good.problem == ""
    assert good.receipt is not None
    assert good.receipt["edition"]
    assert good.receipt["added"] == [f"upload-{good.upload_id}-note.md"]
    (reason,) = good.unreadable
    assert "is not a PDF file inside" in reason


def test_threat_31_secrets_do_not_reach_the_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\nenv | grep -c SECRET-OF-OURS >&2\necho \'{"event": "receipt"}\'\necho words\n')
    program.chmod(0o755)
    for name in ("REPORT_QA_COOKIE_SECRET", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "SECRET-OF-OURS")
    monkeypatch.setattr("report_qa.doors.uploads.sys.executable", str(program))
    told: list[Mapping[str, Any]] = []
    assert run_ingest(tmp_path, tmp_path, told.append) == (0, "0\n")
    assert told == [{"event": "receipt"}]


def test_nothing_is_refused_that_may_be(tmp_path: Path) -> None:
    refuse(brought(*(f"{number}.{kind}" for number, kind in enumerate(KINDS))), most_mb=1)


def test_every_kind_that_is_offered_is_read() -> None:
    assert {f".{kind}" for kind in KINDS} <= set(MEDIA_TYPES)


def test_a_server_that_stops_stops_the_ingest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho \'{"event": "progress", "what": "w", "done": 0, "total": 1}\'\nexec sleep 60\n')
    program.chmod(0o755)
    monkeypatch.setattr("report_qa.doors.uploads.sys.executable", str(program))
    uploads = Uploads(tmp_path / "uploads", tmp_path / "library", most_mb=1)
    running, waiting = uploads.bring("ana", brought("a.md")), uploads.bring("ana", brought("b.md"))
    for _ in range(1_000):
        if running.doing:
            break
        time.sleep(0.01)
    uploads.close()
    assert "stopped" in running.problem
    assert "stopped" in waiting.problem
