"""Reads presentations: slides in order, each with its title as a heading, its text, tables and charts, and its notes.

Shapes are read from top to bottom and from left to right, groups in their place. Footers, dates and slide numbers are
left out and counted, and so are hidden slides. Relationships that point outside the file are never followed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

from ingest.office_zip import check_office_zip
from ingest.text_builder import TextBuilder
from report_qa.errors import DocumentUnreadable
from report_qa.records.document import DocumentText

READER = "pptx/1"

_FURNITURE = {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER}
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
_BULLETED = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT}
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# Shapes whose upper edges differ by less stand side by side: a tenth of an inch, in English Metric Units.
_SAME_HEIGHT = 91_440
_DEEPEST_GROUP = 8


def read_pptx(content: bytes, *, name: str) -> DocumentText:
    """Return the reading text of a presentation.

    Raises:
        DocumentUnreadable: it is damaged, protected, or has no text in it.
    """
    check_office_zip(content, name=name)
    builder = TextBuilder()
    try:
        slides = Presentation(io.BytesIO(content)).slides
        for number, slide in enumerate(slides, 1):
            if slide.element.get("show") == "0":
                builder.drop("hidden slide", sum(len(text.text or "") for text in slide.element.iter(f"{_DRAWING}t")))
            else:
                _add_slide(builder, slide, number)
    except Exception as error:  # python-pptx and lxml raise whatever the first malformed part happens to break
        raise DocumentUnreadable(
            f"{name} is damaged, or no presentation ({type(error).__name__}).",
            hint="Save it again from PowerPoint as .pptx.",
        ) from error
    return builder.build(reader=READER, name=name)


def _add_slide(builder: TextBuilder, slide: Any, number: int) -> None:
    builder.at(f"slide {number}")
    shapes = list(_shapes(slide.shapes, 0))
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES and shape.text_frame.text.strip()]
    builder.heading(titles[0].text_frame.text if titles else f"Slide {number}", 1)
    for shape in shapes:
        if _placeholder(shape) in _FURNITURE:
            builder.drop("slide footer", len(shape.text_frame.text) if shape.has_text_frame else 0)
        elif shape not in titles[:1]:
            _add_shape(builder, shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        builder.at(f"slide {number}, notes")
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            builder.paragraph(_words(paragraph))


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    """Yield shapes in reading order, those of groups in the place of their group."""
    found = sorted(shapes, key=lambda shape: ((shape.top or 0) // _SAME_HEIGHT, shape.left or 0))
    for shape in found:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            if depth < _DEEPEST_GROUP:
                yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _placeholder(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _add_shape(builder: TextBuilder, shape: Any) -> None:
    if getattr(shape, "has_table", False):
        rows = [[_cell(cell) for cell in row.cells] for row in shape.table.rows]
        builder.table(rows, header_rows=int(shape.table.first_row and len(rows) > 1))
    elif getattr(shape, "has_chart", False):
        _add_chart(builder, shape.chart)
    elif shape.has_text_frame:
        paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if _words(paragraph).strip()]
        bulleted = _placeholder(shape) in _BULLETED and len(paragraphs) > 1
        for paragraph in paragraphs:
            if bulleted or paragraph.level > 0:
                builder.list_item(_words(paragraph), depth=paragraph.level)
            else:
                builder.paragraph(_words(paragraph))


def _add_chart(builder: TextBuilder, chart: Any) -> None:
    """Add a chart as the table that it was drawn from."""
    if chart.has_title and chart.chart_title.has_text_frame:
        builder.caption(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        series = list(plot.series)
        rows = [["", *(each.name for each in series)]]
        for position, category in enumerate(plot.categories):
            values = [each.values[position] if position < len(each.values) else None for each in series]
            rows.append([str(category), *("" if value is None else f"{value:g}" for value in values)])
        builder.table(rows, header_rows=1)


def _cell(cell: Any) -> str:
    """Return the words of a table's cell; the other places of a merged cell stay empty."""
    return "" if cell.is_spanned else " ".join(_words(paragraph) for paragraph in cell.text_frame.paragraphs)


def _words(paragraph: Any) -> str:
    # A line break inside a paragraph comes as a vertical tab.
    return str(paragraph.text).replace("\v", " ")
