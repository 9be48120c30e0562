"""Records as JSON: pages count from 1, quotations are the words at their spans, and everything is plain JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from report_qa.assistant import Assistant
from report_qa.projection import answer_json, citation_json, retrieval_json
from report_qa.records.answer import Check, Claim, Locator, Verdict
from report_qa.records.document import DocumentState
from report_qa.records.writing import Usage
from tests.small_library import GAP, GAP_ANSWER, NOT_THERE, SmallLibrary


@pytest.fixture(scope="module")
def assistant(small: SmallLibrary) -> Assistant:
    return small.assistant()


def test_an_answer_carries_its_citations_whole(assistant: Assistant) -> None:
    found = answer_json(assistant.ask(GAP))
    assert json.loads(json.dumps(found)) == found
    claim = found["claims"][0]
    assert (found["status"], claim["sentence"], claim["verdict"]) == ("answered", GAP_ANSWER, "supported")
    cited = claim["citations"][0]
    text = assistant.reading_text(cited["document_id"])
    assert cited["quote"] == "\n".join(text[span["start_char"] : span["end_char"]] for span in cited["spans"])
    assert (cited["document"], cited["title"], cited["role"]) == ("big-plan.md", "The big plan", "report")
    assert (cited["page"], cited["page_label"], cited["paragraph"]) == (None, None, 1)
    assert (cited["heading_path"], cited["locator"]) == (["Productivity"], "Productivity, paragraph 1")
    assert found["provenance"]["edition"] == "000001"


def test_who_wrote_it_what_it_took_and_why_there_is_no_more_are_told(assistant: Assistant) -> None:
    answer = assistant.ask(GAP)
    found = answer_json(answer)
    assert (found["written_by"], found["notice"], found["provenance"]["usage"]) == ("", "", None)
    usage = Usage(input_tokens=9, output_tokens=4, cost_usd=0.5)
    written = replace(
        answer, written_by="openai:some", notice="Cut.", provenance=replace(answer.provenance, usage=usage)
    )
    found = answer_json(written)
    assert (found["written_by"], found["notice"]) == ("openai:some", "Cut.")
    assert found["provenance"]["usage"] == {"input_tokens": 9, "output_tokens": 4, "cost_usd": 0.5}


def test_a_refusal_names_what_came_near(assistant: Assistant) -> None:
    found = answer_json(assistant.ask(NOT_THERE))
    assert (found["status"], found["claims"]) == ("refused_no_evidence", [])
    assert found["searched"]
    assert found["nearest"][0]["quote"]


def test_pages_are_physical_and_count_from_one(assistant: Assistant) -> None:
    span = assistant.ask(GAP).evidence[0]
    paged = citation_json(replace(span, locator=Locator(page_index=11, page_label="viii")))
    assert (paged["page"], paged["page_label"], paged["locator"]) == (12, "viii", "p. viii (PDF page 12)")
    assert citation_json(replace(span, locator=Locator(page_index=0)))["page_label"] is None


def test_a_withheld_claim_says_which_checks_it_failed(assistant: Assistant) -> None:
    passed = Check(kind="quote", claimed="a", found="a", passed=True)
    failed = Check(kind="number", claimed="4", found="5", passed=False)
    claim = Claim(sentence="Four.", verdict=Verdict.NOT_FOUND, checks=(passed, failed), citations=())
    found = answer_json(replace(assistant.ask(NOT_THERE), withheld=(claim,)))
    assert found["withheld"] == [{"sentence": "Four.", "verdict": "not_found", "failed": ["number"]}]


def test_a_search_is_ranked_with_the_scores_of_its_legs(assistant: Assistant) -> None:
    found = retrieval_json(assistant.search("public libraries in England", top=3))
    assert json.loads(json.dumps(found)) == found
    assert [item["rank"] for item in found["passages"]] == [1, 2, 3]
    scores = [item["score"] for item in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    first = found["passages"][0]
    assert set(first["legs"]) <= {"dense", "unit", "lexical", "title", "answer"}
    assert (first["document"], first["heading_path"]) == ("libraries.md", ["Opening hours"])
    text = assistant.reading_text(first["document_id"])
    assert first["text"] == "\n".join(text[span["start_char"] : span["end_char"]] for span in first["spans"])


def test_a_citation_says_whether_its_document_is_in_force(assistant: Assistant) -> None:
    span = assistant.ask(GAP).evidence[0]
    assert (citation_json(span)["state"], citation_json(span)["superseded_by"]) == ("published", None)
    old = citation_json(replace(span, state=DocumentState.SUPERSEDED, superseded_by="The new plan"))
    assert (old["state"], old["superseded_by"]) == ("superseded", "The new plan")


def test_an_answer_says_what_it_was_restricted_to(assistant: Assistant) -> None:
    assert answer_json(assistant.ask(GAP))["restricted_to"] is None
    restricted = answer_json(assistant.ask(f"{GAP[:-1]}, according to the report?"))
    assert restricted["restricted_to"] == "1 document: The big plan"
