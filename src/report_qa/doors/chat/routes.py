"""What the browser fetches besides Streamlit's own files: page pictures, whole documents, and readiness.

Only documents of the shelf are handed out, by the hash of their bytes; a path can't be spelt into something else. Bytes
that were ingested are never run: nothing of theirs is served as HTML from this origin.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from report_qa import ReportQAError, Shelf, SourceDocument
from report_qa.doors.chat import seeing, service
from report_qa.doors.pictures import SCALES, THUMB_SCALE

SHA256 = re.compile(r"[0-9a-f]{64}")
_PAGE = re.compile(r"(\d{1,5})\.jpg")
_PDF = "application/pdf"
_SCALES = {str(scale): float(scale) for scale in (*SCALES, THUMB_SCALE)}
_PLAIN = ("text/plain", "text/markdown")
# The bytes behind an address never change, since the address is made of their hash.
_FOR_EVER = {"cache-control": "private, max-age=31536000, immutable"}
# Who uses the same browser later may not be one of those whom a document is for.
_NOT_KEPT = {"cache-control": "no-store"}
INERT = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}
# A sandbox would keep Chromium's own PDF viewer from starting; the viewer isolates what it shows by itself.
_INERT_PDF = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'",
}


def page_address(sha256: str, page_index: int, cite: str = "") -> str:
    """Return the address of a page's picture; the browser appends the scale that fits its screen.

    For a page that is not known yet (-1) it puts the page's index in the place of `{page}`, too.
    """
    page = "{page}" if page_index < 0 else page_index
    return f"/page/{sha256}/{page}.jpg?" + (f"cite={quote(cite, safe='')}&" if cite else "")


def original_address(sha256: str, cite: str = "") -> str:
    """Return the address of a whole document."""
    return f"/original/{sha256}" + (f"?cite={quote(cite, safe='')}" if cite else "")


async def page(request: Request) -> Response:
    """Return a page of a PDF as JPEG."""
    sha256, match = request.path_params["sha256"], _PAGE.fullmatch(request.path_params["page"])
    scale = request.query_params.get("scale", str(SCALES[0]))
    if not SHA256.fullmatch(sha256) or match is None or scale not in _SCALES:
        return absent()
    picture = await run_in_threadpool(
        _picture, request, sha256, int(match[1]), _SCALES[scale], request.query_params.get("cite", "")
    )
    if picture is None:
        return absent()
    content, headers = picture
    return Response(content, media_type="image/jpeg", headers=headers | INERT)


async def original(request: Request) -> Response:
    """Return a document as it was ingested: PDF in the browser's viewer, plain text as text, all else as a download."""
    sha256 = request.path_params["sha256"]
    if not SHA256.fullmatch(sha256):
        return absent()
    return await run_in_threadpool(_original, request, sha256, request.query_params.get("cite", ""))


async def ready(_request: Request) -> Response:
    """Return whether a question would be answered: 200 once the models are loaded, 503 before and when the server is to end."""
    held = service.libraries()
    loaded = held.ready and not held.ending
    return JSONResponse({"ready": loaded}, status_code=200 if loaded else 503)


ROUTES = (
    Route("/page/{sha256}/{page}", page),
    Route("/original/{sha256}", original),
    Route("/ready", ready),
)


def _picture(
    request: Request, sha256: str, page_index: int, scale: float, cite: str
) -> tuple[bytes, dict[str, str]] | None:
    try:
        held = seeing.route(request)
        document = held.document(sha256, cite)
        if document is None or document.media_type != _PDF:
            return None
        shelf = held.shelf()
        return held.pictures.page(shelf, document, page_index, scale), kept_by_browsers(shelf, document, _FOR_EVER)
    except (ReportQAError, OSError, IndexError):
        return None


def _original(request: Request, sha256: str, cite: str) -> Response:
    try:
        held = seeing.route(request)
        document = held.document(sha256, cite)
        if document is None:
            return absent()
        shelf = held.shelf()
        kept = shelf.original(document)
        headers = kept_by_browsers(shelf, document, _FOR_EVER)
    except ReportQAError:
        return absent()
    if not kept.path.is_file():
        return absent()
    inline = kept.media_type == _PDF or kept.media_type in _PLAIN
    shown_as = kept.media_type
    if kept.media_type in _PLAIN:
        shown_as = "text/plain; charset=utf-8"
    elif not inline:
        shown_as = "application/octet-stream"
    return FileResponse(
        kept.path,
        media_type=shown_as,
        filename=kept.file_name,
        content_disposition_type="inline" if inline else "attachment",
        headers=headers | (_INERT_PDF if kept.media_type == _PDF else INERT),
    )


def kept_by_browsers(shelf: Shelf, document: SourceDocument, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that let browsers keep something of a document; what isn't for everybody they don't keep."""
    return headers if shelf.is_for_all(document) else _NOT_KEPT


def absent() -> Response:
    """Return what is said of everything that is not on the shelf."""
    return PlainTextResponse("Not on the shelf.", status_code=404, headers=INERT)
