"""An edition that questions are being answered from: its indexes open, and what is worked out of it once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from report_qa.called import Called, called
from report_qa.measures import names_statement
from report_qa.stages.identify import Identity, identity_of
from report_qa.stages.resolve import Shelved, shelved
from report_qa.weights import BEGINNING_CHARS
from report_qa.words import tokens

if TYPE_CHECKING:
    from report_qa.library.edition import Edition
    from report_qa.ports import LexicalIndex, PassageStore, VectorIndex


class OpenEdition:
    """An edition with its indexes open, and how many questions are using it."""

    def __init__(self, edition: Edition, vectors: VectorIndex, lexical: LexicalIndex) -> None:
        self.edition = edition
        self.vectors = vectors
        self.lexical = lexical
        self.acronyms = edition.store.acronyms()
        self._passage_ids: dict[str, tuple[str, ...]] = {}
        self.users = 0
        self.retired = False

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
