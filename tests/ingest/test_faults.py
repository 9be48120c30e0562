"""Faults of the machine while an ingest runs: the disk fills up, another ingest is at work, somebody reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.doctor import examine
from report_qa.errors import IngestError, LibraryLocked
from report_qa.library.edition import Library
from tests.doubles import HashingEmbedder
from tests.ingest.note_shelf import NoteShelf
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = sys.platform.startswith("linux") and shutil.which("mount") and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if not mounted or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root on Linux can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_threat_19_a_full_disk_leaves_the_live_edition(shelf: NoteShelf, small_disk: Path) -> None:
    shelf.library = Library(small_disk / "library")
    shelf.ingest()
    ballast = small_disk / "ballast"
    stopped = 0
    free = shutil.disk_usage(small_disk).free
    # Each time a little less room is left, so that each kind of write has its turn to fail.
    for step in range(14):
        left = free * (13 - step) // 26
        shelf.write("pub.md", "# The pub\n\n" + f"The pub is shut, they said {step} times. " * 400)
        ballast.unlink(missing_ok=True)
        shelf.library.sweep()
        ballast.write_bytes(b"x" * max(0, shutil.disk_usage(small_disk).free - left))
        current, before = shelf.library.current_edition_id(), shelf.ids()
        said = ""
        try:
            shelf.ingest(keep=1)
        except IngestError as error:
            said = str(error)
        if said:
            stopped += 1
            assert "No space left on device" in said or "disk is full" in said
            assert "The live edition is untouched" in said
            assert shelf.library.current_edition_id() == current
        assert shelf.ids() == before
        assert examine(shelf.library, embedder_digest=shelf.embedder.digest, cited=set).healthy
    assert stopped >= 3
    ballast.unlink()
    shelf.ingest(keep=1)
    assert "they said 13 times" in shelf.edition.store.text("pub.md")


def test_threat_17_the_second_of_two_ingests_says_who_is_at_work(shelf: NoteShelf) -> None:
    shelf.ingest()
    with shelf.library.lock(), pytest.raises(LibraryLocked, match=rf"process {os.getpid()}, since "):
        shelf.ingest()


def test_threat_18_readers_answer_during_every_publish_and_see_the_new_edition(own: SmallLibrary) -> None:
    assistant = own.assistant()
    failures: list[str] = []
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            answer = assistant.ask(GAP)
            seen.add(answer.provenance.edition_id)
            if not answer.claims or GAP_ANSWER not in answer.text:
                failures.append(answer.text)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for version in range(4):
        (own.notes / "buses.md").write_text(f"# Rural buses\n\nThere are {version} buses.\n", encoding="utf-8")
        own.ingest()
        assert assistant.ask("How many buses are there?").provenance.edition_id == own.library.current_edition_id()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []
    assert len(seen) >= 2


def test_threat_22_rollback_is_complete_and_a_copied_library_is_whole(shelf: NoteShelf, tmp_path: Path) -> None:
    shelf.ingest()
    before = {name: shelf.edition.store.text(name) for name in shelf.ids()}
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    (shelf.folder / "bus.md").unlink()
    shelf.ingest()
    with shelf.library.lock():
        shelf.library.publish("000001")
    assert {name: shelf.edition.store.text(name) for name in shelf.ids()} == before
    restored = Library(tmp_path / "restored")
    shutil.copytree(shelf.library.folder, restored.folder)
    assert examine(restored, embedder_digest=HashingEmbedder().digest, cited=set).healthy


def test_old_editions_go_but_for_those_that_answers_cite(shelf: NoteShelf) -> None:
    receipts = []
    for version in range(6):
        shelf.write("pub.md", f"# The pub\n\nThe pub was shut {version} times.\n")
        receipts.append(shelf.ingest(keep=2, cited={"000002"}))
    assert shelf.library.editions() == ("000002", "000005", "000006")
    assert receipts[-1].retired == ["000004"]
    kept = {path.name for path in shelf.library.originals_folder.iterdir()}
    used = {
        document.sha256
        for edition_id in shelf.library.editions()
        for document in shelf.library.open(edition_id).store.documents()
    }
    assert kept == used


def test_an_old_edition_that_can_not_be_removed_is_told_apart_from_a_run_that_failed(
    shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.ingest()

    def fail(library: Library, keep: int, cited: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Library, "retire", fail)
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    with pytest.raises(IngestError, match=r"Edition 000002 is published, but an old one can't be removed: Permission"):
        shelf.ingest()
    assert "The pub is shut" in shelf.edition.store.text("pub.md")
