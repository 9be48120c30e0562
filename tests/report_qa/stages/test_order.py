"""The passage that answers comes first, and what a passage's best unit is worth counts for the others."""

from __future__ import annotations

from dataclasses import replace

from report_qa.records.passage import RetrievedPassage, ScoredUnit, Selection
from report_qa.stages.order import order
from tests.report_qa.stages.test_retrieve import shelf

QUESTION = "How many boats sail on the lake?"
LAKE = shelf({"Lake": ["The lake has 40 boats.", "Boats are old.", "The lake is deep."]})


def _found() -> tuple[tuple[RetrievedPassage, ...], tuple[ScoredUnit, ...]]:
    """Return three passages that were found equally well, with one unit each that is worth nothing."""
    units = {unit.retrieved.passage.passage_id: replace(unit, score=0.0) for unit in LAKE.units(QUESTION)}
    passages = tuple(replace(unit.retrieved, fused_score=0.5, rank=at) for at, unit in enumerate(units.values(), 1))
    return passages, tuple(units.values())


def test_the_passage_that_answers_comes_first() -> None:
    passages, units = _found()
    chosen = Selection(units=units[2:], nearest=(), confidence=1.0)

    ordered = order(passages, units, chosen)

    assert [item.passage for item in ordered] == [passages[at].passage for at in (2, 0, 1)]
    assert [item.rank for item in ordered] == [1, 2, 3]


def test_scores_never_rise_down_the_list() -> None:
    passages, units = _found()
    passages = tuple(replace(item, fused_score=score) for item, score in zip(passages, (0.9, 0.5, 0.4), strict=True))

    ordered = order(passages, units, Selection(units=units[2:], nearest=(), confidence=1.0))

    assert ordered[0].passage == passages[2].passage
    scores = [item.fused_score for item in ordered]
    assert scores == sorted(scores, reverse=True)


def test_a_better_unit_lifts_its_passage() -> None:
    passages, units = _found()
    none_chosen = Selection(units=(), nearest=(), confidence=0.0)

    ordered = order(passages, (units[0], replace(units[1], score=0.9), units[2]), none_chosen)

    assert ordered[0].passage == passages[1].passage
    assert [leg.score for leg in ordered[0].legs if leg.leg == "answer"] == [0.9]
    assert all(0 <= item.fused_score <= 1 for item in ordered)


def test_what_was_not_read_keeps_its_order() -> None:
    passages, _ = _found()

    ordered = order(passages, (), Selection(units=(), nearest=(), confidence=0.0))

    assert [item.passage for item in ordered] == [item.passage for item in passages]
