"""What is shown of a citation: the section around it, its marks, and the sheet of a page."""

from __future__ import annotations

import pytest

from report_qa.citations import decode_cite, encode_cite
from report_qa.evidence import EvidenceView, view_evidence
from report_qa.records.document import Block, BlockKind, Box, Line, Page, Section, SourceDocument
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


def test_white_space_does_not_count_but_words_do() -> None:
    cite = decode_cite(encode_cite("000001", "x", ((0, 1),), "3,600  public\nlibraries"))
    assert cite.matches("3,600 public libraries")
    assert not cite.matches("3,601 public libraries")


TEXT = "Left-behind places need shops.\n\nThey are few."


def _page(index: int, label: str, start: int, end: int) -> Page:
    edges = tuple(float(72 + 5 * place) for place in range(end - start + 1))
    line = Line(start_char=start, end_char=end, y0_pt=72, y1_pt=84, edges_pt=edges)
    return Page(
        page_index=index,
        printed_label=label,
        start_char=start,
        end_char=end,
        width_pt=595,
        height_pt=842,
        lines=(line,),
    )


@pytest.fixture
def paged() -> MemoryPassages:
    """The first sentence's last word, "shops.", stands on the second sheet."""
    document = SourceDocument(
        document_id="doc.pdf", path="doc.pdf", title="Doc", media_type="application/pdf", sha256="0" * 64
    )
    return MemoryPassages(
        sources=[document],
        texts={"doc.pdf": TEXT},
        listed=[],
        page_lists={"doc.pdf": [_page(0, "iii", 0, 24), _page(1, "iv", 24, len(TEXT))]},
        section_lists={"doc.pdf": [Section(heading_path=("Shops",), start_char=0, end_char=len(TEXT))]},
        block_lists={"doc.pdf": [Block(kind=BlockKind.PROSE, start_char=0, end_char=30)]},
    )


def _view_of(store: MemoryPassages, start: int, end: int, words: str) -> EvidenceView:
    cite = encode_cite("000001", "doc.pdf", ((start, end),), words)
    return view_evidence(store, store.sources[0], cite=cite, parsed=decode_cite(cite), edition_id="000001")


def test_words_on_two_sheets_show_both(paged: MemoryPassages) -> None:
    view = _view_of(paged, 19, 30, TEXT[19:30])
    assert [(page.page_index, page.printed_label, page.page_count) for page in view.pages] == [
        (0, "iii", 2),
        (1, "iv", 2),
    ]
    assert view.pages[0].boxes == (Box(page_index=0, x0_pt=167, y0_pt=72, x1_pt=192, y1_pt=84),)
    assert view.pages[1].boxes == (Box(page_index=1, x0_pt=72, y0_pt=72, x1_pt=102, y1_pt=84),)
    assert (view.locator.page, view.locator.page_label) == (1, "iii")
    assert _view_of(paged, 24, 30, "shops.").locator.page == 2


@pytest.mark.parametrize(
    ("start", "end", "words"), [(0, len(TEXT) + 1, TEXT), (0, 4, "Wrong"), (900, 904, "Left"), (900, 904, "")]
)
def test_words_that_do_not_stand_there_are_not_located(paged: MemoryPassages, start: int, end: int, words: str) -> None:
    view = _view_of(paged, start, end, words)
    assert (view.located, view.quote, view.pages, view.paragraphs) == (False, "", (), ())
