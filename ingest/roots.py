"""The folders and files that an ingest is given, and the documents in them.

Each path is a *root*. What a root holds is added or changed; a document is withdrawn only when its own root is ingested
again and its file is gone. Hidden files are passed over, links that lead out of the root are not followed, and what
can't be a document is listed with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue import Catalogue, Entry, read_catalogue
from report_qa.errors import DocumentUnreadable, IngestError

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".tsv": "text/csv",
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
}
# The first bytes of kinds that have them; a file with another beginning only looks like one by its name.
_MAGIC = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04", ".pptx": b"PK\x03\x04", ".xlsx": b"PK\x03\x04"}
_MAGIC_WITHIN = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that is to be a document, with its catalogue entry and media type."""

    path: Path
    entry: Entry
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is no document, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One path as given, with what it holds.

    `name` is the resolved folder or file by which the root is known again. Where `path` lies inside a root that the
    library knows, `name` is that root and `within` the path relative to it; `within` is "" otherwise.
    """

    path: str
    name: str
    catalogue: Catalogue
    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    missing: tuple[str, ...]
    within: str = ""

    def includes(self, path: str) -> bool:
        """Return whether a file of the root, named relative to it, is part of this run."""
        return not self.within or path == self.within or path.startswith(f"{self.within}/")


def read_root(path: Path, known: Collection[str] = ()) -> Root:
    """List what a root holds; `known` are the names of the roots of the library.

    Raises:
        IngestError: the path is missing or can't be listed.
        CatalogueInvalid: its catalogue can't be used.
    """
    shown = printable(str(path))
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        # A loop of links is a RuntimeError.
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        reason = (
            "does not exist"
            if missing
            else f"can't be opened: {getattr(error, 'strerror', None) or 'it is a loop of links'}"
        )
        raise IngestError(f"{shown} {reason}.", hint="Name a folder or a file that can be read.") from error
    base = next((parent for parent in resolved.parents if str(parent) in known), resolved)
    within = resolved.relative_to(base).as_posix() if base != resolved else ""
    if resolved.is_dir():
        candidates = [(file, file.relative_to(base).as_posix()) for file in _walk(resolved)]
    elif base == resolved:
        candidates = [(resolved, resolved.name)]
    else:
        candidates = [(resolved, within)]
    catalogue = read_catalogue(base if base.is_dir() else base.parent)
    files, skipped = [], []
    for file, name in candidates:
        reason_against = _not_a_document(file, name, catalogue, base)
        if reason_against is None:
            files.append(
                SourceFile(path=file, entry=catalogue.entry(name), media_type=MEDIA_TYPES[file.suffix.lower()])
            )
        elif reason_against:
            skipped.append(Skipped(path=name, reason=reason_against))
    present = {name for _, name in candidates}
    listed = catalogue.entries if resolved.is_dir() and not within else {}
    return Root(
        path=str(path),
        name=str(base),
        catalogue=catalogue,
        files=tuple(files),
        skipped=tuple(skipped),
        missing=tuple(name for name in listed if name not in present),
        within=within,
    )


def read_bytes(file: SourceFile) -> bytes:
    """Return a file's bytes.

    Raises:
        DocumentUnreadable: it can't be read, is empty, or isn't what its name says.
    """
    name = printable(file.entry.path)
    try:
        content = file.path.read_bytes()
    except OSError as error:
        raise DocumentUnreadable(f"{name} can't be read: {error.strerror}.", hint="Check its permissions.") from error
    if not content:
        raise DocumentUnreadable(f"{name} is empty (0 bytes).", hint="Copy it again from its source.")
    magic = _MAGIC.get(file.path.suffix.lower())
    if magic and magic not in content[:_MAGIC_WITHIN]:
        raise DocumentUnreadable(
            f"{name} is not a {file.path.suffix[1:].upper()} file inside.", hint="Check how it was saved or downloaded."
        )
    return content


def printable(name: str) -> str:
    """Return a file name that is safe to print on one line: control and direction characters are shown as escapes."""
    return "".join(
        character if character.isprintable() and not "\u202a" <= character <= "\u2069" else f"\\u{ord(character):04x}"
        for character in name
    )


def _walk(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise IngestError(
            f"{error.filename} can't be listed: {error.strerror}.", hint="Check its permissions."
        ) from error

    for folder, folders, names in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for name in sorted(names):
            yield Path(folder) / name


def _not_a_document(file: Path, name: str, catalogue: Catalogue, root: Path) -> str | None:
    """Return None for a document, "" for what is passed over in silence, else the reason why it is skipped."""
    if file.name.startswith(".") or catalogue.ignores(name):
        return ""
    if file.is_symlink() and not file.resolve().is_relative_to(root if root.is_dir() else root.parent):
        return "a link that leads out of the folder"
    if not file.is_file():
        return "not a file"
    if file.suffix.lower() not in MEDIA_TYPES:
        return f"unknown kind of file ({file.suffix or 'no extension'})"
    return None
