"""Where ours is behind the peer that all are compared with, found in the figures of a run, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OURS, NAMED_PEER = "ours", "langchain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What a figure is called, whether more of it is better, and why ours is behind where it is."""

    name: str
    title: str
    why: str
    more_is_better: bool = False


_REASONS = (
    Reason(
        name="pages_per_second",
        title="Ingest, pages per second",
        why="the layout of each page is read (columns, running heads, tables, footnotes), in confined processes, each character "
        "keeps its place, and what was written is read again before it is published",
        more_is_better=True,
    ),
    Reason(
        name="ingest_mb",
        title="Memory of the ingest",
        why="files are read in processes of their own beside the embedder, each with its own Python, so that a file that crashes "
        "its reader costs that file only",
    ),
    Reason(
        name="ask_mb",
        title="Memory while answering",
        why="two indexes, a private copy of the vectors, and the scoring of single sentences",
    ),
    Reason(
        name="disk_mb",
        title="Disk",
        why="an edition keeps the originals, the text with the place of every character, both indexes and what verifies them, so "
        "that a quotation can be opened and marked on its page years later; the peers keep chunks and vectors",
    ),
    Reason(
        name="ms_50",
        title="A question",
        why="ours is the time of an answer: several wordings are searched in two indexes, sentences are scored one by one and "
        "checked against the stored text; the peer's is one search, which has not answered anything yet",
    ),
    Reason(name="page_hit_5", title="A gold page within five", why="ours finds worse here", more_is_better=True),
)


def behind(results: Mapping[str, Any]) -> str:
    """Return a line for each figure in which ours is behind the named peer on any set, with the ratios and the reason."""
    if not any(OURS in parts and NAMED_PEER in parts for parts in results["parts"].values()):
        return "Nothing has been measured of both yet: `make bench` does."
    lines = []
    for reason in _REASONS:
        found = []
        for each in results["about"]["sets"]:
            parts = results["parts"].get(each["name"], {})
            ours, peer = (parts.get(system, {}).get(reason.name) for system in (OURS, NAMED_PEER))
            if ours is not None and peer and (ours < peer if reason.more_is_better else ours > peer):
                found.append(f"×{rounded(ours / peer)} ({each['title']})")
        if found:
            lines.append(f"- **{reason.title}**, {', '.join(found)}: {reason.why}.")
    return "\n".join(lines) or "Nowhere."


def rounded(ratio: float) -> str:
    """Return a ratio with two digits, or with as many as it has above ten."""
    return f"{ratio:.0f}" if ratio >= 9.5 else f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2f}"
