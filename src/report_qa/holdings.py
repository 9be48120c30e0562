"""What a library holds and how it came about: documents with their pages' quality, editions with their receipts, refused files.

This is for those who keep a library; nothing is answered here and no model is loaded. What an edition says is worked out once
and kept, since a published edition does not change (but for a purge, which writes its manifest anew).
"""

from __future__ import annotations

import copy
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from report_qa.comparing import Side, compare
from report_qa.errors import LibraryError
from report_qa.library.ledger import read_quarantine, read_receipt, read_withdrawn
from report_qa.library.manifest import FILE_NAME
from report_qa.library.rulings import Rulings
from report_qa.library.visible import VisibleEdition
from report_qa.records.audience import EVERYTHING, Audience
from report_qa.records.document import SourceDocument, report_first
from report_qa.records.holdings import (
    EditionEntry,
    Holding,
    LeftOut,
    Named,
    PageQuality,
    PageState,
    PassageChange,
    Quality,
    Refused,
    Since,
    Version,
    Why,
    Withdrawal,
)

if TYPE_CHECKING:
    from report_qa.library.edition import Edition, Library
    from report_qa.library.manifest import Manifest
    from report_qa.records.comparison import DocumentComparison

    AnyEdition = Edition | VisibleEdition

_MOST_AUDIENCES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What is kept of an edition: its documents, each with its root, and its receipt."""

    manifest: Manifest
    documents: Mapping[str, SourceDocument]
    roots: Mapping[str, str]
    receipt: Mapping[str, Any] | None

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.manifest.created_at)


class _Worked:
    """What was worked out for one audience while one edition is the current one (of those who see everything, for good)."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, _Contents]] = {}
        self.read_by: dict[str, tuple[int, tuple[tuple[str, int], ...]]] = {}
        self.listed: tuple[tuple[str, int, tuple[str, ...]], tuple[Holding, ...]] | None = None


