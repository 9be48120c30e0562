"""What the claim check shows of a text on its way, of its verdicts, and of a failure."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from report_qa import Claim, Verdict
from report_qa.doors.chat.check_view import checked_data, draft_data, evidence_beside, summary
from report_qa.doors.chat.drafts import Draft
from report_qa.errors import NothingPublished
from tests.report_qa.doors.chat.fakes import PROSE, ROW, SENTENCE, checked_text, claim_of

SUPPORTED = claim_of("Yes.", PROSE)
CONTRADICTED = claim_of("No.", PROSE, verdict=Verdict.CONTRADICTED)
NOT_FOUND = claim_of("Perhaps.", verdict=Verdict.NOT_FOUND)
NO_CLAIM = claim_of("Who?", verdict=Verdict.NOT_A_CLAIM)


@pytest.mark.parametrize(
    ("sentences", "said"),
    [
        ([], "There is nothing to check in this text."),
        ([SUPPORTED], "This sentence is supported by the documents."),
        ([NO_CLAIM], "This sentence claims nothing that could be checked."),
        ([NOT_FOUND] * 2, "All 2 sentences were not found in the documents."),
        ([SUPPORTED] * 3, "All 3 sentences are supported by the documents."),
        (
            [SUPPORTED, SUPPORTED, CONTRADICTED],
            "1 of 3 sentences is contradicted by the documents; 2 are supported.",
        ),
        (
            [SUPPORTED, NOT_FOUND, NOT_FOUND, NO_CLAIM],
            "2 of 4 sentences were not found in the documents; 1 is supported and 1 claims nothing that could be checked.",
        ),
        (
            [CONTRADICTED, NO_CLAIM, CONTRADICTED, NOT_FOUND, NO_CLAIM, NO_CLAIM],
            "2 of 6 sentences are contradicted by the documents; 1 was not found and 3 claim nothing that could be checked.",
        ),
    ],
)
def test_the_whole_is_one_sentence_the_gravest_first(sentences: list[Claim], said: str) -> None:
    assert summary(replace(checked_text("A draft."), sentences=tuple(sentences))) == said


def test_each_sentence_has_its_verdict_its_reasons_and_its_evidence() -> None:
    data = checked_data(checked_text("A draft."))
    assert data["verdict"] == "contradicted"
    assert [sentence["word"] for sentence in data["sentences"]] == [
        "Supported",
        "Contradicted",
        "Not found",
        "No claim",
    ]
    supported, contradicted, missing, silent = data["sentences"]
    assert supported["evidence"] == [
        {"cite": PROSE.cite, "title": PROSE.document_title, "place": "p. 3 (PDF page 2)", "quote": SENTENCE}
    ]
    assert contradicted["reasons"] == ["The number is “£9m” here and “£3.2m” in the document."]
    assert [found["cite"] for found in contradicted["evidence"]] == [PROSE.cite, ROW.cite]
    assert (missing["reasons"], missing["evidence"]) == (["Not found: Mars (name)."], [])
    assert (silent["reasons"], silent["evidence"], silent["checks"]) == ([], [], [])
    assert data["foot"] == "Edition 000001 · 0.4 s"
    json.dumps(data)


def test_a_text_on_its_way_says_how_far_it_has_come() -> None:
    draft = Draft(text="A draft.")
    assert draft_data(draft, ready=False)["lead"] == "Loading the models…"
    assert draft_data(draft, ready=True)["lead"] == "Reading the text…"
    draft.advance(2, 7)
    data = draft_data(draft, ready=True)
    assert (data["kind"], data["lead"], data["done"], data["count"]) == (
        "pending",
        "Checking sentence 3 of 7…",
        2,
        7,
    )


def test_a_failure_is_one_sentence() -> None:
    draft = Draft(text="A draft.", problem=NothingPublished("No edition.", hint="Ingest."))
    data = draft_data(draft, ready=True)
    assert (data["kind"], data["lead"]) == ("failure", "No edition. Ingest.")


def test_a_citation_knows_those_of_the_whole_text() -> None:
    assert evidence_beside(None) == {}
    assert evidence_beside(Draft(text="A draft.")) == {}
    assert evidence_beside(Draft(text="A draft.", checked=checked_text("A draft.")))[ROW.cite] == (PROSE, ROW)
