"""A killed ingest: whatever the moment, readers keep the edition they had, and the next run finishes the work."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from report_qa.library.edition import Library
from report_qa.wiring import open_lexical_index, open_vector_index

_INGEST = """
import sys
from pathlib import Path
from ingest.run import ingest
from report_qa.library.edition import Library
from tests.doubles import HashingEmbedder
embedder = HashingEmbedder()
print("begun", flush=True)
ingest([Path(sys.argv[1])], library=Library(Path(sys.argv[2])), embedder_digest=embedder.digest,
       make_embedder=lambda: embedder)
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_killed_at_many_moments(tmp_path: Path) -> None:
    notes, library = tmp_path / "notes", Library(tmp_path / "library")
    notes.mkdir()

    def write(version: int) -> None:
        for number in range(30):
            words = " ".join(f"Hall {number} has {place + version} seats on floor {place}." for place in range(40))
            (notes / f"{number}.md").write_text(f"# Hall {number}\n\n## Seats\n\n{words}\n", encoding="utf-8")

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _INGEST, str(notes), str(library.folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    def check() -> None:
        edition = library.open(library.current_edition_id())
        vectors, words = open_vector_index(edition), open_lexical_index(edition)
        assert vectors.count() == words.count() == edition.store.passage_count() == edition.manifest.passages
        for closing in (vectors, words, edition):
            closing.close()

    write(0)
    started = time.monotonic()
    with start() as process:
        assert process.wait() == 0
    length = time.monotonic() - started
    killed = 0
    for version in range(1, 11):
        write(version)
        before = library.current_edition_id()
        with start() as process:
            time.sleep(length * version / 11)
            killed += process.poll() is None
            process.kill()
        assert library.current_edition_id() >= before
        check()
    assert killed >= 5
    write(99)
    with start() as process:
        assert process.wait() == 0
    check()
    assert "has 99 seats" in library.open(library.current_edition_id()).store.text("0.md")
    assert not list(library.editions_folder.glob("*.building"))