class Holdings:
    """Reads what ingest has written into a library. Safe to share between threads.

    One that is not `for_` somebody says everything. To others a hidden document is not there, nor what a receipt says of it; and of
    files that are no documents, for whom nobody says, only those that an earlier version on the shelf is known by.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.audience = EVERYTHING
        self._rulings = Rulings(library)
        self._worked: OrderedDict[tuple[Audience, str], _Worked] = OrderedDict()
        self._lock = threading.Lock()

    def for_(self, audience: Audience) -> Holdings:
        """Return what an audience may know of. It costs nothing; what was worked out is shared."""
        other = copy.copy(self)
        other.audience = audience
        return other

    @property
    def edition_id(self) -> str:
        """The current edition. Raises NothingPublished where there is none."""
        return self.library.current_edition_id()

    def documents(self) -> tuple[Holding, ...]:
        """Return the current edition's documents, the report first.

        Raises:
            NothingPublished: there is no edition yet.
            LibraryError: the edition can't be read.
        """
        current = self.edition_id
        history = self._history(current)
        key = (current, self._written(current), tuple(edition_id for edition_id, _ in history))
        worked = self._for_now()
        with self._lock:
            listed = worked.listed
        if listed is None or listed[0] != key:
            listed = (key, self._list(history))
            with self._lock:
                worked.listed = listed
        return listed[1]

    def pages(self, document_id: str) -> tuple[PageQuality, ...]:
        """Return how each page of a document of the current edition was read, () for kinds without pages.

        Raises:
            KeyError: the edition has no such document.
        """
        with self._opened(self.edition_id) as edition:
            edition.store.document(document_id)
            labels = edition.store.page_labels(document_id)
            readings = edition.store.readings_of(document_id)
        absent = ("", 0)
        return tuple(
            PageQuality(
                reading=reading,
                state=PageState.of(reading),
                printed_label=labels.get(reading.page_index, absent)[0],
                passages=labels.get(reading.page_index, absent)[1],
            )
            for reading in readings
        )

    def editions(self) -> tuple[EditionEntry, ...]:
        """Return the kept editions with their receipts, the newest first. One that can't be read is left out."""
        current = self.edition_id
        kept = dict(self._all())
        titles = {name: document.title for contents in kept.values() for name, document in contents.documents.items()}
        return tuple(
            _entry(edition_id, contents, titles, self._readers(edition_id), is_current=edition_id == current)
            for edition_id, contents in sorted(kept.items(), reverse=True)
        )

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """Return the document as the kept editions have it, the newest first."""
        current = self.edition_id
        found: list[Version] = []
        before: SourceDocument | None = None
        for edition_id, contents in self._all():
            document = contents.documents.get(document_id)
            if document is not None:
                found.append(
                    Version(
                        edition_id=edition_id,
                        at=contents.at,
                        document=document,
                        is_current=edition_id == current,
                        same_as_earlier=before is not None and before.sha256 == document.sha256,
                    )
                )
            before = document
        return tuple(reversed(found))

    def refused(self) -> tuple[Refused, ...]:
        """Return the files that could not be read, by path: those in quarantine, and others that the last receipt names.

        Raises:
            IngestError: the list of those in quarantine can't be read.
        """
        contents = self._contents(self.edition_id)
        placed = {(contents.roots[name], document.path): document for name, document in contents.documents.items()}
        paths = {document.path: document for document in contents.documents.values()}
        found = {
            file.path: Refused(
                path=file.path,
                reason=file.message,
                remedy=file.hint,
                since=datetime.fromisoformat(file.since),
                in_quarantine=True,
                still=placed.get((file.root, file.path)),
            )
            for file in read_quarantine(self.library.folder)
            if self.audience.groups is None or (file.root, file.path) in placed
        }
        for item in (contents.receipt or {}).get("unreadable", ()):
            if not item.get("since") and item["path"] not in found:
                found[item["path"]] = Refused(
                    path=item["path"],
                    reason=item["reason"].removesuffix(item.get("hint", "")).strip(),
                    remedy=item.get("hint", ""),
                    since=contents.at,
                    in_quarantine=False,
                    still=paths.get(item["path"]) if item.get("kept") else None,
                )
        return tuple(found[path] for path in sorted(found))

    def withdrawn(self) -> tuple[Withdrawal, ...]:
        """Return the documents that were taken out by hand.

        Raises:
            IngestError: the list of them can't be read.
        """
        withdrawn = read_withdrawn(self.library.folder)
        return tuple(item for item in withdrawn if not self._rulings.hides(item.document_id, self.audience))

    def compare(self, document_id: str, before: str, after: str, *, earlier_id: str = "") -> DocumentComparison:
        """Compare a document in two kept editions, or with the document `earlier_id` that it replaced.

        Raises:
            ManifestMismatch: one of the editions is not kept, or can't be read.
            KeyError: one of them has no such document.
        """
        return compare(self._side(before, earlier_id or document_id), self._side(after, document_id))

    def _side(self, edition_id: str, document_id: str) -> Side:
        with self._opened(edition_id) as edition:
            store = edition.store
            return Side(
                edition_id=edition_id,
                document=store.document(document_id),
                text=store.text(document_id),
                pages=store.pages(document_id),
                sections=store.sections(document_id),
                places=store.places(document_id),
            )

    def _list(self, history: Sequence[tuple[str, _Contents]]) -> tuple[Holding, ...]:
        edition_id, contents = history[0]
        with self._opened(edition_id) as edition:
            readings, passages = edition.store.readings(), edition.store.passage_counts()
        successors = {item.supersedes: item for item in contents.documents.values() if item.supersedes}
        held = []
        for document in report_first(contents.documents.values()):
            name = document.document_id
            reader, pages = readings[name]
            states = [PageState.of(reading) for reading in pages]
            successor = successors.get(name)
            came, changed = _since(name, history)
            held.append(
                Holding(
                    document=document,
                    page_count=len(states) or None,
                    quality=Quality.of(states) if states else None,
                    passage_count=passages.get(name, 0),
                    size_bytes=self._size(document),
                    reader=reader,
                    came=came,
                    changed=changed,
                    superseded_by=successor.document_id if successor else "",
                    superseded_by_title=successor.title if successor else "",
                )
            )
        return tuple(held)

    def _size(self, document: SourceDocument) -> int | None:
        try:
            return self.library.original(document.sha256).stat().st_size
        except (OSError, LibraryError):
            return None

    def _history(self, edition_id: str) -> tuple[tuple[str, _Contents], ...]:
        """Return an edition and those that it was made from, as far as they are kept, the newest first.

        After a rollback the editions in between are none of them.
        """
        found = [(edition_id, self._contents(edition_id))]
        while (parent := found[-1][1].manifest.parent) and parent < found[-1][0]:
            try:
                found.append((parent, self._contents(parent)))
            except LibraryError:
                break
        return tuple(found)

    def _all(self) -> Iterator[tuple[str, _Contents]]:
        """Yield the kept editions that can be read, the oldest first."""
        for edition_id in self.library.editions():
            try:
                yield edition_id, self._contents(edition_id)
            except LibraryError:
                continue

    def _contents(self, edition_id: str) -> _Contents:
        written = self._written(edition_id)
        kept = self._for_now().kept
        with self._lock:
            if edition_id in kept and kept[edition_id][0] == written:
                return kept[edition_id][1]
        with self._opened(edition_id) as edition:
            contents = _Contents(
                manifest=edition.manifest,
                documents={document.document_id: document for document in edition.store.documents()},
                roots={name: root for name, (root, _) in edition.store.provenance().items()},
                receipt=self._seen_of(read_receipt(edition.folder), edition),
            )
        with self._lock:
            kept[edition_id] = (written, contents)
        return contents

    def _readers(self, edition_id: str) -> tuple[tuple[str, int], ...]:
        """Return the readers of an edition's documents, each with how many, the most first. Texts are long to look through."""
        written = self._written(edition_id)
        read_by = self._for_now().read_by
        with self._lock:
            if edition_id in read_by and read_by[edition_id][0] == written:
                return read_by[edition_id][1]
        with self._opened(edition_id) as edition:
            counts = Counter(edition.store.readers().values())
        readers = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        with self._lock:
            read_by[edition_id] = (written, readers)
        return readers

    def _written(self, edition_id: str) -> int:
        """Return when an edition's manifest was written, in nanoseconds; 0 where there is none."""
        try:
            return (self.library.editions_folder / edition_id / FILE_NAME).stat().st_mtime_ns
        except OSError:
            return 0

    def _for_now(self) -> _Worked:
        key = (self.audience, "" if self.audience.groups is None else self.edition_id)
        with self._lock:
            worked = self._worked.setdefault(key, _Worked())
            self._worked.move_to_end(key)
            while len(self._worked) > _MOST_AUDIENCES:
                self._worked.popitem(last=False)
            return worked

    def _seen_of(self, receipt: Mapping[str, Any] | None, edition: AnyEdition) -> Mapping[str, Any] | None:
        """Return a receipt without what it says of documents that the audience may not see, and of files that are none."""
        if receipt is None or self.audience.groups is None:
            return receipt
        seen = {name for each in edition.store.documents() for name in (each.document_id, each.path)}

        def known(name: str) -> bool:
            return not self._rulings.hides(name, self.audience)

        return {
            "seconds": receipt.get("seconds"),
            "retired": receipt.get("retired", ()),
            "documents": [item for item in receipt.get("documents", ()) if known(item.get("document_id", ""))],
            "moved": [item for item in receipt.get("moved", ()) if known(item["from"]) and known(item["to"])],
            "drafts": [name for name in receipt.get("drafts", ()) if name in seen],
            **{
                names: [name for name in receipt.get(names, ()) if known(name)]
                for names in ("added", "changed", "withdrawn", "unchanged")
            },
            **{
                files: [item for item in receipt.get(files, ()) if item.get("path") in seen]
                for files in (Why.UNREADABLE.value, Why.HELD_BACK.value, Why.SKIPPED.value, Why.DUPLICATE.value)
            },
        }

    @contextmanager
    def _opened(self, edition_id: str) -> Iterator[AnyEdition]:
        edition = self.library.open(edition_id)
        try:
            hidden = self._rulings.hidden(edition.store.documents(), self.audience)
            yield VisibleEdition(edition, hidden) if hidden else edition
        finally:
            edition.close()


