"""Documents, their text and pages, and the evidence behind a citation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from starlette.exceptions import HTTPException

from report_qa import EvidenceView, PageView, ReportQAError, SourceDocument
from report_qa.doors.api.context import Here, Reading
from report_qa.doors.api.problems import responses
from report_qa.doors.api.shapes import DocumentShape, DocumentsShape, EvidenceShape, Json, TextShape
from report_qa.doors.describing import document_json, evidence_json
from report_qa.doors.pictures import SCALES
from report_qa.libraries import Tenant

router = APIRouter(tags=["reading"])
_PDF = "application/pdf"
_FOR_EVER = {"cache-control": "private, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
_NOT_KEPT = _FOR_EVER | {"cache-control": "no-store"}
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/documents", response_model=DocumentsShape, responses=responses())
def documents(here: Here, _caller: Reading) -> Json:
    """List the documents of the current edition, the report first."""
    shelf = here.parts.shelf()
    return {
        "edition": shelf.edition_id,
        "title": shelf.title,
        "documents": [document_json(document) for document in shelf.documents()],
    }


@router.get("/documents/{sha256}", response_model=DocumentShape, responses=responses(404))
def document(sha256: Sha256, here: Here, _caller: Reading) -> Json:
    """Return what is known of one document, by the hash of its bytes."""
    return document_json(_found(here.parts.document(sha256)))


@router.get("/documents/{sha256}/text", response_model=TextShape, responses=responses(404))
def text(sha256: Sha256, here: Here, _caller: Reading) -> Json:
    """Return the reading text that all offsets refer to."""
    found = _found(here.parts.document(sha256))
    return {"document_id": found.document_id, "text": here.parts.shelf().text(found.document_id)}


@router.get(
    "/documents/{sha256}/pages/{page}.jpg",
    response_class=Response,
    responses=responses(404) | {200: {"content": {"image/jpeg": {}}}},
)
def page(
    sha256: Sha256,
    page: Annotated[int, Path(ge=1, le=99_999)],
    here: Here,
    _caller: Reading,
    scale: Annotated[int, Query(ge=SCALES[0], le=SCALES[-1], description="pixels per point")] = SCALES[0],
    cite: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    """Return a page of a PDF as a picture; `cite` names the edition where the document has left the current one."""
    found = _found(here.parts.document(sha256, cite))
    if found.media_type != _PDF:
        raise HTTPException(404)
    try:
        shelf = here.parts.shelf()
        picture = here.pictures.page(shelf, found, page - 1, scale)
        headers = _FOR_EVER if shelf.is_for_all(found) else _NOT_KEPT
    except (ReportQAError, OSError, IndexError) as error:
        raise HTTPException(404) from error
    return Response(picture, media_type="image/jpeg", headers=headers)


@router.get("/evidence", response_model=EvidenceShape, responses=responses(404))
def evidence(cite: Annotated[str, Query(min_length=1, max_length=2_000)], here: Here, _caller: Reading) -> Json:
    """Open a citation: its words, where they stand on which page, and the text around them."""
    view = here.parts.shelf().evidence(cite)
    if view is None:
        raise HTTPException(404)
    return evidence_json(view, _picture_of(view, here.parts.tenant))


def _picture_of(view: EvidenceView, tenant: Tenant) -> Callable[[PageView], str]:
    sha256, cite = view.document.sha256, quote(view.cite, safe="")
    base = f"/v1/libraries/{tenant.in_addresses}" if tenant.in_addresses else "/v1"
    return lambda page: f"{base}/documents/{sha256}/pages/{page.page_index + 1}.jpg?cite={cite}"


def _found(document: SourceDocument | None) -> SourceDocument:
    if document is None:
        raise HTTPException(404)
    return document
