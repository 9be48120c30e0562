"""Measure ours and the peers side by side, and write docs/benchmarks.md (`make bench`).

    python -m benchmarks.beside [--anew] [--sets starter,reports,filings] [--systems ours,langchain,…] [--minutes 14] [--docs docs]

Goes on with a run that was stopped; what doesn't fit into its time is said to be unmeasured in the tables.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.beside import page
from benchmarks.beside.judging import figures
from benchmarks.beside.results import Results, missing
from benchmarks.beside.running import PEERS, ROOT, Ran, bytes_in, run_phase
from benchmarks.beside.sets import Set, all_sets
from benchmarks.beside.systems import SYSTEMS, Job

RESULTS = ROOT / "build" / "beside" / "results.json"
_PACKAGES = {
    "ours": "report-qa",
    "langchain": "langchain-chroma",
    "llama-index": "llama-index-core",
    "txtai": "txtai",
    "cairn": "cairn-assistant",
}
_OF_BOTH = ("torch", "sentence-transformers", "chromadb", "pypdf")
# No part is begun that could not end in this time, in seconds.
_LEAST = 30


def main() -> None:
    """Measure what is missing and write the page."""
    chosen = _arguments()
    sets = {each.name: each for each in all_sets() if each.name in chosen.sets}
    results = Results.begin(RESULTS, describe(list(sets.values()), chosen.systems), anew=chosen.anew)
    until = time.monotonic() + 60 * chosen.minutes
    for name, system in missing(results, sets, chosen.systems):
        left = until - time.monotonic()
        if left < _LEAST:
            print(f"{name}, {system}: no time left", flush=True)
            results.add(name, system, {"failed": "not measured, the run's time was used up"})
            continue
        print(f"{name}, {system}…", flush=True)
        load = round(os.getloadavg()[0], 1)
        results.add(name, system, {**measure(sets[name], system, seconds=min(left, chosen.most)), "load": load})
    results.finish()
    print(f"written: {page.write(results.whole(), chosen.docs)}")


def measure(chosen: Set, system: str, *, seconds: float) -> dict[str, Any]:
    """Return a part: a system's figures on a set, with `failed` where it has none."""
    from report_qa.backends.model_files import BUNDLED, model_folder

    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="beside-store-") as store:
        job = Job(
            root=chosen.root,
            files=chosen.files,
            store=Path(store),
            model=model_folder(BUNDLED),
            questions=tuple((gold.question_id, gold.question) for gold in chosen.questions),
        )
        ingested = run_phase(system, "ingest", job, seconds=seconds)
        disk = bytes_in(job.store)
        if ingested.failed:
            return {"failed": f"ingest: {ingested.failed}"}
        asked = run_phase(system, "ask", job, seconds=until - time.monotonic())
    return part_of(chosen, ingested, disk, asked)


def part_of(chosen: Set, ingested: Ran, disk: int, asked: Ran) -> dict[str, Any]:
    """Return the figures of a system whose ingest went well. MB are millions of bytes."""
    part: dict[str, Any] = {
        "pages_per_second": round(chosen.pages / ingested.result["seconds"], 2),
        "ingest_seconds": round(ingested.result["seconds"], 1),
        "passages": ingested.result["passages"],
        "ingest_mb": round(ingested.peak_bytes / 1e6, 1),
        "disk_mb": round(disk / 1e6, 2),
    }
    if asked.failed:
        return {**part, "failed": f"questions: {asked.failed}"}
    answers = asked.result["answers"]
    return {
        **part,
        "ask_mb": round(asked.peak_bytes / 1e6, 1),
        "open_seconds": round(asked.result["open_seconds"], 2),
        "answers": all("said" in given for given in answers),
        **figures(chosen.questions, answers),
    }


def describe(sets: list[Set], systems: list[str]) -> dict[str, Any]:
    """Return what a run is about: date, machine, versions, sets and systems."""
    versions = _peer_versions()
    modules = {name: import_module(SYSTEMS[name]) for name in systems}
    return {
        "date": dt.datetime.now(tz=dt.UTC).strftime("%-d %B %Y"),
        "machine": machine(),
        "versions": {"Python": platform.python_version(), **{name: version(name) for name in _OF_BOTH}},
        "sets": [
            {
                "name": each.name,
                "title": each.title,
                "files": len(each.files),
                "pages": each.pages,
                "questions": len(each.questions),
                "unanswerable": sum(not gold.answerable for gold in each.questions),
            }
            for each in sets
        ],
        "systems": [
            {
                "name": name,
                "title": module.NAME,
                "about": module.ABOUT,
                "version": version("report-qa") if name == "ours" else versions.get(_PACKAGES[name], "not installed"),
            }
            for name, module in modules.items()
        ],
    }


def _peer_versions() -> dict[str, str]:
    """Return the versions of the peers' packages, of those that are installed."""
    if not PEERS.exists():
        return {}
    ran = subprocess.run([str(PEERS), "-m", "pip", "freeze"], check=True, capture_output=True, text=True)
    lines = (line.partition("==") for line in ran.stdout.splitlines())
    return {name: found for name, _, found in lines}


def machine() -> str:
    """Return the processor, how many of its cores there are, and the memory."""
    import psutil

    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return f"{os.cpu_count()} cores ({model}), {psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside")
    parser.add_argument("--anew", action="store_true", help="forget a run that was stopped")
    parser.add_argument(
        "--sets", type=_words, default=["starter", "reports", "filings"], help="default: all that are there"
    )
    parser.add_argument("--systems", type=_words, default=list(SYSTEMS), help=f"some of {','.join(SYSTEMS)}")
    parser.add_argument("--minutes", type=float, default=14, help="begin no more parts after so long (default: 14)")
    parser.add_argument("--most", type=float, default=240, help="seconds for a system on a set (default: 240)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where the page goes (default: docs)")
    chosen = parser.parse_args()
    if unknown := set(chosen.systems) - set(SYSTEMS):
        parser.error(f"no such system: {', '.join(sorted(unknown))}")
    if chosen.systems != ["ours"] and not PEERS.exists():
        print("The peers are not installed: make peers. Their columns will say so.", file=sys.stderr)
    return chosen


def _words(given: str) -> list[str]:
    return given.split(",")


if __name__ == "__main__":
    main()
