"""What is shown of a citation: the section around it, its marks, and the sheet of a page."""

from __future__ import annotations

import pytest

from report_qa.citations import decode_cite, encode_cite
from report_qa.evidence import EvidenceView, view_evidence
from report_qa.records.document import Block, BlockKind, Section, SourceDocument
from tests.doubles import MemoryPassages
from tests.small_library import SmallLibrary


def _view(small: SmallLibrary, document_id: str, *quotes: str) -> EvidenceView:
    edition = small.library.open("000001")
    text = edition.store.text(document_id)
    ranges = tuple((text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    cite = encode_cite("000001", document_id, ranges, "\n".join(quotes))
    document = edition.store.document(document_id)
    try:
        return view_evidence(edition.store, document, cite=cite, parsed=decode_cite(cite), edition_id="000001")
    finally:
        edition.close()


def _marked(view: EvidenceView) -> list[str]:
    return [part.text[mark.start_char : mark.end_char] for part in view.paragraphs for mark in part.marks]


def test_the_section_is_shown_with_the_words_marked(small: SmallLibrary) -> None:
    view = _view(small, "libraries.md", "Volunteers run 450 libraries.")
    assert (view.located, view.quote) == (True, "Volunteers run 450 libraries.")
    assert _marked(view) == ["Volunteers run 450 libraries."]
    shown = " ".join(part.text for part in view.paragraphs)
    assert "38 hours" not in shown
    assert view.locator.heading_path[-1] == "Volunteers"
    assert view.pages == ()


def test_each_range_is_marked_and_the_last_one_places_it(small: SmallLibrary) -> None:
    quotes = ("Public libraries open 38 hours a week on average.", "3,600 public libraries")
    view = _view(small, "libraries.md", *quotes)
    assert view.quote == "\n".join(quotes)
    assert _marked(view) == list(quotes)
    assert view.locator.heading_path[-1] == "Opening hours"


def test_white_space_does_not_count_but_words_do(small: SmallLibrary) -> None:
    cite = decode_cite(encode_cite("000001", "x", ((0, 1),), "3,600  public\nlibraries"))
    assert cite.matches("3,600 public libraries")
    assert not cite.matches("3,601 public libraries")


TEXT = "Left-behind places need shops.\n\nThey are on two pages."


@pytest.fixture
def paged() -> tuple[MemoryPassages, SourceDocument]:
    """A document of two sheets; the last words of the first sentence stand on the second."""
    document = SourceDocument(
        document_id="doc.pdf", path="doc.pdf", title="Doc", media_type="application/pdf", sha256="0" * 64
    )
    store = MemoryPassages(
        sources=[document],
        texts={"doc.pdf": TEXT},
        listed=[],
        section_lists={"doc.pdf": [Section(heading_path=("Shops",), start_char=0, end_char=len(TEXT))]},
        block_lists={"doc.pdf": [Block(kind=BlockKind.PARAGRAPH, start_char=0, end_char=30)]},
    )
    return store, document


def test_words_beyond_the_text_are_not_located(paged: tuple[MemoryPassages, SourceDocument]) -> None:
    store, document = paged
    for ranges, words in ((((0, len(TEXT) + 1),), TEXT), (((0, 4),), "Wrong")):
        cite = encode_cite("000001", "doc.pdf", ranges, words)
        view = view_evidence(store, document, cite=cite, parsed=decode_cite(cite), edition_id="000001")
        assert (view.located, view.quote, view.pages) == (False, "", ())
