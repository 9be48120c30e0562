"""A backup is whole or not there, and restores into nothing but an empty folder, all of it or nothing."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.backup import LISTING, Backup, OnServer, back_up
from ingest.restore import restore
from ingest.upkeep import cited_editions
from report_qa.errors import IngestError, NothingPublished
from report_qa.library.edition import Library
from report_qa.settings import load_settings
from report_qa.wiring import open_conversations
from tests.postgresql import PostgreSQLServer
from tests.small_library import GAP, SmallLibrary


def backed_up(own: SmallLibrary, target: Path, database_url: str = "") -> Backup:
    settings = load_settings(library=own.library.folder, **({"database_url": database_url} if database_url else {}))

    def cited(copy: Path | None) -> Collection[str]:
        return cited_editions(settings if copy is None else settings.model_copy(update={"library": copy}))

    return back_up(own.library, target, cited=cited, database=OnServer(url=database_url) if database_url else None)


def keep_an_answer(own: SmallLibrary) -> None:
    with closing(open_conversations(load_settings(library=own.library.folder))) as kept:
        kept.append("ana", kept.begin("ana"), own.assistant().ask(GAP), None)


def test_only_what_is_needed_is_in_it(own: SmallLibrary, tmp_path: Path) -> None:
    keep_an_answer(own)
    for number in range(2):
        own.write("new.md", f"# New\n\nIt is number {number}.\n")
        own.ingest()
    (own.library.building_folder("000009")).mkdir()
    made = backed_up(own, tmp_path / "copies" / "one.tar")
    assert (made.edition, made.editions) == ("000003", ("000001", "000003"))
    with tarfile.open(made.file) as tar:
        names = tar.getnames()
    assert not any("000002" in name or "building" in name or name == "OFF" for name in names)
    assert len([name for name in names if name.startswith("originals/")]) == 4
    assert Path(made.file).stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["one.tar"]


def test_what_is_restored_is_what_was_there(own: SmallLibrary, tmp_path: Path) -> None:
    keep_an_answer(own)
    made = backed_up(own, tmp_path)
    assert Path(made.file).parent == tmp_path
    assert Path(made.file).name.startswith("report-qa-")
    there = tmp_path / "elsewhere" / "library"
    restored = restore(Path(made.file), there)
    assert (restored.edition, restored.files) == (made.edition, made.files)
    assert Library(there).current_edition_id() == "000001"
    assert (there / "conversations.sqlite").stat().st_mode & 0o077 == 0
    with closing(open_conversations(load_settings(library=there))) as kept:
        latest = kept.latest("ana")
    assert latest is not None
    assert latest.turns[0].answer.question == GAP
    assert [path.name for path in there.parent.iterdir()] == ["library"]


def test_nothing_is_replaced(own: SmallLibrary, tmp_path: Path) -> None:
    made = backed_up(own, tmp_path / "one.tar")
    with pytest.raises(IngestError, match="is there already"):
        backed_up(own, tmp_path / "one.tar")
    with pytest.raises(IngestError, match="holds something already"):
        restore(Path(made.file), own.library.folder)
    (tmp_path / "empty").mkdir()
    assert restore(Path(made.file), tmp_path / "empty").conversations == ""


def test_without_an_edition_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        backed_up(SmallLibrary(tmp_path), tmp_path / "one.tar")
    assert not (tmp_path / "one.tar").exists()


@pytest.mark.parametrize("place", ["passages.sqlite", "original"])
def test_what_is_damaged_is_not_backed_up(own: SmallLibrary, tmp_path: Path, place: str) -> None:
    folder = own.library.editions_folder / "000001"
    path = folder / place if place != "original" else min(own.library.originals_folder.iterdir())
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(IngestError, match=r"doctor"):
        backed_up(own, tmp_path / "one.tar")
    assert not (tmp_path / "one.tar").exists()
    assert not list(tmp_path.glob(".backup*"))


def test_an_edition_that_goes_away_meanwhile_is_no_part_of_it(
    own: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write("new.md", "# New\n\nIt is new.\n")
    original, calls = Library.original, []

    def once_gone(library: Library, sha256: str) -> Path:
        calls.append(sha256)
        if len(calls) == 1:
            own.ingest()
            shutil.rmtree(library.editions_folder / "000001")
            raise FileNotFoundError(2, "gone", "000001")
        return original(library, sha256)

    monkeypatch.setattr(Library, "original", once_gone)
    assert backed_up(own, tmp_path / "one.tar").editions == ("000002",)


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write another tar file with what `change` makes of the files."""
    with tarfile.open(file) as tar:
        files = {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar.getmembers()}
    change(files)
    other = file.with_name("other.tar")
    with tarfile.open(other, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return other


def _listed(files: dict[str, bytes], name: str) -> None:
    listing = json.loads(files[LISTING])
    listing["files"].append({"name": name, "size": 1, "sha256": "0" * 64})
    files[name] = b"x"
    files[LISTING] = json.dumps(listing).encode()


HARM: list[Callable[[dict[str, bytes]], object]] = [
    lambda files: files.pop(LISTING),
    lambda files: files.update({LISTING: b"{}"}),
    lambda files: files.update({"CURRENT": b"000002\n"}),
    lambda files: files.pop(next(name for name in files if name.startswith("originals/"))),
    lambda files: _listed(files, "../outside"),
    lambda files: _listed(files, "editions/000001/../../../outside"),
    lambda files: _listed(files, "/etc/outside"),
]


@pytest.mark.parametrize("harm", HARM)
def test_a_file_that_is_not_as_it_was_restores_nothing(
    own: SmallLibrary, tmp_path: Path, harm: Callable[[dict[str, bytes]], None]
) -> None:
    file = rewritten(Path(backed_up(own, tmp_path / "one.tar").file), harm)
    there = tmp_path / "a" / "there"
    with pytest.raises(IngestError):
        restore(file, there)
    assert list((tmp_path / "a").iterdir()) == [] if (tmp_path / "a").exists() else True
    assert not list(tmp_path.rglob("outside"))


@pytest.mark.parametrize("content", [b"", b"no tar", b"x" * 2_000])
def test_what_is_no_backup_is_told_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(IngestError, match=r"can't be restored|no backup"):
        restore(tmp_path / "file", tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_on_the_command_line(own: SmallLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", str(tmp_path / "one.tar"), "--library", own.folder]) == 0
    assert "read back and whole" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "one.tar"), "--library", str(tmp_path / "there"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["edition"] == "000001"
    assert main(["restore", str(tmp_path / "one.tar"), "--library", str(tmp_path / "there")]) == 1
    assert "holds something already" in capsys.readouterr().err


def test_conversations_in_use_are_copied_as_they_stand_at_one_moment(own: SmallLibrary, tmp_path: Path) -> None:
    keep_an_answer(own)
    path = own.library.folder / "conversations.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM conversation")
        made = backed_up(own, tmp_path / "one.tar")
        writer.execute("ROLLBACK")
    restore(Path(made.file), tmp_path / "there")
    with closing(open_conversations(load_settings(library=tmp_path / "there"))) as kept:
        assert kept.latest("ana") is not None


def test_conversations_on_postgresql_come_along_as_its_own_dump(
    own: SmallLibrary, tmp_path: Path, postgresql: PostgreSQLServer
) -> None:
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        pytest.skip("pg_dump is not installed")
    url = postgresql.url(postgresql.make_database())
    with closing(open_conversations(load_settings(library=own.library.folder, database_url=url))) as kept:
        kept.append("ana", kept.begin("ana"), own.assistant().ask(GAP), None)
    made = backed_up(own, tmp_path / "one.tar", url)
    assert (made.conversations, made.notice) == ("conversations.pgdump", "")
    restored = restore(Path(made.file), tmp_path / "there")
    assert "pg_restore" in restored.as_text()
    listed = subprocess.run(
        ["pg_restore", "--list", tmp_path / "there" / "conversations.pgdump"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert "TABLE DATA public turn" in listed.stdout


def test_without_pg_dump_it_says_what_is_missing(
    own: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgresql: PostgreSQLServer
) -> None:
    monkeypatch.setattr("ingest.backup.shutil.which", lambda _: None)
    made = backed_up(own, tmp_path / "one.tar", postgresql.url(postgresql.make_database()))
    assert made.conversations == ""
    assert "run pg_dump" in made.as_text()
