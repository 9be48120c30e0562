"""A document is gone through: pages, stretches of its text, and places where words stand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from report_qa.browsing import OpenDocument
from report_qa.records.document import (
    Block,
    BlockKind,
    Line,
    Page,
    PageReading,
    Section,
    SourceDocument,
    Span,
)
from tests.doubles import MemoryPassages
from tests.small_library import SmallLibrary

TEXT = "Shops\n\nLeft-behind places need shops.\n\nBuses\n\nThey need a bus. A bus a day."
DOCUMENT = SourceDocument(
    document_id="doc.pdf", path="doc.pdf", title="Doc", media_type="application/pdf", sha256="0" * 64
)


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def _page(index: int, label: str, *words: str) -> Page:
    """Return a page with a line for each of these words, 5 points to a character."""
    lines = []
    for number, (start, end) in enumerate(map(at, words)):
        edges = tuple(float(72 + 5 * place) for place in range(end - start + 1))
        lines.append(
            Line(start_char=start, end_char=end, y0_pt=72 + 20 * number, y1_pt=84 + 20 * number, edges_pt=edges)
        )
    return Page(
        page_index=index,
        printed_label=label,
        start_char=min(line.start_char for line in lines),
        end_char=max(line.end_char for line in lines),
        width_pt=595,
        height_pt=842,
        lines=tuple(lines),
    )


@pytest.fixture
def opened() -> OpenDocument:
    """A note runs on past the second page's first line, so that the ranges of its two pages overlap."""
    store = MemoryPassages(
        sources=[DOCUMENT],
        texts={"doc.pdf": TEXT},
        listed=[],
        page_lists={
            "doc.pdf": [
                _page(0, "iv", "Shops", "Left-behind places need shops.", "A bus a day."),
                _page(1, "1", "Buses", "They need a bus."),
            ]
        },
        section_lists={
            "doc.pdf": [
                Section(heading_path=("Shops",), start_char=at("Left")[0], end_char=at("shops.")[1]),
                Section(heading_path=("Shops", "Buses"), start_char=at("They")[0], end_char=len(TEXT)),
            ]
        },
        block_lists={
            "doc.pdf": [
                Block(kind=BlockKind.PROSE, start_char=start, end_char=end)
                for start, end in (at("Left-behind places need shops."), (at("They")[0], len(TEXT)))
            ]
        },
        reading_lists={"doc.pdf": [PageReading(page_index=1, characters=9, recognised=True)]},
    )
    return OpenDocument(store, DOCUMENT, "000001")


def test_pages_have_labels_and_say_what_was_recognised(opened: OpenDocument) -> None:
    assert [(leaf.page_index, leaf.printed_label, leaf.recognised) for leaf in opened.leaves] == [
        (0, "iv", False),
        (1, "1", True),
    ]
    assert opened.page_text(1) == "Buses\nThey need a bus."
    assert opened.page_text(2) is None


def test_a_stretch_is_the_section_with_its_heading_and_marks(opened: OpenDocument) -> None:
    start, end = at("A bus")
    stretch = opened.stretch_around(start, [Span(start_char=start, end_char=end)])
    assert [(part.kind, part.text, part.level) for part in stretch.paragraphs] == [
        ("heading", "Buses", 2),
        ("prose", "They need a bus. A bus a day.", 0),
    ]
    (mark,) = stretch.paragraphs[1].marks
    assert stretch.paragraphs[1].text[mark.start_char : mark.end_char] == "A bus"
    assert (stretch.after, stretch.before and stretch.before.heading) == (None, "Shops")


def test_stretches_go_through_the_whole_text(opened: OpenDocument) -> None:
    before = opened.stretch_around(len(TEXT) - 1).before
    assert before
    earlier = opened.stretch(before.first, before.last)
    assert [part.text for part in earlier.paragraphs] == ["Shops", "Left-behind places need shops."]
    assert (earlier.before, earlier.after and earlier.after.first) == (None, earlier.last)


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (2, 2), (3, 9), (0, 5)])
def test_entries_that_are_not_there_are_an_error(opened: OpenDocument, first: int, last: int) -> None:
    with pytest.raises(IndexError):
        opened.stretch(first, last)


