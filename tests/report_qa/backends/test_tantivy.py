"""Tantivy: what only this backend promises — its writer, reading without writing, damage."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from report_qa.backends.tantivy import TantivyLexicalIndex, TantivyWriter
from report_qa.errors import IndexDamaged


@pytest.fixture
def published(tmp_path: Path) -> Path:
    with TantivyWriter(tmp_path / "tantivy") as writer:
        for number in range(30):
            writer.add(f"p{number}", title="Note", heading_path=("Money",), text=f"Town {number} has {number}00 homes")
    return tmp_path / "tantivy"


def test_the_writer_adds_replaces_and_deletes(published: Path, tmp_path: Path) -> None:
    shutil.copytree(published, tmp_path / "next")
    with TantivyWriter(tmp_path / "next") as writer:
        writer.delete([f"p{number}" for number in range(10)])
        writer.delete(["never there"])
        writer.add("p10", title="Note", heading_path=(), text="Entirely other words")
        writer.commit()
        assert writer.count() == 20
    index = TantivyLexicalIndex(tmp_path / "next")
    assert index.count() == 20
    assert [passage_id for passage_id, _ in index.query({"entir": 1.0}, 5)] == ["p10"]
    assert [index.document_frequency(term) for term in ("300", "1000", "2900", "money", "note")] == [0, 0, 1, 19, 20]
    index.close()
    before = TantivyLexicalIndex(published)
    assert (before.count(), before.document_frequency("300")) == (30, 1)
    before.close()


def test_a_closed_writer_says_so(published: Path) -> None:
    writer = TantivyWriter(published)
    writer.close()
    writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.delete(["p1"])


def test_equal_scores_come_in_the_order_of_the_ids(published: Path) -> None:
    index = TantivyLexicalIndex(published)
    found = [passage_id for passage_id, _ in index.query({"note": 1.0}, 30)]
    assert found == sorted(found)
    index.close()


def test_reading_writes_nothing_even_as_another_user_on_a_read_only_folder(published: Path) -> None:
    before = {file.name: file.read_bytes() for file in published.iterdir()}
    program = """
import os, sys, tantivy
from pathlib import Path
from report_qa.backends.tantivy import TantivyLexicalIndex
if os.getuid() == 0:
    os.setuid(65534)
try:
    Path(sys.argv[1], "test").touch()
except PermissionError:
    print("read-only")
index = TantivyLexicalIndex(Path(sys.argv[1]))
print(index.query({"2900": 1.0}, 1)[0][0])
index.close()
"""
    # Root may write anywhere, so there the program becomes another user, who has to get at the folder.
    outer = [folder for folder in published.parents if folder.stat().st_uid == os.getuid() == 0]
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in outer}
    for folder in outer:
        folder.chmod(modes[folder] | 0o011)
    published.chmod(0o555)
    try:
        command = [sys.executable, "-c", program, str(published)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        for folder, mode in modes.items():
            folder.chmod(mode)
        published.chmod(0o755)
    assert (done.stdout, done.stderr) == ("read-only\np29\n", "")
    assert {file.name: file.read_bytes() for file in published.iterdir()} == before


@pytest.mark.parametrize(
    "name", ["meta.json", ".managed.json", "seal.json", "*.idx", "*.term", "*.store", "*.fieldnorm"]
)
@pytest.mark.parametrize("how", ["removed", "halved", "altered"])
def test_damage_is_found_before_native_code_sees_it(published: Path, name: str, how: str) -> None:
    file = next(published.glob(name))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    if how == "removed":
        file.unlink()
    else:
        file.write_bytes(content if how == "altered" else content[: len(content) // 2])
    for opens in (TantivyLexicalIndex, TantivyWriter):
        with pytest.raises(IndexDamaged, match="damaged") as raised:
            opens(published)
        assert "ingest rebuild" in raised.value.hint


def test_a_folder_whose_writer_failed_is_not_taken_for_complete(published: Path) -> None:
    def fail() -> None:
        with TantivyWriter(published) as writer:
            writer.delete(["p1"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with pytest.raises(IndexDamaged):
        TantivyLexicalIndex(published)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="missing"):
        TantivyLexicalIndex(tmp_path / "nowhere")


def test_a_term_is_counted_once(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = TantivyLexicalIndex(published)
    assert [index.document_frequency(term) for term in ("money", "2900", "nowhere")] == [30, 1, 0]
    searcher, index._searcher = index._searcher, None  # type: ignore[assignment]
    assert [index.document_frequency(term) for term in ("money", "2900", "nowhere")] == [30, 1, 0]
    index._searcher = searcher
    monkeypatch.setattr("report_qa.backends.tantivy._MOST_FREQUENCIES", 3)
    assert index.document_frequency("300") == 1
    assert sorted(index._frequencies) == ["2900", "money", "nowhere"]
    index.close()
