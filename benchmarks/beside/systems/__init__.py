"""The systems by name, and what each must be able to do.

A system's module has `NAME` (how a table calls it), `ABOUT` (one line: how it was set up) and three functions:

- `load(job)` imports and loads what it needs, and is not timed;
- `ingest(job, loaded)` makes the files searchable in `job.store` and returns how many passages that gave;
- `open_store(job, loaded)` returns an `Asked` over what was left in `job.store`.

Nothing here imports a system before its process asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from report_qa.evaluation.found import Found

# By the names that commands and results use; ours first, the one that others are compared with second.
SYSTEMS = {
    "ours": "benchmarks.beside.systems.ours",
    "langchain": "benchmarks.beside.systems.langchain_chroma",
    "llama-index": "benchmarks.beside.systems.llama_index",
    "txtai": "benchmarks.beside.systems.txtai_hybrid",
    "cairn": "benchmarks.beside.systems.cairn_assistant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a process is to do: `files` below `root`, the folder `store` to keep things in, `model` the embedder's folder."""

    root: Path
    files: tuple[Path, ...]
    store: Path
    model: Path
    questions: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An opened system: `find(question, top)` returns passages, best first. `answer(question)` returns what is said and the
    passages quoted for it, () where it refuses; None for a system that only finds."""

    find: Callable[[str, int], list[Found]]
    answer: Callable[[str], tuple[str, list[Found]]] | None = None
