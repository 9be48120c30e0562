"""Starts a system's process, watches its memory and ends it when its time is up.

Memory is what the process and those that it starts hold at once (their resident pages, of which shared ones count once for
each process), looked at ten times a second: ours reads files in processes beside the embedder, and they count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.beside.systems import Job

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
_EVERY = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A process that ended: what it wrote, and `failed`, why it wrote nothing ("" where it did)."""

    result: dict[str, Any]
    peak_bytes: int
    wall_seconds: float
    failed: str = ""


def python_of(system: str) -> Path:
    """Return the Python that has a system's packages."""
    return Path(sys.executable) if system == "ours" else PEERS


def run_phase(system: str, phase: str, job: Job, *, seconds: float, program: tuple[str, ...] | None = None) -> Ran:
    """Run one phase of a system, for at most so many seconds. `program` stands in for its process in tests."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="beside-") as scratch:
        job_file, result_file, said_file = (Path(scratch) / name for name in ("job.json", "result.json", "said.txt"))
        job_file.write_text(json.dumps(_as_json(job), ensure_ascii=False), encoding="utf-8")
        command = program or (str(python_of(system)), "-m", "benchmarks.beside.process", system, phase)
        with said_file.open("w", encoding="utf-8") as said:
            process = subprocess.Popen(
                [*command, str(job_file), str(result_file)],
                cwd=ROOT,
                env=_environment(),
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        peak, in_time = _watch(process, started + seconds)
        wall = time.perf_counter() - started
        if not in_time:
            return Ran(result={}, peak_bytes=peak, wall_seconds=wall, failed=f"not done after {seconds:.0f} s")
        if process.returncode or not result_file.exists():
            last = said_file.read_text(encoding="utf-8").strip().splitlines()[-1:] or ["it said nothing"]
            return Ran(result={}, peak_bytes=peak, wall_seconds=wall, failed=last[0][:300])
        result: dict[str, Any] = json.loads(result_file.read_text(encoding="utf-8"))
        return Ran(result=result, peak_bytes=peak, wall_seconds=wall)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_QA_")}
    quiet = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "TOKENIZERS_PARALLELISM": "false"}
    return {**kept, **quiet, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def _as_json(job: Job) -> dict[str, Any]:
    return {
        "root": str(job.root),
        "files": [str(file) for file in job.files],
        "store": str(job.store),
        "model": str(job.model),
        "questions": job.questions,
    }


def _watch(process: subprocess.Popen[Any], until: float) -> tuple[int, bool]:
    """Wait for a process; returns the most bytes that it and its children held, and whether it ended by itself."""
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        if time.perf_counter() > until:
            _end(watched)
            process.wait()
            return peak, False
        peak = max(peak, _resident(watched))
        try:
            process.wait(_EVERY)
        except subprocess.TimeoutExpired:
            continue
    return peak, True


def _resident(process: psutil.Process) -> int:
    held = 0
    try:
        for each in (process, *process.children(recursive=True)):
            try:
                held += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue
    except psutil.NoSuchProcess:
        return held
    return held


def _end(process: psutil.Process) -> None:
    for each in (*process.children(recursive=True), process):
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue


def bytes_in(folder: Path) -> int:
    """Return the bytes of a folder's files, each counted once however many names it has."""
    sizes = {}
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            status = file.stat()
            sizes[status.st_ino] = status.st_size
    return sum(sizes.values())
