"""The vector index: one Chroma collection per edition, cosine space, ids and document ids only, never any text.

Two rules come from what embedded Chroma does when it is shared or killed. A published folder is never opened:
opening writes to it, and two processes on one folder lose vectors in silence. So a reader copies the folder and opens
its copy, and a writer works on a folder that nobody reads. And a folder is published only after `close`, when no file
of it is open.

Chroma's HNSW graph (Malkov and Yashunin, arXiv 1603.09320) is approximate. Over 27,360 passages of company reports the settings
below find each passage that was looked for, the whole of the exact best ten and .9998 of the best sixty; with 16 neighbours and
a breadth of 100 some passages were reached by no search at all (`python -m benchmarks.recall` prints these).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from report_qa.backends.private_folder import PrivateFolder
from report_qa.backends.seal import break_seal, damaged, seal, sealed_files, translated
from report_qa.backends.visible_vectors import VisibleVectors

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from numpy.typing import NDArray

    from report_qa.ports import VectorIndex
    from report_qa.records.passage import Passage

COLLECTION = "passages"
# Breadth of the search while the graph is built and while it is asked, and neighbours kept for each passage.
HNSW: Any = {"space": "cosine", "ef_construction": 150, "ef_search": 600, "max_neighbors": 24}
_ASKED_AT_START = 5
_SAME = 0.99
# Chroma's own limit for one call is 5,461 records; smaller calls bound the memory.
BATCH = 2_000


def _connect(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    client: Any = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    connected: Client = client
    return connected


class ChromaWriter:
    """Writes a collection that nobody reads yet; the folder is made if need be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        break_seal(folder)
        with translated(folder):
            self._client: Any = _connect(folder)
            self._collection: Any = self._client.get_or_create_collection(
                COLLECTION, configuration={"hnsw": HNSW}, embedding_function=None
            )

    def __enter__(self) -> ChromaWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After an error the folder stays unsealed: nobody can take it for complete.
        if self._disconnect() and error is None:
            seal(self._folder)

    def add(self, passage_ids: Sequence[str], vectors: NDArray[np.float32], document_ids: Sequence[str]) -> None:
        """Add passages; one that is there already is replaced. The three arguments run in parallel."""
        if not len(passage_ids) == len(vectors) == len(document_ids):
            raise ValueError("as many ids as vectors and document ids are needed")
        with translated(self._folder):
            for start in range(0, len(passage_ids), BATCH):
                part = slice(start, start + BATCH)
                self._collection.upsert(
                    ids=list(passage_ids[part]),
                    embeddings=np.asarray(vectors[part], dtype=np.float32),
                    metadatas=[{"document_id": document_id} for document_id in document_ids[part]],
                )

    def add_passages(self, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Add passages; `vectors` has a row for each."""
        self.add([item.passage_id for item in passages], vectors, [item.document_id for item in passages])

    def delete(self, passage_ids: Iterable[str]) -> None:
        """Delete passages; ids that are not there are ignored."""
        wanted = list(passage_ids)
        with translated(self._folder):
            for start in range(0, len(wanted), BATCH):
                self._collection.delete(ids=wanted[start : start + BATCH])

    def count(self) -> int:
        with translated(self._folder):
            return int(self._collection.count())

    def ids(self) -> frozenset[str]:
        """Return every id, as stored."""
        with translated(self._folder):
            return frozenset(self._collection.get(include=[])["ids"])

    def vectors(self, passage_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """Return the vectors as stored, of those passages that are there."""
        found: dict[str, NDArray[np.float32]] = {}
        with translated(self._folder):
            for start in range(0, len(passage_ids), BATCH):
                read = self._collection.get(ids=list(passage_ids[start : start + BATCH]), include=["embeddings"])
                found.update(zip(read["ids"], np.asarray(read["embeddings"], dtype=np.float32), strict=True))
        return found

    def close(self) -> None:
        """Let go of every file and seal the folder, so that it can be published; a second call does nothing."""
        if self._disconnect():
            seal(self._folder)

    def _disconnect(self) -> bool:
        if self._client is None:
            return False
        # The Rust side lets go of its files when the last Python object that refers to it goes.
        client, self._client, self._collection = self._client, None, None
        with translated(self._folder):
            client.close()
        return True


class ChromaVectorIndex:
    """Reads one edition's vectors from a private copy; implements `ports.VectorIndex`. Several threads may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._private = PrivateFolder("vectors")
        self._client: Any = None
        try:
            with translated(folder):
                _copy(folder, self._private.path)
                self._client = _connect(self._private.path)
                self._collection: Any = self._client.get_collection(COLLECTION, embedding_function=None)
                self._count = int(self._collection.count())
                self._find_itself()
        except BaseException:
            self.close()
            raise

    def query(self, vector: NDArray[np.float32], top: int) -> list[tuple[str, float]]:
        """Return (passage_id, cosine similarity), best first; equal ones in the order of the ids."""
        wanted = min(top, self._count)
        if wanted < 1:
            return []
        with translated(self._folder):
            read = self._collection.query(
                query_embeddings=np.asarray([vector], dtype=np.float32), n_results=wanted, include=["distances"]
            )
        found = zip(read["ids"][0], read["distances"][0], strict=True)
        return sorted(((passage_id, 1.0 - float(distance)) for passage_id, distance in found), key=best_first)

    def only(self, passage_ids: frozenset[str]) -> VectorIndex:
        """Return the index as if it held these passages alone; close it with this one."""
        return VisibleVectors(self, passage_ids)

    def count(self) -> int:
        return self._count

    def vectors(self) -> dict[str, NDArray[np.float32]]:
        """Return every passage's vector as stored."""
        found: dict[str, NDArray[np.float32]] = {}
        with translated(self._folder):
            for start in range(0, self._count, BATCH):
                read = self._collection.get(limit=BATCH, offset=start, include=["embeddings"])
                found.update(zip(read["ids"], np.asarray(read["embeddings"], dtype=np.float32), strict=True))
        return found

    def close(self) -> None:
        """Close the copy and remove it; a second call does nothing."""
        if self._client is not None:
            client, self._client, self._collection = self._client, None, None
            client.close()
        self._private.release()

    def _find_itself(self) -> None:
        """Ask for some stored vectors: `count` reads SQLite only and is right even where the graph is gone.

        A whole graph may miss one of them; a damaged one, nearly all.
        """
        if not self._count:
            return
        asked = self._collection.get(limit=_ASKED_AT_START, include=["embeddings"])["embeddings"]
        found = sum(self.query(np.asarray(vector, dtype=np.float32), 1)[0][1] > _SAME for vector in asked)
        if 2 * found < len(asked):
            raise damaged(self._folder)


def best_first(hit: tuple[str, float]) -> tuple[float, str]:
    # Equal vectors differ in the last digits, by the order in which they were added up.
    return -round(hit[1], 6), hit[0]


def _copy(source: Path, target: Path) -> None:
    """Copy contents without permissions: the copy of a read-only folder has to be writable."""
    for name in sealed_files(source):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
