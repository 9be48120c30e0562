"""The parts of a question, put together again."""

from __future__ import annotations

from report_qa.questions import parse_question
from report_qa.records.passage import Selection
from report_qa.stages.join import Finding, join
from tests.report_qa.stages.test_retrieve import SMALL

FALL, HOMES = SMALL.units("Did burglary fall?")[0], SMALL.units("Which homes were repaired?")[0]


def _finding(question: str, selection: Selection) -> Finding:
    return Finding(question=parse_question(question), question_used=question, selection=selection)


FELL = _finding("Did burglary fall?", Selection(units=(FALL,), nearest=(FALL,), confidence=0.9))
REPAIRED = _finding("Which homes were repaired?", Selection(units=(HOMES,), nearest=(HOMES,), confidence=0.8))
WHO = _finding("Who paid?", Selection(units=(), nearest=(HOMES,), confidence=0.1, reason="no passage answers it"))
WHERE = _finding(
    "Where is Mars?", Selection(units=(), nearest=(FALL,), confidence=0.0, reason="no passage mentions mars")
)


def test_one_part_is_left_as_it_is() -> None:
    assert join([FELL]) == FELL.selection
    assert join([WHO]) == WHO.selection


def test_the_answers_of_all_parts_are_shown_in_order_and_once() -> None:
    found = join([FELL, REPAIRED, FELL])

    assert found.units == (FALL, HOMES)
    assert found.unanswered_parts == ()


def test_a_part_without_an_answer_is_named() -> None:
    found = join([FELL, WHO])

    assert found.units == (FALL,)
    assert found.unanswered_parts == ("Who paid",)


def test_where_no_part_is_answered_it_is_a_refusal_with_every_reason() -> None:
    found = join([WHO, WHERE])

    assert found.units == ()
    assert found.unanswered_parts == ()
    assert "no passage answers it" in found.reason
    assert "no passage mentions mars" in found.reason
    assert found.nearest


def test_an_answer_is_as_sure_as_its_weakest_part() -> None:
    assert join([FELL, REPAIRED]).confidence == REPAIRED.selection.confidence
