"""An edition without its hidden documents: what is asked of one of those is answered as of one that there never was."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from report_qa.library.edition import Edition
from report_qa.library.passages import SqlitePassages
from report_qa.library.visible import VisibleEdition, VisiblePassages
from tests.guarded_shelf import guarded

HIDDEN = "zanthorp-closures.md"
# What ingest alone asks of a store: readers are not given it.
NOT_GIVEN = {
    "close", "document_text", "passage_ids", "documents_by_passage", "vector_keys", "keys_by_passage", "passages_by_key",
    "acronyms_of", "integrity",
}  # fmt: skip


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    library = guarded(tmp_path_factory.mktemp("guarded")).library
    return library.open(library.current_edition_id())


def methods(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_every_method_of_a_store_is_decided_upon() -> None:
    assert methods(SqlitePassages) - NOT_GIVEN == methods(VisiblePassages)
    assert not hasattr(VisiblePassages, "__getattr__")


def test_of_a_hidden_document_there_is_nothing(edition: Edition) -> None:
    whole, store = edition.store, VisibleEdition(edition, frozenset({HIDDEN})).store
    ids = [passage.passage_id for passage in whole.passages_of(HIDDEN)]
    assert ids
    for name in ("document", "text", "pages", "sheets", "page_numbers", "page_labels", "sections", "places", "blocks",
                 "note_marks", "readings_of", "passages_of"):  # fmt: skip
        with pytest.raises(KeyError):
            getattr(store, name)(HIDDEN)
    with pytest.raises(KeyError):
        store.place_of(HIDDEN, 0)
    with pytest.raises(KeyError):
        store.pages_of(HIDDEN, ())
    for by_document in (store.beginnings(9), store.readers(), store.readings(), store.provenance(), store.passage_counts(),
                        store.sizes()):  # fmt: skip
        assert set(by_document) == {document.document_id for document in whole.documents()} - {HIDDEN}
    assert (store.passages(ids), store.vectors(ids)) == ({}, {})
    assert ("ZRU" in whole.acronyms(), "ZRU" in store.acronyms()) == (True, False)


def test_counts_are_those_of_what_may_be_seen(edition: Edition) -> None:
    visible = VisibleEdition(edition, frozenset({HIDDEN}))
    whole, hidden = edition.manifest, edition.store.sizes()[HIDDEN]
    assert visible.manifest.documents == whole.documents - 1
    assert visible.manifest.characters == whole.characters - hidden[1]
    assert visible.manifest.passages == whole.passages - edition.store.passage_counts()[HIDDEN]
    assert visible.store.passage_count() == visible.manifest.passages


def test_that_a_hidden_document_was_replaced_is_not_said(tmp_path: Path) -> None:
    made = guarded(tmp_path)
    made.replace("catalogue.toml", 'path = "big-plan.md"', f'path = "big-plan.md"\nsupersedes = "{HIDDEN}"')
    made.ingest()
    edition = made.library.open(made.library.current_edition_id())
    assert edition.store.document("big-plan.md").supersedes == HIDDEN
    assert VisibleEdition(edition, frozenset({HIDDEN})).store.document("big-plan.md").supersedes == ""
