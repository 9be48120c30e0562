"""What the evidence component shows, as plain data: one cited quotation on its page or in its section.

The words are marked where the reading text says they stand. On a page the marks are boxes, in per cent of its size, so
that they stay on their words at every zoom.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from report_qa import EvidenceSpan, EvidenceView, PageView, Paragraph, SourceDocument
from report_qa.doors.chat.routes import original_address, page_address
from report_qa.doors.pictures import SCALES
from report_qa.records.answer import Provenance

Data = dict[str, Any]
_PDF = "application/pdf"
_WEB = ("https://", "http://")
# A little air around the words, in points.
_AIR_X, _AIR_Y = 1.2, 0.8


def evidence_data(view: EvidenceView, beside: Sequence[EvidenceSpan] = (), *, current_edition: str = "") -> Data:
    """Return one opened citation; `beside` are the citations of the same answer, to step through."""
    document = view.document
    # A document that has left the shelf is found through the citation, which names the edition that held it.
    cite = "" if view.edition_id == current_edition else view.cite
    cites = [span.cite for span in beside]
    return {
        "cite": view.cite,
        "title": document.title,
        "role": document.role.value,
        "source": source_line(document),
        "superseded": document.state.value == "superseded",
        "locator": str(view.locator) if view.located else "",
        "heading": " › ".join(view.locator.heading_path),
        "located": view.located,
        "quote": view.quote,
        "reference": reference(view),
        "link": f"/evidence?cite={quote(view.cite, safe='')}",
        "address": document.source_url if document.source_url.startswith(_WEB) else "",
        "original": _original(view, cite),
        "downloads": document.media_type not in (_PDF, "text/plain", "text/markdown"),
        "pages": [_page(page, document, cite) for page in view.pages],
        "scales": list(SCALES),
        "paragraphs": [paragraph_data(paragraph) for paragraph in view.paragraphs],
        "cites": cites,
        "position": cites.index(view.cite) if view.cite in cites else -1,
    }


def absent_data(cite: str) -> Data:
    """Return what is shown for a citation that names nothing on the shelf."""
    return {"cite": cite, "absent": True}


def source_line(document: SourceDocument) -> str:
    """Return who published a document and when."""
    return " · ".join(part for part in (document.publisher, spoken_day(document.published_on)) if part)


def spoken_day(day: date | None) -> str:
    """Return a day as one writes it ("3 June 2024"), "" for none."""
    return f"{day.day} {day:%B %Y}" if day else ""


def seconds(provenance: Provenance) -> str:
    """Return how long an answer or a check took."""
    return f"{sum(ms for _, ms in provenance.stage_ms) / 1000:.1f} s"


def reference(view: EvidenceView) -> str:
    """Return the quotation as one cites it; the browser, which knows its own address, appends the permanent link."""
    document = view.document
    words = " ".join(view.quote.replace(" | ", ", ").split())
    published = spoken_day(document.published_on)
    parts = [document.title, document.publisher, published, str(view.locator) if view.located else ""]
    source = f" {document.source_url}" if document.source_url else ""
    return (f"“{words}” — " if words else "") + ", ".join(part for part in parts if part) + "." + source


def paragraph_data(paragraph: Paragraph) -> Data:
    """Return a paragraph as runs of text, each marked or not; a table as rows of cells of such runs."""
    marks = [(mark.start_char, mark.end_char) for mark in paragraph.marks]
    if paragraph.kind != "table":
        return {"kind": paragraph.kind, "runs": _runs(paragraph.text, 0, marks)}
    rows, start = [], 0
    for line in paragraph.text.split("\n"):
        cells, at = [], start
        for cell in line.split(" | "):
            cells.append(_runs(cell, at, marks))
            at += len(cell) + len(" | ")
        rows.append(cells)
        start += len(line) + 1
    return {"kind": "table", "rows": rows, "header_rows": paragraph.header_rows}


def _runs(text: str, start: int, marks: Sequence[tuple[int, int]]) -> list[list[Any]]:
    """Cut a text that begins at `start` of its paragraph into [words, marked] runs."""
    edges = {0, len(text)}
    for first, last in marks:
        edges |= {min(max(edge - start, 0), len(text)) for edge in (first, last)}
    ordered = sorted(edges)
    return [
        [text[begin:end], any(first < end + start and begin + start < last for first, last in marks)]
        for begin, end in pairwise(ordered)
    ]


def _page(page: PageView, document: SourceDocument, cite: str) -> Data:
    return {
        "index": page.page_index,
        "name": f"Page {page.page_index + 1} of {page.page_count}",
        "label": page.printed_label,
        "picture": page_address(document.sha256, page.page_index, cite),
        "width": round(page.width_pt, 2),
        "height": round(page.height_pt, 2),
        "boxes": [
            {
                "left": round(100 * (box.x0_pt - _AIR_X) / page.width_pt, 3),
                "top": round(100 * (box.y0_pt - _AIR_Y) / page.height_pt, 3),
                "width": round(100 * (box.x1_pt - box.x0_pt + 2 * _AIR_X) / page.width_pt, 3),
                "height": round(100 * (box.y1_pt - box.y0_pt + 2 * _AIR_Y) / page.height_pt, 3),
            }
            for box in page.boxes
        ],
    }


def _original(view: EvidenceView, cite: str) -> str:
    address = original_address(view.document.sha256, cite)
    return f"{address}#page={view.pages[0].page_index + 1}" if view.pages else address
