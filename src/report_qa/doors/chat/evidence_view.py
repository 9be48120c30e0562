"""What the evidence component shows, as plain data: one cited quotation on its page or in its section.

The words are marked where the reading text says they stand. On a page the marks are boxes, in per cent of its size, so
that they stay on their words at every zoom. The other citations of the same answer come along: where they stand on the same
document's pages, and a small picture for each page that is cited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from report_qa import EvidenceSpan, EvidenceView, PageView, ReportQAError, Shelf, SourceDocument
from report_qa.browsing import OpenDocument
from report_qa.citations import decode_cite
from report_qa.doors.chat.reading_view import Others, paragraph_data, stretch_data
from report_qa.doors.chat.routes import original_address, page_address
from report_qa.doors.chat.texts import counted, text
from report_qa.doors.pictures import SCALES, THUMB_SCALE
from report_qa.evidence import CitedPlace
from report_qa.records.answer import Provenance
from report_qa.records.document import Box, Span
from report_qa.shelf import SourceRecord

Data = dict[str, Any]
_PDF = "application/pdf"
_WEB = ("https://", "http://")
# A little air around the words, in points.
_AIR_X, _AIR_Y = 1.2, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What goes with an opened citation: its document, what is known of it, and where the answer's citations stand."""

    opened: OpenDocument | None = None
    record: SourceRecord | None = None
    places: Mapping[str, CitedPlace] | None = None


def open_data(shelf: Shelf, cite: str, beside: Sequence[EvidenceSpan] = ()) -> Data:
    """Open a citation and return what is shown of it; `beside` are the citations of the same answer, itself included."""
    try:
        view = shelf.evidence(cite)
        if view is None:
            return absent_data(cite)
        opened = shelf.open(view.document.sha256, cite)
        around = Around(
            opened=opened,
            record=shelf.record(opened) if opened is not None else None,
            places=shelf.places(span.cite for span in beside),
        )
        return evidence_data(view, beside, around=around, current_edition=shelf.edition_id)
    except ReportQAError:
        return absent_data(cite)


