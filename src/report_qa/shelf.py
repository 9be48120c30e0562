"""The shelf as a reader sees it: its documents, their pages and words, without any model.

Opening a shelf costs milliseconds, so that a page can show documents, examples and cited evidence while the models of the
assistant are still loading.
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from report_qa.browsing import OpenDocument
from report_qa.changes import Change, changes_since
from report_qa.citations import Cite, decode_cite
from report_qa.concealing import Concealing
from report_qa.errors import IndexDamaged, ManifestMismatch, NothingPublished
from report_qa.evidence import CitedPlace, EvidenceView, locate, view_evidence
from report_qa.library.rulings import Rulings
from report_qa.library.visible import VisibleEdition
from report_qa.questions import asking_about
from report_qa.records.audience import EVERYTHING, PUBLIC, Audience
from report_qa.records.document import Box, DocumentState, Role, SourceDocument, report_first

if TYPE_CHECKING:
    from report_qa.library.edition import Edition, Library
    from report_qa.ports import PassageStore
    from report_qa.records.answer import EvidenceSpan

    AnyEdition = Edition | VisibleEdition

_EXAMPLES = 4
# 144 dots per inch: small print is read, and a page takes a few hundred kilobytes.
_PRINT_SCALE = 2.0
_MOST_OPEN = 16
_MOST_VIEWS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The bytes of a document as they were ingested."""

    path: Path
    media_type: str
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What is known of a document besides its words, in one edition.

    It has been on the shelf since `since`, when `since_edition_id` was made: the first edition at hand with these very bytes, and
    the first of all where `since_is_first` says so. `superseded_by` is the title of what replaced it, if that is on the shelf.
    `recognised_pages` counts those whose words come from text recognition (OCR).
    """

    document: SourceDocument
    edition_id: str
    since_edition_id: str
    since: datetime
    since_is_first: bool
    superseded_by: str
    page_count: int
    word_count: int
    recognised_pages: int


class _Opened:
    """The editions and documents that are open: one for a shelf and all that it is for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.editions: dict[str, Edition] = {}
        self.visible: OrderedDict[tuple[str, frozenset[str]], VisibleEdition] = OrderedDict()
        self.documents: OrderedDict[tuple[str, str], OpenDocument] = OrderedDict()


