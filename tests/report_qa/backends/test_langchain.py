"""LangChain sees passages as its documents, with everything that a citation needs."""

from __future__ import annotations

import pytest

from report_qa.backends.langchain import EditionRetriever, as_embeddings
from report_qa.records.document import BlockKind, SourceDocument, Span
from report_qa.records.passage import Passage, Retrieval, RetrievedPassage
from tests.doubles import HashingEmbedder


class _Searcher:
    def __init__(self, page_index: int | None) -> None:
        self.asked: list[tuple[str, int]] = []
        self.page_index = page_index

    def search(self, question: str, top: int) -> Retrieval:
        self.asked.append((question, top))
        return Retrieval(
            question_used=question, edition_id="000007", kept=tuple(self._retrieved(rank) for rank in (1, 2, 3))
        )

    def _retrieved(self, rank: int) -> RetrievedPassage:
        source = SourceDocument(
            document_id="towns",
            path="notes/towns.pdf",
            title="Note on towns",
            media_type="application/pdf",
            sha256="0" * 64,
            source_url="https://example.org/towns",
        )
        passage = Passage(
            passage_id=f"p{rank}",
            document_id="towns",
            spans=(Span(start_char=10, end_char=20), Span(start_char=40, end_char=50)),
            units=(),
            text=f"words {rank}",
            heading_path=("Money", "Funds"),
            kind=BlockKind.PROSE,
            ordinal=rank,
            vector_key="",
            page_index=self.page_index,
            page_label="iii",
        )
        return RetrievedPassage(passage=passage, document=source, rank=rank, fused_score=1 / rank, legs=())


def test_documents_carry_what_a_citation_needs() -> None:
    searcher = _Searcher(page_index=4)
    found = EditionRetriever(searcher=searcher, top=2).invoke("How much?")
    assert searcher.asked == [("How much?", 2)]
    assert [document.page_content for document in found] == ["words 1", "words 2"]
    assert found[0].id == "p1"
    assert found[0].metadata == {
        "document": "notes/towns.pdf",
        "title": "Note on towns",
        "page": 5,
        "page_label": "iii",
        "heading_path": ["Money", "Funds"],
        "spans": [{"start_char": 10, "end_char": 20}, {"start_char": 40, "end_char": 50}],
        "passage_id": "p1",
        "edition_id": "000007",
        "rank": 1,
        "score": 1.0,
        "source_url": "https://example.org/towns",
    }


def test_a_kind_without_pages_has_no_page() -> None:
    assert EditionRetriever(searcher=_Searcher(page_index=None)).invoke("How much?")[0].metadata["page"] is None


def test_the_embedder_serves_as_langchains_embeddings() -> None:
    embedder = HashingEmbedder()
    embeddings = as_embeddings(embedder)
    (vector,) = embeddings.embed_documents(["towns"])
    assert vector == pytest.approx(embedder.embed(["towns"])[0].tolist())
    assert embeddings.embed_query("towns") == pytest.approx(vector)
    assert all(type(number) is float for number in vector)
