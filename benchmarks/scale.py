"""How publishing and searching grow with the library: `python -m benchmarks.scale [PASSAGES …]` (10,000 and 100,000).

The library is made by a real ingest of Markdown files, forty paragraphs each, with words drawn as in language (Zipf). Only the
vectors are synthetic: 384 dimensions, drawn around 500 centres, given at once by a double of the embedder, so that what is
measured is everything but the model. One changed document is then ingested and its steps are timed; both legs are asked
300 questions; and the approximate search is compared with exact search over the same vectors.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from ingest.pool import ReadHere
from ingest.receipt import Receipt
from ingest.run import Retention, ingest
from report_qa.library.edition import Library
from report_qa.ports import PassageStore
from report_qa.wiring import open_lexical_index, open_vector_index
from report_qa.words import terms

SIZES = (10_000, 100_000)
PARAGRAPHS = 40
DIMENSIONS = 384
CENTRES = 500
QUESTIONS = 300
_NOISE = 0.9
_READ_TOGETHER = 10_000
_VOCABULARY = 30_000
_STEPS = {
    "copy": "ingest.build.start_edition",
    "change": "ingest.build.write_passages",
    "verify": "ingest.build._verify",
    "publish": "report_qa.library.edition.Library.publish",
}

Vectors = NDArray[np.float32]


class GivenVectors:
    """Implements `ports.Embedder` without a model: a text's vector is drawn around one of the centres, by its checksum."""

    name = "synthetic"
    digest = "synthetic-1"
    dimensions = DIMENSIONS
    max_tokens = 254

    def __init__(self) -> None:
        self._centres = _unit(np.random.default_rng(0).standard_normal((CENTRES, DIMENSIONS)).astype(np.float32))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) // 5 + 1 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text, 1)[0] for text in texts])

    def embed_question(self, text: str) -> Vectors:
        found: Vectors = self.embed([text])[0]
        return found

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed(texts)

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Sequence[tuple[int, int]]]]
    ) -> tuple[Vectors, list[Vectors]]:
        drawn = [self._vector(text, 1 + len(each)) for text, each in zip(texts, parts, strict=True)]
        return np.stack([rows[0] for rows in drawn]), [rows[1:] for rows in drawn]

    def _vector(self, text: str, count: int) -> Vectors:
        number = zlib.crc32(text.encode())
        noise = np.random.default_rng(number).standard_normal((count, DIMENSIONS)).astype(np.float32)
        return _unit(self._centres[number % CENTRES] + _NOISE * noise / np.sqrt(DIMENSIONS))


def main() -> None:
    """Measure each size and print how the figures grow."""
    sizes = [int(each.replace(",", "")) for each in sys.argv[1:]] or list(SIZES)
    print("synthetic vectors and words; everything else is the product's own way")
    measured = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measured.append(_measure(Path(folder), size))
    for before, after in pairwise(measured):
        growth = {name: after[name] / before[name] for name in before if before[name]}
        print("growth: " + ", ".join(f"{name} ×{factor:.1f}" for name, factor in growth.items()))


