"""`kill -9` at any instant of an ingest: readers keep the edition that they had, and the next run finishes the work.

Two kinds of moments: points with a name (just before or after a step that changes something on disk) and random ones. Each
time documents were added, changed and withdrawn since. The short form runs a dozen kills; `make kills` runs all of them
(KILLS=all) and prints its figures last.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.doctor import examine
from report_qa.library.edition import Library
from tests.doubles import HashingEmbedder

ROOT = Path(__file__).resolve().parents[2]
ALL = os.environ.get("KILLS") == "all"
RANDOM_KILLS = 48 if ALL else 5
# Some sixty ingests, each a process that loads its packages, take many minutes.
pytestmark = pytest.mark.timeout(1_800 if ALL else 300)
SEED = 20240531
# Ends itself with SIGKILL at the n-th call of a function, before or after it. Names are module:attribute.
_INGEST = """
import os, signal, sys, importlib
from pathlib import Path
from ingest.difference import Asked
from ingest.run import Retention, ingest
from report_qa.library.edition import Library
from tests.doubles import HashingEmbedder

def die_at(point):
    when, name, number = point.split(" ")
    module, _, path = name.partition(":")
    holder = importlib.import_module(module)
    *outer, last = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    real, calls = getattr(holder, last), [0]
    def dying(*args, **options):
        calls[0] += 1
        if when == "before" and calls[0] == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*args, **options)
        if when == "after" and calls[0] == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    setattr(holder, last, dying)

if sys.argv[3]:
    die_at(sys.argv[3])
embedder = HashingEmbedder()
print("begun", flush=True)
ingest([Path(sys.argv[1])], library=Library(Path(sys.argv[2])), embedder_digest=embedder.digest,
       make_embedder=lambda: embedder, retention=Retention(keep=3), asked=Asked(retry=True))
"""
POINTS = [
    f"{when} {name} {number}"
    for name, numbers in {
        "ingest.run:keep_original": (1, 2),
        "ingest.build:start_edition": (1,),
        "report_qa.library.passages:PassageWriter.add": (1, 2),
        "report_qa.library.passages:PassageWriter.finish": (1,),
        "report_qa.backends.chroma:ChromaWriter.delete": (1,),
        "report_qa.backends.chroma:ChromaWriter.add": (1,),
        "report_qa.backends.tantivy:TantivyWriter.close": (1,),
        "report_qa.backends.chroma:seal": (1,),
        "ingest.build:_verify": (1,),
        "ingest.build:write_manifest": (1,),
        "os:fsync": (1, 9),
        "pathlib:Path.rename": (1, 2),
        "report_qa.library.edition:write_durably": (1,),
        "pathlib:Path.replace": (1, 3),
        "shutil:rmtree": (1, 2),
    }.items()
    for number in numbers
    for when in ("before", "after")
]


class Shelf:
    """Notes that change with each version: some are added, some change, some go."""

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"
        self.notes.mkdir()
        self.library = Library(folder / "library")

    def write(self, version: int) -> None:
        for path in self.notes.iterdir():
            path.unlink()
        for number in range(12):
            # Notes 0 to 3 stay, 4 to 7 change, of 8 to 11 one goes and another comes each time.
            told = 0 if number < 4 else version
            name = f"{number}.md" if number < 8 else f"{number}-{(version + number) // 4}.md"
            words = " ".join(f"Hall {number} has {place + told} seats on floor {place}." for place in range(30))
            (self.notes / name).write_text(f"# Hall {number}\n\n## Seats\n\n{words}\n", encoding="utf-8")

    def start(self, point: str = "") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _INGEST, str(self.notes), str(self.library.folder), point]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    def finish(self) -> None:
        with self.start() as process:
            assert process.wait() == 0

    def answers(self) -> dict[str, str]:
        """Return what a reader can quote now: every document's text."""
        edition = self.library.open(self.library.current_edition_id())
        found = {item.document_id: edition.store.text(item.document_id) for item in edition.store.documents()}
        edition.close()
        return found

    def wanted(self) -> set[str]:
        return {path.name for path in self.notes.iterdir()}


def moments(length: float) -> Iterator[tuple[str, float]]:
    """Yield a point or a number of seconds; the other is "" or 0."""
    chance = random.Random(SEED)
    points = POINTS if ALL else chance.sample(POINTS, 7)
    for point in points:
        yield point, 0.0
    for _ in range(RANDOM_KILLS):
        yield "", chance.uniform(0.02, length)


@pytest.mark.slow
def test_threat_16_killed_at_any_instant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf = Shelf(tmp_path)
    digest = HashingEmbedder().digest
    shelf.write(0)
    started = time.monotonic()
    shelf.finish()
    length = time.monotonic() - started
    kills = finished = lost = changed = unrecovered = 0
    for version, (point, seconds) in enumerate(moments(length), 1):
        before, editions = shelf.answers(), shelf.library.editions()
        current = shelf.library.current_edition_id()
        shelf.write(version)
        with shelf.start(point) as process:
            if seconds:
                time.sleep(seconds)
                process.kill()
            killed = process.wait() == -9
        kills += killed
        finished += not killed
        published = shelf.library.current_edition_id() != current
        changed += not published and shelf.answers() != before
        kept = set(shelf.library.editions())
        lost += sum(name not in kept for name in (current, *editions[-2:]) if not published)
        report = examine(shelf.library, embedder_digest=digest, cited=set)
        lost += not report.healthy
        if version % 3 == 0:
            shelf.finish()
            recovered = shelf.answers().keys() == shelf.wanted()
            unrecovered += not recovered or bool(list(shelf.library.editions_folder.glob("*.*")))
    with capsys.disabled():
        print(  # noqa: T201 - make kills shows its figures
            f"\nkills {kills} (runs that ended before theirs {finished}), live answers changed {changed}, "
            f"editions lost {lost}, runs that did not recover {unrecovered}"
        )
    assert (changed, lost, unrecovered) == (0, 0, 0)
    assert kills >= (60 if ALL else 8)
