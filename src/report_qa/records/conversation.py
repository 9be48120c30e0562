"""A conversation: turns in order, each with the answer as it was given, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from report_qa.records.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An earlier question, with what was answered where that is known: the context of a follow-up question.

    `topic` is the question as it was understood then, and `document_ids` are the documents that were cited.
    """

    question: str
    topic: str = ""
    answer_text: str = ""
    document_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer. The answer is stored whole, so that later editions never change it."""

    turn_id: str
    parent_id: str | None
    answer: Answer
    frozen_at: datetime

    def as_exchange(self) -> Exchange:
        """Return this turn as context for the next question."""
        return Exchange(
            question=self.answer.question,
            topic=self.answer.question_used,
            answer_text=self.answer.text,
            document_ids=tuple(dict.fromkeys(span.document_id for span in self.answer.evidence)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation that belongs to one owner (a browser); `title` is the name that he gave it, else its first question."""

    conversation_id: str
    title: str
    turns: tuple[Turn, ...]

    def parent_of(self, instead_of: str = "") -> str | None:
        """Return the turn that the next question goes on from: the last one, or the parent of the one that is asked again."""
        for turn in self.turns:
            if instead_of and turn.turn_id == instead_of:
                return turn.parent_id
        return self.turns[-1].turn_id if self.turns else None

    def thread(self, turn_id: str | None) -> tuple[Turn, ...]:
        """Return the turns that lead up to one, itself included, the first one first; those that were asked again are left out."""
        by_id = {turn.turn_id: turn for turn in self.turns}
        found: list[Turn] = []
        while turn_id in by_id:
            turn = by_id.pop(turn_id)
            found.append(turn)
            turn_id = turn.parent_id
        return tuple(reversed(found))

    @property
    def asked_again(self) -> frozenset[str]:
        """The turns whose question was asked again in other words further below."""
        last = {turn.parent_id: turn.turn_id for turn in self.turns}
        return frozenset(turn.turn_id for turn in self.turns if last[turn.parent_id] != turn.turn_id)
