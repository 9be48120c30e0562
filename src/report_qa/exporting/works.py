"""The works that an export cites, as reference managers know them: one for each document, its quotations as notes.

Only what is known is said. The catalogue gives a bare year as the first of January, so that day says no more than its year.
Nobody is made an author: a catalogue knows publishers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from report_qa.exporting.content import Content, Reference

_WEB = ("https://", "http://")
_SMALL_WORDS = frozenset("a an the of on in for and to note".split())


class WorkType(StrEnum):
    """What kind of thing a work is, as far as its file says it."""

    REPORT = "report"
    WEB_PAGE = "web page"
    PRESENTATION = "presentation"
    DATA = "data"
    DOCUMENT = "document"


_TYPES = {
    "application/pdf": WorkType.REPORT,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": WorkType.REPORT,
    "text/html": WorkType.WEB_PAGE,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": WorkType.PRESENTATION,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": WorkType.DATA,
    "text/csv": WorkType.DATA,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A cited document. `key` is unique in its export, ASCII letters and digits; every other text is a single line."""

    key: str
    type: WorkType
    title: str
    publisher: str
    issued: tuple[int, ...]
    address: str
    notes: tuple[str, ...]


def works(content: Content) -> tuple[Work, ...]:
    """Return the works of an export's references in the order in which they are first cited; what only came nearest is none."""
    cited: dict[tuple[object, ...], list[Reference]] = {}
    for reference in content.references:
        if reference.cited:
            name = (reference.document_id, reference.title, reference.published_on, reference.standing)
            cited.setdefault(name, []).append(reference)
    keys: set[str] = set()
    found = []
    for references in cited.values():
        first = references[0]
        key = _key(first, keys)
        keys.add(key)
        found.append(
            Work(
                key=key,
                type=_TYPES.get(first.document.media_type, WorkType.DOCUMENT) if first.document else WorkType.DOCUMENT,
                title=first.title,
                publisher=first.publisher,
                issued=issued(first.published_on),
                address=web_address(first.source_url),
                notes=_notes(references),
            )
        )
    return tuple(found)


def issued(day: date | None) -> tuple[int, ...]:
    """Return a date of publication as far as it is known: () or (year,) or (year, month, day)."""
    if day is None:
        return ()
    return (day.year,) if (day.month, day.day) == (1, 1) else (day.year, day.month, day.day)


def web_address(address: str) -> str:
    """Return an address if it is one of the web and holds nothing that no address may hold, else ""."""
    if not address.lower().startswith(_WEB) or re.search(r"[\s<>\"{}|\\^`]", address):
        return ""
    return address


def _notes(references: list[Reference]) -> tuple[str, ...]:
    first = references[0]
    notes = [
        f"[{reference.number}] {reference.place}: “{' '.join(reference.quote.split())}” (edition {reference.edition_id},"
        f" {reference.cite})"
        for reference in references
    ]
    if first.standing:
        notes.insert(0, f"{first.standing[:1].upper()}{first.standing[1:]}.")
    if first.licence:
        notes.append(f"Licence: {first.licence}")
    return tuple(notes)


def _key(reference: Reference, taken: set[str]) -> str:
    """Return a key such as "localtrust2024neighbourhoods"."""
    year = str(reference.published_on.year) if reference.published_on else ""
    words = [word for word in _ascii(reference.title).split() if word not in _SMALL_WORDS]
    base = ("".join(_ascii(reference.publisher).split()[:2]) + year + "".join(words[:1]))[:60] or "document"
    if base[0].isdigit():
        base = f"d{base}"
    candidates = (base, *(f"{base}x{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in candidates if key not in taken)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain)
