"""An edition that questions are being answered from: its indexes open, and what is worked out of it once.

For a reader from whom documents are hidden there is a second one beside it, over the same files, that holds only what he may see:
its vocabulary, its acronyms and its counts know nothing of the others either.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from report_qa.called import Called, called
from report_qa.library.visible import VisibleEdition
from report_qa.measures import names_statement
from report_qa.stages.identify import Identity, identity_of
from report_qa.stages.resolve import Shelved, shelved
from report_qa.weights import BEGINNING_CHARS
from report_qa.words import tokens

if TYPE_CHECKING:
    from report_qa.library.edition import Edition
    from report_qa.ports import LexicalIndex, PassageStore, VectorIndex

# Sets of documents that somebody sees, whose vocabulary and the like are kept: readers of one group see the same.
_MOST_VIEWS = 16


class OpenEdition:
    """An edition with its indexes open, and how many questions are using it."""

    def __init__(self, edition: Edition | VisibleEdition, vectors: VectorIndex, lexical: LexicalIndex) -> None:
        self.edition = edition
        self.vectors = vectors
        self.lexical = lexical
        self.acronyms = edition.store.acronyms()
        self._passage_ids: dict[str, tuple[str, ...]] = {}
        self.users = 0
        self.retired = False
        self._without: OrderedDict[frozenset[str], OpenEdition] = OrderedDict()
        self._lock = threading.Lock()

    def without(self, hidden: frozenset[str]) -> OpenEdition:
        """Return the edition without some of its documents; it is in use and closed as long as this one is."""
        if not hidden:
            return self
        with self._lock:
            if hidden not in self._without:
                self._without[hidden] = self._made_without(hidden)
                while len(self._without) > _MOST_VIEWS:
                    self._without.popitem(last=False)
            self._without.move_to_end(hidden)
            return self._without[hidden]

    def _made_without(self, hidden: frozenset[str]) -> OpenEdition:
        assert not isinstance(self.edition, VisibleEdition)
        visible = VisibleEdition(self.edition, hidden)
        passage_ids = visible.store.visible_passages
        return OpenEdition(visible, self.vectors.only(passage_ids), self.lexical.only(passage_ids))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of everything that the documents say, for telling a typing error from a word."""
        return frozenset(
            word for document in self.store.documents() for word in tokens(self.store.text(document.document_id))
        )

    @cached_property
    def identities(self) -> dict[str, Identity]:
        """What each document is called."""
        beginnings = self.store.beginnings(BEGINNING_CHARS)
        return {
            document.document_id: identity_of(document, beginnings[document.document_id])
            for document in self.store.documents()
        }

    @cached_property
    def called(self) -> tuple[Called, ...]:
        """By which words a question can restrict itself to each document."""
        beginnings = self.store.beginnings(BEGINNING_CHARS)
        return tuple(called(document, beginnings[document.document_id]) for document in self.store.documents())

    @cached_property
    def shelved(self) -> tuple[Shelved, ...]:
        """By which titles, names and addresses a text can refer to each document."""
        return tuple(map(shelved, self.called))

    def passage_ids(self, document_ids: Iterable[str]) -> frozenset[str]:
        """Return the ids of all passages of some documents."""
        for document_id in document_ids:
            if document_id not in self._passage_ids:
                passages = self.store.passages_of(document_id)
                self._passage_ids[document_id] = tuple(passage.passage_id for passage in passages)
        return frozenset(name for document_id in document_ids for name in self._passage_ids[document_id])

    @cached_property
    def holds_accounts(self) -> bool:
        """Whether any document has a balance sheet or the like."""
        return any(
            names_statement(section.heading_path[-1])
            for document in self.store.documents()
            for section in self.store.sections(document.document_id)
            if section.heading_path
        )

    @property
    def store(self) -> PassageStore:
        return self.edition.store

    def close_if_idle(self) -> None:
        """Release a retired edition's indexes once nobody uses them."""
        if self.retired and self.users == 0:
            self.vectors.close()
            self.lexical.close()
            self.edition.close()
