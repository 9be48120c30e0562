"""Exports as downloads: the bytes of a file, and the header that names it, for whichever server hands it out."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from report_qa import Shelf
from report_qa.exporting.content import Content
from report_qa.exporting.formats import Format, export, file_name
from report_qa.exporting.pictures import page_pictures

# More citations than this at once would make an address that is longer than servers take.
MOST_CHOSEN = 200
_ACCENTS, _NOT_IN_A_NAME = re.compile(r"[\u0300-\u036f]"), re.compile(r"[^ -~]|[\"\\%]")


def download(content: Content, form: Format, shelf: Shelf, *, pages: bool) -> tuple[bytes, str]:
    """Return an export's bytes and its Content-Disposition; with `pages` the cited pages are in it, where its format shows them."""
    pictures = page_pictures(content, shelf.marked_page) if pages and form.shows_pages else ()
    return export(content, form.name, pictures=pictures), _disposition(file_name(content, form.name))


def _disposition(name: str) -> str:
    """Return the header that names a download (RFC 6266): in ASCII for old clients, and as it is."""
    plain = _NOT_IN_A_NAME.sub("_", _ACCENTS.sub("", unicodedata.normalize("NFKD", name)))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
