"""What the conversation shows of each kind of answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from report_qa import AnswerStatus, Claim, Turn, Verdict
from report_qa.doors.chat.answer_view import citations_of, job_data, problem_data, turn_data
from report_qa.doors.chat.jobs import Job
from report_qa.errors import ModelTimeout, NothingPublished
from report_qa.records.document import DocumentState
from tests.report_qa.doors.chat.fakes import PROSE, ROW, SENTENCE, answer_to


def a_turn(status: AnswerStatus = AnswerStatus.ANSWERED, question: str = "What?") -> Turn:
    return Turn(turn_id="t1", parent_id=None, answer=answer_to(question, status), frozen_at=datetime.now(UTC))


def test_quotations_are_grouped_by_document_and_numbered() -> None:
    data = turn_data(a_turn())
    assert data["kind"] == "answer"
    assert [(group["title"], group["role"]) for group in data["groups"]] == [
        (PROSE.document_title, "report"),
        (ROW.document_title, "evidence"),
    ]
    (claim,) = data["groups"][0]["claims"]
    assert claim["text"] == SENTENCE
    assert claim["cites"] == [
        {"mark": "1", "cite": PROSE.cite, "label": "Why neighbourhoods matter, p. 3 (PDF page 2)", "page": "p. 3"}
    ]
    assert data["groups"][1]["claims"][0]["cites"][0]["mark"] == "2"
    assert data["foot"] == "Quoted from 2 documents · edition 000001 · 0.4 s"


def test_a_quoted_table_row_keeps_its_column_heads() -> None:
    data = turn_data(a_turn())
    assert data["groups"][0]["claims"][0]["table"] is None
    assert data["groups"][1]["claims"][0]["table"] == {
        "caption": "",
        "heads": ["Publication", "Sum"],
        "cells": ["Second", "£1.15m"],
    }


@pytest.mark.parametrize("quote", ["One | two", "A lead-in:\nan item", "a | b | c\nd | e", "no table at all"])
def test_what_is_no_row_under_its_head_is_shown_as_it_is(quote: str) -> None:
    turn = a_turn()
    evidence = (replace(PROSE, quote=quote), ROW)
    data = turn_data(replace(turn, answer=replace(turn.answer, evidence=evidence)))
    assert data["groups"][0]["claims"][0]["table"] is None


def test_what_is_missing_is_named() -> None:
    assert turn_data(a_turn(AnswerStatus.ANSWERED_PARTLY))["missing"] == ["since when"]


def test_withheld_sentences_are_counted_and_not_shown() -> None:
    turn = a_turn()
    withheld = (Claim(sentence="A false one.", verdict=Verdict.CONTRADICTED, checks=(), citations=()),)
    data = turn_data(replace(turn, answer=replace(turn.answer, withheld=withheld)))
    assert "1 sentence withheld" in data["foot"]
    assert "A false one." not in json.dumps(data)


def test_a_written_answer_says_who_wrote_it_and_what_kept_it_from_its_end() -> None:
    turn = a_turn()
    assert turn_data(turn)["notice"] == ""
    notice = "The model's reply broke off; what it wrote before is shown."
    data = turn_data(replace(turn, answer=replace(turn.answer, written_by="openai:some", notice=notice)))
    assert data["notice"] == notice
    assert data["foot"].startswith("Written by openai:some and checked against 2 documents · ")


def test_a_follow_up_says_how_it_was_understood() -> None:
    turn = a_turn()
    assert "understood" not in turn_data(turn)
    data = turn_data(replace(turn, answer=replace(turn.answer, question_used="Money What?")))
    assert data["understood"] == "Money What?"
    refused = a_turn(AnswerStatus.REFUSED_NO_EVIDENCE)
    assert turn_data(replace(refused, answer=replace(refused.answer, question_used="Money?")))["understood"] == "Money?"


def test_choices_are_buttons_and_not_said_twice() -> None:
    turn = a_turn(AnswerStatus.CLARIFICATION)
    answer = replace(turn.answer, text="Which do you mean?\n• This?\n• That?", choices=("This?", "That?"))
    data = turn_data(replace(turn, answer=answer))
    assert (data["lead"], data["choices"]) == ("Which do you mean?", ["This?", "That?"])


def test_a_refusal_says_what_was_searched_and_what_came_near() -> None:
    data = turn_data(a_turn(AnswerStatus.REFUSED_NO_EVIDENCE))
    assert data["kind"] == "refusal"
    assert data["lead"] == "The documents do not answer this."
    assert data["searched"] == "Searched 2 documents, 9 passages; nothing about the Moon."
    assert [(near["cite"], near["quote"]) for near in data["nearest"]] == [(PROSE.cite, SENTENCE)]


@pytest.mark.parametrize("status", list(AnswerStatus))
def test_every_status_has_a_view_that_the_component_knows(status: AnswerStatus) -> None:
    data = turn_data(a_turn(status))
    assert data["kind"] in ("answer", "refusal", "note", "failure")
    assert data["kind"] == "answer" or data["lead"]
    json.dumps(data)


def test_a_question_under_way_says_what_it_waits_for() -> None:
    job = Job(question="What?")
    assert job_data(job, ready=False, document_count=2)["lead"] == "Loading the models…"
    assert job_data(job, ready=True, document_count=2)["lead"] == "Waiting for other questions…"
    job.started = True
    assert job_data(job, ready=True, document_count=2)["lead"] == "Searching 2 documents…"
    assert job_data(job, ready=True, document_count=1)["lead"] == "Searching 1 document…"


def test_a_problem_is_one_sentence_and_offers_to_ask_again_where_that_may_help() -> None:
    job = Job(question="What?", problem=ModelTimeout("No reply.", hint="Wait."))
    assert job_data(job, ready=True, document_count=1) == {
        "id": job.job_id,
        "question": "What?",
        "kind": "failure",
        "lead": "No reply. Wait.",
        "retry": True,
    }
    assert problem_data(NothingPublished("No edition."))["retry"] is False


def test_a_citation_knows_its_neighbours() -> None:
    beside = citations_of([a_turn(), a_turn(AnswerStatus.REFUSED_NO_EVIDENCE)])
    assert beside[ROW.cite] == (PROSE, ROW)
    assert beside[PROSE.cite] == (PROSE,)


def test_a_document_that_was_superseded_is_marked_wherever_it_is_shown() -> None:
    turn = a_turn()
    old = replace(PROSE, state=DocumentState.SUPERSEDED, superseded_by="The new report")
    data = turn_data(replace(turn, answer=replace(turn.answer, evidence=(old, ROW))))
    assert [group["standing"] for group in data["groups"]] == ["Superseded by The new report", ""]
    assert data["groups"][0]["claims"][0]["cites"][0]["label"].startswith(
        "Why neighbourhoods matter (superseded by The new report), "
    )
    refused = a_turn(AnswerStatus.REFUSED_NO_EVIDENCE)
    near = turn_data(replace(refused, answer=replace(refused.answer, nearest=(old,))))["nearest"]
    assert near[0]["standing"] == "Superseded by The new report"


def test_a_restricted_answer_says_where_it_was_looked_for() -> None:
    turn = a_turn()
    data = turn_data(replace(turn, answer=replace(turn.answer, restricted_to="1 document: The plan")))
    assert "searched only 1 document: The plan" in data["foot"]
