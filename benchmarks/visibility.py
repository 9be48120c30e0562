"""What it costs to search an edition of which part is hidden: `python -m benchmarks.visibility`.

Words and vectors are made up: 10,000 passages of 80 words, words as frequent as words are (Zipf), vectors of 384 dimensions. For each
share that may be seen it prints how many of 60 passages came back, and the milliseconds of a search by words and of one by vector:
the first, and the median of twenty more.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from report_qa.backends.chroma import ChromaVectorIndex, ChromaWriter
from report_qa.backends.tantivy import TantivyLexicalIndex, TantivyWriter

PASSAGES, WORDS, DIMENSIONS, WANTED = 10_000, 20_000, 384, 60
SHARES = (1.0, 0.9, 0.5, 0.1, 0.01)


def main() -> None:
    """Print a line for each share."""
    draw, numbers = random.Random(1), np.random.default_rng(1)
    ids = [f"p{number:05}" for number in range(PASSAGES)]
    weights = [1 / rank for rank in range(1, WORDS + 1)]
    vocabulary = [f"w{number}x" for number in range(WORDS)]
    with tempfile.TemporaryDirectory() as folder:
        with TantivyWriter(Path(folder) / "words") as writer:
            for passage_id in ids:
                text = " ".join(draw.choices(vocabulary, weights=weights, k=80))
                writer.add(passage_id, title="Report", heading_path=("Heading",), text=text)
        vectors = numbers.normal(size=(PASSAGES, DIMENSIONS)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        with ChromaWriter(Path(folder) / "vectors") as nearest:
            nearest.add(ids, vectors, ["document"] * PASSAGES)
        words, near = TantivyLexicalIndex(Path(folder) / "words"), ChromaVectorIndex(Path(folder) / "vectors")
        asked = dict.fromkeys([*vocabulary[:3], *vocabulary[50:300:30]], 1.0)
        for share in SHARES:
            seen = frozenset(draw.sample(ids, int(share * PASSAGES)))
            by_words, by_vector = (words, near) if share == 1 else (words.only(seen), near.only(seen))
            found, first, then = _timed(partial(by_words.query, asked, WANTED))
            found_near, first_near, then_near = _timed(partial(by_vector.query, vectors[7], WANTED))
            print(
                f"{share:4.0%} visible: words {len(found)} of {WANTED}, {first:6.1f} ms, then {then:6.1f}; "
                f"vectors {len(found_near)} of {WANTED}, {first_near:6.1f} ms, then {then_near:6.1f}"
            )
        words.close()
        near.close()


def _timed(search: Callable[[], list[tuple[str, float]]]) -> tuple[list[tuple[str, float]], float, float]:
    took = []
    found: list[tuple[str, float]] = []
    for _ in range(21):
        began = time.perf_counter()
        found = search()
        took.append(1_000 * (time.perf_counter() - began))
    return found, took[0], statistics.median(took[1:])


if __name__ == "__main__":
    main()
