"""Questions are answered in the background, in order, and a stored answer needs no reader."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from report_qa import Conversations
from report_qa.database import Database
from report_qa.doors.chat.jobs import Jobs
from report_qa.errors import LibraryError, NothingPublished, QuestionRejected
from report_qa.under_way import UnderWay
from tests.report_qa.doors.chat.fakes import WRITTEN, FakeAssistant, answering, written_answer
from tests.waiting import wait_until


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Conversations(Database(tmp_path / "conversations.sqlite"))) as opened:
        yield opened


def test_threat_25_a_finished_answer_is_stored_without_its_reader(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    assert [each.question for each in jobs.of("ana", conversation_id)] == ["What?"]
    assert jobs.of("ben", conversation_id) == ()
    assistant.gate.set()
    jobs.close()
    assert job.turn == conversations.load("ana", conversation_id).turns[0]
    assert jobs.of("ana", conversation_id) == ()


def test_questions_of_one_conversation_are_answered_in_order_with_their_history(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations, workers=4)
    conversation_id = conversations.begin("ana")
    last = [jobs.ask("ana", conversation_id, question) for question in ("One?", "Two?", "Three?")][-1]
    assistant.gate.set()
    wait_until(lambda: not last.pending)
    jobs.close()
    heard = [(question, [exchange.question for exchange in history]) for question, history in assistant.heard]
    assert heard == [("One?", []), ("Two?", ["One?"]), ("Three?", ["One?", "Two?"])]
    turns = conversations.load("ana", conversation_id).turns
    assert [turn.parent_id for turn in turns] == [None, turns[0].turn_id, turns[1].turn_id]


@pytest.fixture
def writer() -> Iterator[FakeAssistant]:
    assistant = FakeAssistant(writes=True)
    assistant.gate.set()
    yield assistant
    # Whatever a test left unsaid is said, so that no worker waits for ever.
    assistant.steps.release(100)


def test_sentences_are_there_as_soon_as_they_are_verified(conversations: Conversations, writer: FakeAssistant) -> None:
    jobs = Jobs(answering(writer), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    for count in range(1, len(WRITTEN)):
        writer.steps.release()
        wait_until(lambda count=count: len(job.claims) == count)  # type: ignore[misc]
        assert job.claims == WRITTEN[:count]
        assert job.pending
        assert conversations.load("ana", conversation_id).turns == ()
    # Each piece of evidence once, in the order in which it is first cited: the numbers are those of the answer.
    assert job.evidence == written_answer("What?").evidence
    assert jobs.of("ana", conversation_id) == (job,)
    writer.steps.release()
    wait_until(lambda: job.turn is not None)
    jobs.close()
    assert conversations.load("ana", conversation_id).turns[0].answer.claims == WRITTEN


def test_stopping_keeps_what_is_verified(conversations: Conversations, writer: FakeAssistant) -> None:
    jobs = Jobs(answering(writer), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    writer.steps.release()
    wait_until(lambda: len(job.claims) == 1)
    jobs.stop("ben", conversation_id, job.job_id)
    jobs.stop("ana", conversation_id, "another")
    assert not job.stopped
    jobs.stop("ana", conversation_id, job.job_id)
    wait_until(lambda: job.turn is not None)
    jobs.close()
    answer = conversations.load("ana", conversation_id).turns[0].answer
    assert answer.claims == WRITTEN[:1]
    assert answer.notice.startswith("The writing was stopped")


def test_the_wish_for_extracts_goes_with_its_question(conversations: Conversations, writer: FakeAssistant) -> None:
    jobs = Jobs(answering(writer), lambda: conversations)
    job = jobs.ask("ana", conversations.begin("ana"), "What?", extracts_only=True)
    wait_until(lambda: job.turn is not None)
    jobs.close()
    assert job.turn is not None
    assert job.turn.answer.written_by == ""


def test_workers_are_few(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations, workers=2)
    owners = [f"owner-{number}" for number in range(5)]
    asked = [jobs.ask(owner, conversations.begin(owner), "What?") for owner in owners]
    wait_until(lambda: len(assistant.heard) == 2)
    time.sleep(0.05)
    assert len(assistant.heard) == 2
    assert [job.started for job in asked].count(True) == 2
    assistant.gate.set()
    wait_until(lambda: not any(job.pending for job in asked))
    jobs.close()


def test_threat_29_too_many_questions_are_turned_away(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations, most_waiting=3)
    conversation_id = conversations.begin("ana")
    for number in range(3):
        jobs.ask("ana", conversation_id, f"What {number}?")
    with pytest.raises(QuestionRejected, match="3 questions are waiting"):
        jobs.ask("ben", conversations.begin("ben"), "What?")
    assistant.gate.set()
    jobs.close()


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (NothingPublished("No edition.", hint="Ingest."), "No edition. Ingest."),
        (ZeroDivisionError("secret detail"), "Something went wrong while answering. Please ask again."),
    ],
)
def test_a_failure_is_said_and_goes_with_the_next_question(
    conversations: Conversations, raised: Exception, sentence: str
) -> None:
    assistant = FakeAssistant(problem=raised)
    assistant.gate.set()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    wait_until(lambda: not job.pending)
    assert str(job.problem) == sentence
    assert jobs.of("ana", conversation_id) == (job,)
    assert conversations.load("ana", conversation_id).turns == ()
    assistant.problem = None
    again = jobs.ask("ana", conversation_id, "What?")
    wait_until(lambda: again.turn is not None)
    assert jobs.of("ana", conversation_id) == ()
    jobs.close()


def test_a_conversation_deleted_meanwhile_takes_its_answer_along(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    wait_until(lambda: job.started)
    conversations.delete("ana", conversation_id)
    assistant.gate.set()
    wait_until(lambda: not job.pending)
    jobs.close()
    assert job.turn is None
    assert conversations.list("ana") == ()


def test_stopping_says_so_to_those_who_wait(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations, workers=1)
    first = jobs.ask("ana", conversations.begin("ana"), "What?")
    waiting = jobs.ask("ben", conversations.begin("ben"), "What?")
    wait_until(lambda: first.started)
    threading.Timer(0.1, assistant.gate.set).start()
    jobs.close()
    assert first.turn is not None
    assert str(waiting.problem) == "The chat was stopped. Please ask again."


def test_stopping_waits_for_no_question_that_nobody_had_begun(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations, workers=1)
    first = jobs.ask("ana", conversations.begin("ana"), "What?")
    waiting = jobs.ask("ben", conversations.begin("ben"), "What?")
    wait_until(lambda: first.started)
    closing = threading.Thread(target=lambda: jobs.close(within_s=600), daemon=True)
    closing.start()
    wait_until(lambda: not waiting.pending)
    assistant.gate.set()
    closing.join(60)
    assert not closing.is_alive()


def test_a_store_that_fails_is_a_problem_of_the_question() -> None:
    def broken() -> Conversations:
        raise LibraryError("The disk is full.")

    jobs = Jobs(answering(FakeAssistant()), broken)
    job = jobs.ask("ana", "any", "What?")
    wait_until(lambda: not job.pending)
    jobs.close()
    assert str(job.problem) == "The disk is full."


def test_a_question_that_is_asked_again_goes_on_from_where_it_did(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    assistant.gate.set()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    for question in ("One?", "Two?", "Three?"):
        jobs.ask("ana", conversation_id, question)
    wait_until(lambda: not jobs.busy)
    first, second, _ = conversations.load("ana", conversation_id).turns
    jobs.ask("ana", conversation_id, "Two, rather?", instead_of=second.turn_id)
    jobs.ask("ana", conversation_id, "Four?")
    wait_until(lambda: not jobs.busy)
    jobs.close()
    heard = [(question, [exchange.question for exchange in history]) for question, history in assistant.heard[3:]]
    assert heard == [("Two, rather?", ["One?"]), ("Four?", ["One?", "Two, rather?"])]
    conversation = conversations.load("ana", conversation_id)
    assert conversation.turns[3].parent_id == first.turn_id
    assert conversation.turns[4].parent_id == conversation.turns[3].turn_id
    assert conversation.asked_again == {second.turn_id}


def test_a_question_that_is_sent_twice_is_answered_once(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    first = jobs.ask("ana", conversation_id, "What?")
    assert jobs.ask("ana", conversation_id, "What?") is first
    other = jobs.ask("ana", conversation_id, "Who?")
    assert other is not first
    assistant.gate.set()
    wait_until(lambda: not jobs.busy)
    again = jobs.ask("ana", conversation_id, "Who?")
    assert again is not other
    wait_until(lambda: not jobs.busy)
    jobs.close()
    assert [question for question, _ in assistant.heard] == ["What?", "Who?", "Who?"]


@pytest.fixture
def elsewhere(conversations: Conversations) -> Iterator[Jobs]:
    """What another replica over the same database has."""
    assistant = FakeAssistant()
    other = Jobs(answering(assistant), lambda: conversations)
    yield other
    assistant.gate.set()
    other.close()


def test_another_replica_sees_what_is_under_way_until_it_is_answered(
    conversations: Conversations, elsewhere: Jobs
) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    (seen,) = elsewhere.seen("ana", conversation_id)
    assert (seen.job_id, seen.question, seen.pending) == (job.job_id, "What?", True)
    assert elsewhere.seen("ben", conversation_id) == ()
    assert jobs.seen("ana", conversation_id) == (job,)
    assert not elsewhere.busy
    assistant.gate.set()
    wait_until(lambda: job.turn is not None)
    assert elsewhere.seen("ana", conversation_id) == ()
    jobs.close()


def test_a_replica_that_ends_leaves_its_waiting_questions_as_cut_off(
    conversations: Conversations, elsewhere: Jobs
) -> None:
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations, workers=1)
    conversation_id = conversations.begin("ana")
    first = jobs.ask("ana", conversation_id, "One?")
    jobs.ask("ana", conversation_id, "Two?")
    wait_until(lambda: first.started)
    threading.Timer(0.1, assistant.gate.set).start()
    jobs.close()
    (left,) = elsewhere.seen("ana", conversation_id)
    assert str(left.problem) == (
        "This question was cut off: the server that was answering it has ended. Please ask again."
    )
    assert left.question == "Two?"
    elsewhere.ask("ana", conversation_id, "Two?")
    assert [job.pending for job in elsewhere.seen("ana", conversation_id)] == [True]


def test_a_question_that_failed_is_not_under_way(conversations: Conversations, elsewhere: Jobs) -> None:
    assistant = FakeAssistant(problem=NothingPublished("No edition."))
    assistant.gate.set()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    wait_until(lambda: not job.pending)
    assert elsewhere.seen("ana", conversation_id) == ()
    jobs.close()


def test_a_replica_speaks_for_its_questions(conversations: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[list[str]] = []
    monkeypatch.setattr(UnderWay, "speak_for", lambda _, ids: spoken.append(list(ids)))
    assistant = FakeAssistant()
    jobs = Jobs(answering(assistant), lambda: conversations, speaks_s=0.01)
    job = jobs.ask("ana", conversations.begin("ana"), "What?")
    wait_until(lambda: [job.job_id] in spoken)
    assistant.gate.set()
    jobs.close()


def test_an_answer_that_takes_too_long_for_the_end_is_what_is_verified(
    conversations: Conversations, writer: FakeAssistant
) -> None:
    jobs = Jobs(answering(writer), lambda: conversations)
    conversation_id = conversations.begin("ana")
    job = jobs.ask("ana", conversation_id, "What?")
    writer.steps.release()
    wait_until(lambda: len(job.claims) == 1)
    jobs.close(within_s=0)
    assert conversations.load("ana", conversation_id).turns[0].answer.claims == WRITTEN[:1]


def test_many_questions_at_once_press(conversations: Conversations) -> None:
    assistant = FakeAssistant()
    assistant.gate.set()
    jobs = Jobs(answering(assistant), lambda: conversations)
    conversation_id = conversations.begin("ana")
    pressed = []
    for number in range(6):
        jobs.ask("ana", conversation_id, f"What {number}?")
        pressed.append(jobs.pressed)
    jobs.close()
    assert pressed == [False] * 5 + [True]
