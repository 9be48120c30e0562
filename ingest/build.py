"""Build an edition beside the current one, verify it, and publish it.

Four things happen at once: files are read (by whoever feeds `read`), texts are split and stored here, passages are
embedded by threads of their own, and the indexes are written by another, which the libraries behind them do without
holding Python up.
"""

from __future__ import annotations

import json
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.catalogue import Catalogue
from ingest.gate import Gate
from ingest.receipt import DocumentReceipt, Receipt
from ingest.split import embedded_text, part_ranges, split_document
from report_qa.errors import IndexDamaged, PublishRefused
from report_qa.library.edition import Edition, Library
from report_qa.library.manifest import Manifest, write_manifest
from report_qa.library.originals import digest_of
from report_qa.library.passages import PassageWriter, SqlitePassages
from report_qa.ports import Embedder
from report_qa.records.document import DocumentText, SourceDocument
from report_qa.records.passage import Passage
from report_qa.wiring import check_indexes, open_index_writers, vectors_in_place

if TYPE_CHECKING:
    from report_qa.wiring import IndexWriters

# Passages embedded in one call, from as many documents as it takes: enough to make batches of one length.
_EMBED_TOGETHER = 512
# Calls under way: while one ends, whose last batches no longer busy all processors, the next one's have begun.
_EMBED_AHEAD = 2
_STORED_TOGETHER = 2_000
_SELF_QUERIES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """A document that was read and is to be in the next edition."""

    document: SourceDocument
    text: DocumentText
    root: str
    read_key: str


def build_edition(
    library: Library,
    current: Edition | None,
    *,
    read: Iterator[ReadDocument],
    withdrawn: Sequence[str],
    revised: Mapping[str, tuple[str, ...]],
    embedder: Embedder,
    catalogue: Catalogue,
    receipt: Receipt,
    before_publish: Callable[[], None] = lambda: None,
    gate: Gate | None = None,
) -> None:
    """Write the next edition, verify it and publish it; fills in the receipt.

    `before_publish` completes the receipt, or raises and so keeps the edition from being published; the `gate` asks what was built.

    Raises:
        PublishRefused: the edition failed its verification or the gate, and was not published.
    """
    edition_id = library.next_edition_id()
    folder = library.building_folder(edition_id)
    try:
        # Vectors of another model are of no use: the edition starts from nothing.
        same_model = current is not None and current.manifest.embedder_digest == embedder.digest
        start_edition(library, folder, current if same_model else None)
        changed = write_passages(library, folder, read, withdrawn, embedder, receipt, revised=revised)
    except IndexDamaged as error:
        raise PublishRefused(
            f"The new edition could not be written: {error.message}", hint="The live edition is untouched."
        ) from error
    receipt.edition = edition_id
    before_publish()
    complete_edition(
        library,
        edition_id,
        parent=current.edition_id if current is not None else "",
        embedder=(embedder.name, embedder.digest, embedder.dimensions),
        title=catalogue.title or (current.manifest.title if current is not None else ""),
        examples=catalogue.examples or (current.manifest.examples if current is not None else ()),
        changed=changed,
        receipt=receipt,
    )
    if gate is not None:
        gate.examine(library, edition_id, receipt, embedder)
    library.publish(edition_id)


def complete_edition(
    library: Library,
    edition_id: str,
    *,
    parent: str,
    embedder: tuple[str, str, int],
    title: str,
    examples: tuple[str, ...],
    changed: Sequence[str],
    receipt: Receipt,
) -> None:
    """Verify an edition that was written, and give it its receipt and, last, its manifest.

    `embedder` is the model's name, digest and dimensions; `changed` are the documents whose passages are checked one by one.

    Raises:
        PublishRefused: the edition is not what it should be.
    """
    folder = library.building_folder(edition_id)
    store = SqlitePassages(folder / "passages.sqlite")
    name, digest, dimensions = embedder
    try:
        _verify(library, folder, store, changed)
        totals = store.totals()
    except IndexDamaged as error:
        raise PublishRefused(
            f"The new edition failed its verification: {error.message}",
            hint="The live edition is untouched; run it again.",
        ) from error
    finally:
        store.close()
    (folder / "receipt.json").write_text(json.dumps(receipt.as_json(), ensure_ascii=True, indent=1), encoding="utf-8")
    write_manifest(
        folder,
        Manifest(
            edition_id=edition_id,
            parent=parent,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            package_version=version("report-qa"),
            embedder_name=name,
            embedder_digest=digest,
            embedder_dimensions=dimensions,
            documents=totals.documents,
            pages=totals.pages,
            characters=totals.characters,
            passages=totals.passages,
            title=title,
            examples=examples,
            store_sha256=digest_of(folder / "passages.sqlite"),
        ),
    )


