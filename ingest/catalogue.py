"""`catalogue.toml`: what a shelf says of its documents.

    schema = 1
    title = "…"                    # of the shelf
    examples = ["…?"]              # questions to begin with
    ignore = ["drafts/**"]         # globs of files that are no documents
    visible_to = ["staff"]         # whom documents are for that don't say so: ["all"] without it
    [[document]]                   # id, path; title, publisher, about, published_on, source_url, licence, role, state,
                                   # supersedes, visible_to; password, or password_env: the variable that holds it
    [[original]]                   # publications elsewhere: id, title, publisher, published_on, url, licence,
                                   # described_by, visible_to

A document without an entry is taken with its path as its id. Unknown keys are refused, so that a misspelt one is
noticed. `visible_to` is ["all"], ["staff"], or names groups, of which a reader has to belong to one; the shelf's title and examples
are for everybody.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from report_qa.errors import CatalogueInvalid
from report_qa.records.audience import ALL, STAFF
from report_qa.records.document import DocumentState, Role

FILE_NAME = "catalogue.toml"
# Where `fetch` puts originals, and what it writes down about them, relative to the catalogue's folder.
ORIGINALS_FOLDER = "originals"
FETCHED_FILE = f"{ORIGINALS_FOLDER}/fetched.json"
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TOP = {"schema", "title", "examples", "ignore", "visible_to", "document", "original"}
_DOCUMENT = {
    "id", "path", "title", "publisher", "about", "published_on", "source_url", "licence", "role", "state", "supersedes",
    "visible_to", "password", "password_env",
}  # fmt: skip
_ORIGINAL = {"id", "title", "publisher", "published_on", "url", "licence", "described_by", "visible_to"}
_LONGEST_GROUP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the catalogue says of one file; an empty title leaves it to the document itself."""

    document_id: str
    path: str
    title: str = ""
    publisher: str = ""
    about: str = ""
    published_on: date | None = None
    source_url: str = ""
    licence: str = ""
    role: Role = Role.EVIDENCE
    state: DocumentState = DocumentState.PUBLISHED
    supersedes: str = ""
    visible_to: tuple[str, ...] = field(default=(ALL,), repr=False)
    password: str = field(default="", repr=False)
    password_env: str = ""

    def secret(self) -> str:
        """Return the document's password, "" where the catalogue names none."""
        return self.password or (os.environ.get(self.password_env, "") if self.password_env else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A publication elsewhere, which `fetch` can download; without a `url` it is only named."""

    original_id: str
    title: str = ""
    publisher: str = ""
    published_on: date | None = None
    url: str = ""
    licence: str = ""
    visible_to: tuple[str, ...] = (ALL,)

    def entry(self, path: str) -> Entry:
        """Return the entry of the file that it was downloaded to."""
        return Entry(
            document_id=self.original_id,
            path=path,
            title=self.title,
            publisher=self.publisher,
            published_on=self.published_on,
            source_url=self.url,
            licence=self.licence,
            visible_to=self.visible_to,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A shelf's catalogue; one that is empty stands for a folder without the file."""

    title: str = ""
    examples: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    entries: dict[str, Entry] = field(default_factory=dict)
    originals: tuple[Original, ...] = ()
    visible_to: tuple[str, ...] = (ALL,)

    def entry(self, path: str) -> Entry:
        """Return the entry of a file, by its path relative to the root."""
        if path in self.entries:
            return self.entries[path]
        folder, _, name = path.rpartition("/")
        for original in self.originals if folder == ORIGINALS_FOLDER else ():
            if original.original_id == name.rpartition(".")[0]:
                return original.entry(path)
        return Entry(document_id=path, path=path, visible_to=self.visible_to)

    def ignores(self, path: str) -> bool:
        """Return whether a file is declared to be no document."""
        return path in (FILE_NAME, FETCHED_FILE) or any(fnmatchcase(path, pattern) for pattern in self.ignore)


def read_catalogue(root: Path) -> Catalogue:
    """Read the catalogue of a folder; a folder without one has an empty catalogue.

    Raises:
        CatalogueInvalid: the file can't be used; the message names the entry and the key.
    """
    path = root / FILE_NAME
    if not path.is_file():
        return Catalogue()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueInvalid(f"{path} can't be read: {error}.", hint="Correct it and ingest again.") from error
    _known(path, "the file", raw, _TOP)
    if raw.get("schema") != 1:
        raise CatalogueInvalid(f"{path} needs schema = 1.", hint="Add that line at its top.")
    visible_to = _groups(path, "the file", raw, (ALL,))
    entries: dict[str, Entry] = {}
    for number, item in _tables(path, raw, "document"):
        entry = _entry(path, number, item, visible_to)
        if entry.path in entries or any(other.document_id == entry.document_id for other in entries.values()):
            raise CatalogueInvalid(f"{path}: document {entry.document_id!r} is listed twice.", hint="Remove one entry.")
        entries[entry.path] = entry
    _mark_superseded(path, entries)
    originals = tuple(_original(path, number, item, visible_to) for number, item in _tables(path, raw, "original"))
    ids = Counter(entry.document_id for entry in entries.values())
    ids.update(original.original_id for original in originals)
    twice = [name for name, count in ids.items() if count > 1]
    if twice:
        raise CatalogueInvalid(f"{path}: the id {twice[0]!r} is used twice.", hint="Give one of them another id.")
    return Catalogue(
        title=_text(path, "the file", raw, "title"),
        examples=tuple(_texts(path, raw, "examples")),
        ignore=tuple(_texts(path, raw, "ignore")),
        entries=entries,
        originals=originals,
        visible_to=visible_to,
    )


def _mark_superseded(path: Path, entries: dict[str, Entry]) -> None:
    """What a published document supersedes is superseded, whether its own entry says so or not."""
    by_id = {entry.document_id: entry for entry in entries.values()}
    for entry in entries.values():
        if entry.supersedes == entry.document_id:
            raise CatalogueInvalid(
                f"{path}: {entry.document_id!r} supersedes itself.", hint="Name the earlier document."
            )
        older = by_id.get(entry.supersedes)
        if older is not None and entry.state is not DocumentState.DRAFT and older.state is DocumentState.PUBLISHED:
            entries[older.path] = replace(older, state=DocumentState.SUPERSEDED)


def _tables(path: Path, raw: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    tables = raw.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
        raise CatalogueInvalid(f"{path}: {key} is not a list of tables.", hint=f"Write [[{key}]] and its keys below.")
    return list(enumerate(tables, 1))


def _entry(path: Path, number: int, item: dict[str, Any], visible_to: tuple[str, ...]) -> Entry:
    where = f"document {item.get('id') or item.get('path') or number}"
    _known(path, where, item, _DOCUMENT)
    file = _text(path, where, item, "path")
    if not file or file.startswith("/") or ".." in Path(file).parts:
        raise CatalogueInvalid(f"{path}: {where} needs a path inside the folder.", hint='Write path = "file.pdf".')
    try:
        role = Role(item.get("role", Role.EVIDENCE))
        state = DocumentState(item.get("state", DocumentState.PUBLISHED))
    except ValueError as error:
        raise CatalogueInvalid(
            f"{path}: {where}: {error}.", hint="Roles are report, evidence; states draft, published, superseded."
        ) from error
    return Entry(
        document_id=_text(path, where, item, "id") or file,
        path=file,
        title=_text(path, where, item, "title"),
        publisher=_text(path, where, item, "publisher"),
        about=_text(path, where, item, "about"),
        published_on=_date(path, where, item.get("published_on", "")),
        source_url=_text(path, where, item, "source_url"),
        licence=_text(path, where, item, "licence"),
        role=role,
        state=state,
        supersedes=_text(path, where, item, "supersedes"),
        visible_to=_groups(path, where, item, visible_to),
        password=_text(path, where, item, "password"),
        password_env=_text(path, where, item, "password_env"),
    )


def _original(path: Path, number: int, item: dict[str, Any], visible_to: tuple[str, ...]) -> Original:
    where = f"original {item.get('id') or number}"
    _known(path, where, item, _ORIGINAL)
    original_id = _text(path, where, item, "id")
    if not _SAFE_ID.fullmatch(original_id):
        raise CatalogueInvalid(
            f"{path}: {where} needs an id of letters, digits, dots and hyphens.", hint='Write id = "annual-report".'
        )
    return Original(
        original_id=original_id,
        title=_text(path, where, item, "title"),
        publisher=_text(path, where, item, "publisher"),
        published_on=_date(path, where, item.get("published_on", "")),
        url=_text(path, where, item, "url"),
        licence=_text(path, where, item, "licence"),
        visible_to=_groups(path, where, item, visible_to),
    )


def _known(path: Path, where: str, item: dict[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(item) - keys)
    if unknown:
        raise CatalogueInvalid(
            f"{path}: {where} has the unknown key {unknown[0]!r}.", hint=f"Known: {', '.join(sorted(keys))}."
        )


def _text(path: Path, where: str, item: dict[str, Any], key: str) -> str:
    value = item.get(key, "")
    if not isinstance(value, str):
        raise CatalogueInvalid(f"{path}: {key} of {where} is not a text.", hint="Put it in quotes.")
    return " ".join(value.split())


def _texts(path: Path, item: dict[str, Any], key: str) -> list[str]:
    values = item.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise CatalogueInvalid(f"{path}: {key} is not a list of texts.", hint=f'Write {key} = ["…"].')
    return values


def _groups(path: Path, where: str, item: dict[str, Any], default: tuple[str, ...]) -> tuple[str, ...]:
    """Return whom something is for: everybody, staff, or groups by their names, in alphabetical order."""
    if "visible_to" not in item:
        return default
    values = item["visible_to"]
    hint = 'Write visible_to = ["all"], ["staff"], or the names of groups: ["ministers", "board"].'
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise CatalogueInvalid(f"{path}: visible_to of {where} is not a list of texts.", hint=hint)
    if not values:
        raise CatalogueInvalid(f"{path}: visible_to of {where} is empty, so that nobody could read it.", hint=hint)
    for value in values:
        if not value or value != value.strip() or len(value) > _LONGEST_GROUP or not value.isprintable():
            raise CatalogueInvalid(f"{path}: visible_to of {where} has {value!r}, which is no group's name.", hint=hint)
        if value != value.lower() and value.lower() in (ALL, STAFF):
            raise CatalogueInvalid(
                f"{path}: visible_to of {where} has {value!r}; it is written {value.lower()!r}.", hint=hint
            )
    if ALL in values and len(set(values)) > 1:
        raise CatalogueInvalid(
            f"{path}: visible_to of {where} names others beside 'all', which holds them already.", hint=hint
        )
    return tuple(sorted(set(values)))


def _date(path: Path, where: str, value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value == "":
        return None
    try:
        # A bare year stands for its first day.
        return date.fromisoformat(f"{value}-01-01" if str(value).isdigit() else str(value))
    except ValueError as error:
        raise CatalogueInvalid(f"{path}: published_on of {where} is not a date.", hint="Write 2024-05-31.") from error