def test_a_hit_says_its_page_and_what_is_around(opened: OpenDocument) -> None:
    found = opened.find("bus", most=9)
    assert (found.total, found.is_apart) == (3, False)
    # "Buses" is the heading; the last one stands on the first page, though the second one's range embraces it not.
    assert [(hit.page_index, hit.printed_label) for hit in found.hits] == [(1, "1"), (1, "1"), (0, "iv")]
    last = found.hits[-1]
    (mark,) = last.marks
    assert last.excerpt[mark.start_char : mark.end_char] == "bus"
    assert last.excerpt == "They need a bus. A bus a day."
    assert last.heading_path == ("Shops", "Buses")


def test_words_that_stand_apart_are_found_as_such(opened: OpenDocument) -> None:
    found = opened.find("shops places", most=9)
    assert (found.total, found.is_apart) == (1, True)
    (hit,) = found.hits
    assert [hit.excerpt[mark.start_char : mark.end_char] for mark in hit.marks] == ["places", "shops"]
    assert opened.find("harbour", most=9).total == 0


def test_what_is_found_on_a_page_has_its_boxes(opened: OpenDocument) -> None:
    (group,) = opened.boxes("left behind", 0, most=9)
    assert [(box.x0_pt, box.x1_pt, box.y0_pt) for box in group] == [(72, 72 + 5 * len("Left-behind"), 92)]
    assert [len(groups) for groups in (opened.boxes("bus", 0, most=9), opened.boxes("bus", 1, most=9))] == [1, 2]
    assert len(opened.boxes("bus", 1, most=1)) == 1
    assert opened.boxes("bus", 7, most=9) == ()


def test_a_long_excerpt_is_cut_at_words() -> None:
    text = " ".join(f"word{number}" for number in range(200))
    store = MemoryPassages(
        sources=[DOCUMENT],
        texts={"doc.pdf": text},
        listed=[],
        block_lists={"doc.pdf": [Block(kind=BlockKind.PROSE, start_char=0, end_char=len(text))]},
    )
    (hit,) = OpenDocument(store, DOCUMENT, "000001").find("word100", most=9).hits
    assert (hit.cut_before, hit.cut_after, hit.page_index) == (True, True, None)
    assert set(hit.excerpt.split()) <= set(text.split())
    assert len(hit.excerpt) < 180


def test_a_long_section_is_gone_through_in_pieces() -> None:
    lines = [f"Item {number}." for number in range(300)]
    text = "\n\n".join(lines)
    starts = [text.index(line) for line in lines]
    store = MemoryPassages(
        sources=[DOCUMENT],
        texts={"doc.pdf": text},
        listed=[],
        block_lists={
            "doc.pdf": [
                Block(kind=BlockKind.LIST, start_char=start, end_char=start + len(line))
                for start, line in zip(starts, lines, strict=True)
            ]
        },
    )
    opened = OpenDocument(store, DOCUMENT, "000001")
    stretch = opened.stretch_around(starts[150])
    pieces = [stretch]
    while (before := pieces[0].before) is not None:
        pieces.insert(0, opened.stretch(before.first, before.last))
    while (after := pieces[-1].after) is not None:
        pieces.append(opened.stretch(after.first, after.last))
    assert [part.text for piece in pieces for part in piece.paragraphs] == lines
    assert all(one.last == other.first for one, other in pairwise(pieces))
    assert max(len(piece.paragraphs) for piece in pieces) == 80


def test_a_heading_over_headings_comes_with_what_stands_under_them() -> None:
    text = "Part\n\nChapter\n\nWords."
    store = MemoryPassages(
        sources=[DOCUMENT],
        texts={"doc.pdf": text},
        listed=[],
        section_lists={
            "doc.pdf": [
                Section(heading_path=("Part",), start_char=6, end_char=6),
                Section(heading_path=("Part", "Chapter"), start_char=15, end_char=21),
            ]
        },
        block_lists={"doc.pdf": [Block(kind=BlockKind.PROSE, start_char=15, end_char=21)]},
    )
    stretch = OpenDocument(store, DOCUMENT, "000001").stretch_around(0)
    assert [part.text for part in stretch.paragraphs] == ["Part", "Chapter", "Words."]


def test_a_real_document_is_gone_through(small: SmallLibrary) -> None:
    shelf = small.shelf()
    document = shelf.find("libraries.md")
    assert document
    opened = shelf.open(document.sha256)
    assert opened
    assert opened.leaves == ()
    (hit,) = opened.find("3,600", most=9).hits
    assert (hit.page_index, hit.heading_path[-1]) == (None, "Opening hours")
    stretch = opened.stretch_around(hit.spans[0].start_char)
    assert [part.kind for part in stretch.paragraphs] == ["heading", "prose"]
