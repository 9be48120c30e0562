"""What a permanent link shows: a copy of something as it stood when it was shared.

A link never looks into the conversation that it was made from. What is shared is frozen with the cites that it rests on, each of
which names its edition; later turns, and later editions, don't change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from report_qa.records.answer import Answer, EvidenceSpan
from report_qa.records.conversation import Turn


class SharedKind(StrEnum):
    """What a link shows."""

    QUOTE = "quote"
    ANSWER = "answer"
    CONVERSATION = "conversation"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedQuote:
    """One cited quotation, without the question that it answered."""

    kind: ClassVar[SharedKind] = SharedKind.QUOTE

    title: str
    evidence: EvidenceSpan

    @property
    def answers(self) -> tuple[Answer, ...]:
        """No answers: a quotation stands alone."""
        return ()

    @property
    def cited(self) -> tuple[EvidenceSpan, ...]:
        """The quotation."""
        return (self.evidence,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedAnswer:
    """One question with its answer, without the turns around it."""

    kind: ClassVar[SharedKind] = SharedKind.ANSWER

    title: str
    turn: Turn

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answer."""
        return (self.turn.answer,)

    @property
    def cited(self) -> tuple[EvidenceSpan, ...]:
        """What it quotes, or what came nearest."""
        return shown_evidence(self.turn.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedConversation:
    """A conversation up to the turn that was its last when it was shared."""

    kind: ClassVar[SharedKind] = SharedKind.CONVERSATION

    title: str
    turns: tuple[Turn, ...]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers, in their order."""
        return tuple(turn.answer for turn in self.turns)

    @property
    def cited(self) -> tuple[EvidenceSpan, ...]:
        """What its answers quote, in their order."""
        return tuple(span for answer in self.answers for span in shown_evidence(answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One line of a comparison: for each column the quotations that stand in it, () where it has none."""

    heading: str
    cells: tuple[tuple[EvidenceSpan, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedComparison:
    """Quotations side by side: a document before and after a change, or what several sources say of one matter.

    `columns` name the sides ("Edition 3", "The big plan"); every row has a cell for each of them.
    """

    kind: ClassVar[SharedKind] = SharedKind.COMPARISON

    title: str
    columns: tuple[str, ...]
    rows: tuple[ComparedRow, ...]

    def __post_init__(self) -> None:
        if len(self.columns) < 2 or any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a comparison has two columns or more, and each row a cell for each of them")

    @property
    def answers(self) -> tuple[Answer, ...]:
        """No answers: a comparison quotes."""
        return ()

    @property
    def cited(self) -> tuple[EvidenceSpan, ...]:
        """All its quotations, row by row."""
        return tuple(span for row in self.rows for cell in row.cells for span in cell)


Shared = SharedQuote | SharedAnswer | SharedConversation | SharedComparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A link as its maker sees it. `opened_on` is the last day on which it was opened, None where it never was."""

    share_id: str
    kind: SharedKind
    title: str
    made_at: datetime
    opened_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedShare:
    """A link as its receiver sees it: what was shared, and when. Who shared it is nobody's to know."""

    share_id: str
    made_at: datetime
    shared: Shared


def shown_evidence(answer: Answer) -> tuple[EvidenceSpan, ...]:
    """Return what an answer quotes; where it refuses, what came nearest."""
    return answer.evidence or answer.nearest
