"""A system that stands in for real ones: its passages are lines of text files, found by the words that they share with a question."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.beside import process
from benchmarks.beside.systems import Asked, Job
from report_qa.evaluation.found import Found

NAME, ABOUT = "Double", "lines of text files"


class Double:
    """Finds lines; with `answering`, it quotes the best one, and refuses where none shares two words."""

    def __init__(self, *, answering: bool = True) -> None:
        self._answering = answering

    def load(self, job: Job) -> str:
        return "loaded"

    def ingest(self, job: Job, loaded: str) -> int:
        lines = [
            [file.relative_to(job.root).as_posix(), number, line]
            for file in job.files
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        ]
        (job.store / "lines.json").write_text(json.dumps(lines), encoding="utf-8")
        return len(lines)

    def open_store(self, job: Job, loaded: str) -> Asked:
        lines = [
            Found(path=path, page=page, text=text)
            for path, page, text in json.loads((job.store / "lines.json").read_text())
        ]

        def find(question: str, top: int) -> list[Found]:
            return sorted(lines, key=lambda line: -_shared(question, line))[:top]

        def answer(question: str) -> tuple[str, list[Found]]:
            best = find(question, 1)[0]
            return (best.text, [best]) if _shared(question, best) > 1 else ("Nothing.", [])

        return Asked(find=find, answer=answer if self._answering else None)


def _shared(question: str, line: Found) -> int:
    return len(set(question.lower().strip("?").split()) & set(line.text.lower().strip(".").split()))


def main() -> None:
    """Be the process of a double: `doubles.py HOW PHASE JOB RESULT`, HOW one of works, finds, fails, hangs."""
    how, phase, job_file, result_file = sys.argv[1:5]
    if how == "fails":
        sys.exit("Reading…\nValueError: no such font")
    if how == "hangs":
        time.sleep(60)
    held: Any = bytearray(60_000_000)
    held[::4096] = b"x" * len(held[::4096])
    result = process.run(Double(answering=how == "works"), phase, process.read_job(Path(job_file)))
    # Long enough to be looked at.
    time.sleep(0.3)
    Path(result_file).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
