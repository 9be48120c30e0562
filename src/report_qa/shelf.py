"""The shelf as a reader sees it: its documents, their pages and words, without any model.

Opening a shelf costs milliseconds, so that a page can show documents, examples and cited evidence while the models of the
assistant are still loading.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from report_qa.changes import Change, changes_since
from report_qa.citations import Cite, decode_cite
from report_qa.errors import ManifestMismatch, NothingPublished
from report_qa.evidence import EvidenceView, view_evidence
from report_qa.questions import asking_about
from report_qa.records.document import Box, Role, SourceDocument, report_first

if TYPE_CHECKING:
    from report_qa.library.edition import Edition, Library
    from report_qa.ports import PassageStore
    from report_qa.records.answer import EvidenceSpan

_EXAMPLES = 4
# 144 dots per inch: small print is read, and a page takes a few hundred kilobytes.
_PRINT_SCALE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The bytes of a document as they were ingested."""

    path: Path
    media_type: str
    file_name: str


class Shelf:
    """Reads the current edition, and the editions that citations name. Safe to share between threads."""

    def __init__(self, library: Library, *, render_page: Callable[[Path, int, float, Sequence[Box]], bytes]) -> None:
        self.library = library
        self._render_page = render_page
        self._editions: dict[str, Edition] = {}
        self._lock = threading.Lock()

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

    def changes(self, cited: Iterable[EvidenceSpan]) -> dict[str, Change]:
        """Return what has become of quotations in the current edition, by their permanent names."""
        current_id = self.edition_id
        now = self._edition(current_id).store
        return changes_since(cited, edition=self._store_of, now=now, edition_id=current_id)

    def page_picture(self, document: SourceDocument, page_index: int, scale: float = 2.0) -> bytes:
        """Return a page as JPEG, `scale` pixels per point."""
        return self._render_page(self.library.original(document.sha256), page_index, scale, ())

    def marked_page(self, document: SourceDocument, page_index: int, boxes: Sequence[Box]) -> bytes:
        """Return a page as JPEG for print, with a line around each box."""
        return self._render_page(self.library.original(document.sha256), page_index, _PRINT_SCALE, boxes)

    def original(self, document: SourceDocument) -> Original:
        """Return the document's kept bytes."""
        path = self.library.original(document.sha256)
        return Original(path=path, media_type=document.media_type, file_name=Path(document.path).name)

    def _store_of(self, edition_id: str) -> PassageStore | None:
        try:
            return self._edition(edition_id).store
        except (ManifestMismatch, NothingPublished):
            return None

    def _evidence_in(self, edition_id: str, cite: str, parsed: Cite) -> EvidenceView | None:
        try:
            edition = self._edition(edition_id)
            document = edition.store.document(parsed.document_id)
        except (ManifestMismatch, NothingPublished, KeyError):
            return None
        return view_evidence(edition.store, document, cite=cite, parsed=parsed, edition_id=edition_id)

    def _edition(self, edition_id: str) -> Edition:
        with self._lock:
            if edition_id not in self._editions:
                self._editions[edition_id] = self.library.open(edition_id)
            return self._editions[edition_id]
