"""Who may see which document now, whatever edition it is read from.

What counts is what the newest edition says: the current one, else the newest one that is kept and holds the document. So a
document that is narrowed disappears from earlier editions too, and from all that cites them, at the next question; and one that
was narrowed and then withdrawn doesn't come back through an old link. A document is known by its id or, where it was renamed, by
its bytes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from report_qa.errors import LibraryError
from report_qa.records.audience import Audience
from report_qa.records.document import SourceDocument

if TYPE_CHECKING:
    from report_qa.library.edition import Library

_Groups = tuple[str, ...]


class Rulings:
    """The rulings of a library. Safe to share between threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._of: _RulingsOf | None = None

    def hidden(self, documents: Iterable[SourceDocument], audience: Audience) -> frozenset[str]:
        """Return the ids of those documents of an edition that an audience may not see.

        Raises:
            NothingPublished: there is no edition yet.
            LibraryError: the current edition can't be read.
        """
        if audience.groups is None:
            return frozenset()
        now = self._now()
        return frozenset(each.document_id for each in documents if not audience.sees(now.visible_to(each)))

    def sees(self, document: SourceDocument, audience: Audience) -> bool:
        """Return whether an audience may see a document of some edition.

        Raises:
            NothingPublished: there is no edition yet.
            LibraryError: the current edition can't be read.
        """
        return not self.hidden((document,), audience)

    def hides(self, document_id: str, audience: Audience) -> bool:
        """Return whether a document of this id, wherever it was quoted from, may not be seen by an audience.

        Of a document that no edition at hand holds nobody knows whom it was for: it is hidden, but from those who see everything.

        Raises:
            NothingPublished: there is no edition yet.
            LibraryError: the current edition can't be read.
        """
        if audience.groups is None:
            return False
        groups = self._now().visible_to_of(document_id)
        return groups is None or not audience.sees(groups)

    def hidden_titles(self, audience: Audience) -> frozenset[str]:
        """Return the titles of documents, of whatever edition, that an audience may not see and that no other one bears.

        Raises:
            NothingPublished: there is no edition yet.
            LibraryError: the current edition can't be read.
        """
        if audience.groups is None:
            return frozenset()
        return self._now().hidden_titles(audience)

    def _now(self) -> _RulingsOf:
        edition_id = self._library.current_edition_id()
        with self._lock:
            if self._of is None or self._of.edition_id != edition_id:
                self._of = _RulingsOf(self._library, edition_id)
            return self._of


class _RulingsOf:
    """The rulings while one edition is the current one. The other editions are only read where it doesn't hold a document."""

    def __init__(self, library: Library, edition_id: str) -> None:
        self.edition_id = edition_id
        self._library = library
        self._titles: dict[Audience, frozenset[str]] = {}
        self._documents = _documents(library, edition_id)
        self._by_id = {document.document_id: document.visible_to for document in self._documents}
        self._by_content = {document.sha256: document.visible_to for document in self._documents}

    def visible_to(self, document: SourceDocument) -> _Groups:
        """Return the groups that a document is for."""
        found = self._by_id.get(document.document_id) or self._by_content.get(document.sha256)
        if found is None:
            last = self._elsewhere.get(document.document_id, document)
            found = last.visible_to
        return found

    def visible_to_of(self, document_id: str) -> _Groups | None:
        """Return the groups that the document of this id is for; None where no edition at hand holds it."""
        if document_id in self._by_id:
            return self._by_id[document_id]
        last = self._elsewhere.get(document_id)
        return None if last is None else self.visible_to(last)

    def hidden_titles(self, audience: Audience) -> frozenset[str]:
        """Return the titles that only documents bear which an audience may not see."""
        if audience not in self._titles:
            titles: dict[bool, set[str]] = {True: set(), False: set()}
            for document in self.known():
                titles[audience.sees(self.visible_to(document))].add(document.title)
            self._titles[audience] = frozenset(titles[False] - titles[True])
        return self._titles[audience]

    def known(self) -> Iterable[SourceDocument]:
        """Return all documents of all editions at hand, as the newest that holds each has it."""
        return (*self._documents, *self._elsewhere.values())

    @cached_property
    def _elsewhere(self) -> Mapping[str, SourceDocument]:
        """What the other editions hold, by the documents' ids, as the newest of them says."""
        found: dict[str, SourceDocument] = {}
        for document in self._others():
            if document.document_id not in self._by_id:
                found.setdefault(document.document_id, document)
        return found

    def _others(self) -> Iterator[SourceDocument]:
        for edition_id in reversed(self._library.editions()):
            try:
                yield from _documents(self._library, edition_id)
            except LibraryError:
                # Retired meanwhile, or of another version: it says nothing then.
                continue


def _documents(library: Library, edition_id: str) -> tuple[SourceDocument, ...]:
    edition = library.open(edition_id)
    try:
        return edition.store.documents()
    finally:
        edition.close()
