"""The doctor finds each fault that a reader could meet, and names what mends it; the mending works."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.doctor import Report, examine
from ingest.remake import rebuild, reembed
from report_qa.errors import IndexDamaged, PublishRefused
from report_qa.library.manifest import write_manifest
from report_qa.library.originals import digest_of
from report_qa.wiring import open_lexical_index, open_vector_index
from tests.doubles import HashingEmbedder
from tests.ingest.note_shelf import NoteShelf


def doctor(shelf: NoteShelf, digest: str = "") -> Report:
    return examine(shelf.library, embedder_digest=digest or shelf.embedder.digest, cited=set)


def change(shelf: NoteShelf, statement: str) -> None:
    with sqlite3.connect(shelf.edition.folder / "passages.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def one_of(folder: Path, pattern: str) -> Path:
    return min(folder.rglob(pattern))


def test_a_fresh_library_is_healthy(shelf: NoteShelf) -> None:
    shelf.ingest()
    report = doctor(shelf)
    assert (report.healthy, report.findings) == (True, ())
    assert report.as_text().endswith("Healthy.")


FAULTS: list[tuple[Callable[[NoteShelf], object], str, str]] = [
    (lambda shelf: cut(one_of(shelf.edition.folder / "chroma", "*.bin")), "missing or damaged", "rebuild"),
    (lambda shelf: shutil.rmtree(shelf.edition.folder / "tantivy"), "missing or damaged", "rebuild"),
    (lambda shelf: change(shelf, "UPDATE passages SET text = text || '!'"), "bytes have changed since", "rollback"),
    (lambda shelf: cut(shelf.edition.folder / "passages.sqlite"), "passages store", "rollback"),
    (lambda shelf: one_of(shelf.library.originals_folder, "*").unlink(), "is missing", "ingest PATH"),
    (lambda shelf: one_of(shelf.library.originals_folder, "*").write_text("x"), "bytes have changed", "ingest PATH"),
    (lambda shelf: (shelf.library.folder / "CURRENT").write_text("nonsense"), "names no edition", "rollback"),
    (lambda shelf: (shelf.library.folder / "CURRENT").unlink(), "Nothing is published", "rollback"),
    (lambda shelf: (shelf.library.folder / "withdrawn.json").write_text("{"), "can't be read", "Restore"),
]


@pytest.mark.parametrize(("harm", "what", "command"), FAULTS)
def test_threat_20_each_fault_is_found_and_its_remedy_named(
    shelf: NoteShelf, harm: Callable[[NoteShelf], object], what: str, command: str
) -> None:
    shelf.ingest()
    harm(shelf)
    report = doctor(shelf)
    assert not report.healthy
    assert any(what in item.what and command in item.command for item in report.findings), report.as_text()
    assert "Not healthy" in report.as_text()
    assert json.loads(json.dumps(report.as_json()))["healthy"] is False


@pytest.mark.parametrize(
    ("statement", "what", "command"),
    [
        ("UPDATE passages SET text = text || '!'", "1 passages of bus.md do not stand at their offsets", "rollback"),
        ("DELETE FROM vectors", "vectors of bus.md are missing", "reembed"),
        ("DELETE FROM documents WHERE document_id = 'pub.md'", "5 documents are stored, 6 in the manifest", "rollback"),
    ],
)
def test_a_store_that_was_written_wrongly_is_found(shelf: NoteShelf, statement: str, what: str, command: str) -> None:
    shelf.ingest()
    change(shelf, statement)
    vouch_for(shelf)
    report = doctor(shelf)
    assert any(what in item.what and command in item.command for item in report.findings), report.as_text()


def vouch_for(shelf: NoteShelf) -> None:
    """Make the manifest say that the store is as it should be."""
    folder = shelf.edition.folder
    write_manifest(folder, replace(shelf.edition.manifest, store_sha256=digest_of(folder / "passages.sqlite")))


def test_passages_that_only_one_index_lacks_are_found(shelf: NoteShelf) -> None:
    shelf.ingest()
    extra = "INSERT INTO passages SELECT 'extra', document_id, 99, text, spans, units, heading_path, kind, vector_key, "
    change(shelf, extra + "page_index, page_label, paragraph, place FROM passages LIMIT 1")
    vouch_for(shelf)
    found = " ".join(item.what for item in doctor(shelf).findings)
    assert "the vector index lacks 1 passages and has 0 too many" in found
    assert "the word index lacks 1 passages" in found


def test_another_model_and_leftovers_are_named(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.library.building_folder("000002").mkdir()
    report = doctor(shelf, "another-model")
    assert any("reembed" in item.command for item in report.findings)
    assert any(item.warning and "000002.building" in item.what for item in report.findings)


def test_a_damaged_earlier_edition_is_a_warning(shelf: NoteShelf) -> None:
    shelf.ingest()
    first = shelf.edition.folder
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    shelf.ingest()
    cut(first / "passages.sqlite")
    report = doctor(shelf)
    assert report.healthy
    assert [item.where for item in report.findings] == ["edition 000001"]


def test_rebuild_mends_both_indexes_without_reading_or_embedding(shelf: NoteShelf) -> None:
    shelf.ingest()
    cut(one_of(shelf.edition.folder / "chroma", "*.bin"))
    shutil.rmtree(shelf.edition.folder / "tantivy")
    with pytest.raises(IndexDamaged, match=r"Run python -m ingest rebuild\."):
        open_vector_index(shelf.edition)
    shelf.embedder.embedded.clear()
    rebuild(shelf.library)
    assert shelf.embedder.embedded == []
    assert doctor(shelf).healthy
    open_vector_index(shelf.edition).close()
    open_lexical_index(shelf.edition).close()
    assert len(shelf.ingest().unchanged) == 6


def test_rebuild_refuses_a_broken_store_and_publishes_nothing(shelf: NoteShelf) -> None:
    shelf.ingest()
    change(shelf, "DELETE FROM vectors")
    with pytest.raises(PublishRefused, match="vectors are missing"):
        rebuild(shelf.library)
    assert shelf.library.editions() == ("000001",)


def test_reembed_needs_no_file(shelf: NoteShelf) -> None:
    shelf.ingest()
    moved = shelf.folder.rename(shelf.folder.with_name("away"))
    other = HashingEmbedder()
    other.digest = "another-model"
    receipt = reembed(shelf.library, other)
    assert (len(receipt.changed), receipt.embedded) == (6, 6)
    assert shelf.edition.manifest.embedder_digest == other.digest
    assert doctor(shelf, other.digest).healthy
    moved.rename(shelf.folder)
    assert len(shelf.ingest(embedder=other).unchanged) == 6


def test_reembed_with_the_same_model_embeds_nothing_that_is_split_as_before(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.embedder.embedded.clear()
    assert reembed(shelf.library, shelf.embedder).embedded == 0
    assert shelf.embedder.embedded == []
    assert doctor(shelf).healthy
