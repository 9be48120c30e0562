"""One ingest from end to end: what differs is read and embedded, and a new edition is published beside the live one.

Whatever goes wrong before the last step leaves the live edition as it was. A file that can't be read costs that file
only; a document that was readable before keeps its last good version.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from ingest.build import ReadDocument, build_edition
from ingest.catalogue import Catalogue
from ingest.difference import Asked, Candidate, Comparison, Difference, known_documents, note_unreadable, vanished
from ingest.gate import Gate
from ingest.ledger import Ledger
from ingest.pool import Job, ReaderPool, Readers
from ingest.receipt import Receipt
from ingest.roots import Root, printable, read_bytes, read_root
from report_qa.errors import ConversationError, DocumentUnreadable, IngestError, LibraryError, PublishRefused
from report_qa.library.edition import Library
from report_qa.library.originals import keep_original
from report_qa.ports import Embedder
from report_qa.records.document import DocumentText, SourceDocument
from report_qa.records.holdings import Quarantined
from report_qa.wiring import sweep_vectors

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Which editions stay after a publish: the last `keep`, and those that `cited` names (asked for only then)."""

    keep: int = 5
    cited: Callable[[], Collection[str]] = frozenset


def ingest(
    paths: Sequence[Path],
    *,
    library: Library,
    embedder_digest: str,
    make_embedder: Callable[[], Embedder],
    asked: Asked | None = None,
    readers: Readers | None = None,
    password: str = "",
    dry_run: bool = False,
    retention: Retention | None = None,
    gate: Gate | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Receipt:
    """Ingest these roots and publish what changed.

    Files are read by `readers`, worker processes by default, with `password` where the catalogue names none. A dry run
    says what would change, and reads and writes nothing.

    Raises:
        IngestError: a root is missing or empty, the run would withdraw too much, another ingest runs, or the new
            edition can't be written or fails verification, or the `gate`.
    """
    pool = readers or ReaderPool()
    try:
        with library.lock():
            run = _Run(library, pool, embedder_digest, asked or Asked(), password, progress, gate)
            try:
                if dry_run:
                    return run.plan(paths)
                run.publish(paths, make_embedder)
                if run.receipt.edition:
                    run.receipt.retired = _retire(library, retention or Retention())
                return run.receipt
            finally:
                run.close()
    except OSError as error:
        where = f"{printable(str(error.filename))}: " if error.filename else ""
        raise IngestError(
            f"The ingest stopped: {where}{error.strerror or error}.",
            hint="The live edition is untouched; put that right and run it again.",
        ) from error
    finally:
        if readers is None:
            pool.close()


def _retire(library: Library, retention: Retention) -> list[str]:
    try:
        retired = list(library.retire(retention.keep, retention.cited()))
        if retired:
            sweep_vectors(library)
    except (OSError, LibraryError, ConversationError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise IngestError(
            f"Edition {library.current_edition_id()} is published, but an old one can't be removed: {reason}.",
            hint="Put that right; the next run removes it.",
        ) from error
    return retired


class _Run:
    """One ingest under the library's lock."""

    def __init__(
        self,
        library: Library,
        readers: Readers,
        embedder_digest: str,
        asked: Asked,
        password: str,
        progress: Progress,
        gate: Gate | None,
    ) -> None:
        self._started = time.perf_counter()
        self._library = library
        self._readers = readers
        self._embedder_digest = embedder_digest
        self._asked = asked
        self._password = password
        self._progress = progress
        self._gate = gate
        library.sweep()
        self._ledger = Ledger(library.folder)
        self._current = library.open(library.current_edition_id()) if library.has_current() else None
        self._known = known_documents(self._current)
        self.receipt = Receipt(parent=self._current.edition_id if self._current is not None else "")

    def close(self) -> None:
        self._library.sweep()
        if self._current is not None:
            self._current.close()

    def plan(self, paths: Sequence[Path]) -> Receipt:
        """Fill the receipt with what would change."""
        _, difference = self._compare(paths)
        self._sort_changes(difference.changed, difference)
        self.receipt.dry_run = True
        return self.receipt

    def publish(self, paths: Sequence[Path], make_embedder: Callable[[], Embedder]) -> None:
        """Read what differs and publish it, if anything does."""
        roots, difference = self._compare(paths)
        other_model = self._current is not None and self._current.manifest.embedder_digest != self._embedder_digest
        if other_model:
            self._refuse_mixed_models(difference)
        # The first text is waited for, so that a run in which nothing could be read builds nothing.
        reading = self._read(difference.changed)
        first = next(reading, None)
        if first is not None or difference.withdrawn or difference.revised or self._shelf_changed(roots):
            read: list[Candidate] = []
            build_edition(
                self._library,
                self._current,
                read=self._noting(chain([first] if first is not None else [], reading), difference, read),
                withdrawn=difference.withdrawn,
                revised=difference.revised,
                embedder=make_embedder(),
                catalogue=next((root.catalogue for root in roots if root.catalogue.title), Catalogue()),
                receipt=self.receipt,
                before_publish=lambda: self._finish(difference, read, other_model=other_model),
                gate=self._gate,
            )
        self._forget_mended(roots)
        self._ledger.save()
        self.receipt.seconds = round(time.perf_counter() - self._started, 3)

    def _compare(self, paths: Sequence[Path]) -> tuple[list[Root], Difference]:
        roots = [read_root(path, {item.root for item in self._known.values()}) for path in paths]
        comparison = Comparison(
            roots,
            self._known,
            self.receipt,
            ledger=self._ledger,
            limits=self._readers.limits,
            embedder_digest=self._embedder_digest,
            asked=self._asked,
        )
        return roots, comparison.difference()

    def _finish(self, difference: Difference, read: Sequence[Candidate], *, other_model: bool) -> None:
        """Complete the receipt when everything is read, just before the edition is published."""
        if other_model:
            self._refuse_lost()
        self._sort_changes(read, difference)
        self.receipt.seconds = round(time.perf_counter() - self._started, 3)

    def _sort_changes(self, read: Sequence[Candidate], difference: Difference) -> None:
        withdrawn = difference.withdrawn
        gone = {self._known[name].document.sha256: name for name in withdrawn}
        moved = {item.document_id: gone[item.sha256] for item in read if item.sha256 in gone}
        self.receipt.moved = [{"from": old, "to": new} for new, old in moved.items()]
        new = [item.document_id for item in read if item.document_id not in moved]
        self.receipt.added = [name for name in new if name not in self._known]
        self.receipt.changed = [name for name in new if name in self._known]
        self.receipt.withdrawn = [name for name in withdrawn if name not in moved.values()]
        # A file that was moved may have lost the entry that said whom it is for.
        earlier = {new: self._known[old].document.visible_to for new, old in moved.items()}
        earlier |= {name: self._known[name].document.visible_to for name in difference.revised}
        now = {item.document_id: item.file.entry.visible_to for item in read} | dict(difference.revised)
        self.receipt.visibility = [
            {"document": name, "from": ", ".join(groups), "to": ", ".join(now[name])}
            for name, groups in earlier.items()
            if groups != now[name]
        ]

    def _read(self, candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, DocumentText]]:
        """Yield what can be read: first what needs no reading, then small files before large ones.

        So the embedder gets work from the start, and the largest file is long read when its turn comes.
        """
        ordered = sorted(candidates, key=lambda item: (item.size, item.document_id))
        waiting: deque[tuple[Candidate, bytes]] = deque()
        fresh = []
        for item in ordered:
            text = self._stored_text(item)
            if text is None:
                fresh.append(item)
            else:
                yield item, text
        for outcome in self._readers.read(self._jobs(fresh, waiting)):
            item, content = waiting.popleft()
            if isinstance(outcome, DocumentUnreadable):
                self._quarantine(item, outcome)
                continue
            keep_original(self._library.originals_folder, content, item.sha256)
            self._ledger.quarantined.pop(item.failure_key, None)
            yield item, outcome

    def _jobs(self, candidates: Sequence[Candidate], waiting: deque[tuple[Candidate, bytes]]) -> Iterator[Job]:
        for item in candidates:
            try:
                content = read_bytes(item.file)
                if hashlib.sha256(content).hexdigest() != item.sha256:
                    raise vanished(item.file)
            except DocumentUnreadable as error:
                note_unreadable(self.receipt, item.file, error, kept=item.document_id in self._known)
                continue
            waiting.append((item, content))
            name = item.file.entry.path
            password = item.file.entry.secret() or self._password
            yield Job(content=content, media_type=item.file.media_type, name=name, password=password)

    def _stored_text(self, item: Candidate) -> DocumentText | None:
        """Return the text that the same bytes gave before, unless pages of it could not be read then."""
        if not item.same_as or self._current is None:
            return None
        text = self._current.store.document_text(item.same_as)
        return None if any(reading.problem for reading in text.readings) else text

    def _noting(
        self, reading: Iterator[tuple[Candidate, DocumentText]], difference: Difference, read: list[Candidate]
    ) -> Iterator[ReadDocument]:
        total = len(difference.changed)
        for number, (item, text) in enumerate(reading):
            self._progress("reading and embedding", number, total)
            read.append(item)
            yield ReadDocument(document=_document(item, text), text=text, root=item.root, read_key=item.read_key)
        self._progress("reading and embedding", total, total)

    def _quarantine(self, item: Candidate, error: DocumentUnreadable) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._ledger.quarantined[item.failure_key] = Quarantined(
            key=item.failure_key,
            root=item.root,
            path=item.file.entry.path,
            sha256=item.sha256,
            code=error.code,
            message=error.message,
            hint=error.hint,
            since=now,
        )
        note_unreadable(self.receipt, item.file, error, kept=item.document_id in self._known)

    def _forget_mended(self, roots: Sequence[Root]) -> None:
        """Drop quarantined files that are no longer there, or of which another version was seen since."""
        still = {item["path"] for item in self.receipt.unreadable}
        for key, item in list(self._ledger.quarantined.items()):
            here = any(root.name == item.root and root.includes(item.path) for root in roots)
            if here and printable(item.path) not in still:
                del self._ledger.quarantined[key]

    def _refuse_mixed_models(self, difference: Difference) -> None:
        """An edition has one model: with another one, every document has to be embedded again in the same run."""
        assert self._current is not None
        left = set(self._known) - {item.document_id for item in difference.changed} - set(difference.withdrawn)
        if left:
            raise PublishRefused(
                f"The library was embedded by another model ({self._current.manifest.embedder_name}).",
                hint="Run python -m ingest reembed first, or set REPORT_QA_EMBEDDER back.",
            )

    def _refuse_lost(self) -> None:
        """With another model nothing of the edition before is kept: a document that can't be read would be lost."""
        lost = [item["path"] for item in self.receipt.unreadable if item.get("kept")]
        if lost:
            raise PublishRefused(
                f"{lost[0]} can't be read, and what is stored of it belongs to another embedding model.",
                hint="Repair the file, or set REPORT_QA_EMBEDDER back.",
            )

    def _shelf_changed(self, roots: Sequence[Root]) -> bool:
        """Return whether only the shelf's own words (its title and examples) differ from the current edition's."""
        titles = [root.catalogue for root in roots if root.catalogue.title or root.catalogue.examples]
        return bool(
            self._current is not None
            and titles
            and (titles[0].title, titles[0].examples) != (self._current.manifest.title, self._current.manifest.examples)
        )


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
        visible_to=entry.visible_to,
    )
