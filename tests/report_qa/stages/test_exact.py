"""Quoted words and codes are looked up as they stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa.questions import parse_question
from report_qa.stages.exact import first_holding, holding, literals, nearest_of, passages_holding
from tests.report_qa.stages.test_retrieve import SMALL, shelf

WORDS = "The board calls it ‘a thing  of the past’ in its minutes."
NEXT = "Nobody has run it since."
CODED = "Circular OBC-2024/17 ended the grant."
SHELF = shelf(
    {"Minutes": [f"{WORDS} {NEXT}", CODED, "A thing of the pasture."], "Other": ["Circular OBC-2024/171 is longer."]}
)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ('Who calls it "a thing of the past"?', ("a thing of the past",)),
        ("What did OBC-2024/17 end?", ("OBC-2024/17",)),
        ("What is CBP-9463 about?", ("CBP-9463",)),
        ("How many died of COVID-19 in FY-2018?", ()),
        ("What is a left-behind area?", ()),
        ("£124.1 billion", ("124.1",)),
        ("3,600?", ("3,600",)),
        ("12", ()),
        ("Is it £124.1 billion?", ()),
    ],
)
def test_quotations_and_codes_are_literal(question: str, wanted: tuple[str, ...]) -> None:
    assert literals(parse_question(question)) == wanted


def test_passages_that_hold_them_are_found_whatever_they_look_like() -> None:
    ids = [document.document_id for document in SHELF.store.documents()]
    assert passages_holding(("a thing of the past",), SHELF.store, ids) == ("minutes/0",)
    assert passages_holding(("OBC-2024/17",), SHELF.store, ids) == ("minutes/1",)
    assert passages_holding(("OBC-2024/17",), SHELF.store, ["other"]) == ()
    assert passages_holding((), SHELF.store, ids) == ()


def test_a_code_may_be_written_with_other_separators_but_not_longer() -> None:
    spaced = shelf({"A": ["Circular OBC 2024-17 ended it.", "Circular OBC-2024/171 did not."]})
    own, _ = holding(spaced.units("What did OBC-2024/17 end?"), ("OBC-2024/17",))
    assert [unit.words for unit in own] == ["Circular OBC 2024-17 ended it."]


def test_a_figure_is_found_whatever_its_unit_and_is_no_part_of_another() -> None:
    said = shelf({"A": ["The gap is £124.1bn.", "It is 3,124.1 in all.", "It is 124.15."]})
    ids = [document.document_id for document in said.store.documents()]
    assert passages_holding(("124.1",), said.store, ids) == ("a/0",)


def test_what_holds_the_words_comes_first_with_scores_that_never_rise() -> None:
    units = SHELF.units("Which circular ended the grant?")
    by_id = {unit.retrieved.passage.passage_id: unit.retrieved for unit in units}
    ranked = tuple(
        replace(by_id[name], rank=rank, fused_score=1 / rank) for rank, name in enumerate(("minutes/1", "minutes/0"), 1)
    )
    ordered = first_holding(ranked, ("a thing of the past",))
    assert ordered[0].passage.passage_id == "minutes/0" != ranked[0].passage.passage_id
    assert [item.rank for item in ordered] == list(range(1, len(ranked) + 1))
    scores = [item.fused_score for item in ordered]
    assert scores == sorted(scores, reverse=True)


def test_units_that_hold_the_words_come_apart_from_those_that_stand_beside_them() -> None:
    own, around = holding(SHELF.units("Who calls it a thing of the past?"), ("a thing of the past",))
    assert [unit.words for unit in own] == [WORDS]
    assert sorted(unit.words for unit in around) == sorted([WORDS, NEXT])


def test_a_title_and_a_line_by_itself_at_the_beginning_are_held_a_sentence_there_is_not() -> None:
    unit = SHELF.units("Which circular ended the grant?")[0]
    assert holding([unit], ("Minutes",))[1] == (unit,)
    titled = replace(unit, beginning="The annual record\nIt began with a thing.")
    assert holding([titled], ("the annual record",))[1] == (titled,)
    assert holding([titled], ("a thing",)) == ((), ())


def test_what_came_nearest_is_one_unit_of_each_passage() -> None:
    units = SMALL.units("Did burglary fall?")
    passages = [unit.retrieved.passage.passage_id for unit in nearest_of(units)]
    assert passages == list(dict.fromkeys(unit.retrieved.passage.passage_id for unit in units))[:3]
