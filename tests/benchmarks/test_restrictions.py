"""Which documents a question allows, and the verdict on an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.restrictions import allowed, verdict_on
from report_qa.evaluation.questions import GoldQuestion
from report_qa.records.answer import AnswerStatus
from tests.report_qa.test_conversations import an_answer

GOLD = GoldQuestion(
    question_id="a",
    question="?",
    kind="document",
    answerable=True,
    must_contain=(("£1.5 billion",),),
    places=(),
    history=(),
)


@pytest.mark.parametrize(
    ("only", "may"),
    [(["gap.pdf"], True), (["notes/gap.pdf"], True), (["other.pdf"], False), (["*"], True), (["*", "gap.pdf"], False)],
)
def test_a_list_says_which_documents_may_be_cited(only: list[str], may: bool) -> None:
    assert allowed("notes/gap.pdf", only) is may


def test_an_answer_from_elsewhere_is_told_from_a_right_and_a_wrong_one() -> None:
    answer = an_answer()
    assert verdict_on(GOLD, answer, ["gap.pdf"]) == "right"
    assert verdict_on(GOLD, answer, ["other.pdf"]) == "elsewhere"
    assert verdict_on(replace(GOLD, must_contain=(("£9",),)), answer, ["gap.pdf"]) == "wrong"
    assert verdict_on(replace(GOLD, answerable=False), answer, []) == "wrong"
    refused = replace(answer, status=AnswerStatus.REFUSED_NO_EVIDENCE, claims=())
    assert verdict_on(GOLD, refused, ["gap.pdf"]) == "refused"
