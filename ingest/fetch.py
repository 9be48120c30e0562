"""`python -m ingest fetch`: download the originals that a catalogue lists into its folder, where an ingest finds them.

What comes is kept as originals/ID.KIND, with a record of address, hops, time, hash and licence in originals/fetched.json. A
page that turned into something else, such as a report that became "not found", is reported, and what was there before
stays. One failing original costs that one only.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.addresses import Reach
from ingest.catalogue import FETCHED_FILE, ORIGINALS_FOLDER, Original, read_catalogue
from ingest.download import Downloaded, Downloader, DownloadFailed, Limits
from report_qa.errors import CatalogueInvalid
from report_qa.library.durable import write_durably

_OFFICE_PARTS = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "xl/workbook.xml": ".xlsx"}
_TEXT_KINDS = {"text/plain": ".txt", "text/markdown": ".md", "text/csv": ".csv"}
_HTML_TYPES = {"text/html", "application/xhtml+xml"}
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)", re.IGNORECASE | re.DOTALL
)
_HTML_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_NO_REPORT = re.compile(
    rb"\b404\b|not found|no longer (?:available|exists)|access denied|forbidden|sign in|log ?in\b|just a moment",
    re.IGNORECASE,
)
_LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The record of one original: where it was asked for and came from, when (ISO 8601, UTC), and what it is."""

    original_id: str
    file: str
    asked: str
    url: str
    hops: tuple[str, ...]
    fetched_at: str
    sha256: str
    bytes: int
    content_type: str
    licence: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What became of each original, by id; `failed` gives the reason."""

    fetched: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return the report as one JSON object."""
        return {**asdict(self), "failed": dict(self.failed)}

    def as_text(self) -> str:
        """Return the report as a few lines."""
        lines = [f"Fetched {len(self.fetched)}, changed {len(self.changed)}, unchanged {len(self.unchanged)}."]
        lines += [f"  fetched    {name}" for name in self.fetched]
        lines += [f"  changed    {name}" for name in self.changed]
        lines += [f"  not had    {name}: {reason}" for name, reason in self.failed.items()]
        return "\n".join(lines)


def fetch_originals(
    root: Path,
    *,
    limits: Limits | None = None,
    reach: Reach | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> FetchReport:
    """Download the originals of a folder's catalogue, one after the other.

    `reach` and `sleep` are for tests.

    Raises:
        CatalogueInvalid: there is no catalogue, it can't be used, or lists no original with an address.
    """
    originals = [original for original in read_catalogue(root).originals if original.url]
    if not originals:
        raise CatalogueInvalid(
            f"{root / 'catalogue.toml'} lists no originals to fetch.", hint="Add [[original]] with an id and a url."
        )
    folder = root / ORIGINALS_FOLDER
    folder.mkdir(exist_ok=True)
    records = _read_records(root / FETCHED_FILE)
    outcomes: dict[str, list[str]] = {"fetched": [], "changed": [], "unchanged": []}
    failed: dict[str, str] = {}
    downloader = Downloader(limits, reach, sleep)
    try:
        for original in originals:
            before = records.get(original.original_id)
            try:
                now = _fetch(original, folder, before, downloader)
            except DownloadFailed as error:
                failed[original.original_id] = f"{error}."
                continue
            kind = "fetched" if before is None else "unchanged" if before.sha256 == now.sha256 else "changed"
            outcomes[kind].append(original.original_id)
            records[original.original_id] = now
            _write_records(root / FETCHED_FILE, list(records.values()))
    finally:
        downloader.close()
    return FetchReport(**{name: tuple(ids) for name, ids in outcomes.items()}, failed=failed)


def _fetch(original: Original, folder: Path, before: Fetched | None, downloader: Downloader) -> Fetched:
    kept = folder / before.file if before is not None else None
    same = before is not None and before.asked == original.url and kept is not None and kept.exists()
    said = downloader.get(
        original.url,
        folder / original.original_id,
        etag=before.etag if before is not None and same else "",
        last_modified=before.last_modified if before is not None and same else "",
    )
    if said.path is None:
        if before is None:
            raise DownloadFailed("the server says that nothing changed, though nothing was there")
        return before
    try:
        content = said.path.read_bytes()
        kind = _kind(content, said, original.url)
        if before is not None and Path(before.file).suffix != kind:
            was, now = Path(before.file).suffix[1:].upper(), kind[1:].upper()
            raise DownloadFailed(f"it was a {was} file and is a {now} file now; remove the old one if that is right")
        file = f"{original.original_id}{kind}"
        said.path.replace(folder / file)
    finally:
        said.path.unlink(missing_ok=True)
    return Fetched(
        original_id=original.original_id,
        file=file,
        asked=original.url,
        url=said.url,
        hops=said.hops,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        content_type=said.content_type,
        licence=original.licence,
        etag=said.etag,
        last_modified=said.last_modified,
    )


def _kind(content: bytes, said: Downloaded, url: str) -> str:
    """Return the ending that a body's own first bytes ask for.

    Raises:
        DownloadFailed: it is of no kind that is read, or not what its name and its server say.
    """
    found = _kind_of_bytes(content, said.content_type)
    promised = Path(url.partition("?")[0]).suffix.lower()
    if found == ".html":
        title = _HTML_TITLE.search(content[:_LOOKED_AT])
        if title and _NO_REPORT.search(title.group(1)):
            raise DownloadFailed("it turned into a page that says that there is nothing, or asks for a sign-in")
        if promised in (".pdf", *_OFFICE_PARTS.values()) or said.content_type not in _HTML_TYPES:
            raise DownloadFailed("it turned into a web page")
    if found == ".pdf" and said.content_type in _HTML_TYPES:
        raise DownloadFailed("the server calls a PDF file a web page")
    if not found:
        kind = said.content_type or "an unknown kind"
        raise DownloadFailed(f"it is {kind}, which can't be read")
    return found


def _kind_of_bytes(content: bytes, content_type: str) -> str:
    if b"%PDF-" in content[:1024]:
        return ".pdf"
    if content.startswith(b"PK\x03\x04"):
        try:
            names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
        except zipfile.BadZipFile:
            return ""
        return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), "")
    if _HTML_START.match(content[:_LOOKED_AT]):
        return ".html"
    return _TEXT_KINDS.get(content_type, "") if b"\x00" not in content[:_LOOKED_AT] else ""


def _read_records(path: Path) -> dict[str, Fetched]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {item["original_id"]: Fetched(**{**item, "hops": tuple(item["hops"])}) for item in found}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CatalogueInvalid(f"{path} can't be read.", hint="Remove it; everything is fetched again then.") from error


def _write_records(path: Path, records: Sequence[Fetched]) -> None:
    write_durably(path, json.dumps([asdict(record) for record in records], ensure_ascii=False, indent=1))
