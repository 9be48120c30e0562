"""What the database says after a run about every answer that a reader saw: that it is there, and says what its edition says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.load.shelf import Shelf
from report_qa import Answer, AnswerStatus, Conversations, ReportQAError, Turn
from report_qa.records.conversation import Conversation
from report_qa.stages.conclude import summary_of

Asked = dict[str, Any]
# Returns what each question is answered in its edition, with its history; see `asked_again`.
Replay = Callable[[Sequence[Asked]], Sequence[str]]
# The provider was away from the first of these times until the second, in seconds of the clock.
Absence = tuple[float, float]
_FAILURES = (AnswerStatus.ERROR_MODEL, AnswerStatus.ERROR_INTERNAL)
# How a note begins that says of an answer that the provider was away.
_AWAY = (
    "The model can't be reached",
    "The model's reply broke off",
    "The model did not answer in time",
    "The model's provider has a fault",
)
EXTRACTS = "; these are extracts."
# A question that was asked so long before the provider went may still have waited for it.
_BEFORE_S, _AFTER_S = 20.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """An answer that a reader saw finished: whose it is, its turn, and what was asked."""

    owner: str
    turn_id: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of the answers: turns stored, of those the ones that a model wrote, the ones that say that there is no answer because
    something failed, those that say something else than their edition does, and those that were seen and are gone.
    """

    turns: int
    written: int
    failed: int
    # Asked again with what was asked before, and of those the ones with a note that the provider was away.
    leaning: int
    noted: int
    wrong: tuple[str, ...]
    lost: tuple[str, ...]


def check_stored(
    conversations: Conversations,
    shelf: Shelf,
    finished: Sequence[Finished],
    again: Replay,
    absences: Sequence[Absence] = (),
) -> Stored:
    """Hold every stored turn of the readers against what its edition answers, and every seen one against what is stored.

    An answer may lean on what was asked before: one that isn't what its question alone is answered is asked `again` with its history.
    One with a note that the provider was away has to be from a time of its `absences`, and then may be extracts, or the
    beginning of what is written when the provider is there; its note is not part of the comparison.
    """
    ids: set[str] = set()
    written, failed, other, lost = 0, 0, list[Asked](), list[str]()
    for owner in {each.owner for each in finished}:
        for entry in conversations.list(owner):
            conversation = conversations.load(owner, entry.conversation_id)
            for turn in conversation.turns:
                ids.add(turn.turn_id)
                answer, edition = turn.answer, turn.answer.provenance.edition_id
                written += bool(answer.written_by)
                if answer.status in _FAILURES:
                    failed += 1
                elif answer.text != shelf.expected[edition].get(answer.question):
                    other.append(_asked(turn, conversation))
    wrong = [
        f"edition {asked['edition']}: {asked['question']}\n  said     {asked['text'][:200]!r}\n  expected {right[:200]!r}"
        for asked, right in zip(other, again(other), strict=True)
        if asked["text"] != right
    ]
    noted = [asked for asked in other if asked["note"]]
    wrong += [
        f"edition {asked['edition']}: {asked['question']}\n  noted    {asked['note']!r} while the provider was there"
        for asked in noted
        if not any(began - _BEFORE_S <= asked["at"] <= ended + _AFTER_S for began, ended in absences)
    ]
    for each in finished:
        try:
            conversations.turn(each.owner, each.turn_id)
        except ReportQAError as error:
            lost.append(f"{each.question}: {error}")
    return Stored(
        turns=len(ids),
        written=written,
        failed=failed,
        leaning=len(other),
        noted=len(noted),
        wrong=tuple(wrong),
        lost=tuple(lost),
    )


def without_notes(answer: Answer) -> str:
    """Return an answer's text without what it says of how it was written."""
    notes = {answer.notice, summary_of(answer.withheld)} - {""}
    return "\n".join(line for line in answer.text.split("\n") if line not in notes)


def _asked(turn: Turn, conversation: Conversation) -> Asked:
    """Return how to ask a turn's question again: `note` is what it says of the provider's absence, `claims` how much was shown."""
    answer = turn.answer
    note = answer.notice if answer.notice.startswith(_AWAY) else ""
    return {
        "edition": answer.provenance.edition_id,
        "question": answer.question,
        "history": [asdict(each.as_exchange()) for each in conversation.thread(turn.parent_id)],
        "at": answer.provenance.asked_at.timestamp(),
        "note": note,
        "claims": len(answer.claims),
        "text": without_notes(answer) if note else answer.text,
    }
