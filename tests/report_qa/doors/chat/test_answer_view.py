"""What the conversation shows of each kind of answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from report_qa import AnswerStatus, Turn
from report_qa.doors.chat.answer_view import citations_of, cited_data, job_data, problem_data, turn_data
from report_qa.doors.chat.jobs import Job
from report_qa.errors import ModelTimeout, NothingPublished
from report_qa.records.answer import Check
from report_qa.records.document import DocumentState
from tests.report_qa.doors.chat.fakes import (
    MODEL,
    PROSE,
    ROW,
    SENTENCE,
    WITHHELD,
    WRITTEN,
    answer_to,
    claim_of,
    written_answer,
)


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
    assert claim["quoted"] is True
    assert data["by"] == "Extracts: the documents' own words, from 2 documents"
    assert data["foot"] == "Edition 000001 · 0.4 s"


def test_a_quoted_table_row_keeps_its_column_heads() -> None:
    data = turn_data(a_turn())
    assert data["groups"][0]["claims"][0]["table"] is None
    assert data["groups"][1]["claims"][0]["table"] == {
        "caption": "",
        "heads": ["Publication", "Sum"],
        "rows": [["Second", "£1.15m"]],
    }


def test_rows_that_are_quoted_at_once_are_one_table() -> None:
    turn = a_turn()
    words = "Empty homes.\nArea | Homes\nLeeds | 1,200\nHull | 900\nRipon | 80"
    said = "Empty homes:\n• Leeds — Homes: 1,200\n• Hull — Homes: 900\n• Ripon — Homes: 80"
    answer = turn.answer
    claims = (answer.claims[0], replace(answer.claims[1], sentence=said))
    data = turn_data(replace(turn, answer=replace(answer, claims=claims, evidence=(PROSE, replace(ROW, quote=words)))))
    assert data["groups"][1]["claims"][0]["table"] == {
        "caption": "Empty homes.",
        "heads": ["Area", "Homes"],
        "rows": [["Leeds", "1,200"], ["Hull", "900"], ["Ripon", "80"]],
    }
    assert data["chart"] == {
        "quantity": "Empty homes: Homes",
        "points": [
            {"label": "Leeds", "value": "1,200", "share": 100.0, "cite": ROW.cite},
            {"label": "Hull", "value": "900", "share": 75.0, "cite": ROW.cite},
            {"label": "Ripon", "value": "80", "share": 6.67, "cite": ROW.cite},
        ],
    }
    assert turn_data(turn)["chart"] is None


def test_an_answer_is_copied_with_its_numbered_sources_and_their_links() -> None:
    answer = answer_to("What?")
    text = f"{SENTENCE} [1]\nIt was £1.15m. [2]\n\n[1] {PROSE.document_title}, p. 3\n[2] Note, beginning"
    cited = cited_data(replace(answer, text=text, restricted_to="1 document: Why"))
    assert cited["lines"] == [f"{SENTENCE} [1]", "It was £1.15m. [2]"]
    first, second = cited["sources"]
    assert first["words"] == "[1] Why neighbourhoods matter, p. 3 (PDF page 2)."
    assert [link["address"] for link in first["links"]] == [
        "https://example.org/report",
        f"/evidence?cite={quote(PROSE.cite, safe='')}",
    ]
    assert [link["words"] for link in second["links"]] == ["The exact words"]
    assert cited["after"] == ["Searched only 1 document: Why."]


def test_what_is_no_web_address_is_no_link() -> None:
    answer = answer_to("What?")
    spans = tuple(replace(span, source_url="javascript:alert(1)") for span in answer.evidence)
    sources = cited_data(replace(answer, evidence=spans))["sources"]
    assert "javascript" not in json.dumps(sources)


def test_a_refusal_is_copied_as_it_is_said() -> None:
    answer = replace(answer_to("What?", AnswerStatus.REFUSED_NO_EVIDENCE), text="The documents do not say.\n• one")
    assert cited_data(answer) == {"lines": ["The documents do not say.", "• one"], "sources": [], "after": []}


@pytest.mark.parametrize("quote", ["One | two", "A lead-in:\nan item", "a | b | c\nd | e", "no table at all"])
def test_what_is_no_row_under_its_head_is_shown_as_it_is(quote: str) -> None:
    turn = a_turn()
    evidence = (replace(PROSE, quote=quote), ROW)
    data = turn_data(replace(turn, answer=replace(turn.answer, evidence=evidence)))
    assert data["groups"][0]["claims"][0]["table"] is None


def test_what_is_missing_is_named() -> None:
    assert turn_data(a_turn(AnswerStatus.ANSWERED_PARTLY))["missing"] == ["since when"]


def a_written_turn(notice: str = "") -> Turn:
    return replace(a_turn(), answer=written_answer("What?", notice=notice))


def test_a_written_answer_keeps_its_order_and_names_its_model() -> None:
    data = turn_data(a_written_turn())
    (group,) = data["groups"]
    assert group["title"] == ""
    assert [claim["text"] for claim in group["claims"]] == [claim.sentence for claim in WRITTEN]
    assert [[cite["mark"] for cite in claim["cites"]] for claim in group["claims"]] == [["1", "2"], ["2"], ["1"]]
    assert [(source["mark"], source["cite"]) for source in data["sources"]] == [("1", ROW.cite), ("2", PROSE.cite)]
    assert data["by"] == f"Written by {MODEL} · checked against the sources"


def test_only_the_documents_own_words_are_shown_as_a_quotation() -> None:
    (group,) = turn_data(a_written_turn())["groups"]
    assert [claim["quoted"] for claim in group["claims"]] == [False, True, False]
    # A picked table row is read out with its heads, so it stands nowhere word for word; its checks say that it was picked.
    picked = Check(kind="figures", claimed="", found="all", passed=True)
    row = claim_of("Second — Sum: £1.15m", ROW, check=picked)
    (group,) = turn_data(replace(a_turn(), answer=written_answer("What?", [row])))["groups"]
    assert group["claims"][0]["table"]["rows"] == [["Second", "£1.15m"]]


def test_every_sentence_carries_its_checks() -> None:
    (group,) = turn_data(a_written_turn())["groups"]
    assert group["claims"][0]["mark"] == {
        "verdict": "supported",
        "word": "Supported",
        "checks": [{"name": "Number", "claimed": "£3.2m", "found": "£3.2m", "passed": True}],
    }


def test_withheld_sentences_are_counted_on_one_line_with_their_failed_checks_behind_it() -> None:
    withheld = turn_data(a_written_turn())["withheld"]
    assert withheld["lead"] == "2 sentences withheld: contradicted by the sources, name not in the sources"
    assert [(held["word"], held["reasons"]) for held in withheld["sentences"]] == [
        ("Contradicted", ["The number is “£9m” here and “£3.2m” in the document."]),
        ("Not found", ["Not found: Mars (name)."]),
    ]
    assert turn_data(a_turn())["withheld"] is None


def test_a_refusal_shows_what_was_withheld_too() -> None:
    turn = a_turn(AnswerStatus.REFUSED_UNSUPPORTED)
    data = turn_data(replace(turn, answer=replace(turn.answer, withheld=WITHHELD[:1])))
    assert data["withheld"]["lead"] == "1 sentence withheld: contradicted by the sources"


def test_a_notice_is_passed_on() -> None:
    assert turn_data(a_written_turn("It broke off."))["notice"] == "It broke off."
    assert turn_data(a_turn())["notice"] == ""


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


def test_an_answer_that_is_being_written_shows_what_is_verified_so_far() -> None:
    job = Job(question="What?", started=True)
    empty = job_data(job, ready=True, document_count=2, writes=True)
    assert (empty["kind"], empty["lead"], empty["groups"]) == ("writing", "Searching 2 documents and writing…", [])
    for claim in WRITTEN[:2]:
        job.show(claim, (PROSE, ROW))
    data = job_data(job, ready=True, document_count=2, writes=True)
    assert data["stop"] == job.job_id
    # The very data of the finished answer: the component keeps its elements when the answer is there.
    assert data["groups"][0]["claims"] == turn_data(a_written_turn())["groups"][0]["claims"][:2]
    job.stopped = True
    stopping = job_data(job, ready=True, document_count=2, writes=True)
    assert (stopping["lead"], stopping["stop"]) == ("Stopping…", "")


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
    job = Job(question="What?")
    job.show(WRITTEN[0], (PROSE, ROW))
    assert citations_of([], [job])[PROSE.cite] == (ROW, PROSE)


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
    assert "Searched only 1 document: The plan" in data["foot"]


def test_a_recommendation_is_marked_as_one_and_a_finding_is_not() -> None:
    turn = a_turn()
    asks = replace(ROW, quote="Government should give every neighbourhood a fund.")
    answer = turn.answer
    claims = (answer.claims[0], replace(answer.claims[1], sentence=asks.quote))
    data = turn_data(replace(turn, answer=replace(answer, claims=claims, evidence=(PROSE, asks))))

    assert [claim["recommends"] for group in data["groups"] for claim in group["claims"]] == [False, True]
