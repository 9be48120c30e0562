"""What a run would change: which files are new or different, and which documents would leave.

A document belongs to one root. It is withdrawn only when its own root is ingested again and its file is gone from it. A
path inside a known root means that root's documents under the path, so that one file of a shelf can be brought up to
date; a root inside a path that is ingested is absorbed by it. Files are told apart by their bytes: one with another name
has moved, a second one with the same bytes is a duplicate and is not published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.ledger import Ledger
from ingest.pool import Limits, too_large
from ingest.readers import reader_version
from ingest.receipt import Receipt
from ingest.roots import Root, SourceFile, printable, read_bytes
from ingest.split import split_key
from report_qa.errors import DocumentUnreadable, PublishRefused
from report_qa.library.edition import Edition
from report_qa.records.document import DocumentState, SourceDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file with its bytes' hash and size, and two keys: of being read exactly like this, and of failing like this.

    `same_as` is the document of the current edition whose reading text is that of these bytes, "" where there is none.
    """

    file: SourceFile
    root: str
    sha256: str
    size: int
    read_key: str
    failure_key: str
    same_as: str = ""

    @property
    def document_id(self) -> str:
        """The id that the document has, or will have."""
        return self.file.entry.document_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A document of the current edition, with its root, the key under which it was read, and its reader."""

    document: SourceDocument
    root: str
    read_key: str
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`changed` is to be read, `withdrawn` are ids that leave; what is in neither stays as it is.

    `revised` says of documents whom they are for from now on, where that has changed: it is so even where their file can't be read.
    """

    changed: tuple[Candidate, ...]
    withdrawn: tuple[str, ...]
    revised: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person who started the run allows: `retry` quarantined files, `restore` withdrawn documents."""

    allow_withdraw: bool = False
    retry: bool = False
    restore: bool = False


def known_documents(current: Edition | None) -> dict[str, Known]:
    """Return the documents of the current edition by id."""
    if current is None:
        return {}
    provenance, readers = current.store.provenance(), current.store.readers()
    return {
        document.document_id: Known(
            document=document,
            root=provenance[document.document_id][0],
            read_key=provenance[document.document_id][1],
            reader=readers[document.document_id],
        )
        for document in current.store.documents()
    }


class Comparison:
    """Compares roots with the current edition, and notes in the receipt what is not to be read and why."""

    def __init__(
        self,
        roots: Sequence[Root],
        known: Mapping[str, Known],
        receipt: Receipt,
        *,
        ledger: Ledger,
        limits: Limits,
        embedder_digest: str,
        asked: Asked,
    ) -> None:
        self._roots = roots
        self._known = known
        self._receipt = receipt
        self._ledger = ledger
        self._limits = limits
        self._embedder_digest = embedder_digest
        self._asked = asked
        self._present: set[str] = set()
        self._revised: dict[str, tuple[str, ...]] = {}
        self._by_content = {item.document.sha256: name for name, item in known.items()}

    def difference(self) -> Difference:
        """Return what is to be read and what leaves.

        Raises:
            PublishRefused: a root is empty, or more than a third of the library would go, and that was not allowed.
        """
        candidates: list[Candidate] = []
        for root in self._roots:
            self._receipt.skipped += [{"path": printable(item.path), "reason": item.reason} for item in root.skipped]
            for name in root.missing:
                self._receipt.skipped.append(
                    {"path": printable(name), "reason": "listed in catalogue.toml, but not there"}
                )
            for file in root.files:
                if file.entry.state is DocumentState.DRAFT:
                    self._receipt.drafts.append(file.entry.document_id)
                else:
                    candidates += self._candidate(file, root)
        candidates = self._without_duplicates(candidates)
        changed = [item for item in candidates if not self._is_known(item)]
        changed_ids = {item.document_id for item in changed}
        withdrawn = self._withdrawn({item.sha256 for item in candidates})
        revised = {name: groups for name, groups in self._revised.items() if name not in withdrawn}
        self._receipt.unchanged = [
            item.document_id for item in candidates if item.document_id not in changed_ids.union(revised)
        ]
        return Difference(changed=tuple(self._without_quarantined(changed)), withdrawn=withdrawn, revised=revised)

    def _candidate(self, file: SourceFile, root: Root) -> Iterable[Candidate]:
        """Yield the file as a candidate, unless it can't be one; an id stays present even if its file can't be read."""
        document_id = file.entry.document_id
        owner = self._other_owner(document_id, root)
        if document_id in self._present or owner:
            taken = f"another file of {owner}" if owner else "another file of this run"
            error = DocumentUnreadable(
                f"{printable(file.path.name)} has the id {printable(document_id)}, which {taken} has.",
                hint="Give one of them another id in its catalogue.toml.",
            )
            note_unreadable(self._receipt, file, error, kept=False)
            return
        known = self._known.get(document_id)
        if known is not None and known.document.visible_to != file.entry.visible_to:
            self._revised[document_id] = file.entry.visible_to
        try:
            if (size := file.path.stat().st_size) > self._limits.max_file_mb * 1_000_000:
                raise too_large(printable(file.path.name), size, self._limits)
            content = read_bytes(file)
        except (DocumentUnreadable, OSError) as error:
            self._present.add(document_id)
            unreadable = error if isinstance(error, DocumentUnreadable) else vanished(file)
            note_unreadable(self._receipt, file, unreadable, kept=document_id in self._known)
            return
        sha256 = hashlib.sha256(content).hexdigest()
        if self._is_held_back(file, sha256):
            return
        self._present.add(document_id)
        reader = reader_version(file.media_type)
        known_as = self._by_content.get(sha256, "")
        yield Candidate(
            file=file,
            root=root.name,
            sha256=sha256,
            size=len(content),
            read_key=f"{_key(sha256, reader, file.entry)}:{split_key(self._embedder_digest)}",
            failure_key=_key(sha256, reader, self._limits, file.entry.secret()),
            same_as=known_as if known_as and self._known[known_as].reader == reader else "",
        )

    def _is_held_back(self, file: SourceFile, sha256: str) -> bool:
        """Return whether a document was taken out by hand and is to stay out; a restored one is forgotten to be so."""
        withdrawal = self._ledger.withdrawal_of(file.entry.document_id, sha256)
        if withdrawal is None:
            return False
        if self._asked.restore:
            del self._ledger.withdrawn[withdrawal.document_id]
            return False
        done = "purged" if withdrawal.purged else "withdrawn"
        reason = f"{done} on {withdrawal.on}; --restore takes it up again"
        self._receipt.held_back.append({"path": printable(file.entry.path), "reason": reason})
        return True

    def _without_duplicates(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Keep one file of each content: the one that is published already, else one that the catalogue names."""
        elsewhere = {
            item.document.sha256: item.document.path
            for item in self._known.values()
            if not any(_covers(root, item.root) and root.includes(item.document.path) for root in self._roots)
        }
        preferred: dict[str, Candidate] = {}
        for item in sorted(candidates, key=self._preference):
            preferred.setdefault(item.sha256, item)
        kept = []
        for item in candidates:
            own = item.document_id in self._known and self._known[item.document_id].document.sha256 == item.sha256
            other = "" if own else elsewhere.get(item.sha256, "")
            if other or preferred[item.sha256] is not item:
                first = other or preferred[item.sha256].file.entry.path
                self._receipt.duplicates.append({"path": printable(item.file.entry.path), "of": printable(first)})
                self._present.discard(item.document_id)
            else:
                kept.append(item)
        return kept

    def _preference(self, item: Candidate) -> tuple[bool, bool]:
        return item.document_id not in self._known, not item.file.entry.title

    def _without_quarantined(self, changed: Sequence[Candidate]) -> Iterable[Candidate]:
        for item in changed:
            found = self._ledger.quarantined.get(item.failure_key)
            if found is None or self._asked.retry:
                yield item
            else:
                kept = item.document_id in self._known
                note_unreadable(self._receipt, item.file, found.error(), kept=kept, since=found.since)

    def _is_known(self, item: Candidate) -> bool:
        earlier = self._known.get(item.document_id)
        return earlier is not None and (earlier.root, earlier.read_key) == (item.root, item.read_key)

    def _other_owner(self, document_id: str, root: Root) -> str:
        """Return the root that has a document of this id, if it is another one, exists and isn't part of the run."""
        if document_id not in self._known:
            return ""
        owner = self._known[document_id].root
        if any(_covers(other, owner) for other in (root, *self._roots)) or not Path(owner).exists():
            return ""
        return owner

    def _withdrawn(self, hashes: set[str]) -> tuple[str, ...]:
        gone = sorted(
            document_id
            for document_id, item in self._known.items()
            if document_id not in self._present
            and any(_covers(root, item.root) and root.includes(item.document.path) for root in self._roots)
        )
        if self._asked.allow_withdraw:
            return tuple(gone)
        for root in self._roots:
            self._refuse_empty(root)
        # A file that was renamed or moved takes its words along: nothing is lost.
        lost = [document_id for document_id in gone if self._known[document_id].document.sha256 not in hashes]
        if len(lost) * 3 > len(self._known):
            names = ", ".join(printable(name) for name in lost[:3]) + (", …" if len(lost) > 3 else "")
            raise PublishRefused(
                f"This would withdraw {len(lost)} of {len(self._known)} documents ({names}).",
                hint="If that is meant, add --allow-withdraw.",
            )
        return tuple(gone)

    def _refuse_empty(self, root: Root) -> None:
        if root.files:
            return
        had = any(_covers(root, item.root) for item in self._known.values())
        hint = (
            "If its documents are to be withdrawn, add --allow-withdraw."
            if had
            else "Put PDF, Word, PowerPoint, Excel, CSV, HTML, Markdown or text files there."
        )
        others = f" ({len(root.skipped)} files of other kinds)" if root.skipped else ""
        raise PublishRefused(f"{printable(root.path)} holds no documents{others}.", hint=hint)


def note_unreadable(
    receipt: Receipt, file: SourceFile, error: DocumentUnreadable, *, kept: bool, since: str = ""
) -> None:
    """Note that a file can't be read; `kept` says that the edition holds an earlier version of it, which stays."""
    entry = {"path": printable(file.entry.path), "reason": str(error), "hint": error.hint, "code": error.code}
    receipt.unreadable.append(entry | ({"kept": "yes"} if kept else {}) | ({"since": since} if since else {}))


def vanished(file: SourceFile) -> DocumentUnreadable:
    """Return the error for a file that went away, or changed, since it was listed."""
    return DocumentUnreadable(f"{printable(file.path.name)} changed while it was read.", hint="Run it again.")


def _covers(root: Root, owner: str) -> bool:
    """Return whether a root is `owner`, or a folder that holds it."""
    return owner == root.name or (not root.within and Path(owner).is_relative_to(root.name))


def _key(*parts: object) -> str:
    return hashlib.sha256("\x00".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
