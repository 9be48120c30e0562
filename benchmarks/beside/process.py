"""What runs inside a system's own process: one phase of one system, from a job file to a result file.

    python -m benchmarks.beside.process SYSTEM ingest|ask JOB.json RESULT.json

Imports nothing but the system that it is told, so that what is measured is that system's. Loading models is timed apart.
Times are in seconds, those of questions in milliseconds; a passage is [path, page from 1 or null, text].
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.beside.systems import SYSTEMS, Asked, Job
from report_qa.evaluation.found import Found

# Passages looked through for distinct pages, for every system (report_qa.evaluation.run has the same for ours).
LOOKED_THROUGH = 60


def main() -> None:
    """Run one phase."""
    name, phase, job_file, result_file = sys.argv[1:5]
    os.environ["HF_HUB_OFFLINE"] = "1"
    # pypdf warns of each font that it reads by halves, at the length of its dictionary.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    system = import_module(SYSTEMS[name])
    job = read_job(Path(job_file))
    result = run(system, phase, job)
    Path(result_file).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def read_job(file: Path) -> Job:
    """Return the job that a file describes."""
    read = json.loads(file.read_text(encoding="utf-8"))
    return Job(
        root=Path(read["root"]),
        files=tuple(Path(each) for each in read["files"]),
        store=Path(read["store"]),
        model=Path(read["model"]),
        questions=tuple((each[0], each[1]) for each in read["questions"]),
    )


def run(system: Any, phase: str, job: Job) -> dict[str, Any]:
    """Load a system and do one phase with it."""
    started = time.perf_counter()
    loaded = system.load(job)
    loading = time.perf_counter() - started
    started = time.perf_counter()
    if phase == "ingest":
        passages = system.ingest(job, loaded)
        return {"load_seconds": loading, "seconds": time.perf_counter() - started, "passages": passages}
    asked = system.open_store(job, loaded)
    # The first question pays for what a system loads on demand.
    (asked.answer or _finding(asked))(job.questions[0][1])
    opening = time.perf_counter() - started
    answers = [ask(asked, question_id, question) for question_id, question in job.questions]
    return {"load_seconds": loading, "open_seconds": opening, "answers": answers}


def ask(asked: Asked, question_id: str, question: str) -> dict[str, Any]:
    """Return what a system found for a question and, where it answers, what it said."""
    started = time.perf_counter()
    found = asked.find(question, LOOKED_THROUGH)
    given: dict[str, Any] = {"id": question_id, "find_ms": 1000 * (time.perf_counter() - started)}
    given["found"] = [_plain(each) for each in found]
    if asked.answer is not None:
        started = time.perf_counter()
        said, quoted = asked.answer(question)
        given["answer_ms"] = 1000 * (time.perf_counter() - started)
        given |= {"said": said, "quoted": [_plain(each) for each in quoted]}
    return given


def _finding(asked: Asked) -> Any:
    return lambda question: asked.find(question, LOOKED_THROUGH)


def _plain(found: Found) -> list[Any]:
    return [found.path, found.page, found.text]


if __name__ == "__main__":
    main()
