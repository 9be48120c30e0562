"""cairn-assistant as it comes: its threshold, its own lexical index. It reads Markdown only, so each chunk is a paragraph."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from benchmarks.beside.systems import Asked, Job
from benchmarks.plain import CHUNK, OVERLAP, pages_of, split, write_for_cairn
from report_qa.evaluation.found import Found

NAME = "cairn-assistant"
ABOUT = f"pypdf, chunks of {CHUNK:,} characters ({OVERLAP} shared) as paragraphs of Markdown; its own index of words, no embedder"


def load(job: Job) -> Any:
    from cairn import index

    return index


def ingest(job: Job, loaded: Any) -> int:
    folder = job.store / "documents"
    folder.mkdir(exist_ok=True)
    places = write_for_cairn(split(pages_of(job.files, job.root)), folder)
    kept = {each: [found.path, found.page] for each, found in places.items()}
    (job.store / "places.json").write_text(json.dumps(kept), encoding="utf-8")
    loaded.build_and_write(folder, job.store / "index.json")
    return len(places)


def open_store(job: Job, loaded: Any) -> Asked:
    from cairn.config import Config
    from cairn.session import Session

    index = loaded.read_index(job.store / "index.json", job.store / "documents")
    places = json.loads((job.store / "places.json").read_text(encoding="utf-8"))
    config = Config()

    def found(passage_id: str, text: str) -> Found:
        path, page = places[passage_id]
        return Found(path=path, page=page, text=text)

    def find(question: str, top: int) -> list[Found]:
        answer = Session().ask(question, index, replace(config, candidates=top)).answer
        return [found(each.passage.passage_id, each.passage.text) for each in answer.trace.candidates]

    def answer(question: str) -> tuple[str, list[Found]]:
        given = Session().ask(question, index, config).answer
        quoted = [found(source.source_id, source.text) for source in given.sources]
        return (given.text if quoted else ""), quoted

    return Asked(find=find, answer=answer)