class Shelf:
    """Reads the current edition, and the editions that citations name. Safe to share between threads.

    One that is not `for_` somebody shows everything. For others a document is there, in whatever edition, if the audience may
    see it now; one that is hidden is answered like one that there never was.
    """

    def __init__(self, library: Library, *, render_page: Callable[[Path, int, float, Sequence[Box]], bytes]) -> None:
        self.library = library
        self._render_page = render_page
        self._rulings = Rulings(library)
        self.audience = EVERYTHING
        self._shared = _Opened()

    def for_(self, audience: Audience) -> Shelf:
        """Return the shelf as an audience sees it. It costs nothing; what is open is shared."""
        other = copy.copy(self)
        other.audience = audience
        return other

    @property
    def edition_id(self) -> str:
        """The current edition. Raises NothingPublished where there is none."""
        return self.library.current_edition_id()

    @property
    def title(self) -> str:
        """The shelf's own title, or that of its report."""
        manifest = self._edition(self.edition_id).manifest
        reports = [document.title for document in self.documents() if document.role is Role.REPORT]
        return manifest.title or (reports[0] if reports else "The shelf")

    def documents(self) -> tuple[SourceDocument, ...]:
        """Return the current edition's documents, the report first."""
        return report_first(self._edition(self.edition_id).store.documents())

    def examples(self) -> tuple[str, ...]:
        """Return questions to begin with: the catalogue's, else one for each of the report's first headings."""
        edition = self._edition(self.edition_id)
        if edition.manifest.examples:
            return edition.manifest.examples
        documents = self.documents()
        if not documents:
            return ()
        headings = [
            section.heading_path[-1]
            for section in edition.store.sections(documents[0].document_id)
            if section.heading_path
        ]
        return tuple(asking_about(heading) for heading in headings[:_EXAMPLES])

    def find(self, name: str) -> SourceDocument | None:
        """Return the document with this id, path or file hash in the current edition, if there is one."""
        for document in self.documents():
            if name in (document.document_id, document.path, document.sha256):
                return document
        return None

    def text(self, document_id: str) -> str:
        """Return the reading text that offsets refer to."""
        return self._edition(self.edition_id).store.text(document_id)

    def evidence(self, cite: str) -> EvidenceView | None:
        """Open a permanent name; None where it isn't one, or names a document that no edition at hand holds."""
        try:
            parsed = decode_cite(cite)
        except ValueError:
            return None
        for edition_id in dict.fromkeys((parsed.edition_id, self.edition_id)):
            view = self._evidence_in(edition_id, cite, parsed)
            if view is not None:
                return view
        return None

    @property
    def concealing(self) -> Concealing:
        """What takes from earlier answers and links what the audience may not see now."""
        return Concealing(
            hides=lambda document_id: self._rulings.hides(document_id, self.audience),
            titles=self._rulings.hidden_titles(self.audience),
            offered=self._offered,
        )

    def changes(self, cited: Iterable[EvidenceSpan]) -> dict[str, Change]:
        """Return what has become of quotations in the current edition, by their permanent names."""
        current_id = self.edition_id
        now = self._edition(current_id).store
        return changes_since(cited, edition=self._store_of, now=now, edition_id=current_id)

    def places(self, cites: Iterable[str]) -> Mapping[str, CitedPlace]:
        """Return where the words of citations stand, by their permanent names; those that open nothing are left out."""
        found = {}
        for cite in cites:
            try:
                parsed = decode_cite(cite)
            except ValueError:
                continue
            for edition_id in dict.fromkeys((parsed.edition_id, self.edition_id)):
                held = self._held(edition_id, parsed.document_id)
                if held is not None:
                    edition, document = held
                    found[cite] = locate(edition.store, document, cite=cite, parsed=parsed, edition_id=edition_id)
                    break
        return found

    def open(self, sha256: str, cite: str = "") -> OpenDocument | None:
        """Open the document with these bytes to be gone through: in the edition that a citation names, else in the current one."""
        try:
            parsed = decode_cite(cite) if cite else None
        except ValueError:
            parsed = None
        if parsed is not None:
            held = self._held(parsed.edition_id, parsed.document_id)
            if held is not None and held[1].sha256 == sha256:
                return self._opened(held[0], held[1])
        document = self.find(sha256)
        if document is None or document.sha256 != sha256:
            return None
        return self._opened(self._edition(self.edition_id), document)

    def record(self, opened: OpenDocument) -> SourceRecord:
        """Return what is known of an opened document besides its words."""
        document = opened.document
        edition = self._edition(opened.edition_id)
        since, is_first = self._since(edition, document)
        later = (other for other in edition.store.documents() if other.supersedes == document.document_id)
        return SourceRecord(
            document=document,
            edition_id=edition.edition_id,
            since_edition_id=since.edition_id,
            since=datetime.fromisoformat(since.manifest.created_at),
            since_is_first=is_first,
            superseded_by=next((other.title for other in later if other.state is not DocumentState.DRAFT), ""),
            page_count=len(opened.leaves),
            word_count=opened.word_count,
            recognised_pages=sum(leaf.recognised for leaf in opened.leaves),
        )

    def page_picture(self, document: SourceDocument, page_index: int, scale: float = 2.0) -> bytes:
        """Return a page as JPEG, `scale` pixels per point.

        Raises:
            IndexDamaged: the document's bytes are not at hand, for this audience.
        """
        self._admit(document)
        return self._render_page(self.library.original(document.sha256), page_index, scale, ())

    def marked_page(self, document: SourceDocument, page_index: int, boxes: Sequence[Box]) -> bytes:
        """Return a page as JPEG for print, with a line around each box."""
        self._admit(document)
        return self._render_page(self.library.original(document.sha256), page_index, _PRINT_SCALE, boxes)

    def original(self, document: SourceDocument) -> Original:
        """Return the document's kept bytes."""
        self._admit(document)
        path = self.library.original(document.sha256)
        return Original(path=path, media_type=document.media_type, file_name=Path(document.path).name)

    def is_for_all(self, document: SourceDocument) -> bool:
        """Return whether anybody may see a document, so that copies of it may lie about."""
        return self._rulings.sees(document, PUBLIC)

    def _admit(self, document: SourceDocument) -> None:
        """Refuse a document that the audience may not see, in the words for one whose bytes are gone."""
        if not self._rulings.sees(document, self.audience):
            raise IndexDamaged(f"The original {document.sha256[:12]}… is missing.", hint="Ingest its file again.")

    def _offered(self) -> frozenset[str]:
        """Return the titles and headings of what the audience may see."""
        edition = self._edition(self.edition_id)
        documents = edition.store.documents()
        sections = (section for each in documents for section in edition.store.sections(each.document_id))
        headings = {section.heading_path[-1] for section in sections if section.heading_path}
        return frozenset(headings.union(document.title for document in documents))

    def _store_of(self, edition_id: str) -> PassageStore | None:
        try:
            return self._edition(edition_id).store
        except (ManifestMismatch, NothingPublished):
            return None

    def _evidence_in(self, edition_id: str, cite: str, parsed: Cite) -> EvidenceView | None:
        held = self._held(edition_id, parsed.document_id)
        if held is None:
            return None
        edition, document = held
        return view_evidence(edition.store, document, cite=cite, parsed=parsed, edition_id=edition_id)

    def _held(self, edition_id: str, document_id: str) -> tuple[AnyEdition, SourceDocument] | None:
        """Return an edition with the document of this id that it holds; None where either is not there."""
        try:
            edition = self._edition(edition_id)
            return edition, edition.store.document(document_id)
        except (ManifestMismatch, NothingPublished, KeyError):
            return None

    def _opened(self, edition: AnyEdition, document: SourceDocument) -> OpenDocument:
        key = (edition.edition_id, document.document_id)
        opened = self._shared.documents
        with self._shared.lock:
            if key not in opened:
                # Of the whole edition: what is gone through is one document, which this audience may see.
                opened[key] = OpenDocument(
                    self._shared.editions[edition.edition_id].store, document, edition.edition_id
                )
                while len(opened) > _MOST_OPEN:
                    opened.popitem(last=False)
            opened.move_to_end(key)
            return opened[key]

    def _since(self, edition: AnyEdition, document: SourceDocument) -> tuple[AnyEdition, bool]:
        """Return the first edition at hand, going back, that held the same bytes; and whether the one before it did not."""
        while edition.manifest.parent:
            try:
                before = self._edition(edition.manifest.parent)
            except ManifestMismatch:
                return edition, False
            if document.sha256 not in {each.sha256 for each in before.store.documents()}:
                break
            edition = before
        return edition, True

    def _edition(self, edition_id: str) -> AnyEdition:
        """Return an edition as the audience sees it."""
        shared = self._shared
        with shared.lock:
            if edition_id not in shared.editions:
                shared.editions[edition_id] = self.library.open(edition_id)
            edition = shared.editions[edition_id]
        hidden = self._rulings.hidden(edition.store.documents(), self.audience)
        if not hidden:
            return edition
        key = (edition_id, hidden)
        with shared.lock:
            if key not in shared.visible:
                shared.visible[key] = VisibleEdition(edition, hidden)
                while len(shared.visible) > _MOST_VIEWS:
                    shared.visible.popitem(last=False)
            shared.visible.move_to_end(key)
            return shared.visible[key]
