"""txtai's hybrid index (vectors and words) with the text in it, saved and loaded again."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.beside.systems import Asked, Job
from benchmarks.plain import CHUNK, OVERLAP, pages_of, split
from report_qa.evaluation.found import Found

NAME = "txtai"
ABOUT = f"pypdf, chunks of {CHUNK:,} characters ({OVERLAP} shared), Embeddings(hybrid=True, content=True)"


def load(job: Job) -> Any:
    from txtai import Embeddings

    return Embeddings(path=str(job.model), hybrid=True, content=True)


def ingest(job: Job, loaded: Any) -> int:
    chunks = split(pages_of(job.files, job.root))
    loaded.index([(at, chunk.text, None) for at, chunk in enumerate(chunks)])
    loaded.save(str(job.store / "index"))
    places = [(chunk.path, chunk.page) for chunk in chunks]
    (job.store / "places.json").write_text(json.dumps(places), encoding="utf-8")
    return len(chunks)


def open_store(job: Job, loaded: Any) -> Asked:
    loaded.load(str(job.store / "index"))
    places = json.loads((job.store / "places.json").read_text(encoding="utf-8"))

    def find(question: str, top: int) -> list[Found]:
        return [
            Found(path=places[int(row["id"])][0], page=places[int(row["id"])][1], text=row["text"])
            for row in loaded.search(question, top)
        ]

    return Asked(find=find)
