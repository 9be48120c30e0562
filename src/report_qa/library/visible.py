"""An edition as one audience sees it: without the documents that are hidden from it, as if they had not been ingested.

What reads an edition reads its store, so the store is where documents are hidden: whoever gets a `VisibleEdition` can't come upon
the others, by their ids, their passages' ids, or in a count. It offers what readers need and nothing of a store that it doesn't
name here; what is added to the store is hidden until it is added here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from report_qa.library.manifest import Manifest
from report_qa.library.passages import SqlitePassages, Totals
from report_qa.records.document import Block, NoteMark, Page, PageReading, Place, Section, SourceDocument, Span
from report_qa.records.passage import Passage

if TYPE_CHECKING:
    from pathlib import Path

    from report_qa.library.edition import Edition

_Value = TypeVar("_Value")


class VisiblePassages:
    """A passages store without the documents that are `hidden`; implements `ports.PassageStore`.

    Whatever is asked of a hidden document raises KeyError, as of one that the edition doesn't hold.
    """

    def __init__(self, store: SqlitePassages, hidden: frozenset[str]) -> None:
        self._store = store
        # That a hidden document was replaced would say that there is one.
        self._documents = {
            document.document_id: replace(document, supersedes="") if document.supersedes in hidden else document
            for document in store.documents()
            if document.document_id not in hidden
        }

    @cached_property
    def visible_passages(self) -> frozenset[str]:
        """The ids of all passages that may be seen."""
        owners = self._store.documents_by_passage()
        return frozenset(passage_id for passage_id, owner in owners.items() if owner in self._documents)

    def documents(self) -> tuple[SourceDocument, ...]:
        return tuple(self._documents.values())

    def document(self, document_id: str) -> SourceDocument:
        return self._documents[document_id]

    def text(self, document_id: str) -> str:
        return self._store.text(self._seen(document_id))

    def beginnings(self, characters: int) -> Mapping[str, str]:
        return self._of_seen(self._store.beginnings(characters))

    def pages(self, document_id: str, indexes: Iterable[int] | None = None) -> tuple[Page, ...]:
        return self._store.pages(self._seen(document_id), indexes)

    def sheets(self, document_id: str) -> tuple[Page, ...]:
        return self._store.sheets(self._seen(document_id))

    def pages_of(self, document_id: str, spans: Iterable[Span]) -> tuple[Page, ...]:
        return self._store.pages_of(self._seen(document_id), spans)

    def page_numbers(self, document_id: str) -> tuple[int, ...]:
        return self._store.page_numbers(self._seen(document_id))

    def page_labels(self, document_id: str) -> Mapping[int, tuple[str, int]]:
        return self._store.page_labels(self._seen(document_id))

    def sections(self, document_id: str) -> tuple[Section, ...]:
        return self._store.sections(self._seen(document_id))

    def places(self, document_id: str) -> tuple[Place, ...]:
        return self._store.places(self._seen(document_id))

    def place_of(self, document_id: str, char: int) -> str:
        return self._store.place_of(self._seen(document_id), char)

    def blocks(self, document_id: str) -> tuple[Block, ...]:
        return self._store.blocks(self._seen(document_id))

    def note_marks(self, document_id: str) -> tuple[NoteMark, ...]:
        return self._store.note_marks(self._seen(document_id))

    def readers(self) -> Mapping[str, str]:
        return self._of_seen(self._store.readers())

    def readings(self) -> Mapping[str, tuple[str, tuple[PageReading, ...]]]:
        return self._of_seen(self._store.readings())

    def readings_of(self, document_id: str) -> tuple[PageReading, ...]:
        return self._store.readings_of(self._seen(document_id))

    def provenance(self) -> Mapping[str, tuple[str, str]]:
        return self._of_seen(self._store.provenance())

    def passages(self, passage_ids: Iterable[str]) -> Mapping[str, Passage]:
        return self._store.passages(self._seen_of(passage_ids))

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        return self._store.passages_of(self._seen(document_id))

    def passage_counts(self) -> Mapping[str, int]:
        return self._of_seen(self._store.passage_counts())

    def passage_count(self) -> int:
        return len(self.visible_passages)

    def vectors(self, passage_ids: Iterable[str]) -> Mapping[str, NDArray[np.float32]]:
        return self._store.vectors(self._seen_of(passage_ids))

    def acronyms(self) -> Mapping[str, frozenset[str]]:
        return self._store.acronyms_of(self._documents)

    def totals(self) -> Totals:
        """Return how much of the edition may be seen."""
        sizes = self.sizes().values()
        return Totals(
            documents=len(self._documents),
            pages=sum(pages for pages, _ in sizes),
            characters=sum(characters for _, characters in sizes),
            passages=self.passage_count(),
        )

    def sizes(self) -> Mapping[str, tuple[int, int]]:
        return self._of_seen(self._store.sizes())

    def _seen(self, document_id: str) -> str:
        if document_id not in self._documents:
            raise KeyError(document_id)
        return document_id

    def _seen_of(self, passage_ids: Iterable[str]) -> list[str]:
        return [passage_id for passage_id in passage_ids if passage_id in self.visible_passages]

    def _of_seen(self, by_document: Mapping[str, _Value]) -> dict[str, _Value]:
        return {document_id: value for document_id, value in by_document.items() if document_id in self._documents}


class VisibleEdition:
    """An edition without the documents that are `hidden`. It reads from the edition that it is made of, and never closes it."""

    def __init__(self, edition: Edition, hidden: frozenset[str]) -> None:
        self._edition = edition
        self.edition_id = edition.edition_id
        self.store = VisiblePassages(edition.store, hidden)

    @property
    def folder(self) -> Path:
        """Where the whole edition lies; what is read from there is to be held against the store."""
        return self._edition.folder

    @cached_property
    def manifest(self) -> Manifest:
        """What the edition says of itself, with the counts of what may be seen."""
        totals = self.store.totals()
        return replace(
            self._edition.manifest,
            documents=totals.documents,
            pages=totals.pages,
            characters=totals.characters,
            passages=totals.passages,
            store_sha256="",
        )

    def close(self) -> None:
        """Do nothing: the edition is somebody else's."""
