"""What a run would change: moved files and duplicates, quarantine, documents taken out by hand, and the dry run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from report_qa.errors import IngestError
from report_qa.records.document import DocumentState
from tests.ingest.note_shelf import NoteShelf


def test_a_moved_file_is_neither_read_nor_embedded_again(shelf: NoteShelf) -> None:
    shelf.write("catalogue.toml", "schema = 1\n[[document]]\npath = 'pub.md'\ntitle = 'The pub'\n")
    shelf.ingest()
    (shelf.folder / "pub.md").rename(shelf.folder / "inn.md")
    shelf.write("catalogue.toml", "schema = 1\n[[document]]\npath = 'inn.md'\ntitle = 'The pub'\n")
    receipt = shelf.ingest()
    assert (receipt.moved, receipt.added, receipt.withdrawn) == ([{"from": "pub.md", "to": "inn.md"}], [], [])
    assert receipt.embedded == 0
    assert "pub.md → inn.md" in receipt.as_text()


def test_a_second_file_with_the_same_bytes_is_not_published(shelf: NoteShelf, tmp_path: Path) -> None:
    shelf.ingest()
    shelf.write("a-copy.md", (shelf.folder / "pub.md").read_text())
    receipt = shelf.ingest()
    assert receipt.duplicates == [{"path": "a-copy.md", "of": "pub.md"}]
    assert (receipt.edition, len(shelf.ids())) == ("", 6)
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text((shelf.folder / "bus.md").read_text())
    assert shelf.ingest(elsewhere).duplicates == [{"path": "elsewhere.md", "of": "bus.md"}]
    (shelf.folder / "pub.md").unlink()
    assert shelf.ingest().moved == [{"from": "pub.md", "to": "a-copy.md"}]


def test_of_two_new_duplicates_the_one_in_the_catalogue_is_published(shelf: NoteShelf) -> None:
    shelf.write("z.md", (shelf.folder / "pub.md").read_text())
    shelf.write("catalogue.toml", "schema = 1\n[[document]]\npath = 'z.md'\ntitle = 'The pub'\n")
    receipt = shelf.ingest()
    assert receipt.duplicates == [{"path": "pub.md", "of": "z.md"}]
    assert "z.md" in shelf.ids()


def test_a_file_that_became_another_ones_copy_leaves(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write("pub.md", (shelf.folder / "bus.md").read_text())
    receipt = shelf.ingest()
    assert (receipt.duplicates, receipt.withdrawn) == ([{"path": "pub.md", "of": "bus.md"}], ["pub.md"])


def test_what_is_kept_of_a_changed_document_is_counted(shelf: NoteShelf) -> None:
    shelf.write("pub.md", "# The pub\n\n## Hours\n\nThe pub is open every day.\n\n## Beer\n\nThere is none.\n")
    shelf.ingest()
    shelf.write("pub.md", "# The pub\n\n## Hours\n\nThe pub is open every day.\n\n## Beer\n\nThere is some now.\n")
    receipt = shelf.ingest()
    (document,) = receipt.documents
    assert (document.kept, document.new, document.gone) == (1, 1, 1)
    assert "1 passages kept, 1 new, 1 gone" in receipt.as_text()


def test_a_bad_file_is_tried_once_and_again_when_asked(shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write("bad.md", "# Bad\n\nA note.")
    tries = []

    def fail(content: bytes, *, name: str) -> object:
        tries.append(name)
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("ingest.read_text.read_plain_text", fail)
        (shelf.folder / "bad.md").rename(shelf.folder / "bad.txt")
        first = shelf.ingest()
        assert "since" not in first.unreadable[0]
        second = shelf.ingest()
        assert second.unreadable[0]["reason"] == first.unreadable[0]["reason"]
        assert "In quarantine; --retry tries again." in second.as_text()
        assert tries == ["bad.txt"]
        shelf.ingest(retry=True)
        assert tries == ["bad.txt"] * 2
    assert shelf.ingest().unreadable
    assert shelf.ingest(retry=True).added == ["bad.txt"]
    assert json.loads((shelf.library.folder / "quarantine.json").read_text()) == []


def test_a_quarantined_file_that_changed_or_went_is_forgotten(
    shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one.txt", "two.txt"):
        shelf.write(name, f"A note called {name}.")

    def fail(content: bytes, *, name: str) -> object:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("ingest.read_text.read_plain_text", fail)
        assert len(shelf.ingest().unreadable) == 2
    shelf.write("one.txt", "Another note.")
    (shelf.folder / "two.txt").unlink()
    assert shelf.ingest().added == ["one.txt"]
    assert json.loads((shelf.library.folder / "quarantine.json").read_text()) == []


def test_a_dry_run_says_what_would_change_and_changes_nothing(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    shelf.write("zoo.md", "# The zoo\n\nThe zoo is open.\n")
    (shelf.folder / "bus.md").unlink()
    receipt = shelf.ingest(dry_run=True)
    assert (receipt.added, receipt.changed, receipt.withdrawn) == (["zoo.md"], ["pub.md"], ["bus.md"])
    assert receipt.as_text().startswith("Dry run: nothing was read or published.")
    assert shelf.library.editions() == ("000001",)
    assert "Nothing would change." in shelf.ingest(dry_run=True).as_text() or receipt.changes
    shelf.ingest()
    assert "Nothing would change." in shelf.ingest(dry_run=True).as_text()


def test_what_a_new_document_supersedes_is_marked(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write(
        "catalogue.toml",
        "schema = 1\n[[document]]\npath = 'pub.md'\n[[document]]\npath = 'bus.md'\nsupersedes = 'pub.md'\n",
    )
    shelf.ingest()
    assert shelf.edition.store.document("pub.md").state is DocumentState.SUPERSEDED
    assert shelf.edition.store.document("bus.md").state is DocumentState.PUBLISHED


def test_a_broken_ledger_is_one_sentence(shelf: NoteShelf) -> None:
    shelf.ingest()
    (shelf.library.folder / "quarantine.json").write_text("{")
    with pytest.raises(IngestError, match=r"quarantine\.json can't be read.* Restore it from a backup, or remove it\."):
        shelf.ingest()
