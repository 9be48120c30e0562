"""How well the vector index finds what exact search finds, on real passages: `python -m benchmarks.recall [LIBRARY]`.

Takes the vectors of a library's current edition, builds an index of them with each of some settings, and compares it with
exact search: every third passage has to find itself, and slightly moved vectors (a cosine of .86 or so to the passage they come
from, as a question has at best) their nearest 10 and 60. The shipped setting is marked.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from report_qa.backends import chroma
from report_qa.library.edition import Library

# Neighbours, and breadth while the graph is built.
SETTINGS = ((16, 100), (24, 150), (32, 200))
QUESTIONS = 150
_MOVED = 0.03
_SAME = 0.99
_TOGETHER = 512


def main() -> None:
    """Print a line for each setting."""
    library = Library(Path(sys.argv[1] if len(sys.argv) > 1 else "library"))
    edition = library.open(library.current_edition_id())
    ids = list(edition.store.passage_ids())
    stored = edition.store.vectors(ids)
    vectors = np.stack([stored[each][0] for each in ids])
    shipped = (chroma.HNSW["max_neighbors"], chroma.HNSW["ef_construction"])
    print(f"{len(ids):,} passages; breadth of a search {chroma.HNSW['ef_search']}")
    for neighbours, breadth in SETTINGS:
        chroma.HNSW.update(max_neighbors=neighbours, ef_construction=breadth)
        mark = "  (shipped)" if (neighbours, breadth) == shipped else ""
        print(f"neighbours {neighbours}, breadth {breadth}: {_measured(ids, vectors)}{mark}")


def _measured(ids: list[str], vectors: np.ndarray) -> str:
    chance = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with chroma.ChromaWriter(Path(folder) / "chroma") as writer:
            for start in range(0, len(ids), _TOGETHER):
                part = ids[start : start + _TOGETHER]
                writer.add(part, vectors[start : start + _TOGETHER], ["document"] * len(part))
        seconds = time.perf_counter() - started
        index = chroma.ChromaVectorIndex(Path(folder) / "chroma")
        asked = range(0, len(ids), 3)
        lost = sum(index.query(vectors[at], 1)[0][1] < _SAME for at in asked)
        shares: dict[int, list[float]] = {10: [], 60: []}
        times = []
        for at in chance.choice(len(ids), QUESTIONS, replace=False):
            moved = vectors[at] + _MOVED * chance.standard_normal(vectors.shape[1]).astype(np.float32)
            moved /= np.linalg.norm(moved)
            similar = np.sort(vectors @ moved)[::-1]
            began = time.perf_counter()
            found = index.query(moved, 60)
            times.append(time.perf_counter() - began)
            for k, known in shares.items():
                known.append(sum(score >= similar[k - 1] - 1e-4 for _, score in found[:k]) / k)
        index.close()
    recalls = ", ".join(f"recall@{k} {np.mean(known):.4f} (worst {min(known):.2f})" for k, known in shares.items())
    return (
        f"built in {seconds:.1f} s, {lost} of {len(asked):,} passages not found by themselves, {recalls}, "
        f"{1000 * np.median(times):.1f} ms a search"
    )


if __name__ == "__main__":
    main()
