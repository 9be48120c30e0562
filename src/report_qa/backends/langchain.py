"""Doors to LangChain: search results as its documents, our embedding model as its embeddings.

Nothing of ours depends on LangChain's types; these two let a chain, an agent or a vector store of somebody else's use
the library. A document's metadata says exactly where its text stands; `page` counts sheets from 1, as people do.
"""

from __future__ import annotations

from typing import Any, Protocol

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from report_qa.ports import Embedder
from report_qa.records.passage import Retrieval, RetrievedPassage


class Searcher(Protocol):
    """What can be searched: an assistant."""

    def search(self, question: str, top: int) -> Retrieval: ...


class EditionRetriever(BaseRetriever):
    """Retrieves passages of the current edition, best first."""

    # The class behind this one checks types when it is made, and a protocol can't be checked: hence Any.
    searcher: Any
    top: int = 10

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        searcher: Searcher = self.searcher
        found = searcher.search(query, self.top)
        return [_document(retrieved, found.edition_id) for retrieved in found.kept[: self.top]]


def _document(retrieved: RetrievedPassage, edition_id: str) -> Document:
    passage, source = retrieved.passage, retrieved.document
    return Document(
        id=passage.passage_id,
        page_content=passage.text,
        metadata={
            "document": source.path,
            "title": source.title,
            "page": None if passage.page_index is None else passage.page_index + 1,
            "page_label": passage.page_label,
            "heading_path": list(passage.heading_path),
            "spans": [{"start_char": span.start_char, "end_char": span.end_char} for span in passage.spans],
            "passage_id": passage.passage_id,
            "edition_id": edition_id,
            "rank": retrieved.rank,
            "score": retrieved.fused_score,
            "source_url": source.source_url,
        },
    )


class _OurEmbeddings(Embeddings):
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._embedder.embed_question(text).tolist()
        return vector


def as_embeddings(embedder: Embedder) -> Embeddings:
    """Return the embedder in LangChain's shape."""
    return _OurEmbeddings(embedder)
