"""One ingest from end to end: what differs is read and embedded, and a new edition is published beside the live one.

Whatever goes wrong before the last step leaves the live edition as it was. A file that can't be read costs that file
only; a document that was readable before keeps its last good version.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from ingest.build import ReadDocument, build_edition
from ingest.catalogue import Catalogue
from ingest.difference import Candidate, Difference, find_difference, known_documents, note_unreadable
from ingest.readers import read_document
from ingest.receipt import Receipt
from ingest.roots import Root, printable, read_bytes, read_root
from report_qa.errors import DocumentUnreadable, IngestError, PublishRefused
from report_qa.library.edition import Edition, Library
from report_qa.library.originals import keep_original
from report_qa.ports import Embedder
from report_qa.records.document import DocumentText, SourceDocument

Progress = Callable[[str, int, int], None]


def ingest(
    paths: Sequence[Path],
    *,
    library: Library,
    embedder_digest: str,
    make_embedder: Callable[[], Embedder],
    allow_withdraw: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> Receipt:
    """Ingest these roots and publish what changed.

    Raises:
        IngestError: a root is missing or empty, the run would withdraw too much, another ingest runs, or the new
            edition can't be written or fails verification.
    """
    started = time.perf_counter()
    try:
        with library.lock():
            library.sweep()
            current = library.open(library.current_edition_id()) if library.has_current() else None
            try:
                known = known_documents(current)
                roots = [read_root(path, {item.root for item in known.values()}) for path in paths]
                receipt = Receipt(parent=current.edition_id if current is not None else "")
                difference = find_difference(
                    roots, known, receipt, embedder_digest=embedder_digest, allow_withdraw=allow_withdraw
                )
                if current is not None and current.manifest.embedder_digest != embedder_digest:
                    _refuse_mixed_models(current, known, difference)
                read = _read(difference.changed, library, known, receipt, progress)
                if current is not None and current.manifest.embedder_digest != embedder_digest:
                    _refuse_lost(receipt)
                receipt.added = [item.document.document_id for item in read if item.document.document_id not in known]
                receipt.changed = [item.document.document_id for item in read if item.document.document_id in known]
                receipt.withdrawn = list(difference.withdrawn)
                if receipt.changes or _shelf_changed(roots, current):
                    build_edition(
                        library,
                        current,
                        read=read,
                        withdrawn=difference.withdrawn,
                        embedder=make_embedder(),
                        catalogue=next((root.catalogue for root in roots if root.catalogue.title), Catalogue()),
                        receipt=receipt,
                        progress=progress,
                        started=started,
                    )
                receipt.seconds = round(time.perf_counter() - started, 3)
                return receipt
            finally:
                library.sweep()
                if current is not None:
                    current.close()
    except OSError as error:
        where = f"{printable(str(error.filename))}: " if error.filename else ""
        raise IngestError(
            f"The ingest stopped: {where}{error.strerror or error}.",
            hint="The live edition is untouched; put that right and run it again.",
        ) from error


def _refuse_mixed_models(current: Edition, known: Collection[str], difference: Difference) -> None:
    """An edition has one model: with another one, every document has to be read again in the same run."""
    left = set(known) - {item.document_id for item in difference.changed} - set(difference.withdrawn)
    if left:
        raise PublishRefused(
            f"The library was embedded by another model ({current.manifest.embedder_name}); all of its documents"
            f" have to be ingested together, and {len(left)} of them are not in this run or can't be read.",
            hint="Name all roots in one run, or set REPORT_QA_EMBEDDER back.",
        )


def _refuse_lost(receipt: Receipt) -> None:
    """With another model nothing of the edition before is kept: a document that can't be read again would be lost."""
    lost = [item["path"] for item in receipt.unreadable if item.get("kept")]
    if lost:
        raise PublishRefused(
            f"{lost[0]} can't be read, and what is stored of it belongs to another embedding model.",
            hint="Repair the file, or set REPORT_QA_EMBEDDER back.",
        )


def _read(
    candidates: Sequence[Candidate],
    library: Library,
    known: Collection[str],
    receipt: Receipt,
    progress: Progress,
) -> list[ReadDocument]:
    read = []
    for number, item in enumerate(candidates):
        progress("reading", number, len(candidates))
        try:
            content = read_bytes(item.file)
            if hashlib.sha256(content).hexdigest() != item.sha256:
                raise DocumentUnreadable(
                    f"{printable(item.file.path.name)} changed while it was read.", hint="Run it again."
                )
            text = read_document(content, item.file.media_type, item.file.path.name)
        except DocumentUnreadable as error:
            note_unreadable(receipt, item.file, error, kept=item.document_id in known)
            continue
        keep_original(library.originals_folder, content, item.sha256)
        for reason, count in text.dropped:
            receipt.dropped[reason] += count
        read.append(ReadDocument(document=_document(item, text), text=text, root=item.root, read_key=item.read_key))
    progress("reading", len(candidates), len(candidates))
    return read


def _document(item: Candidate, text: DocumentText) -> SourceDocument:
    entry = item.file.entry
    title = entry.title or text.title or Path(entry.path).stem.replace("-", " ").replace("_", " ").strip() or entry.path
    return SourceDocument(
        document_id=entry.document_id,
        path=entry.path,
        title=title,
        media_type=item.file.media_type,
        sha256=item.sha256,
        publisher=entry.publisher,
        about=entry.about,
        published_on=entry.published_on,
        source_url=entry.source_url,
        licence=entry.licence,
        role=entry.role,
        state=entry.state,
        supersedes=entry.supersedes,
    )


def _shelf_changed(roots: Sequence[Root], current: Edition | None) -> bool:
    """Return whether only the shelf's own words (its title and examples) differ from the current edition's."""
    titles = [root.catalogue for root in roots if root.catalogue.title or root.catalogue.examples]
    return bool(
        current is not None
        and titles
        and (titles[0].title, titles[0].examples) != (current.manifest.title, current.manifest.examples)
    )
