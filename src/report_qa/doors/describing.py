"""Libraries, documents and opened citations as public JSON, the same at every door; `projection` does so for what an answer holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from report_qa import EvidenceView, PageView, ReportQAError, SourceDocument
from report_qa.doors.parts import Parts
from report_qa.projection import type_json


def document_json(document: SourceDocument) -> type_json:
    """Return a document."""
    return {
        "document": document.path,
        "document_id": document.document_id,
        "title": document.title,
        "publisher": document.publisher,
        "published_on": document.published_on.isoformat() if document.published_on else None,
        "source_url": document.source_url,
        "licence": document.licence,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "role": document.role.value,
        "state": document.state.value,
    }


def library_json(parts: Parts) -> type_json:
    """Return a library, with what whoever the parts are for may see of it; the edition is None before there is one."""
    edition, title, count = None, "", 0
    with suppress(ReportQAError):
        shelf = parts.shelf()
        edition, title, count = shelf.edition_id, shelf.title, len(shelf.documents())
    tenant = parts.tenant
    return {
        "name": tenant.name,
        "title": tenant.title or title,
        "default": tenant.is_default,
        "edition": edition,
        "documents": count,
    }


def evidence_json(view: EvidenceView, picture_of: Callable[[PageView], str]) -> type_json:
    """Return an opened citation; `picture_of` says where a door has the picture of a page."""
    return {
        "cite": view.cite,
        "edition": view.edition_id,
        "document": document_json(view.document),
        "located": view.located,
        "quote": view.quote,
        "locator": str(view.locator) if view.located else "",
        "pages": [
            {
                "page": page.page_index + 1,
                "page_label": page.printed_label or None,
                "pages": page.page_count,
                "width_pt": page.width_pt,
                "height_pt": page.height_pt,
                "boxes": [
                    {"x0_pt": box.x0_pt, "y0_pt": box.y0_pt, "x1_pt": box.x1_pt, "y1_pt": box.y1_pt}
                    for box in page.boxes
                ],
                "picture": picture_of(page),
            }
            for page in view.pages
        ],
        "paragraphs": [
            {
                "kind": paragraph.kind,
                "text": paragraph.text,
                "marks": [{"start_char": mark.start_char, "end_char": mark.end_char} for mark in paragraph.marks],
            }
            for paragraph in view.paragraphs
        ],
    }
