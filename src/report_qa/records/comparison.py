"""What differs between two editions of a document, in reading order, each side with the permanent name of its words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from report_qa.records.answer import Locator
from report_qa.records.document import SourceDocument, Span


class ChangeKind(StrEnum):
    """What became of a sentence, a list item or a table row."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words of one side; `differs` says that the other side does not have them."""

    words: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedWords:
    """One side of a change: the words with their place, their name in links (`cite`), and in which runs they differ."""

    span: Span
    words: str
    cite: str
    locator: Locator
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """A figure that stands otherwise in the later edition, each as it is written; "" where one side has none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference: what was added has no `before`, what was removed no `after`. What moved has the same words on both sides."""

    kind: ChangeKind
    before: ComparedWords | None
    after: ComparedWords | None
    figures: tuple[FigureChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A stretch of sentences that both editions have, as the later one writes them."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentComparison:
    """Two editions of a document, or a document and the one that it replaced.

    `parts` are changes and unchanged stretches in the order of the later edition; where something was removed it stands at the place
    that it had between what stayed. `same_file` says that both sides are the very same bytes.
    """

    before: SourceDocument
    before_edition: str
    after: SourceDocument
    after_edition: str
    parts: tuple[Change | Unchanged, ...]
    same_file: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        """The differences alone."""
        return tuple(part for part in self.parts if isinstance(part, Change))

    @property
    def figures(self) -> tuple[Change, ...]:
        """The changes in which a figure stands otherwise: those to look at first."""
        return tuple(change for change in self.changes if change.figures)

    def count(self, kind: ChangeKind) -> int:
        """Return how many changes are of a kind."""
        return sum(change.kind is kind for change in self.changes)
