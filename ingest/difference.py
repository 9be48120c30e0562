"""What a run would change: which files are new or different, and which documents would leave.

A document belongs to one root. It is withdrawn only when its own root is ingested again and its file is gone from it. A
path inside a known root means that root's documents under the path, so that one file of a shelf can be brought up to
date; a root inside a path that is ingested is absorbed by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.readers import reader_version
from ingest.receipt import Receipt
from ingest.roots import Root, SourceFile, printable, read_bytes
from ingest.split import SPLITTER
from report_qa.errors import DocumentUnreadable, PublishRefused
from report_qa.library.edition import Edition
from report_qa.records.document import DocumentState, SourceDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file with its bytes' hash and the key that says whether it was read before exactly like this."""

    file: SourceFile
    root: str
    sha256: str
    read_key: str

    @property
    def document_id(self) -> str:
        """The id that the document has, or will have."""
        return self.file.entry.document_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A document of the current edition, with its root and the key under which it was read."""

    document: SourceDocument
    root: str
    read_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`changed` is to be read, `withdrawn` are ids that leave; what is in neither stays as it is."""

    changed: tuple[Candidate, ...]
    withdrawn: tuple[str, ...]


def known_documents(current: Edition | None) -> dict[str, Known]:
    """Return the documents of the current edition by id."""
    if current is None:
        return {}
    provenance = current.store.provenance()
    return {
        document.document_id: Known(
            document=document, root=provenance[document.document_id][0], read_key=provenance[document.document_id][1]
        )
        for document in current.store.documents()
    }


def find_difference(
    roots: Sequence[Root], known: Mapping[str, Known], receipt: Receipt, *, embedder_digest: str, allow_withdraw: bool
) -> Difference:
    """Compare the roots with the current edition; notes in the receipt what is unchanged, skipped or unreadable.

    Raises:
        PublishRefused: a root is empty, or more than a third of the library would go, and that was not allowed.
    """
    candidates: list[Candidate] = []
    present: set[str] = set()
    for root in roots:
        receipt.skipped += [{"path": printable(item.path), "reason": item.reason} for item in root.skipped]
        for name in root.missing:
            receipt.skipped.append({"path": printable(name), "reason": "listed in catalogue.toml, but not there"})
        for file in root.files:
            if file.entry.state is DocumentState.DRAFT:
                receipt.drafts.append(file.entry.document_id)
            else:
                candidates += _candidate(file, root, roots, known, present, receipt, embedder_digest)
    changed = tuple(item for item in candidates if not _is_known(item, known))
    changed_ids = {item.document_id for item in changed}
    receipt.unchanged = [item.document_id for item in candidates if item.document_id not in changed_ids]
    withdrawn = _withdrawn(roots, known, present, {item.sha256 for item in candidates}, allow_withdraw)
    return Difference(changed=changed, withdrawn=withdrawn)


def note_unreadable(receipt: Receipt, file: SourceFile, error: DocumentUnreadable, *, kept: bool) -> None:
    """Note that a file can't be read; `kept` says that the edition holds an earlier version of it, which stays."""
    entry = {"path": printable(file.entry.path), "reason": str(error), "code": error.code}
    receipt.unreadable.append({**entry, "kept": "yes"} if kept else entry)


def _candidate(
    file: SourceFile,
    root: Root,
    roots: Sequence[Root],
    known: Mapping[str, Known],
    present: set[str],
    receipt: Receipt,
    embedder_digest: str,
) -> Iterable[Candidate]:
    """Yield the file as a candidate, unless it can't be one; adds its id to `present` even if it can't be read."""
    document_id = file.entry.document_id
    owner = _other_owner(document_id, root, roots, known)
    if document_id in present or owner:
        taken = f"another file of {owner}" if owner else "another file of this run"
        error = DocumentUnreadable(
            f"{printable(file.path.name)} has the id {printable(document_id)}, which {taken} has.",
            hint="Give one of them another id in its catalogue.toml.",
        )
        note_unreadable(receipt, file, error, kept=False)
        return
    present.add(document_id)
    try:
        content = read_bytes(file)
    except DocumentUnreadable as error:
        note_unreadable(receipt, file, error, kept=document_id in known)
        return
    sha256 = hashlib.sha256(content).hexdigest()
    key = "\x00".join((sha256, reader_version(file.media_type), SPLITTER, embedder_digest, repr(file.entry)))
    read_key = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    yield Candidate(file=file, root=root.name, sha256=sha256, read_key=read_key)


def _is_known(item: Candidate, known: Mapping[str, Known]) -> bool:
    earlier = known.get(item.document_id)
    return earlier is not None and (earlier.root, earlier.read_key) == (item.root, item.read_key)


def _other_owner(document_id: str, root: Root, roots: Sequence[Root], known: Mapping[str, Known]) -> str:
    """Return the root that has a document of this id, if it is another one, still exists and isn't part of the run."""
    if document_id not in known:
        return ""
    owner = known[document_id].root
    if any(_covers(other, owner) for other in (root, *roots)) or not Path(owner).exists():
        return ""
    return owner


def _covers(root: Root, owner: str) -> bool:
    """Return whether a root is `owner`, or a folder that holds it."""
    return owner == root.name or (not root.within and Path(owner).is_relative_to(root.name))


def _withdrawn(
    roots: Sequence[Root], known: Mapping[str, Known], present: set[str], hashes: set[str], allow: bool
) -> tuple[str, ...]:
    gone = sorted(
        document_id
        for document_id, item in known.items()
        if document_id not in present
        and any(_covers(root, item.root) and root.includes(item.document.path) for root in roots)
    )
    if allow:
        return tuple(gone)
    for root in roots:
        if not root.files:
            had = any(_covers(root, item.root) for item in known.values())
            hint = (
                "If its documents are to be withdrawn, add --allow-withdraw."
                if had
                else "Put PDF, DOCX, HTML, Markdown or text files there."
            )
            others = f" ({len(root.skipped)} files of other kinds)" if root.skipped else ""
            raise PublishRefused(f"{printable(root.path)} holds no documents{others}.", hint=hint)
    # A file that was renamed or moved takes its words along: nothing is lost.
    lost = [document_id for document_id in gone if known[document_id].document.sha256 not in hashes]
    if len(lost) * 3 > len(known):
        names = ", ".join(printable(name) for name in lost[:3]) + (", …" if len(lost) > 3 else "")
        raise PublishRefused(
            f"This would withdraw {len(lost)} of {len(known)} documents ({names}).",
            hint="If that is meant, add --allow-withdraw.",
        )
    return tuple(gone)