def evidence_data(
    view: EvidenceView, beside: Sequence[EvidenceSpan] = (), *, around: Around | None = None, current_edition: str = ""
) -> Data:
    """Return one opened citation; `beside` are the citations of the same answer, to step through."""
    document = view.document
    around = around or Around()
    # A document that has left the shelf is found through the citation, which names the edition that held it.
    cite = "" if view.edition_id == current_edition else view.cite
    cites = [span.cite for span in beside]
    places = [around.places[each] for each in cites if each in around.places] if around.places else []
    numbers = {each: position for position, each in enumerate(cites, 1)}
    same = [place for place in places if _is_beside(place, view)]
    opened = around.opened
    leaves = opened.leaves if opened is not None else ()
    return {
        "cite": view.cite,
        "sha256": document.sha256,
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
        "picture": page_address(document.sha256, -1, cite),
        "pages": [_page(page, {leaf.page_index for leaf in leaves if leaf.recognised}) for page in view.pages],
        "paged": bool(view.pages or leaves),
        "scales": list(SCALES),
        "at": decode_cite(view.cite).ranges[-1][0] if view.located else 0,
        "stretch": _section(view, opened, same, numbers) if not view.pages else None,
        "cites": cites,
        "position": cites.index(view.cite) if view.cite in cites else -1,
        "others": [_other(place, numbers[place.cite]) for place in same],
        "cited_pages": _cited_pages(places, numbers, current_edition),
        "record": record_data(around.record) if around.record is not None else [],
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


def record_data(record: SourceRecord) -> list[list[str]]:
    """Return what is known of a source as [name, label, value], those without a value left out."""
    document = record.document
    state = text(f"role.{document.state.value}")
    if record.superseded_by:
        state = text("evidence.superseded_by", title=record.superseded_by)
    since = {"day": spoken_day(record.since.date()), "edition": record.since_edition_id}
    size = [counted("evidence.pages", record.page_count)] if record.page_count else []
    size.append(counted("evidence.words", record.word_count))
    if record.recognised_pages:
        size.append(counted("evidence.recognised_pages", record.recognised_pages))
    rows = [
        ("title", text("evidence.record_title"), document.title),
        ("publisher", text("evidence.record_publisher"), document.publisher),
        ("published", text("evidence.record_published"), spoken_day(document.published_on)),
        ("role", text("evidence.record_role"), text(f"role.{document.role.value}")),
        ("state", text("evidence.record_state"), state),
        ("licence", text("evidence.record_licence"), document.licence),
        (
            "ingested",
            text("evidence.record_ingested"),
            text("evidence.since", **since) if record.since_is_first else text("evidence.since_or_before", **since),
        ),
        ("edition", text("evidence.record_shown_from"), text("evidence.edition", edition=record.edition_id)),
        ("file", text("evidence.record_file"), document.path),
        ("size", text("evidence.record_size"), " · ".join(size)),
        ("sha256", text("evidence.record_hash"), document.sha256),
    ]
    return [list(row) for row in rows if row[2]]


def box_data(box: Box, width_pt: float, height_pt: float) -> Data:
    """Return a box in per cent of its page, with a little air around it."""
    return {
        "left": round(100 * (box.x0_pt - _AIR_X) / width_pt, 3),
        "top": round(100 * (box.y0_pt - _AIR_Y) / height_pt, 3),
        "width": round(100 * (box.x1_pt - box.x0_pt + 2 * _AIR_X) / width_pt, 3),
        "height": round(100 * (box.y1_pt - box.y0_pt + 2 * _AIR_Y) / height_pt, 3),
    }


def others_of(places: Iterable[CitedPlace], numbers: Mapping[str, int]) -> list[Others]:
    """Return other citations as they are marked in a text."""
    return [Others(number=numbers[place.cite], cite=place.cite, spans=place.spans) for place in places]


def _is_beside(place: CitedPlace, view: EvidenceView) -> bool:
    """Return whether another citation's words stand in the same text: offsets and boxes are those of one edition's document."""
    return (
        place.located
        and place.cite != view.cite
        and (place.document.document_id, place.edition_id) == (view.document.document_id, view.edition_id)
    )


def _section(
    view: EvidenceView, opened: OpenDocument | None, same: Sequence[CitedPlace], numbers: Mapping[str, int]
) -> Data | None:
    if not view.located:
        return None
    if opened is None:
        # The document left the shelf a moment ago; its section is at hand all the same.
        paragraphs = [paragraph_data(paragraph) for paragraph in view.paragraphs]
        return {"first": 0, "last": len(paragraphs), "paragraphs": paragraphs, "before": None, "after": None}
    spans = tuple(Span(start_char=start, end_char=end) for start, end in decode_cite(view.cite).ranges)
    return stretch_data(opened.stretch_around(spans[-1].start_char, spans), others_of(same, numbers))


def _page(page: PageView, recognised: set[int]) -> Data:
    return {
        "index": page.page_index,
        "count": page.page_count,
        "label": page.printed_label,
        "width": round(page.width_pt, 2),
        "height": round(page.height_pt, 2),
        "recognised": page.page_index in recognised,
        "excerpt": page.excerpt,
        "margin": _margin(page),
        "boxes": _boxes(page),
    }


def _boxes(page: PageView) -> list[Data]:
    return [box_data(box, page.width_pt, page.height_pt) for box in page.boxes]


def _margin(page: PageView) -> float:
    """Return where the line begins on which the words begin, in per cent: a number stands before it."""
    return round(100 * (page.line_x0_pt - _AIR_X) / page.width_pt, 3)


def _other(place: CitedPlace, number: int) -> Data:
    pages = {str(page.page_index): {"boxes": _boxes(page), "margin": _margin(page)} for page in place.pages}
    return {"cite": place.cite, "number": number, "quote": place.quote, "pages": pages}


def _cited_pages(places: Sequence[CitedPlace], numbers: Mapping[str, int], current_edition: str) -> list[Data]:
    """Return the pages that an answer cites, each once, with the citations on it and where they stand."""
    shown: dict[tuple[str, int], Data] = {}
    for place in places:
        sha256 = place.document.sha256
        asked_by = "" if place.edition_id == current_edition else place.cite
        for page in place.pages:
            found = shown.setdefault(
                (sha256, page.page_index),
                {
                    "sha256": sha256,
                    "index": page.page_index,
                    "label": page.printed_label,
                    "title": place.document.title,
                    "width": round(page.width_pt, 2),
                    "height": round(page.height_pt, 2),
                    "picture": page_address(sha256, page.page_index, asked_by),
                    "thumb": f"{page_address(sha256, page.page_index, asked_by)}scale={THUMB_SCALE}",
                    "cites": [],
                },
            )
            found["cites"].append({"cite": place.cite, "number": numbers[place.cite], "boxes": _boxes(page)})
    return list(shown.values())


def _original(view: EvidenceView, cite: str) -> str:
    address = original_address(view.document.sha256, cite)
    return f"{address}#page={view.pages[0].page_index + 1}" if view.pages else address
