"""Build an edition beside the current one, verify it, and publish it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ingest.catalogue import Catalogue
from ingest.receipt import Receipt
from ingest.split import embedded_text, part_ranges, split_document
from report_qa.errors import IndexDamaged, PublishRefused
from report_qa.library.edition import Edition, Library
from report_qa.library.manifest import Manifest, write_manifest
from report_qa.library.passages import PassageWriter, SqlitePassages
from report_qa.ports import Embedder
from report_qa.records.document import DocumentText, SourceDocument
from report_qa.records.passage import Passage
from report_qa.wiring import check_indexes, open_index_writers

# Passages embedded in one call: enough to fill batches by length, few enough to show progress.
_EMBED_TOGETHER = 256
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
    read: Sequence[ReadDocument],
    withdrawn: Sequence[str],
    embedder: Embedder,
    catalogue: Catalogue,
    receipt: Receipt,
    progress: Callable[[str, int, int], None],
    started: float,
) -> None:
    """Write the next edition, verify it and publish it; fills in the receipt.

    Raises:
        PublishRefused: the edition failed its verification and was not published.
    """
    edition_id = library.next_edition_id()
    folder = library.building_folder(edition_id)
    try:
        # Vectors of another model are of no use: the edition starts from nothing.
        same_model = current is not None and current.manifest.embedder_digest == embedder.digest
        _start(folder, current if same_model else None)
        _write(folder, read, withdrawn, embedder, receipt, progress)
    except IndexDamaged as error:
        raise PublishRefused(
            f"The new edition could not be written: {error.message}", hint="The live edition is untouched."
        ) from error
    store = SqlitePassages(folder / "passages.sqlite")
    try:
        manifest = Manifest(
            edition_id=edition_id,
            parent=current.edition_id if current is not None else "",
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            package_version=version("report-qa"),
            embedder_name=embedder.name,
            embedder_digest=embedder.digest,
            embedder_dimensions=embedder.dimensions,
            documents=len(store.documents()),
            pages=sum(len(store.page_numbers(document.document_id)) for document in store.documents()),
            characters=sum(len(store.text(document.document_id)) for document in store.documents()),
            passages=store.passage_count(),
            title=catalogue.title or (current.manifest.title if current is not None else ""),
            examples=catalogue.examples or (current.manifest.examples if current is not None else ()),
        )
        _verify(folder, store, [item.document.document_id for item in read])
    except IndexDamaged as error:
        raise PublishRefused(
            f"The new edition failed its verification: {error.message}",
            hint="The live edition is untouched; run it again.",
        ) from error
    finally:
        store.close()
    receipt.edition = edition_id
    receipt.pages = sum(len(item.text.pages) for item in read)
    receipt.characters = sum(len(item.text.text) for item in read)
    receipt.seconds = round(time.perf_counter() - started, 3)
    (folder / "receipt.json").write_text(json.dumps(receipt.as_json(), ensure_ascii=False, indent=2), encoding="utf-8")
    write_manifest(folder, manifest)
    library.publish(edition_id)


def _start(folder: Path, current: Edition | None) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir()
    if current is not None:
        for name in ("chroma", "tantivy"):
            shutil.copytree(current.folder / name, folder / name)
        shutil.copy2(current.folder / "passages.sqlite", folder / "passages.sqlite")


def _write(
    folder: Path,
    read: Sequence[ReadDocument],
    withdrawn: Sequence[str],
    embedder: Embedder,
    receipt: Receipt,
    progress: Callable[[str, int, int], None],
) -> None:
    store = PassageWriter(folder / "passages.sqlite")
    try:
        with open_index_writers(folder) as (vectors, words):
            gone = [
                passage_id
                for document_id in (*withdrawn, *(item.document.document_id for item in read))
                for passage_id in store.remove(document_id)
            ]
            vectors.delete(gone)
            words.delete(gone)
            for number, item in enumerate(read):
                progress("embedding", number, len(read))
                passages = split_document(item.document, item.text, embedder)
                store.add(item.document, item.text, passages, root=item.root, read_key=item.read_key)
                receipt.passages += len(passages)
                for part in _parts(passages):
                    rows = _vectors(part, item.document.title, store, embedder, receipt)
                    vectors.add([passage.passage_id for passage in part], rows, [item.document.document_id] * len(part))
                for passage in passages:
                    words.add(
                        passage.passage_id,
                        title=item.document.title,
                        heading_path=passage.heading_path,
                        text=passage.text,
                    )
            progress("embedding", len(read), len(read))
        store.finish()
    finally:
        store.close()


def _vectors(
    passages: Sequence[Passage], title: str, store: PassageWriter, embedder: Embedder, receipt: Receipt
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return the passages' vectors, shape (passages, dimensions); those that were embedded before are read back."""
    known = store.vectors([passage.vector_key for passage in passages])
    new = [passage for passage in passages if passage.vector_key not in known]
    if new:
        texts = [embedded_text(title, passage.heading_path, passage.text) for passage in new]
        whole, parts = embedder.embed_parts(texts, [part_ranges(passage, title) for passage in new])
        for passage, row, units in zip(new, whole, parts, strict=True):
            stacked = np.vstack([row[None, :], units]).astype(np.float32)
            store.add_vectors(passage.vector_key, stacked)
            known[passage.vector_key] = stacked
        receipt.embedded += len(new)
    return np.stack([known[passage.vector_key][0] for passage in passages])


def _verify(folder: Path, store: SqlitePassages, changed: Sequence[str]) -> None:
    """Check the edition as a reader will use it: counts, exact spans of what changed, vectors that find themselves."""
    for document_id in changed:
        text = store.text(document_id)
        for passage in store.passages_of(document_id):
            if passage.text != "\n".join(text[span.start_char : span.end_char] for span in passage.spans):
                raise IndexDamaged(f"a passage of {document_id} does not stand at its offsets.")
    ids = store.passage_ids()
    step = max(1, len(ids) // _SELF_QUERIES)
    sample = {passage_id: rows[0] for passage_id, rows in store.vectors(ids[::step]).items()}
    if len(sample) != len(ids[::step]):
        raise IndexDamaged("vectors are missing from the passages store.")
    check_indexes(folder, count=len(ids), sample=sample)


def _parts(passages: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    for start in range(0, len(passages), _EMBED_TOGETHER):
        yield passages[start : start + _EMBED_TOGETHER]
