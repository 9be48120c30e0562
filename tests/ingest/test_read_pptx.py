"""Presentations: slides, notes, tables, charts, and what is left out."""

from __future__ import annotations

import io
import zipfile
from typing import Any, cast

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.read_pptx import read_pptx
from report_qa.errors import DocumentUnreadable
from report_qa.records.document import BlockKind, DocumentText


def deck() -> Any:
    return Presentation()


def add(presentation: Any, title: str, *lines: str) -> Any:
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = title
    slide.placeholders[1].text_frame.text = "\n".join(lines)
    return slide


def saved(presentation: Any) -> bytes:
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def read(presentation: Any) -> DocumentText:
    return read_pptx(saved(presentation), name="deck.pptx")


def blocks(text: DocumentText, kind: BlockKind) -> list[str]:
    return [text.text[block.start_char : block.end_char] for block in text.blocks if block.kind is kind]


def places(text: DocumentText) -> dict[str, str]:
    return {text.text[place.start_char : place.end_char]: place.label for place in text.places}


def test_slides_have_headings_lists_and_places() -> None:
    presentation = deck()
    add(presentation, "Where we are", "Pubs are shut", "Halls are open")
    add(presentation, "What to do", "Open the pubs", "Keep the halls")
    text = read(presentation)
    assert [section.heading_path for section in text.sections] == [("Where we are",), ("What to do",)]
    assert blocks(text, BlockKind.LIST) == ["Pubs are shut", "Halls are open", "Open the pubs", "Keep the halls"]
    assert places(text)["Pubs are shut"] == "slide 1"
    assert places(text)["Open the pubs"] == "slide 2"
    assert text.place_of(text.text.index("Keep")) == "slide 2"


def test_levels_are_depths_of_a_list() -> None:
    presentation = deck()
    slide = add(presentation, "Plan", "We will open:", "pubs", "halls")
    for paragraph in slide.placeholders[1].text_frame.paragraphs[1:]:
        paragraph.level = 1
    text = read(presentation)
    inner = [block for block in text.blocks if text.text[block.start_char : block.end_char] == "pubs"]
    assert inner[0].lead_in is not None
    assert text.words(inner[0].lead_in) == "We will open:"


def test_notes_follow_their_slide() -> None:
    presentation = deck()
    slide = add(presentation, "Plan", "Open the pubs")
    slide.notes_slide.notes_text_frame.text = "Say that it costs £3m."
    add(presentation, "Next", "Nothing")
    text = read(presentation)
    assert places(text)["Say that it costs £3m."] == "slide 1, notes"
    assert text.text.index("£3m") < text.text.index("Next")


def test_a_table_keeps_header_and_rows() -> None:
    presentation = deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Figures"
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(4), Inches(2)).table
    for row, cells in enumerate([("Place", "Visits"), ("Pub", "1,200"), ("Hall", "900")]):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    text = read(presentation)
    (found,) = [block for block in text.blocks if block.kind is BlockKind.TABLE]
    assert text.text[found.start_char : found.end_char] == "Place | Visits\nPub | 1,200\nHall | 900"
    assert found.header_rows == 1


def test_a_chart_is_read_as_its_table() -> None:
    presentation = deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    data: Any = cast("Any", CategoryChartData)()
    data.categories = ["2019", "2020"]
    data.add_series("Pubs", (12, 9.5))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(3), data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "Table 1: Pubs open"
    text = read(presentation)
    assert blocks(text, BlockKind.TABLE) == [" | Pubs\n2019 | 12\n2020 | 9.5"]
    assert blocks(text, BlockKind.CAPTION) == ["Table 1: Pubs open"]


def test_shapes_are_read_from_the_top_whatever_their_order_in_the_file() -> None:
    presentation = deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    for words, left, top in [("third", 1, 5), ("second", 5, 1), ("first", 1, 1)]:
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(3), Inches(1))
        box.text_frame.text = words
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_textbox(Inches(1), Inches(3), Inches(3), Inches(1))
    inner.text_frame.text = "between"
    assert blocks(read(presentation), BlockKind.PROSE) == ["first", "second", "between", "third"]


def test_hidden_slides_are_left_out_and_counted() -> None:
    presentation = deck()
    add(presentation, "Shown", "Open")
    hidden = add(presentation, "Hidden", "Secret")
    hidden.element.set("show", "0")
    text = read(presentation)
    assert "Secret" not in text.text
    assert dict(text.dropped)["hidden slide"] == len("HiddenSecret")


def test_right_to_left_text_is_kept_as_it_is() -> None:
    presentation = deck()
    add(presentation, "שלום", "הפאב סגור היום", "האולם פתוח")
    assert "הפאב סגור היום" in read(presentation).text


def test_threat_10_bombs_entities_and_damage_are_refused() -> None:
    presentation = deck()
    add(presentation, "A", "b", "c")
    content = saved(presentation)
    with pytest.raises(DocumentUnreadable, match=r"deck\.pptx is damaged"):
        read_pptx(content[: len(content) // 2], name="deck.pptx")
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/bomb.xml", b"0" * 50_000_000)
    with pytest.raises(DocumentUnreadable, match="times its size"):
        read_pptx(stream.getvalue(), name="deck.pptx")
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("ppt/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>')
    with pytest.raises(DocumentUnreadable, match="declares XML entities"):
        read_pptx(stream.getvalue(), name="deck.pptx")
