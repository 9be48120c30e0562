"""Checks the ZIP container of an Office file before any library opens it: what it is, how much it unpacks to, no DTD.

A container says itself how large its parts are, and zipfile unpacks no more of a part than that, so these figures bound
the memory that reading takes. Office files have no document types; one that has is made to expand or fetch entities.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from report_qa.errors import DocumentEncrypted, DocumentTooLarge, DocumentUnreadable

MAX_UNPACKED_BYTES = 200_000_000
MAX_RATIO = 200
MAX_PARTS = 10_000
RATIO_FROM_BYTES = 1_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP_FLAG_ENCRYPTED = 0x1
_DOCTYPES = tuple(
    word.encode(charset) for word in ("<!DOCTYPE", "<!ENTITY") for charset in ("utf-8", "utf-16-le", "utf-16-be")
)


def check_office_zip(content: bytes, *, name: str) -> None:
    """Refuse a file that is no Office file, is encrypted, unpacks to too much, or declares entities."""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise DocumentEncrypted(f"{name} is protected by a password.", hint="Save a copy without the password.")
        raise DocumentUnreadable(
            f"{name} is in the format that Office used before 2007.", hint="Save it as .docx, .pptx or .xlsx."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_sizes(archive.infolist(), name)
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_part(archive.read(part), name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise DocumentUnreadable(
            f"{name} is damaged, or no Office file at all ({error}).",
            hint="Open it in its own program and save it again.",
        ) from error


def _check_sizes(parts: list[zipfile.ZipInfo], name: str) -> None:
    if any(part.flag_bits & _ZIP_FLAG_ENCRYPTED for part in parts):
        raise DocumentEncrypted(f"{name} is protected by a password.", hint="Save a copy without the password.")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
        raise DocumentTooLarge(
            f"{name} unpacks to {unpacked:,} bytes in {len(parts):,} parts.",
            hint=f"The limits are {MAX_UNPACKED_BYTES:,} and {MAX_PARTS:,}: split it, or make its pictures smaller.",
        )
    for part in parts:
        if part.file_size > max(RATIO_FROM_BYTES, MAX_RATIO * part.compress_size):
            raise DocumentTooLarge(
                f"{name} holds a part that unpacks to more than {MAX_RATIO} times its size.",
                hint="Such files are made to exhaust memory; leave it out, or save it again from its program.",
            )


def _check_part(part: bytes, name: str) -> None:
    if any(word in part for word in _DOCTYPES):
        raise DocumentUnreadable(
            f"{name} declares XML entities, which Office never does.", hint="Save it again from its program."
        )
