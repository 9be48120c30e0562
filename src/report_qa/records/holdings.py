"""What a library holds, as those see it who keep it: documents with the quality of their pages, editions with their receipts,
and files that could not be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from report_qa.errors import DocumentUnreadable
from report_qa.records.document import PageReading, SourceDocument

# Below so many characters a page with pictures is mostly picture, and words in a picture beside text are not read.
_FEW_CHARACTERS = 200


class PageState(StrEnum):
    """How far the words of a page can be relied on.

    `text` comes from the file itself; `recognised` from text recognition (OCR), so that letters may be wrong; `pictures` has few
    words beside pictures, whose own words nobody read; `empty` has none; `unread` could not be read.
    """

    TEXT = "text"
    RECOGNISED = "recognised"
    PICTURES = "pictures"
    EMPTY = "empty"
    UNREAD = "unread"

    @classmethod
    def of(cls, reading: PageReading) -> PageState:
        """Return the state of a page that was read like this."""
        if reading.problem:
            return cls.UNREAD
        if reading.recognised:
            return cls.RECOGNISED
        if not reading.characters:
            return cls.PICTURES if reading.images else cls.EMPTY
        return cls.PICTURES if reading.images and reading.characters < _FEW_CHARACTERS else cls.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuality:
    """How one page was read: `passages` are those that begin on it."""

    reading: PageReading
    state: PageState
    printed_label: str
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How many pages of a document are in each state, those that occur only, in the order of `PageState`."""

    pages: tuple[tuple[PageState, int], ...]

    @classmethod
    def of(cls, states: Iterable[PageState]) -> Quality:
        """Count the states of a document's pages."""
        counts = Counter(states)
        return cls(pages=tuple((state, counts[state]) for state in PageState if counts[state]))

    @property
    def good(self) -> float:
        """The share (0 to 1) of the pages whose words come from the file itself, or that have none."""
        total = sum(count for _, count in self.pages)
        fine = sum(count for state, count in self.pages if state in (PageState.TEXT, PageState.EMPTY))
        return fine / total if total else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The edition with which something began; where `exact` is False it is the oldest kept one, and it began before that."""

    edition_id: str
    at: datetime
    exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A document of the current edition.

    `page_count` and `quality` are None for kinds without pages, `size_bytes` where the kept file is missing. `superseded_by` is the
    document that replaced it, `superseded_by_title` its title. `came` is the edition that first had it, `changed` that in which its file
    or its catalogue entry last changed.
    """

    document: SourceDocument
    page_count: int | None
    quality: Quality | None
    passage_count: int
    size_bytes: int | None
    reader: str
    came: Since
    changed: Since
    superseded_by: str = ""
    superseded_by_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A document as one kept edition has it; `same_as_earlier` says that the kept edition before has the same file."""

    edition_id: str
    at: datetime
    document: SourceDocument
    is_current: bool
    same_as_earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A document that a receipt speaks of; `title` is its id where no kept edition has it."""

    document_id: str
    title: str


class Why(StrEnum):
    """Why a file was not taken up; the values are the lists of a receipt."""

    DRAFT = "drafts"
    UNREADABLE = "unreadable"
    HELD_BACK = "held_back"
    SKIPPED = "skipped"
    DUPLICATE = "duplicates"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that an ingest saw and did not take up; `reason` is the sentence that says why, or of what it is a duplicate."""

    why: Why
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageChange:
    """How many passages of a document stayed, came and went, against the edition before."""

    kept: int
    new: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionEntry:
    """A kept edition with its receipt.

    `changed` documents have their passage changes where the receipt says them. `left_out` are files that were not taken up. `readers`
    are (reader with its version, number of documents). `seconds` is None where the receipt doesn't say how long it took, and
    `has_receipt` False where there is none.
    """

    edition_id: str
    parent: str
    at: datetime
    is_current: bool
    documents: int
    pages: int
    passages: int
    embedder: str
    program: str
    readers: tuple[tuple[str, int], ...]
    has_receipt: bool
    seconds: float | None = None
    added: tuple[Named, ...] = ()
    changed: tuple[tuple[Named, PassageChange | None], ...] = ()
    withdrawn: tuple[Named, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    unchanged: int = 0
    left_out: tuple[LeftOut, ...] = ()
    retired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A file that could not be read: where it is, why, and since when (ISO 8601, UTC)."""

    key: str
    root: str
    path: str
    sha256: str
    code: str
    message: str
    hint: str
    since: str

    def error(self) -> DocumentUnreadable:
        """Return the reason as the error that it was."""
        error = DocumentUnreadable(self.message, hint=self.hint)
        error.code = self.code
        return error


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A document that was taken out by hand; `purged` says that its words were destroyed, too."""

    document_id: str
    sha256: str
    on: str
    purged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that could not be read: `reason` says why and `remedy` what to do; of older receipts the reason says both.

    `since` is when it was first seen so; `in_quarantine` that the same bytes are not tried again by themselves. `still` is the
    document whose earlier version stays on the shelf, None where there is none.
    """

    path: str
    reason: str
    remedy: str
    since: datetime
    in_quarantine: bool
    still: SourceDocument | None
