"""What the evidence pane fetches while a reader goes through a document: its pages, its text, and what is looked for in it.

All of it is the shelf's, as JSON; what is not on the shelf is not found. Nothing here runs the page again, so turning a page
costs no more than its picture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from report_qa import ReportQAError, Shelf
from report_qa.browsing import Hit, OpenDocument
from report_qa.doors.chat import seeing
from report_qa.doors.chat.evidence_view import box_data, others_of
from report_qa.doors.chat.reading_view import excerpt_runs, stretch_data
from report_qa.doors.chat.routes import INERT, SHA256, absent, kept_by_browsers
from report_qa.records.document import Span

Data = dict[str, Any]
_MOST_HITS = 50
# No page holds more of anything that is worth a box each.
_MOST_ON_A_PAGE = 400
_MOST_OTHERS = 40
# The shelf may be published anew at any moment; within a minute nobody leafs into another edition.
_FOR_A_MINUTE = {"cache-control": "private, max-age=60"} | INERT


async def pages(request: Request) -> Response:
    """Return a document's pages, each as [printed label, width, height, recognised, first character]."""
    return await _answer(request, _pages)


async def leaf(request: Request) -> Response:
    """Return the words of a page, and the boxes of what is looked for (`q`) on it."""
    return await _answer(request, _leaf)


async def find(request: Request) -> Response:
    """Return the places where words (`q`) stand in a document, the first ones or those after `skip`."""
    return await _answer(request, _find)


async def reading(request: Request) -> Response:
    """Return a stretch of a document's text: entries `first` to `last`, or the section around a character (`at`)."""
    return await _answer(request, _reading)


BROWSE_ROUTES = (
    Route("/pages/{sha256}", pages),
    Route("/leaf/{sha256}/{page}", leaf),
    Route("/find/{sha256}", find),
    Route("/text/{sha256}", reading),
)


async def _answer(request: Request, ask: Callable[[OpenDocument, Request], Data | None]) -> Response:
    def answered() -> tuple[Data, dict[str, str]] | None:
        sha256 = request.path_params["sha256"]
        if not SHA256.fullmatch(sha256):
            return None
        try:
            shelf = seeing.route(request).shelf()
            opened = shelf.open(sha256, request.query_params.get("cite", ""))
            data = ask(opened, request) if opened is not None else None
            if opened is None or data is None:
                return None
            return data, kept_by_browsers(shelf, opened.document, _FOR_A_MINUTE)
        except (ReportQAError, OSError, IndexError):
            return None

    found = await run_in_threadpool(answered)
    if found is None:
        return absent()
    data, headers = found
    return JSONResponse(data, headers=headers)


def _pages(opened: OpenDocument, _request: Request) -> Data:
    return {
        "pages": [
            [leaf.printed_label, round(leaf.width_pt, 2), round(leaf.height_pt, 2), leaf.recognised, leaf.start_char]
            for leaf in opened.leaves
        ]
    }


def _leaf(opened: OpenDocument, request: Request) -> Data | None:
    page_index = _number(request.path_params["page"])
    words = None if page_index is None else opened.page_text(page_index)
    if page_index is None or words is None:
        return None
    sheet = next(leaf for leaf in opened.leaves if leaf.page_index == page_index)
    query = request.query_params.get("q", "")
    found = opened.boxes(query, page_index, most=_MOST_ON_A_PAGE) if query else ()
    return {
        "text": words,
        "found": [[box_data(box, sheet.width_pt, sheet.height_pt) for box in boxes] for boxes in found],
    }


def _find(opened: OpenDocument, request: Request) -> Data:
    query = request.query_params.get("q", "")
    skip = _number(request.query_params.get("skip", "0")) or 0
    found = opened.find(query, skip=skip, most=_MOST_HITS)
    return {
        "query": query,
        "total": found.total,
        "apart": found.is_apart,
        "hits": [_hit(hit) for hit in found.hits],
        "next": skip + len(found.hits) if skip + len(found.hits) < found.total else None,
    }


def _hit(hit: Hit) -> Data:
    runs = excerpt_runs(hit.excerpt, hit.marks)
    before, after = ("… " if hit.cut_before else ""), (" …" if hit.cut_after else "")
    return {
        "page": hit.page_index,
        "label": hit.printed_label,
        "where": hit.place or (hit.heading_path[-1] if hit.heading_path else ""),
        "runs": [[before, ""], *runs, [after, ""]],
        "at": hit.spans[0].start_char,
        "spans": [[span.start_char, span.end_char] for span in hit.spans],
    }


def _reading(opened: OpenDocument, request: Request) -> Data | None:
    asked = request.query_params
    shelf = seeing.route(request).shelf()
    spans = _cited(shelf, opened, asked.get("cite", ""))
    at, first, last = (_number(asked.get(name, "")) for name in ("at", "first", "last"))
    if at is not None:
        stretch = opened.stretch_around(at, spans)
    elif first is not None and last is not None:
        stretch = opened.stretch(first, last, spans)
    else:
        return None
    others = asked.getlist("other")[:_MOST_OTHERS]
    numbers = {cite: _number(number) or 0 for number, _, cite in (each.partition(" ") for each in others)}
    places = shelf.places(numbers).values()
    beside = [
        place
        for place in places
        if place.located
        and (place.document.document_id, place.edition_id) == (opened.document.document_id, opened.edition_id)
    ]
    return stretch_data(stretch, others_of(beside, numbers), _found_in(asked))


def _found_in(asked: QueryParams) -> list[Span]:
    """Return the spans of what was found and is to be marked ("12-19")."""
    found = []
    for pair in asked.getlist("found")[:_MOST_OTHERS]:
        start, end = (_number(part) for part in (*pair.split("-"), "", "")[:2])
        if start is not None and end is not None and start < end:
            found.append(Span(start_char=start, end_char=end))
    return found


def _cited(shelf: Shelf, opened: OpenDocument, cite: str) -> tuple[Span, ...]:
    """Return the spans of a citation, if it is one of this document in this edition, and its words stand there."""
    place = shelf.places([cite]).get(cite)
    if place is None or not place.located:
        return ()
    here = (opened.document.document_id, opened.edition_id)
    return place.spans if (place.document.document_id, place.edition_id) == here else ()


def _number(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