def start_edition(library: Library, folder: Path, source: Edition | None) -> None:
    """Make the folder of an edition that is to be built: empty, or with all that `source` holds.

    Raises:
        IndexDamaged: what `source` holds can't be used.
    """
    folder.mkdir(parents=True)
    if source is None:
        return
    for name in ("chroma", "tantivy"):
        shutil.copytree(source.folder / name, folder / name)
    shutil.copy2(source.folder / "passages.sqlite", folder / "passages.sqlite")
    digest = source.manifest.embedder_digest
    if not vectors_in_place(library, folder, source.store, digest):
        fill_indexes(library, folder, digest)


def fill_indexes(library: Library, folder: Path, embedder_digest: str) -> None:
    """Make both indexes of an edition from its passages store; whatever was there is replaced.

    Raises:
        IndexDamaged: the store lacks a vector, or can't be read.
    """
    for name in ("chroma", "tantivy"):
        shutil.rmtree(folder / name, ignore_errors=True)
    store = SqlitePassages(folder / "passages.sqlite")
    try:
        titles = {document.document_id: document.title for document in store.documents()}
        ids = store.passage_ids()
        with open_index_writers(library, folder, embedder_digest) as writers, _IndexQueue(writers) as indexes:
            for start in range(0, len(ids), _STORED_TOGETHER):
                part = ids[start : start + _STORED_TOGETHER]
                stored = store.vectors(part)
                if len(stored) != len(part):
                    raise IndexDamaged("vectors are missing from the passages store.")
                passages = store.passages(part).values()
                rows = np.stack([stored[passage.passage_id][0] for passage in passages])
                indexes.add([(passage, titles[passage.document_id]) for passage in passages], rows)
    finally:
        store.close()


