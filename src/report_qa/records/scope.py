"""Where an answer may come from, when a question says so."""

from __future__ import annotations

from dataclasses import dataclass

from report_qa.records.document import Role

_TITLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The documents that a question's own words restrict it to.

    `document_ids` are those documents, empty where none is what was named. `titles` are their titles in the order of the shelf.
    `attributed_to` are the names (each as its stems) that words elsewhere have to name beside what they say, so that they may
    answer too ("the report says that Frontier found …"); empty where only the documents themselves count. `named` is what the question
    calls it all, `undated` how many documents were left out because their year isn't known.
    """

    named: str
    document_ids: frozenset[str]
    titles: tuple[str, ...] = ()
    attributed_to: tuple[tuple[str, ...], ...] = ()
    undated: int = 0

    @property
    def unanswered(self) -> str:
        """Why nothing answers where no document on the shelf is meant."""
        return f"nothing by {self.named} is on the shelf, and no passage names it beside an answer"

    @property
    def described(self) -> str:
        """Where an answer was looked for, as a reader is told: "1 document: The big plan"."""
        if not self.document_ids:
            return f"words that name {self.named}"
        count = len(self.document_ids)
        listed = "; ".join(self.titles[:_TITLES]) + (f"; and {count - _TITLES} more" if count > _TITLES else "")
        left_out = f" ({self.undated} without a known date left out)" if self.undated else ""
        return f"{count} document{'' if count == 1 else 's'}: {listed}{left_out}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Which documents a search is to look in, as a person chose: those that meet every condition that is set.

    `documents` are ids or paths; `role` is what they are on the shelf; `body` their publisher, or one that they are about; `since` and
    `until` the first and the last year of publication, as in "reports published since 2020".
    """

    documents: tuple[str, ...] = ()
    role: Role | None = None
    body: str = ""
    since: int | None = None
    until: int | None = None

    def __bool__(self) -> bool:
        return self != Within()
