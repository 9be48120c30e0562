"""Where documents lie that people bring through the chat: a root of its own for ingest, with a catalogue that says what they said.

Each upload has a folder, so that two files of one name don't meet. Names are made plain: nothing of what somebody calls a file leads
anywhere else, hides, or can't be written on some disk. What is too much or of no kind that is read is refused before it is stored.
"""

from __future__ import annotations

import fcntl
import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from report_qa.errors import UploadRefused
from report_qa.records.document import Role

KINDS = ("pdf", "docx", "pptx", "xlsx", "csv", "html", "htm", "md", "txt")
MOST_FILES = 20
_LONGEST_NAME, _LONGEST_WORDS = 80, 300
_CATALOGUE = "catalogue.toml"
_HEAD = "# Written by the chat's upload page.\nschema = 1\n"
_NOT_PLAIN = re.compile(r"[^\w.-]+", re.ASCII)
_LOCK = ".catalogue.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """One file as it came: what it is called, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocuments:
    """What somebody brings at once, and what they say of it; a title only where it is one file."""

    files: tuple[NewFile, ...]
    title: str = ""
    publisher: str = ""
    published_on: date | None = None
    role: Role = Role.EVIDENCE
    visible_to: tuple[str, ...] = ("all",)


def refuse(brought: NewDocuments, *, most_mb: int) -> None:
    """Do nothing where this may be stored.

    Raises:
        UploadRefused: there is no file, too many or too large ones, or one of a kind that is not read; the message says what may be.
    """
    files = brought.files
    if not files or len(files) > MOST_FILES:
        raise UploadRefused(f"{len(files)} files were chosen.", hint=f"Choose between 1 and {MOST_FILES}.")
    for file in files:
        if _suffix(file.name) not in KINDS:
            raise UploadRefused(f"{file.name} is of a kind that is not read.", hint=f"These are: {', '.join(KINDS)}.")
        if len(file.content) > most_mb * 1_000_000:
            raise UploadRefused(f"{file.name} is larger than {most_mb} MB.", hint="Split it, or make it smaller.")
        if not file.content:
            raise UploadRefused(f"{file.name} is empty.", hint="Save it again in its own program.")
    if not brought.visible_to:
        raise UploadRefused("Nobody was chosen to see this.", hint="Choose whom it is for.")


def store(folder: Path, brought: NewDocuments) -> str:
    """Write files and their entries, and return the upload's name; a failure leaves nothing behind.

    Raises:
        UploadRefused: the folder can't be written to.
    """
    upload_id = secrets.token_hex(6)
    # Hidden from ingest until its entries are there: a file without one is for everybody.
    hidden = folder / f".{upload_id}"
    try:
        hidden.mkdir(parents=True, mode=0o750)
        names = _plain_names([file.name for file in brought.files])
        for name, file in zip(names, brought.files, strict=True):
            (hidden / name).write_bytes(file.content)
        entries = "".join(_entry(upload_id, name, brought, names) for name in names)
        with _alone(folder):
            catalogue = folder / _CATALOGUE
            before = catalogue.read_text(encoding="utf-8") if catalogue.exists() else _HEAD
            _write(catalogue, before + entries)
            try:
                hidden.rename(folder / upload_id)
            except OSError:
                _write(catalogue, before)
                raise
    except OSError as error:
        shutil.rmtree(hidden, ignore_errors=True)
        raise UploadRefused(
            f"{folder} can't be written to: {error.strerror}.", hint="Tell whoever runs this."
        ) from error
    return upload_id


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let nobody else change the catalogue meanwhile, in this process or in another that shares the folder."""
    with (folder / _LOCK).open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(catalogue: Path, text: str) -> None:
    beside = catalogue.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(catalogue)


def _entry(upload_id: str, name: str, brought: NewDocuments, names: Collection[str]) -> str:
    fields = {
        "id": f"upload-{upload_id}-{name}",
        "path": f"{upload_id}/{name}",
        "title": brought.title if len(names) == 1 else "",
        "publisher": brought.publisher,
    }
    lines = [f"{key} = {_text(value)}" for key, value in fields.items() if value]
    if brought.published_on is not None:
        lines.append(f"published_on = {brought.published_on.isoformat()}")
    lines += [f'role = "{brought.role}"', f"visible_to = [{', '.join(map(_text, brought.visible_to))}]"]
    return "\n[[document]]\n" + "\n".join(lines) + "\n"


def _text(words: str) -> str:
    """Return words as a TOML string on one line: JSON's strings are TOML's, too, but for what stands outside the first plane."""
    seen = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in words)
    return json.dumps(" ".join(seen.split())[:_LONGEST_WORDS], ensure_ascii=False)


def _plain_names(names: Sequence[str]) -> list[str]:
    plain: list[str] = []
    for name in names:
        stem, suffix = _plain(name.rpartition(".")[0]), _suffix(name)
        candidate, number = f"{stem}.{suffix}", 1
        while candidate.casefold() in {other.casefold() for other in plain}:
            number += 1
            candidate = f"{stem}-{number}.{suffix}"
        plain.append(candidate)
    return plain


def _plain(stem: str) -> str:
    """Return the last part of a path in letters that every disk takes."""
    last = re.split(r"[/\\]", stem)[-1]
    ascii_only = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("-", ascii_only).strip("-.")[:_LONGEST_NAME].rstrip("-.") or "document"


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
