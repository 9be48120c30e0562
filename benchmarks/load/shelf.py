"""The library under load: corpus/ and one note of which two editions say different things, with what each edition answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.replicas import ROOT

# The questions whose answer tells which edition gave it.
TELLING = "How much did the Testwater neighbourhood fund pay to its projects in 2024?"
_NOTE = """# The Testwater neighbourhood fund

## What it paid

The Testwater neighbourhood fund paid £{millions} million to its projects in 2024.
"""
_MOST_QUESTIONS = 40
_LONGEST_S = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A library with its editions, the last one current, and by edition what is answered to each question."""

    library: Path
    editions: tuple[str, ...]
    questions: tuple[str, ...]
    expected: Mapping[str, Mapping[str, str]]


def make_shelf(
    folder: Path, settings: Mapping[str, str], roots: Sequence[Path], questions: Sequence[str] = ()
) -> Shelf:
    """Ingest the roots twice, the second time with another note, and ask the questions, and the telling one, of both editions."""
    notes, library = folder / "notes", folder / "library"
    notes.mkdir(parents=True)
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", **settings, "REPORT_QA_LIBRARY": str(library)}
    questions = (*questions, TELLING)
    expected: dict[str, Mapping[str, str]] = {}
    for millions in (41, 57):
        (notes / "testwater.md").write_text(_NOTE.format(millions=millions), encoding="utf-8")
        _run(["-m", "ingest", "add", *map(str, roots), str(notes)], environment)
        edition, answers = _asked(folder, questions, environment)
        expected[edition] = answers
    first, second = expected
    if expected[first][TELLING] == expected[second][TELLING]:
        raise AssertionError("the two editions answer the same; the load would notice no mix-up")
    return Shelf(library=library, editions=(first, second), questions=questions, expected=expected)


def standalone_questions() -> tuple[str, ...]:
    """Return questions of the gold set that lean on no earlier one."""
    lines = (ROOT / "corpus" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines]
    return tuple(each["question"] for each in gold if not each["history"])[:_MOST_QUESTIONS]


def switch(shelf: Shelf, edition: str, settings: Mapping[str, str]) -> None:
    """Make an edition the current one, as whoever keeps the library does."""
    environment = {**os.environ, **settings, "REPORT_QA_LIBRARY": str(shelf.library)}
    _run(["-m", "ingest", "rollback", edition], environment)


def _asked(folder: Path, questions: Sequence[str], environment: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Return the current edition and what it answers to each question."""
    batch = folder / "questions.jsonl"
    batch.write_text(
        "\n".join(json.dumps({"id": str(at), "question": each}) for at, each in enumerate(questions)), encoding="utf-8"
    )
    start = "import sys; from report_qa.doors.cli import main; sys.exit(main(sys.argv[1:]))"
    said = _run(["-c", start, "ask", "--batch", str(batch), "--json"], environment)
    answers = [json.loads(line) for line in said.splitlines() if line]
    editions = {answer["provenance"]["edition"] for answer in answers}
    (edition,) = editions
    return edition, {questions[int(answer["id"])]: answer["text"] for answer in answers}


def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    if ended.returncode:
        raise AssertionError(f"{' '.join(arguments[:3])} failed: {ended.stderr[-1000:]}")
    return ended.stdout
