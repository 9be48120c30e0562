"""What the library page shows of documents, editions and refused files, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from report_qa import Holdings, SourceDocument
from report_qa.doors.chat.evidence_view import spoken_day
from report_qa.doors.chat.routes import original_address
from report_qa.records.holdings import EditionEntry, Holding, Named, PageQuality, Quality, Refused, Since, Version

Data = dict[str, Any]
_WEB = ("https://", "http://")
_PDF = "application/pdf"


def documents_data(holdings: Holdings) -> Data:
    """Return the documents in the order of the shelf; the browser sorts and filters them."""
    return {"documents": [_row(holding) for holding in holdings.documents()]}


def document_data(holdings: Holdings, document_id: str) -> Data | None:
    """Return one document with its pages and versions, None where the current edition has none of this id."""
    held = {holding.document.document_id: holding for holding in holdings.documents()}
    holding = held.get(document_id)
    if holding is None:
        return None
    document = holding.document
    earlier = held.get(document.supersedes)
    return {
        "document": _row(holding)
        | {
            "path": document.path,
            "about": document.about,
            "licence": document.licence,
            "address": document.source_url if document.source_url.startswith(_WEB) else "",
            "sha256": document.sha256,
            "reader": holding.reader,
            "original": original_address(document.sha256),
            "paged": document.media_type == _PDF,
            "came": _since(holding.came),
            "supersedes": {"id": document.supersedes, "title": earlier.document.title} if earlier else None,
            "pages": [_page(page) for page in holdings.pages(document_id)],
            "versions": versions_data(holdings.versions(document_id)),
        }
    }


def editions_data(holdings: Holdings) -> Data:
    """Return the kept editions, the newest first."""
    entries = holdings.editions()
    known = {holding.document.document_id for holding in holdings.documents()}
    return {
        "current": holdings.edition_id,
        "rolled_back": [entry.edition_id for entry in entries if entry.edition_id > holdings.edition_id],
        "editions": [_edition(entry, known) for entry in entries],
    }


def unread_data(holdings: Holdings) -> Data:
    """Return the files that could not be read, and the documents that were taken out by hand."""
    return {
        "refused": [_refused(item) for item in holdings.refused()],
        "withdrawn": [
            {"id": item.document_id, "on": item.on, "purged": item.purged}
            for item in sorted(holdings.withdrawn(), key=lambda item: item.document_id)
        ],
    }


def versions_data(versions: Sequence[Version]) -> list[Data]:
    """Return a document's kept editions, the newest first."""
    return [
        {
            "edition": version.edition_id,
            "at": spoken_time(version.at),
            "current": version.is_current,
            "same": version.same_as_earlier,
        }
        for version in versions
    ]


def spoken_time(at: datetime) -> str:
    """Return an instant as one writes it: "3 June 2024, 14:05 UTC"."""
    return f"{spoken_day(at)}, {at:%H:%M} UTC"


def spoken_kind(document: SourceDocument) -> str:
    """Return a document's format by the ending of its file: "PDF"."""
    return PurePosixPath(document.path).suffix.lstrip(".").upper()


def _row(holding: Holding) -> Data:
    document = holding.document
    return {
        "id": document.document_id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published_on.isoformat() if document.published_on else "",
        "published_on": spoken_day(document.published_on),
        "role": document.role.value,
        "state": document.state.value,
        "superseded_by": holding.superseded_by_title,
        "successor": holding.superseded_by,
        "kind": spoken_kind(document),
        "page_count": holding.page_count,
        "passages": holding.passage_count,
        "bytes": holding.size_bytes,
        "changed": _since(holding.changed),
        "quality": _quality(holding.quality),
    }


def _quality(quality: Quality | None) -> Data | None:
    if quality is None:
        return None
    return {"good": round(quality.good, 4), "pages": [[state.value, count] for state, count in quality.pages]}


def _since(since: Since) -> Data:
    return {
        "edition": since.edition_id,
        "at": since.at.isoformat(),
        "on": spoken_day(since.at),
        "exact": since.exact,
    }


def _page(page: PageQuality) -> Data:
    reading = page.reading
    return {
        "page": reading.page_index + 1,
        "label": page.printed_label,
        "state": page.state.value,
        "characters": reading.characters,
        "images": reading.images,
        "tables": reading.tables,
        "passages": page.passages,
        "problem": reading.problem,
        "dropped": [[reason, count] for reason, count in reading.dropped],
    }


def _edition(entry: EditionEntry, known: set[str]) -> Data:
    def named(item: Named) -> Data:
        return {"id": item.document_id if item.document_id in known else "", "title": item.title}

    return {
        "edition": entry.edition_id,
        "parent": entry.parent,
        "at": spoken_time(entry.at),
        "current": entry.is_current,
        "documents": entry.documents,
        "pages": entry.pages,
        "passages": entry.passages,
        "embedder": entry.embedder,
        "program": entry.program,
        "readers": [[reader, count] for reader, count in entry.readers],
        "receipt": entry.has_receipt,
        "seconds": round(entry.seconds, 1) if entry.seconds is not None else None,
        "added": [named(item) for item in entry.added],
        "changed": [
            named(item)
            | ({"kept": change.kept, "fresh": change.new, "gone": change.gone} if change is not None else {})
            for item, change in entry.changed
        ],
        "withdrawn": [named(item) for item in entry.withdrawn],
        "moved": [[earlier, now] for earlier, now in entry.moved],
        "unchanged": entry.unchanged,
        "left_out": [{"why": item.why.value, "name": item.name, "reason": item.reason} for item in entry.left_out],
        "retired": list(entry.retired),
    }


def _refused(item: Refused) -> Data:
    return {
        "path": item.path,
        "reason": item.reason,
        "remedy": item.remedy,
        "since": spoken_day(item.since),
        "quarantine": item.in_quarantine,
        "still": {"id": item.still.document_id, "title": item.still.title} if item.still else None,
    }
