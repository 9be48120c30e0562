"""What every vector index promises: the double, Chroma through its writer, and a Chroma server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray

from report_qa.backends.chroma import ChromaVectorIndex, ChromaWriter
from report_qa.backends.chroma_server import ServerCollection, ServerVectorIndex
from report_qa.ports import VectorIndex
from tests.chroma_server import ChromaServer
from tests.doubles import ExactVectorIndex

Vectors = Mapping[str, NDArray[np.float32]]
Opener = Callable[[Vectors], VectorIndex]


class Keys:
    """An edition in which each passage has a vector of its own."""

    def __init__(self, vectors: Vectors) -> None:
        self._keys = {passage_id: f"key of {passage_id}" for passage_id in vectors}

    def keys_by_passage(self) -> Mapping[str, str]:
        return self._keys

    def passages_by_key(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {key: [passage_id] for passage_id, key in self._keys.items() if key in keys}


def on_server(server: ChromaServer, vectors: Vectors) -> ServerVectorIndex:
    collection = ServerCollection(server.url, f"contract-{uuid4().hex}", create=True)
    edition = Keys(vectors)
    if vectors:
        collection.add(list(edition.keys_by_passage().values()), np.array(list(vectors.values())))
    return ServerVectorIndex(collection, edition)


@pytest.fixture(params=["double", "chroma", "server"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, chroma_server: ChromaServer) -> Iterator[Opener]:
    indexes: list[VectorIndex] = []

    def build(vectors: Vectors) -> VectorIndex:
        if request.param == "double":
            indexes.append(ExactVectorIndex(vectors))
        elif request.param == "server":
            indexes.append(on_server(chroma_server, vectors))
        else:
            with ChromaWriter(tmp_path / "chroma") as writer:
                if vectors:
                    writer.add(list(vectors), np.array(list(vectors.values())), ["document"] * len(vectors))
            indexes.append(ChromaVectorIndex(tmp_path / "chroma"))
        return indexes[-1]

    yield build
    for index in indexes:
        index.close()
        index.close()


def _vectors(count: int) -> dict[str, NDArray[np.float32]]:
    drawn = np.random.default_rng(7).normal(size=(count, 32)).astype(np.float32)
    return {f"p{row:03}": vector / np.linalg.norm(vector) for row, vector in enumerate(drawn)}


def test_the_best_come_first_with_their_cosine(opened: Opener) -> None:
    vectors = _vectors(200)
    question = vectors["p042"] + 0.3 * vectors["p007"]
    question /= np.linalg.norm(question)
    found = opened(vectors).query(question, 10)
    exact = ExactVectorIndex(vectors).query(question, 10)
    assert [passage_id for passage_id, _ in found] == [passage_id for passage_id, _ in exact]
    assert [score for _, score in found] == pytest.approx([score for _, score in exact], abs=1e-5)
    assert found[0][0] == "p042"


def test_the_length_of_the_question_vector_does_not_matter(opened: Opener) -> None:
    vectors = _vectors(20)
    assert opened(vectors).query(5 * vectors["p003"], 1)[0][1] == pytest.approx(1, abs=1e-5)


def test_more_are_asked_for_than_there_are(opened: Opener) -> None:
    vectors = _vectors(5)
    index = opened(vectors)
    assert index.count() == 5
    assert len(index.query(vectors["p000"], 60)) == 5
    assert index.query(vectors["p000"], 0) == []


def test_an_empty_index_finds_nothing(opened: Opener) -> None:
    index = opened({})
    assert index.count() == 0
    assert index.query(np.ones(32, dtype=np.float32), 5) == []


def test_equal_passages_come_in_the_order_of_their_ids(opened: Opener) -> None:
    vector = _vectors(1)["p000"]
    index = opened({"b": vector, "c": vector, "a": vector})
    assert [passage_id for passage_id, _ in index.query(vector, 3)] == ["a", "b", "c"]


def test_several_threads_ask_at_once(opened: Opener) -> None:
    vectors = _vectors(100)
    index = opened(vectors)
    with ThreadPoolExecutor(4) as pool:
        best = list(pool.map(lambda passage_id: index.query(vectors[passage_id], 3)[0][0], vectors))
    assert best == list(vectors)
