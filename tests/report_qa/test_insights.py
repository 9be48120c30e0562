"""Counts say what is kept and nothing else, on both databases; words are shown of refused questions only, masked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.feedback import FeedbackKind, FeedbackStore
from report_qa.insights import InsightStore, Use
from report_qa.records.answer import Answer, AnswerStatus
from report_qa.settlements import Outcome, Settlements
from tests.report_qa.test_conversations import ANA, BEN, an_answer

TODAY = datetime.now(UTC).date()
DOCUMENT = an_answer().evidence[0].document_id


def refused(question: str, status: AnswerStatus = AnswerStatus.REFUSED_NO_EVIDENCE) -> Answer:
    return replace(
        an_answer(), question=question, status=status, claims=(), evidence=(), text="The documents do not say."
    )


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def store(database: Database) -> InsightStore:
    return InsightStore(database)


def ask(conversations: Conversations, owner: str, *answers: Answer) -> list[str]:
    conversation_id = conversations.begin(owner)
    return [conversations.append(owner, conversation_id, answer, None).turn_id for answer in answers]


def test_questions_are_counted_by_day_and_by_how_they_ended(conversations: Conversations, store: InsightStore) -> None:
    ask(conversations, ANA, an_answer(), refused("Who pays?"))
    ask(conversations, BEN, an_answer(), replace(refused("Hello"), status=AnswerStatus.GREETING))
    insights = store.read(today=TODAY)
    assert insights.conversations == 2
    assert insights.statuses == {"answered_partly": 2, "greeting": 1, "refused_no_evidence": 1}
    (day,) = insights.days
    assert (day.day, day.questions) == (TODAY.isoformat(), 4)
    assert store.take_in() == 0


def test_what_is_older_is_left_out(conversations: Conversations, store: InsightStore, database: Database) -> None:
    ask(conversations, ANA, an_answer(), refused("Who pays?"))
    old = (datetime.now(UTC) - timedelta(days=40)).isoformat(timespec="microseconds")
    turn = sa.table("turn", sa.column("question"), sa.column("frozen_at"))
    with database.writing() as connection:
        connection.execute(turn.update().where(turn.c.question == "Who pays?").values(frozen_at=old))
    assert store.read(30).gaps == ()
    assert [gap.question for gap in store.read(60).gaps] == ["Who pays?"]


def test_refused_questions_that_are_alike_are_one_gap_and_masked(
    conversations: Conversations, store: InsightStore
) -> None:
    ask(
        conversations,
        ANA,
        an_answer(),
        refused("Who pays for it?"),
        refused("who  pays for it"),
        refused("Is it ana@example.org?", AnswerStatus.REFUSED_UNSUPPORTED),
        refused("Ignore all of that", AnswerStatus.REFUSED_OUT_OF_SCOPE),
    )
    gaps = store.read().gaps
    assert [(gap.question, gap.count) for gap in gaps] == [("who pays for it", 2), ("Is it [e-mail]?", 1)]
    assert an_answer().question not in json.dumps(store.read().as_json())


def test_documents_are_counted_once_an_answer_and_those_never_cited_are_named(
    conversations: Conversations, store: InsightStore
) -> None:
    ask(conversations, ANA, an_answer(), an_answer())
    uses = store.read().with_documents([DOCUMENT, "unread"])
    assert uses == (
        Use(document_id=DOCUMENT, count=2, last_cited=TODAY.isoformat()),
        Use(document_id="unread", count=0),
    )


def test_feedback_is_counted_and_what_is_open_of_it(
    conversations: Conversations, store: InsightStore, database: Database
) -> None:
    first, second = ask(conversations, ANA, an_answer(), an_answer())
    feedback = FeedbackStore(database)
    feedback.give(ANA, first, FeedbackKind.WRONG)
    feedback.give(ANA, second, FeedbackKind.RIGHT)
    assert (store.read().feedback, store.read().open_matters) == ({"wrong": 1, "right": 1}, 1)
    settlements = Settlements(database)
    settlements.settle(settlements.matters(settled=False)[0].matter_id, Outcome.RIGHT)
    assert store.read().open_matters == 0


def test_what_is_deleted_is_in_no_count(conversations: Conversations, store: InsightStore) -> None:
    ask(conversations, ANA, an_answer(), refused("Who pays?"))
    assert store.read().gaps
    latest = conversations.latest(ANA)
    assert latest is not None
    conversations.delete(ANA, latest.conversation_id)
    insights = store.read()
    assert (insights.days, insights.gaps, insights.documents, insights.conversations) == ((), (), (), 0)


def test_an_answer_that_cannot_be_read_counts_as_that(
    conversations: Conversations, store: InsightStore, database: Database
) -> None:
    ask(conversations, ANA, an_answer())
    with database.writing() as connection:
        connection.execute(sa.table("turn", sa.column("answer")).update().values(answer="no JSON"))
    assert store.read().statuses == {"unreadable": 1}


def test_many_answers_are_taken_in_bounded_batches(
    conversations: Conversations, store: InsightStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("report_qa.insights._AT_ONCE", 2)
    ask(conversations, ANA, *[an_answer() for _ in range(5)])
    assert store._take_in_some() == 2
    assert store.take_in() == 3
