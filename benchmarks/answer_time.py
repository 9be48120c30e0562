"""How long an answer takes beside the encoding of its question, as the library grows: `python -m benchmarks.answer_time [PASSAGES …]`.

The starter corpus with the real model, and around it as many notes as make up 10,000 and 100,000 passages. The notes' words are
drawn from the corpus as often as they stand there, so that they compete for every question's words; only their vectors are
synthetic (`benchmarks.scale`). Each question of the corpus is encoded alone and then answered, in turns, on the same library.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale import PARAGRAPHS, SIZES, GivenVectors
from ingest.pool import ReadHere
from ingest.run import Retention, ingest
from report_qa.assistant import Assistant
from report_qa.evaluation.questions import read_questions
from report_qa.library.edition import Library
from report_qa.ports import Embedder
from report_qa.settings import load_settings
from report_qa.wiring import make_embedder, open_lexical_index, open_vector_index
from report_qa.words import tokens

CORPUS = Path("corpus")
QUESTIONS = 100
_NOTE = "Paragraph of a note:"

Vectors = NDArray[np.float32]


class MostlyGiven(GivenVectors):
    """The real model for the corpus and for questions, given vectors for the notes."""

    def __init__(self, model: Embedder) -> None:
        super().__init__()
        self._model = model

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) // 5 + 1 if _NOTE in text else self._model.count_tokens([text])[0] for text in texts]

    def embed_question(self, text: str) -> Vectors:
        return self._model.embed_question(text)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._model.embed_questions(texts)

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Sequence[tuple[int, int]]]]
    ) -> tuple[Vectors, list[Vectors]]:
        notes = [at for at, text in enumerate(texts) if _NOTE in text]
        real = [at for at, text in enumerate(texts) if _NOTE not in text]
        whole = np.empty((len(texts), self.dimensions), dtype=np.float32)
        units: dict[int, Vectors] = {}
        for chosen, embed in ((notes, super().embed_parts), (real, self._model.embed_parts)):
            if chosen:
                vectors, rows = embed([texts[at] for at in chosen], [parts[at] for at in chosen])
                whole[chosen] = vectors
                units.update(zip(chosen, rows, strict=True))
        return whole, [units[at] for at in range(len(texts))]


def main(arguments: Sequence[str]) -> None:
    """Measure each size and print the ratios."""
    sizes = [int(each.replace(",", "")) for each in arguments] or list(SIZES)
    embedder = MostlyGiven(make_embedder(load_settings()))
    ratios = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            ratios.append(_measure(Path(folder), size, embedder))
    for size, ratio in zip(sizes[1:], ratios[1:], strict=True):
        print(f"at {size:,} against {sizes[0]:,}, both by their encoding: ×{ratio / ratios[0]:.2f}")


def _measure(folder: Path, size: int, embedder: MostlyGiven) -> float:
    """Return how many times its question's encoding an answer takes, the median over questions."""
    library = Library(folder / "library")
    notes = folder / "notes"
    _write_notes(notes, size)
    ingest(
        [CORPUS, notes],
        library=library,
        embedder_digest=embedder.digest,
        make_embedder=lambda: embedder,
        readers=ReadHere(),
        retention=Retention(keep=1),
    )
    assistant = Assistant(
        settings=load_settings(library=library.folder),
        library=library,
        embedder=embedder,
        open_vector_index=open_vector_index,
        open_lexical_index=open_lexical_index,
    )
    asked = [gold.question for gold in read_questions(CORPUS / "gold.jsonl") if not gold.history][:QUESTIONS]
    for question in asked[:5]:
        assistant.ask(question)
    encoding, answering, stages = [], [], []
    for question in asked:
        encoding.append(_seconds(lambda question=question: embedder.embed_question(question)))
        answering.append(_seconds(lambda question=question: assistant.ask(question)))
        stages.append(dict(assistant.ask(question).provenance.stage_ms))
    ratio = statistics.median(one / other for one, other in zip(answering, encoding, strict=True))
    edition = library.open(library.current_edition_id())
    print(
        f"{edition.store.passage_count():,} passages: an answer {statistics.median(answering) * 1000:.1f} ms "
        f"(p95 {np.percentile(answering, 95) * 1000:.1f}), "
        f"its question's encoding alone {statistics.median(encoding) * 1000:.1f} ms: "
        f"×{ratio:.2f}\n  "
        + ", ".join(
            f"{name} {statistics.median(each.get(name, 0.0) for each in stages):.1f}"
            for name in dict.fromkeys(name for each in stages for name in each)
        )
    )
    edition.close()
    return ratio


def _write_notes(notes: Path, size: int) -> None:
    notes.mkdir(parents=True)
    chance = random.Random(1)
    said = [token for path in sorted(CORPUS.glob("*.md")) for token in tokens(path.read_text(encoding="utf-8"))]
    for number in range(size // PARAGRAPHS):
        drawn = iter(chance.choices(said, k=PARAGRAPHS * 50))
        paragraphs = []
        for _ in range(PARAGRAPHS):
            sentences = [" ".join(next(drawn) for _ in range(12)).capitalize() + "." for _ in range(4)]
            paragraphs.append(f"{_NOTE} {' '.join(sentences)}")
        text = f"# Note {number}\n\n" + "\n\n".join(paragraphs) + "\n"
        (notes / f"{number}.md").write_text(text, encoding="utf-8")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1:])
