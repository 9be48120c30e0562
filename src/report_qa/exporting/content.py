"""What an export holds, whatever its format: what was asked or checked, what came of it, and the numbered references.

References are numbered once through the whole export, from 1, in the order in which they are first cited; the same words at
the same place are one reference, however often they are cited. Everything in a Content has been made harmless to print
(`report_qa.exporting.harmless`), except the records in `answers`, `checked` and `EvidenceView`s, which JSON gives as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from report_qa.evidence import PageView
from report_qa.records.answer import Answer, AnswerStatus, Locator, Verdict
from report_qa.records.checked import Checked
from report_qa.records.document import SourceDocument


class Kind(StrEnum):
    """What is exported."""

    ANSWER = "answer"
    CONVERSATION = "conversation"
    CHECKED = "checked"
    EVIDENCE = "evidence"


class Wording(StrEnum):
    """Whose words a sentence is: the document's, the document's rows and lists read out, or a model's that were checked."""

    QUOTED = "quotation"
    READ_OUT = "read out"
    WRITTEN = "written by a model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A numbered quotation. `quote` is the exact words, its spans joined by newlines; "" where they are no longer located.

    `document` is the shelf's entry, None where no edition at hand holds it; then `title` and `source_url` are those that
    the citation kept. `standing` says of a document that is not in force what it is ("superseded by The new plan").
    `cited` is False for what only came nearest to a question that was refused. `pages` are the pages that the words stand
    on, with their boxes; () for kinds without pages.
    """

    number: int
    quote: str
    document_id: str
    title: str
    locator: Locator
    cite: str
    edition_id: str
    source_url: str = ""
    publisher: str = ""
    published_on: date | None = None
    licence: str = ""
    standing: str = ""
    cited: bool = True
    document: SourceDocument | None = None
    pages: tuple[PageView, ...] = ()

    @property
    def place(self) -> str:
        """Where the words stand, as one says it."""
        return str(self.locator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of an answer; `numbers` are its references."""

    text: str
    wording: Wording
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question and what came of it. `nearest` are reference numbers.

    `withheld` counts sentences that failed a check, and `withheld_for` says why ("figure not in the sources"), each cause once.

    `text` is what a greeting, a question back or an error says; `understood` is the question as it was asked of the
    documents where that is not the question's own wording, else "".
    """

    question: str
    status: AnswerStatus
    edition_id: str
    asked_at: datetime
    understood: str = ""
    restricted_to: str = ""
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    written_by: str = ""
    notice: str = ""
    withheld: int = 0
    withheld_for: tuple[str, ...] = ()
    unanswered_parts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    searched: str = ""
    nearest: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One sentence of a checked text: its verdict, the reasons of it as sentences, and its references."""

    text: str
    verdict: Verdict
    reasons: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that an export says. `made_on` is the day it speaks of: of the asking, the checking or the choosing.

    `shelf` is the shelf's title, "" where nobody gave it. `address` is that of the chat ("https://reports.example"), where
    permanent links begin, with the query that all of them have (one of several libraries); "" where nobody gave it. `missing` are
    permanent names that open nothing any more.
    """

    kind: Kind
    title: str
    made_on: datetime
    edition_ids: tuple[str, ...]
    references: tuple[Reference, ...]
    shelf: str = ""
    address: str = ""
    entries: tuple[Entry, ...] = ()
    judged: tuple[Judged, ...] = ()
    missing: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    checked: Checked | None = None

    @property
    def writers(self) -> tuple[str, ...]:
        """The chat models that wrote any of the sentences."""
        wrote = [entry.written_by for entry in self.entries if entry.written_by]
        return tuple(dict.fromkeys(wrote))

    def reference(self, number: int) -> Reference:
        """Return the reference with this number."""
        return self.references[number - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A cited page as JPEG, the cited lines boxed. `numbers` are the references that stand on it; lengths are points."""

    jpeg: bytes
    caption: str
    alternative: str
    numbers: tuple[int, ...]
    width_pt: float
    height_pt: float
