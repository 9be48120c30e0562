"""What most tutorials build with LangChain: pypdf, the recursive splitter, an embedder of Hugging Face, Chroma on disk."""

from __future__ import annotations

from typing import Any

from benchmarks.beside.systems import Asked, Job
from benchmarks.plain import CHUNK, OVERLAP, pages_of, split
from report_qa.evaluation.found import Found

NAME = "LangChain and Chroma"
ABOUT = f"pypdf, RecursiveCharacterTextSplitter ({CHUNK:,} characters, {OVERLAP} shared), langchain-huggingface, langchain-chroma"
# Chroma takes no more at once than its SQLite allows.
_TOGETHER = 5_000


def load(job: Job) -> Any:
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    embedder = HuggingFaceEmbeddings(model_name=str(job.model), model_kwargs={"device": "cpu"})
    embedder.embed_query("Warm up.")
    return Chroma(collection_name="reports", embedding_function=embedder, persist_directory=str(job.store / "chroma"))


def ingest(job: Job, loaded: Any) -> int:
    chunks = split(pages_of(job.files, job.root))
    for start in range(0, len(chunks), _TOGETHER):
        part = chunks[start : start + _TOGETHER]
        loaded.add_texts(
            [chunk.text for chunk in part], metadatas=[{"path": chunk.path, "page": chunk.page} for chunk in part]
        )
    return len(chunks)


def open_store(job: Job, loaded: Any) -> Asked:
    def find(question: str, top: int) -> list[Found]:
        return [
            Found(path=each.metadata["path"], page=each.metadata["page"], text=each.page_content)
            for each in loaded.similarity_search(question, k=top)
        ]

    return Asked(find=find)
