"""Where in the library a reader is: a view, a document, two editions, or a search with its filters, as it stands in the address.

Nothing private is in it, so that it can be reloaded, kept and sent on. What comes from a browser is read leniently: an address that
says something else leads to the list of documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import parse_qsl

from report_qa import Within
from report_qa.records.document import Role

_MOST_CHARS = 2_000
_YEARS = range(1000, 10_000)


class View(StrEnum):
    """What the page shows: `compare` and `document` are named by what they show, the others by themselves."""

    DOCUMENTS = "documents"
    DOCUMENT = "document"
    COMPARE = "compare"
    SEARCH = "search"
    EDITIONS = "editions"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryAddress:
    """A place in the library. `within` is the document in which a search looks; `earlier` the document that another one replaced."""

    view: View = View.DOCUMENTS
    document: str = ""
    before: str = ""
    after: str = ""
    earlier: str = ""
    words: str = ""
    within: str = ""
    role: str = ""
    body: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Read the parameters of an address; those that are none of ours, or too long, are left out."""
        kept = {
            name: value
            for name in cls.__dataclass_fields__
            if name != "view" and 0 < len(value := str(given.get(name, "")).strip()) <= _MOST_CHARS
        }
        named = str(given.get("view", ""))
        view = View(named) if named in list(View) else View.DOCUMENTS
        if view in (View.DOCUMENT, View.COMPARE) and "document" not in kept:
            view = View.DOCUMENTS
        return cls(view=view, **kept)

    @classmethod
    def from_query(cls, query: str) -> Self:
        """Read what a click in the page asks for: "view=search&words=…"."""
        try:
            return cls.of(dict(parse_qsl(query[: 10 * _MOST_CHARS], max_num_fields=40)))
        except ValueError:
            return cls()

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the address, without those that say nothing."""
        values = {name: str(getattr(self, name)) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value and value != View.DOCUMENTS}

    def filters(self) -> Within:
        """Return the documents in which a search is to look; a year or a role that is none sets no condition."""
        return Within(
            documents=(self.within,) if self.within else (),
            role=Role(self.role) if self.role in list(Role) else None,
            body=self.body,
            since=_year(self.since),
            until=_year(self.until),
        )


def _year(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and int(written) in _YEARS else None