def _measure(folder: Path, size: int) -> dict[str, float]:
    notes, library = folder / "notes", Library(folder / "library")
    words = [f"w{number:x}" for number in range(_VOCABULARY)]
    weights = [1 / (rank + 10) for rank in range(_VOCABULARY)]
    chance = random.Random(1)
    _write(notes, size // PARAGRAPHS, chance, words, weights)
    embedder = GivenVectors()
    first = _ingest(notes, library, embedder)
    steps: dict[str, float] = {}
    with _timed(steps):
        path = notes / "0.md"
        path.write_text(path.read_text() + "\nOne more paragraph about a pub that is open every day.\n")
        changed = _ingest(notes, library, embedder)
    edition = library.open(library.current_edition_id())
    started = time.perf_counter()
    vectors, lexical = open_vector_index(edition), open_lexical_index(edition)
    opening = time.perf_counter() - started
    ids = edition.store.passage_ids()
    exact = _stored(edition.store, ids)
    chosen = [chance.randrange(len(ids)) for _ in range(QUESTIONS)]
    asked = [_unit(exact[at] + np.float32(0.3) * embedder.embed([ids[at]])[0]) for at in chosen]
    texts = [" ".join(chance.choices(words, weights, k=6)) for _ in range(QUESTIONS)]
    dense = _times(lambda number: vectors.query(asked[number], 60))
    sparse = _times(lambda number: lexical.query(dict.fromkeys(terms(texts[number]), 1.0), 60))
    both = [one + other for one, other in zip(dense, sparse, strict=True)]
    recall = statistics.mean(_recall(vectors.query(vector, 10), exact, ids, vector) for vector in asked)
    vectors.close()
    lexical.close()
    disk = sum(each.stat().st_size for each in edition.folder.rglob("*") if each.is_file())
    edition.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(ids):,} passages of {len(first.added):,} documents (ingested in {first.seconds:.0f} s without the model):\n"
        f"  one changed document published in {changed.seconds:.2f} s ("
        + ", ".join(f"{name} {seconds:.2f}" for name, seconds in steps.items())
        + f", the rest is listing and hashing the files), {changed.embedded} passages embedded\n"
        f"  a question's time in the indexes: p50 {_ms(both, 50):.1f} ms, p95 {_ms(both, 95):.1f} ms"
        f" (vectors {_ms(dense, 50):.1f}, words {_ms(sparse, 50):.1f})\n"
        f"  recall@10 of the approximate search {recall:.4f}; a reader opens the edition in {opening:.2f} s\n"
        f"  disk {disk / 1e6:,.0f} MB an edition, memory of this process at most {memory:,.0f} MB"
    )
    return {"publish": changed.seconds, "query p50": _ms(both, 50), "opening": opening, "disk": float(disk)}


def _write(notes: Path, documents: int, chance: random.Random, words: list[str], weights: list[float]) -> None:
    notes.mkdir(parents=True)
    for number in range(documents):
        drawn = iter(chance.choices(words, weights, k=PARAGRAPHS * 50))
        paragraphs = []
        for at in range(PARAGRAPHS):
            sentences = [" ".join(next(drawn) for _ in range(12)).capitalize() + "." for _ in range(4)]
            paragraphs.append(f"Paragraph {at} of note {number}. " + " ".join(sentences))
        (notes / f"{number}.md").write_text(f"# Note {number}\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")


def _ingest(notes: Path, library: Library, embedder: GivenVectors) -> Receipt:
    return ingest(
        [notes],
        library=library,
        embedder_digest=embedder.digest,
        make_embedder=lambda: embedder,
        readers=ReadHere(),
        retention=Retention(keep=2),
    )


class _timed:  # noqa: N801 - it reads as a verb where it is used
    """Adds up the seconds that each step of an ingest takes."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._patches = [patch(name, self._timing(step, _found(name), seconds)) for step, name in _STEPS.items()]

    def __enter__(self) -> None:
        for each in self._patches:
            each.start()

    def __exit__(self, *_: object) -> None:
        for each in self._patches:
            each.stop()

    @staticmethod
    def _timing(step: str, real: Callable[..., Any], seconds: dict[str, float]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return real(*arguments, **options)
            finally:
                seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - started

        return call


def _found(name: str) -> Callable[..., Any]:
    import ingest.build

    return Library.publish if name.endswith("publish") else getattr(ingest.build, name.rsplit(".", 1)[1])


def _stored(store: PassageStore, ids: Sequence[str]) -> Vectors:
    """Return the passages' own vectors, shape (passages, dimensions); read in parts, since each brings its units'."""
    exact = np.empty((len(ids), DIMENSIONS), dtype=np.float32)
    for start in range(0, len(ids), _READ_TOGETHER):
        part = ids[start : start + _READ_TOGETHER]
        read = store.vectors(part)
        for at, each in enumerate(part, start):
            exact[at] = read[each][0]
    return exact


def _times(ask: Callable[[int], object]) -> list[float]:
    ask(0)
    times = []
    for number in range(QUESTIONS):
        started = time.perf_counter()
        ask(number)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _recall(found: Sequence[tuple[str, float]], exact: Vectors, ids: Sequence[str], vector: Vectors) -> float:
    similar = exact @ vector
    tenth = np.partition(similar, -10)[-10] - 1e-4
    best = {ids[at] for at in np.flatnonzero(similar >= tenth)}
    hits = sum(each in best for each, _ in found)
    return hits / 10


def _ms(times: Sequence[float], percentile: int) -> float:
    return float(np.percentile(times, percentile))


def _unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


if __name__ == "__main__":
    main()
