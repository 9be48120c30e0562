"""One ingest from end to end: what differs is read and embedded, a new edition is built beside the live one, verified, and published.

Whatever goes wrong before the last step leaves the live edition as it was. A file that can't be read costs that file only; a
document that was readable before keeps its last good version.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.build import ReadDocument, build_edition
from ingest.readers import read_document, reader_version
from ingest.receipt import Receipt
from ingest.roots import Root, SourceFile, printable, read_bytes, read_root
from ingest.split import SPLITTER
from report_qa.errors import DocumentUnreadable, IngestError, PublishRefused
from report_qa.library.edition import Edition, Library
from report_qa.library.originals import keep_original
from report_qa.ports import Embedder
from report_qa.records.document import DocumentState, DocumentText, SourceDocument

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A file with its bytes' hash and the key that says whether it was read before exactly like this."""

    file: SourceFile
    root: str
    sha256: str
    read_key: str


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
        IngestError: a root is missing or empty, the run would withdraw too much, another ingest runs, or the new edition
            can't be written or fails verification.
    """
    started = time.perf_counter()
    roots = [read_root(path) for path in paths]
    with library.lock():
        library.sweep()
        current = library.open(library.current_edition_id()) if library.has_current() else None
        try:
            receipt = _ingest(roots, library, current, embedder_digest, make_embedder, allow_withdraw, progress, started)
        except OSError as error:
            raise IngestError(
                f"The new edition can't be written: {error.strerror or error}.",
                hint="The live edition is untouched; make room and run it again.",
            ) from error
        finally:
            library.sweep()
            if current is not None:
                current.close()
    return receipt


def _ingest(
    roots: Sequence[Root],
    library: Library,
    current: Edition | None,
    embedder_digest: str,
    make_embedder: Callable[[], Embedder],
    allow_withdraw: bool,
    progress: Progress,
    started: float,
) -> Receipt:
    known = dict(current.store.provenance()) if current is not None else {}
    receipt = Receipt(parent=current.edition_id if current is not None else "")
    reused = embedder_digest if current is not None and current.manifest.embedder_digest == embedder_digest else ""
    candidates, present = _candidates(roots, known, receipt, embedder_digest)
    withdrawn = _withdrawn(roots, known, present, receipt, allow_withdraw)
    changed = [item for item in candidates if not reused or known.get(item.file.entry.document_id) != (item.root, item.read_key)]
    receipt.unchanged = [item.file.entry.document_id for item in candidates if item not in changed]
    if current is not None and not reused:
        _refuse_mixed_models(current, known, candidates)
    read = _read(changed, library, known, receipt, progress)
    if not read and not withdrawn and not _shelf_changed(roots, current):
        receipt.seconds = time.perf_counter() - started
        return receipt
    receipt.added = [item.document.document_id for item in read if item.document.document_id not in known]
    receipt.changed = [item.document.document_id for item in read if item.document.document_id in known]
    receipt.withdrawn = withdrawn
    build_edition(
        library,
        current,
        read=read,
        withdrawn=withdrawn,
        embedder=make_embedder(),
        title=next((root.catalogue.title for root in roots if root.catalogue.title), ""),
        examples=next((root.catalogue.examples for root in roots if root.catalogue.examples), ()),
        receipt=receipt,
        progress=progress,
        started=started,
    )
    return receipt


def _candidates(
    roots: Sequence[Root], known: dict[str, tuple[str, str]], receipt: Receipt, embedder_digest: str
) -> tuple[list[_Candidate], set[str]]:
    """Return what is to be in the edition, and the ids of all documents whose files are there (readable or not)."""
    candidates: list[_Candidate] = []
    present: set[str] = set()
    for root in roots:
        receipt.skipped += [{"path": printable(item.path), "reason": item.reason} for item in root.skipped]
        for name in root.missing:
            receipt.skipped.append({"path": printable(name), "reason": "listed in catalogue.toml, but not there"})
        for file in root.files:
            document_id = file.entry.document_id
            if file.entry.state is DocumentState.DRAFT:
                receipt.drafts.append(document_id)
                continue
            if document_id in present or _belongs_elsewhere(document_id, root.name, roots, known):
                reason = f"{printable(file.path.name)} has the id {document_id!r}, which another document has."
                receipt.unreadable.append({"path": printable(str(file.path)), "reason": f"{reason} Give it an id in catalogue.toml."})
                continue
            present.add(document_id)
            try:
                content = read_bytes(file)
                version = reader_version(file.media_type)
            except DocumentUnreadable as error:
                _note_unreadable(receipt, file, error, kept=document_id in known)
                continue
            sha256 = hashlib.sha256(content).hexdigest()
            key = "\x00".join((sha256, version, SPLITTER, embedder_digest, repr(file.entry)))
            read_key = hashlib.sha256(key.encode()).hexdigest()[:32]
            candidates.append(_Candidate(file=file, root=root.name, sha256=sha256, read_key=read_key))
    return candidates, present


def _belongs_elsewhere(document_id: str, root: str, roots: Sequence[Root], known: dict[str, tuple[str, str]]) -> bool:
    """Return whether an id is taken by a document of another root that still exists and is not part of this run."""
    owner = known.get(document_id, (root, ""))[0]
    return owner != root and owner not in {other.name for other in roots} and Path(owner).exists()


def _withdrawn(
    roots: Sequence[Root], known: dict[str, tuple[str, str]], present: set[str], receipt: Receipt, allow: bool
) -> list[str]:
    """Return the documents whose own root is ingested again without them.

    Raises:
        PublishRefused: a root is empty, or more than a third of the library would go, and that was not allowed.
    """
    names = {root.name for root in roots}
    gone = sorted(document_id for document_id, (root, _) in known.items() if root in names and document_id not in present)
    for root in roots:
        if not root.files and not allow:
            had = any(owner == root.name for owner, _ in known.values())
            hint = (
                "If its documents are to be withdrawn, add --allow-withdraw."
                if had
                else "Put PDF, DOCX, HTML, Markdown or text files there."
            )
            skipped = f" ({len(root.skipped)} files of unknown kinds)" if root.skipped else ""
            raise PublishRefused(f"{root.name} holds no documents{skipped}.", hint=hint)
    if len(gone) * 3 > len(known) and not allow:
        raise PublishRefused(
            f"This would withdraw {len(gone)} of {len(known)} documents ({', '.join(gone[:3])}…).",
            hint="If that is meant, add --allow-withdraw.",
        )
    return gone


def _refuse_mixed_models(
    current: Edition, known: dict[str, tuple[str, str]], candidates: Iterable[_Candidate]
) -> None:
    """An edition has one model: with another one, every document has to be read again in the same run."""
    left = set(known) - {item.file.entry.document_id for item in candidates}
    if left:
        raise PublishRefused(
            f"The library was embedded by {current.manifest.embedder_name}; with another model all of its documents have"
            f" to be ingested together ({len(left)} are not among these paths).",
            hint="Name all roots in one run, or set REPORT_QA_EMBEDDER back.",
        )


def _read(
    candidates: Sequence[_Candidate],
    library: Library,
    known: dict[str, tuple[str, str]],
    receipt: Receipt,
    progress: Progress,
) -> list[ReadDocument]:
    read = []
    for number, item in enumerate(candidates):
        progress("reading", number, len(candidates))
        try:
            content = read_bytes(item.file)
            if hashlib.sha256(content).hexdigest() != item.sha256:
                raise DocumentUnreadable(f"{printable(item.file.path.name)} changed while it was read.", hint="Run it again.")
            text = read_document(content, item.file.media_type, item.file.path.name)
        except DocumentUnreadable as error:
            _note_unreadable(receipt, item.file, error, kept=item.file.entry.document_id in known)
            continue
        keep_original(library.originals_folder, content, item.sha256)
        for reason, count in text.dropped:
            receipt.dropped[reason] += count
        read.append(
            ReadDocument(document=_document(item, text), text=text, root=item.root, read_key=item.read_key)
        )
    progress("reading", len(candidates), len(candidates))
    return read


def _document(item: _Candidate, text: DocumentText) -> SourceDocument:
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


def _note_unreadable(receipt: Receipt, file: SourceFile, error: DocumentUnreadable, *, kept: bool) -> None:
    entry = {"path": printable(file.entry.path), "reason": str(error), "code": error.code}
    receipt.unreadable.append({**entry, "kept": "yes"} if kept else entry)

