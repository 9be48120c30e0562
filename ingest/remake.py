"""Editions made from what is stored: indexes built anew, texts split and embedded anew, documents taken out.

None of these opens a document: the passages store holds the reading texts, the passages and the vectors.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence

from ingest.build import ReadDocument, complete_edition, fill_indexes, start_edition, write_passages
from ingest.gate import Gate
from ingest.receipt import Receipt
from ingest.split import split_key
from report_qa.errors import IndexDamaged, PublishRefused
from report_qa.library.edition import Edition, Library
from report_qa.library.passages import PassageWriter, SqlitePassages
from report_qa.ports import Embedder


def rebuild(library: Library, *, gate: Gate | None = None) -> Receipt:
    """Publish the current edition again with indexes made anew from its passages store.

    Raises:
        PublishRefused: the store itself can't be used, or what was made fails its verification.
    """
    with library.lock():
        library.sweep()
        current = library.open(library.current_edition_id())
        return without(library, current, (), gate=gate)


def without(library: Library, current: Edition, document_ids: Collection[str], *, gate: Gate | None = None) -> Receipt:
    """Publish the current edition again, with new indexes and without these documents. Call it under the lock only."""
    edition_id = library.next_edition_id()
    receipt = Receipt(edition=edition_id, parent=current.edition_id, withdrawn=sorted(document_ids))
    write_without(library, current, edition_id, document_ids, receipt)
    if gate is not None:
        gate.examine(library, edition_id, receipt)
    library.publish(edition_id)
    return receipt


def write_without(
    library: Library, source: Edition, edition_id: str, document_ids: Collection[str], receipt: Receipt
) -> None:
    """Write, in the building folder of `edition_id`, an edition as `source` is but for these documents.

    Raises:
        PublishRefused: the store of `source` can't be used.
    """
    folder = library.building_folder(edition_id)
    folder.mkdir(parents=True)
    manifest = source.manifest
    try:
        shutil.copy2(source.folder / "passages.sqlite", folder / "passages.sqlite")
        writer = PassageWriter(folder / "passages.sqlite")
        try:
            for document_id in document_ids:
                writer.remove(document_id)
            writer.finish(shrink=True)
        finally:
            writer.close()
        fill_indexes(library, folder, manifest.embedder_digest)
    except IndexDamaged as error:
        raise PublishRefused(
            f"Edition {source.edition_id} can't be made anew: {error.message}",
            hint="Go back to an earlier edition (python -m ingest rollback), or ingest the documents again.",
        ) from error
    complete_edition(
        library,
        edition_id,
        parent=manifest.parent if edition_id == source.edition_id else source.edition_id,
        embedder=(manifest.embedder_name, manifest.embedder_digest, manifest.embedder_dimensions),
        title=manifest.title,
        examples=manifest.examples,
        changed=(),
        receipt=receipt,
    )


def reembed(library: Library, embedder: Embedder, *, gate: Gate | None = None) -> Receipt:
    """Split and embed all documents of the current edition anew, from their stored texts, and publish the result.

    Raises:
        PublishRefused: the store can't be used, or what was made fails its verification.
    """
    with library.lock():
        library.sweep()
        current = library.open(library.current_edition_id())
        try:
            edition_id = library.next_edition_id()
            receipt = Receipt(edition=edition_id, parent=current.edition_id)
            folder = library.building_folder(edition_id)
            manifest = current.manifest
            try:
                # If the model is the same, what is split as before need not be embedded again.
                start_edition(library, folder, current if manifest.embedder_digest == embedder.digest else None)
                stored = _stored(current.store, embedder.digest)
                changed = write_passages(library, folder, stored, (), embedder, receipt)
            except IndexDamaged as error:
                raise PublishRefused(
                    f"Edition {current.edition_id} can't be embedded anew: {error.message}",
                    hint="Run python -m ingest rebuild, or ingest the documents again.",
                ) from error
            receipt.changed = list(changed)
            complete_edition(
                library,
                edition_id,
                parent=current.edition_id,
                embedder=(embedder.name, embedder.digest, embedder.dimensions),
                title=manifest.title,
                examples=manifest.examples,
                changed=changed,
                receipt=receipt,
            )
            if gate is not None:
                gate.examine(library, edition_id, receipt, embedder)
            library.publish(edition_id)
            return receipt
        finally:
            current.close()


def _stored(store: SqlitePassages, embedder_digest: str) -> Iterator[ReadDocument]:
    provenance = store.provenance()
    for document in store.documents():
        root, read_key = provenance[document.document_id]
        yield ReadDocument(
            document=document,
            text=store.document_text(document.document_id),
            root=root,
            read_key=f"{read_key.split(':')[0]}:{split_key(embedder_digest)}",
        )


def resolve(library: Library, names: Sequence[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Return the ids of documents that any edition holds, or that are remembered, each with the SHA-256 of its bytes.

    `names` are ids or paths, or the beginning of a hash, of at least eight digits.

    Raises:
        PublishRefused: a name means no document.
    """
    known = {name: remembered[name] for name in names if name in remembered}
    meant: dict[str, set[str]] = {name: {name} & remembered.keys() for name in names}
    for edition_id in library.editions():
        edition = library.open(edition_id)
        for document in edition.store.documents():
            for name in names:
                by_hash = len(name) >= 8 and document.sha256.startswith(name)
                if by_hash or name in (document.document_id, document.path):
                    meant[name].add(document.document_id)
                    known[document.document_id] = document.sha256
        edition.close()
    for name, found in meant.items():
        if not found:
            raise PublishRefused(
                f"No edition holds a document {name!r}.", hint="See python -m ingest status --documents."
            )
    return known
