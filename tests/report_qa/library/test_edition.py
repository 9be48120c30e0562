"""Editions, the pointer, the lock and the manifest."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from report_qa.errors import IndexDamaged, LibraryLocked, ManifestMismatch, NothingPublished
from report_qa.library.edition import Library
from report_qa.library.manifest import Manifest, read_manifest, write_manifest
from report_qa.library.originals import is_intact, keep_original

MANIFEST = Manifest(
    edition_id="000001",
    parent="",
    created_at="2026-01-02T03:04:05+00:00",
    package_version="0.1.0",
    embedder_name="hashing",
    embedder_digest="hashing-1",
    embedder_dimensions=256,
    documents=1,
    pages=2,
    characters=3,
    passages=4,
    title="Shelf",
    examples=("What?",),
)


def build(library: Library, edition_id: str) -> None:
    folder = library.building_folder(edition_id)
    (folder / "chroma").mkdir(parents=True)
    write_manifest(folder, replace(MANIFEST, edition_id=edition_id))


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    assert not library.has_current()
    assert library.editions() == ()
    with pytest.raises(NothingPublished, match="Run python -m ingest PATH first"):
        library.current_edition_id()
    assert not (tmp_path / "library").exists()


def test_publishing_moves_the_pointer_and_an_earlier_edition_can_be_current_again(tmp_path: Path) -> None:
    library = Library(tmp_path)
    for edition_id in ("000001", "000002"):
        assert library.next_edition_id() == edition_id
        build(library, edition_id)
        library.publish(edition_id)
        assert library.current_edition_id() == edition_id
    library.publish("000001")
    assert library.current_edition_id() == "000001"
    assert library.editions() == ("000001", "000002")
    assert library.next_edition_id() == "000003"
    assert library.open("000002").manifest.examples == ("What?",)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "editions"]


def test_what_a_killed_ingest_left_is_no_edition_and_is_swept(tmp_path: Path) -> None:
    library = Library(tmp_path)
    build(library, "000001")
    library.publish("000001")
    (library.building_folder("000002") / "chroma").mkdir(parents=True)
    library.originals_folder.mkdir()
    (library.originals_folder / ".half").write_bytes(b"half")
    assert library.editions() == ("000001",)
    assert library.sweep() == 1
    assert not library.building_folder("000002").exists()
    assert list(library.originals_folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc", "000009", "1", "", "000001/../000001"])
def test_only_editions_are_opened(tmp_path: Path, name: str) -> None:
    library = Library(tmp_path)
    build(library, "000001")
    library.publish("000001")
    with pytest.raises(ManifestMismatch):
        library.open(name)


def test_a_pointer_to_nowhere_is_reported(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("../secret\n")
    with pytest.raises(ManifestMismatch, match="names no edition"):
        Library(tmp_path).current_edition_id()


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST


@pytest.mark.parametrize("change", [{"schema": 99}, {"unknown": 1}, {"documents": None}])
def test_a_manifest_that_is_not_ours_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    write_manifest(tmp_path, MANIFEST)
    raw = json.loads((tmp_path / "manifest.json").read_text())
    raw.update(change)
    (tmp_path / "manifest.json").write_text(json.dumps(raw))
    with pytest.raises(ManifestMismatch):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{", "null", '"text"'])
def test_a_broken_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ManifestMismatch):
        read_manifest(tmp_path)


def test_originals_are_kept_by_content(tmp_path: Path) -> None:
    content = b"%PDF-1.7 words"
    sha256 = hashlib.sha256(content).hexdigest()
    library = Library(tmp_path)
    with pytest.raises(IndexDamaged, match="Ingest its file again"):
        library.original(sha256)
    path = keep_original(library.originals_folder, content, sha256)
    assert keep_original(library.originals_folder, content, sha256) == path == library.original(sha256)
    assert is_intact(path)
    path.write_bytes(b"%PDF-1.7 sword")
    assert not is_intact(path)
    for name in ("../CURRENT", "", "a" * 63):
        with pytest.raises(IndexDamaged):
            library.original(name)


def _hold(folder: Path, held: object, done: object) -> None:
    with Library(folder).lock():
        held.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]


def test_the_second_of_two_ingests_says_who_holds_the_library(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, held, done))
    process.start()
    try:
        assert held.wait(30)
        with (
            pytest.raises(LibraryLocked, match=rf"process {process.pid}, since 20") as caught,
            Library(tmp_path).lock(),
        ):
            pass
        assert caught.value.retryable
    finally:
        done.set()
        process.join()
    with Library(tmp_path).lock():
        pass


def test_the_lock_goes_with_a_killed_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, held, done))
    process.start()
    assert held.wait(30)
    process.kill()
    process.join()
    with Library(tmp_path).lock():
        pass
