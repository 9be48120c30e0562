"""The vector index on a Chroma server: one collection for each library and model, its records named by their content.

A record's id is the passage's vector key, a hash of everything that its vector depends on, so a record never changes and
all editions share it; which records belong to an edition is said by that edition's passages store alone. So publishing
adds only what is new, readers of other editions notice nothing, and a client that is killed leaves records that nobody
asks for, until they are swept.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from report_qa.backends.chroma import BATCH, HNSW, best_first
from report_qa.backends.visible_vectors import VisibleVectors
from report_qa.errors import IndexDamaged, IndexUnavailable
from report_qa.ports import VectorIndex
from report_qa.records.passage import Passage

# In an edition's chroma/ folder: which collection holds its vectors.
_NOTE = "server.json"
_ANSWERS_WITHIN = 10.0
_PATIENCE = 120.0


class KeyedPassages(Protocol):
    """What an edition's passages store says of vector keys."""

    def passages_by_key(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return the passages that have one of these vector keys, by key."""
        ...

    def keys_by_passage(self) -> Mapping[str, str]:
        """Return every passage's vector key."""
        ...


def collection_of(folder: Path) -> str:
    """Return the collection that an edition's `chroma/` folder points to, "" where it holds the vectors itself."""
    try:
        name = json.loads((folder / _NOTE).read_text(encoding="utf-8"))["collection"]
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _lacking(folder / _NOTE) from error
    return str(name)


def note_collection(folder: Path, name: str) -> None:
    """Write down in an edition's `chroma/` folder which collection holds its vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _NOTE).write_text(json.dumps({"collection": name}) + "\n", encoding="utf-8")


class ServerCollection:
    """A collection on a server, reached by several threads or one.

    Raises, from every method: IndexUnavailable, where the server doesn't answer.
    """

    def __init__(self, url: str, name: str, *, create: bool = False) -> None:
        self.name = name
        self._url = url
        self._client: Any = None
        try:
            with self._translated():
                self._client = _connect(url)
                if create:
                    self._collection: Any = self._client.get_or_create_collection(
                        name, configuration={"hnsw": HNSW}, embedding_function=None
                    )
                else:
                    self._collection = self._client.get_collection(name, embedding_function=None)
        except BaseException:
            self.close()
            raise

    def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add the records that are not there yet; `vectors` has a row for each key."""
        with self._translated():
            for start in range(0, len(keys), BATCH):
                part = keys[start : start + BATCH]
                there = set(self._collection.get(ids=list(part), include=[])["ids"])
                new = {key: start + row for row, key in enumerate(part) if key not in there}
                if new:
                    rows = np.asarray(vectors[list(new.values())], dtype=np.float32)
                    self._collection.upsert(ids=list(new), embeddings=rows)

    def query(self, vector: NDArray[np.float32], top: int) -> list[tuple[str, float]]:
        """Return (key, cosine similarity) of the `top` nearest, best first."""
        with self._translated():
            read = self._collection.query(
                query_embeddings=np.asarray([vector], dtype=np.float32), n_results=top, include=["distances"]
            )
        return [(key, 1.0 - float(far)) for key, far in zip(read["ids"][0], read["distances"][0], strict=True)]

    def vectors(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors as stored, of those records that are there."""
        found: dict[str, NDArray[np.float32]] = {}
        with self._translated():
            for start in range(0, len(keys), BATCH):
                read = self._collection.get(ids=list(keys[start : start + BATCH]), include=["embeddings"])
                found.update(zip(read["ids"], np.asarray(read["embeddings"], dtype=np.float32), strict=True))
        return found

    def count(self) -> int:
        with self._translated():
            return int(self._collection.count())

    def keep_only(self, keys: Collection[str]) -> int:
        """Delete every other record; returns how many."""
        with self._translated():
            extra = sorted(set(self._collection.get(include=[])["ids"]) - set(keys))
            for start in range(0, len(extra), BATCH):
                self._collection.delete(ids=extra[start : start + BATCH])
        return len(extra)

    def close(self) -> None:
        """Let go of the connection; a second call does nothing."""
        if self._client is not None:
            client, self._client, self._collection = self._client, None, None
            _disconnect(client)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from chromadb.errors import NotFoundError

        with _translated(self._url):
            try:
                yield
            except NotFoundError as error:
                raise _lacking(self.name) from error


class ServerWriter:
    """Adds an edition's vectors to the library's collection, and notes it in the edition's `chroma/` folder."""

    def __init__(self, collection: ServerCollection, folder: Path) -> None:
        self._collection = collection
        self._folder = folder

    def __enter__(self) -> ServerWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                note_collection(self._folder, self._collection.name)
        finally:
            self._collection.close()

    def add_passages(self, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Add passages; `vectors` has a row for each."""
        keys = {passage.vector_key: row for row, passage in enumerate(passages)}
        self._collection.add(list(keys), vectors[list(keys.values())])

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Delete nothing: earlier editions may use the record, and this edition's store does not name it any more."""


class ServerVectorIndex:
    """Reads one edition's vectors; implements `ports.VectorIndex`. Several threads may use it."""

    def __init__(self, collection: ServerCollection, edition: KeyedPassages) -> None:
        self._collection = collection
        self._edition = edition
        keys = edition.keys_by_passage()
        self._count = len(keys)
        try:
            if collection.count() < len(set(keys.values())):
                raise _lacking(collection.name)
        except BaseException:
            collection.close()
            raise

    def query(self, vector: NDArray[np.float32], top: int) -> list[tuple[str, float]]:
        """Return (passage_id, cosine similarity), best first; equal ones in the order of the ids."""
        wanted = min(top, self._count)
        asked = wanted
        while wanted > 0:
            near = self._collection.query(vector, asked)
            own = self._edition.passages_by_key([key for key, _ in near])
            found = [(passage_id, score) for key, score in near for passage_id in own.get(key, ())]
            # Records of other editions are among the nearest: ask for more, until there are no more.
            if len(found) >= wanted or len(near) < asked:
                return sorted(found, key=best_first)[:wanted]
            asked *= 2
        return []

    def only(self, passage_ids: frozenset[str]) -> VectorIndex:
        """Return the index as if it held these passages alone; close it with this one."""
        return VisibleVectors(self, passage_ids)

    def count(self) -> int:
        return self._count

    def vectors(self) -> dict[str, NDArray[np.float32]]:
        """Return every passage's vector as stored, as far as it is there."""
        keys = self._edition.keys_by_passage()
        found = self._collection.vectors(sorted(set(keys.values())))
        return {passage_id: found[key] for passage_id, key in keys.items() if key in found}

    def close(self) -> None:
        """Let go of the connection; a second call does nothing."""
        self._collection.close()


def sweep(url: str, prefix: str, used: Sequence[tuple[Path, KeyedPassages]]) -> int:
    """Delete what no edition uses from the collections whose names begin with `prefix`; returns how many records.

    `used` are the `chroma/` folder and the store of each edition.

    Raises:
        IndexUnavailable: the server does not answer.
    """
    kept: dict[str, set[str]] = {}
    for folder, store in used:
        kept.setdefault(collection_of(folder), set()).update(store.keys_by_passage().values())
    gone = 0
    with _translated(url):
        client = _connect(url)
        try:
            for found in client.list_collections():
                if found.name.startswith(prefix) and found.name not in kept:
                    gone += found.count()
                    client.delete_collection(found.name)
        finally:
            _disconnect(client)
    for name in sorted(kept):
        if name.startswith(prefix):
            collection = ServerCollection(url, name)
            gone += collection.keep_only(kept[name])
            collection.close()
    return gone


def check_server(url: str) -> None:
    """Connect to a server and take leave again.

    Raises:
        IndexUnavailable: it does not answer.
    """
    with _translated(url):
        _disconnect(_connect(url))


@contextmanager
def _translated(url: str) -> Iterator[None]:
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except Exception as error:
        # Chroma's client raises a bare Exception for what another says in the server's place, as gateways do.
        foreign = type(error) is Exception
        if not foreign and not isinstance(error, httpx.HTTPError | ChromaError | ValueError):
            raise
        reason = "something else answers in its place" if foreign else _first_line(error)
        raise IndexUnavailable(
            f"The Chroma server {url} does not answer as it should: {reason}.",
            hint="Start it (chroma run), or set REPORT_QA_CHROMA_URL right.",
        ) from error


def _connect(url: str) -> Any:
    import chromadb
    import httpx
    from chromadb.config import Settings

    # Chroma's own client waits for ever, already while it is made: a server that hangs is found out here.
    httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=_ANSWERS_WITHIN, follow_redirects=False).raise_for_status()
    parts = urlsplit(url)
    ssl = parts.scheme == "https"
    client: Any = chromadb.HttpClient(
        host=parts.hostname or "",
        port=parts.port or (443 if ssl else 80),
        ssl=ssl,
        settings=Settings(anonymized_telemetry=False),
    )
    client._server._session.timeout = httpx.Timeout(_PATIENCE, connect=_ANSWERS_WITHIN)  # noqa: SLF001
    return client


def _disconnect(client: Any) -> None:
    # Chroma's client never closes its own connections, nor those that it made to look for its database.
    sessions = [each._server._session for each in (client, client._admin_client)]  # noqa: SLF001
    client.close()
    for session in sessions:
        session.close()


def _lacking(what: object) -> IndexDamaged:
    return IndexDamaged(
        f"The Chroma server lacks vectors of this edition ({what}).", hint="Run python -m ingest rebuild."
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