def write_passages(
    library: Library,
    folder: Path,
    read: Iterator[ReadDocument],
    withdrawn: Sequence[str],
    embedder: Embedder,
    receipt: Receipt,
    *,
    revised: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> list[str]:
    """Take documents out of an edition and put these in; returns the ids of those that were put in.

    `revised` says of documents that stay whom they are for from now on.
    """
    store = PassageWriter(folder / "passages.sqlite")
    changed = []
    try:
        with open_index_writers(library, folder, embedder.digest) as writers, _IndexQueue(writers) as indexes:
            for document_id, groups in revised.items():
                store.revise(document_id, groups)
            for document_id in withdrawn:
                indexes.delete(list(store.remove(document_id)))
            with _Embedding(store, embedder, indexes, receipt) as embedding:
                for item in read:
                    changed.append(item.document.document_id)
                    embedding.take(item)
        store.finish()
    finally:
        store.close()
    return changed


class _IndexQueue:
    """Writes both indexes in the order in which it is asked to, behind its caller's back but not far behind."""

    _FAR = 6

    def __init__(self, writers: IndexWriters) -> None:
        self._vectors, self._words = writers
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="indexes")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> _IndexQueue:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            while self._waiting and kind is None:
                self._waiting.popleft().result()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)

    def delete(self, passage_ids: Sequence[str]) -> None:
        self._submit(lambda: self._delete(passage_ids))

    def add(self, passages: Sequence[tuple[Passage, str]], vectors: NDArray[np.float32]) -> None:
        """Add passages, each with its document's title; `vectors` has a row for each."""
        self._submit(lambda: self._add(passages, vectors))

    def _submit(self, work: Callable[[], None]) -> None:
        while len(self._waiting) >= self._FAR:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(work))

    def _delete(self, passage_ids: Sequence[str]) -> None:
        self._vectors.delete(passage_ids)
        self._words.delete(passage_ids)

    def _add(self, passages: Sequence[tuple[Passage, str]], vectors: NDArray[np.float32]) -> None:
        self._vectors.add_passages([passage for passage, _ in passages], vectors)
        for passage, title in passages:
            self._words.add(passage.passage_id, title=title, heading_path=passage.heading_path, text=passage.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A call of the embedder: the passages that wait for it, the vectors known before, and those it is to bring, if any."""

    held: list[tuple[Passage, str]]
    known: dict[str, NDArray[np.float32]]
    new: list[str]
    vectors: Future[tuple[NDArray[np.float32], list[NDArray[np.float32]]]] | None


class _Embedding:
    """Collects the passages of documents until there are enough to embed together, and stores what comes of it."""

    def __init__(self, store: PassageWriter, embedder: Embedder, indexes: _IndexQueue, receipt: Receipt) -> None:
        self._store = store
        self._embedder = embedder
        self._indexes = indexes
        self._receipt = receipt
        self._held: list[tuple[Passage, str]] = []
        self._calls: deque[_Call] = deque()
        self._threads = ThreadPoolExecutor(max_workers=_EMBED_AHEAD, thread_name_prefix="embedding")

    def __enter__(self) -> _Embedding:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._embed_held()
                self._settle(all_but=0)
        finally:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def take(self, item: ReadDocument) -> None:
        """Split a document, store it, and put its passages into the indexes; those that stay as they were stay there."""
        title = item.document.title
        before = self._store.remove(item.document.document_id)
        passages = split_document(item.document, item.text, self._embedder)
        self._store.add(item.document, item.text, passages, root=item.root, read_key=item.read_key)
        after = {passage.passage_id: passage.vector_key for passage in passages}
        kept = {name for name, key in after.items() if before.get(name) == key}
        self._indexes.delete([name for name in before if name not in kept])
        self._receipt.note(
            DocumentReceipt.of(
                item.document.document_id,
                item.document.path,
                title,
                item.text,
                passages,
                kept=len(after.keys() & before.keys()),
                gone=len(before.keys() - after.keys()),
            )
        )
        for passage in passages:
            if passage.passage_id not in kept:
                self._held.append((passage, title))
                if len(self._held) >= _EMBED_TOGETHER:
                    self._embed_held()

    def _embed_held(self) -> None:
        """Have what is held embedded, as far as it was not embedded before."""
        if not self._held:
            return
        held, self._held = self._held, []
        keys = [passage.vector_key for passage, _ in held]
        under_way = {key for call in self._calls for key in call.new}
        if not under_way.isdisjoint(keys):
            self._settle(all_but=0)
        known = dict(self._store.vectors(keys))
        new = {passage.vector_key: (passage, title) for passage, title in held if passage.vector_key not in known}
        texts = [embedded_text(title, passage.heading_path, passage.text) for passage, title in new.values()]
        parts = [part_ranges(passage, title) for passage, title in new.values()]
        vectors = self._threads.submit(self._embedder.embed_parts, texts, parts) if new else None
        self._calls.append(_Call(held=held, known=known, new=list(new), vectors=vectors))
        self._settle(all_but=_EMBED_AHEAD)

    def _settle(self, *, all_but: int) -> None:
        """Wait for the first calls, and store and index what they brought."""
        while len(self._calls) > all_but:
            call = self._calls.popleft()
            if call.vectors is not None:
                for key, row, of_parts in zip(call.new, *call.vectors.result(), strict=True):
                    call.known[key] = np.vstack([row[None, :], of_parts]).astype(np.float32)
                    self._store.add_vectors(key, call.known[key])
            self._receipt.embedded += len(call.new)
            self._indexes.add(call.held, np.stack([call.known[passage.vector_key][0] for passage, _ in call.held]))


def _verify(library: Library, folder: Path, store: SqlitePassages, changed: Sequence[str]) -> None:
    """Check the edition as a reader will use it: counts, exact spans of what changed, vectors that find themselves."""
    for document_id in changed:
        check_spans(store, document_id)
    ids = store.passage_ids()
    step = max(1, len(ids) // _SELF_QUERIES)
    sample = {passage_id: rows[0] for passage_id, rows in store.vectors(ids[::step]).items()}
    if len(sample) != len(ids[::step]):
        raise IndexDamaged("vectors are missing from the passages store.")
    check_indexes(library, folder, store, sample)


def check_spans(store: SqlitePassages, document_id: str) -> None:
    """Check that each passage of a document stands at its offsets.

    Raises:
        IndexDamaged: one doesn't.
    """
    text = store.text(document_id)
    for passage in store.passages_of(document_id):
        if passage.text != "\n".join(text[span.start_char : span.end_char] for span in passage.spans):
            raise IndexDamaged(f"a passage of {document_id} does not stand at its offsets.")
