"""The reader of each kind of document, with its version; a reader's module is loaded when its kind first turns up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Protocol

from ingest.roots import printable
from report_qa.errors import DocumentUnreadable
from report_qa.records.document import DocumentText

_READERS = {
    "application/pdf": ("ingest.read_pdf", "read_pdf", "READER"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "ingest.read_docx",
        "read_docx",
        "READER",
    ),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "ingest.read_pptx",
        "read_pptx",
        "READER",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("ingest.read_sheets", "read_xlsx", "READER"),
    "text/csv": ("ingest.read_sheets", "read_csv", "READER"),
    "text/html": ("ingest.read_html", "read_html", "READER"),
    "text/markdown": ("ingest.read_text", "read_markdown", "MARKDOWN_READER"),
    "text/plain": ("ingest.read_text", "read_plain_text", "TEXT_READER"),
}


class Reader(Protocol):
    """Bytes in, reading text out; `name` is for messages."""

    def __call__(self, content: bytes, *, name: str) -> DocumentText: ...


def reader_version(media_type: str) -> str:
    """Return the name and version of the reader of a kind ("pdf/1")."""
    module, _, version = _READERS[media_type]
    return str(getattr(import_module(module), version))


def read_document(
    content: bytes,
    media_type: str,
    name: str,
    *,
    password: str = "",
    ocr: bool = True,
    max_pages: int = 5_000,
    on_page: Callable[[], None] = lambda: None,
) -> DocumentText:
    """Read a document. Whatever a parser does to a malformed file ends here as one sentence.

    The other parameters are for PDFs (see `ingest.read_pdf`): no other kind has pages, or pictures of them.

    Raises:
        DocumentUnreadable: the file can't be read, or holds no text.
    """
    module, function, _ = _READERS[media_type]
    reader: Callable[..., DocumentText] = getattr(import_module(module), function)
    if media_type == "application/pdf":
        reader = partial(reader, password=password, ocr=ocr, max_pages=max_pages, on_page=on_page)
    shown = printable(name)
    try:
        text = reader(content, name=shown)
    except DocumentUnreadable:
        raise
    except MemoryError as error:
        raise DocumentUnreadable(
            f"{shown} needs more memory than there is.", hint="Split it or leave it out."
        ) from error
    except Exception as error:
        raise DocumentUnreadable(
            f"{shown} can't be read ({type(error).__name__}).", hint="Open it in its own program and save it again."
        ) from error
    if not text.blocks:
        raise DocumentUnreadable(f"{shown} holds no readable text.", hint="Check it in its own program.")
    return text
