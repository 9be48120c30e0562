"""What counts as a wrong answer after a run under load, and as a lost one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.load.shelf import Shelf
from benchmarks.load.stored import EXTRACTS, Asked, Finished, Stored, check_stored
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.records.answer import Answer, AnswerStatus
from tests.small_library import GAP, SmallLibrary

OWNER = "owner"
NOTICE = f"The model can't be reached{EXTRACTS}"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Database(tmp_path / "conversations.sqlite")) as database:
        yield Conversations(database)


@pytest.fixture
def answer(small: SmallLibrary) -> Iterator[Answer]:
    with closing(small.assistant()) as assistant:
        yield assistant.ask(GAP)


def looked_up(
    kept: Conversations,
    answer: Answer,
    *stored: Answer,
    right: str = "",
    absences: Sequence[tuple[float, float]] = (),
    gone: bool = False,
) -> tuple[Stored, list[Asked]]:
    """Store answers where `answer` is what the edition says, and return what is found, and what was asked again."""
    conversation_id = kept.begin(OWNER)
    parent, finished = None, []
    for each in stored:
        turn = kept.append(OWNER, conversation_id, each, parent)
        parent = turn.turn_id
        finished.append(Finished(owner=OWNER, turn_id="gone" if gone else turn.turn_id, question=each.question))
    edition = answer.provenance.edition_id
    shelf = Shelf(
        library=Path("library"), editions=(edition,), questions=(GAP,), expected={edition: {GAP: answer.text}}
    )
    seen: list[Asked] = []

    def again(asked: Sequence[Asked]) -> list[str]:
        seen.extend(asked)
        return [right] * len(asked)

    return check_stored(kept, shelf, finished, again, absences), seen


def noted(answer: Answer) -> Answer:
    return replace(answer, notice=NOTICE, text=answer.text.replace("\n\n", f"\n{NOTICE}\n\n", 1))


def test_what_the_edition_says_is_right(kept: Conversations, answer: Answer) -> None:
    assert looked_up(kept, answer, answer)[0] == Stored(
        turns=1, written=0, failed=0, leaning=0, noted=0, wrong=(), lost=()
    )


def test_a_failure_is_counted_and_never_wrong(kept: Conversations, answer: Answer) -> None:
    failed = replace(answer, status=AnswerStatus.ERROR_INTERNAL, text="Something went wrong.", claims=(), evidence=())
    assert looked_up(kept, answer, failed)[0] == Stored(
        turns=1, written=0, failed=1, leaning=0, noted=0, wrong=(), lost=()
    )


def test_another_text_is_asked_again_and_wrong_where_that_says_otherwise(kept: Conversations, answer: Answer) -> None:
    other = replace(answer, text=f"{answer.text} More.")
    found, asked = looked_up(kept, answer, answer, other, right=other.text)
    assert (found.turns, found.leaning, found.wrong) == (2, 1, ())
    assert [before["question"] for before in asked[0]["history"]] == [GAP]
    found, _ = looked_up(kept, answer, other, right=answer.text)
    assert len(found.wrong) == 2


def test_a_note_of_the_provider_s_absence_is_right_only_while_it_was_away(kept: Conversations, answer: Answer) -> None:
    at = answer.provenance.asked_at.timestamp()
    found, asked = looked_up(kept, answer, noted(answer), right=answer.text, absences=[(at - 5, at + 5)])
    assert (found.noted, found.wrong) == (1, ())
    assert (asked[0]["note"], asked[0]["text"]) == (NOTICE, answer.text)
    found, _ = looked_up(kept, answer, noted(answer), right=answer.text, absences=[(at + 500, at + 505)])
    assert "while the provider was there" in found.wrong[0]


def test_what_was_seen_and_is_not_there_is_lost(kept: Conversations, answer: Answer) -> None:
    found, _ = looked_up(kept, answer, answer, gone=True)
    assert len(found.lost) == 1