def _since(document_id: str, history: Sequence[tuple[str, _Contents]]) -> tuple[Since, Since]:
    """Return when a document came and when it last changed; `history` has it in its first edition."""
    own = history[0][1].documents[document_id]
    changed: Since | None = None
    for (edition_id, contents), earlier in zip(history, [*history[1:], None], strict=True):
        before = earlier[1].documents.get(document_id) if earlier else None
        # The very first edition has no parent; of others that begin the list, what was before isn't known.
        known = earlier is not None or not contents.manifest.parent
        if changed is None and before is not own and before != own:
            changed = Since(edition_id=edition_id, at=contents.at, exact=known)
        if before is None:
            came = Since(edition_id=edition_id, at=contents.at, exact=known)
            return came, changed or came
    raise AssertionError("the last edition has nothing before it")


def _entry(
    edition_id: str,
    contents: _Contents,
    titles: Mapping[str, str],
    readers: tuple[tuple[str, int], ...],
    *,
    is_current: bool,
) -> EditionEntry:
    manifest, receipt = contents.manifest, contents.receipt or {}
    read = {item["document_id"]: item for item in receipt.get("documents", ()) if "document_id" in item}

    def named(document_id: str) -> Named:
        return Named(document_id=document_id, title=titles.get(document_id, document_id))

    def change(document_id: str) -> PassageChange | None:
        item = read.get(document_id)
        return PassageChange(kept=item["kept"], new=item["new"], gone=item["gone"]) if item else None

    return EditionEntry(
        edition_id=edition_id,
        parent=manifest.parent,
        at=contents.at,
        is_current=is_current,
        documents=manifest.documents,
        pages=manifest.pages,
        passages=manifest.passages,
        embedder=manifest.embedder_name,
        program=manifest.package_version,
        readers=readers,
        has_receipt=contents.receipt is not None,
        seconds=receipt.get("seconds") or None,
        added=tuple(map(named, receipt.get("added", ()))),
        changed=tuple((named(name), change(name)) for name in receipt.get("changed", ())),
        withdrawn=tuple(map(named, receipt.get("withdrawn", ()))),
        moved=tuple((item["from"], item["to"]) for item in receipt.get("moved", ())),
        unchanged=len(receipt.get("unchanged", ())),
        left_out=(
            *(LeftOut(why=Why.DRAFT, name=name) for name in receipt.get("drafts", ())),
            *(
                LeftOut(why=why, name=item["path"], reason=item.get("reason") or item.get("of", ""))
                for why in (Why.UNREADABLE, Why.HELD_BACK, Why.SKIPPED, Why.DUPLICATE)
                for item in receipt.get(why.value, ())
            ),
        ),
        retired=tuple(receipt.get("retired", ())),
    )
