"""The sweep over the weights of fusion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.weights import GRID, HOMES, Retrieved, _row, _scores
from report_qa.evaluation.questions import GoldQuestion, Place
from report_qa.records.passage import LegScore, RetrievedPassage
from report_qa.stages import fuse as fusion
from tests.report_qa.stages.test_retrieve import SMALL

GOLD = GoldQuestion(
    question_id="fall",
    question="Did burglary fall?",
    kind="fact",
    answerable=True,
    must_contain=(),
    places=(Place(source="northfield-review.md", pages=frozenset()),),
    history=(),
)


def _found(document: str, **legs: float) -> RetrievedPassage:
    passage = next(each for each in SMALL.store.listed if each.document_id == document)
    return RetrievedPassage(
        passage=passage,
        document=SMALL.store.document(document),
        rank=0,
        fused_score=0.0,
        legs=tuple(LegScore(leg=leg, score=score, rank=0) for leg, score in legs.items()),
    )


ASKED = Retrieved(
    gold=GOLD,
    found=(
        _found("northfield-review", dense=0.1, lexical=9.0, heading=1.0),
        _found("hartley-survey", dense=0.9, title=0.5),
    ),
)


def test_the_share_decides_where_the_gold_page_comes() -> None:
    assert _scores(ASKED, 0.1)["page_hit_1"] == 1.0
    assert _scores(ASKED, 0.9)["page_hit_1"] == 0.0
    assert _scores(ASKED, 0.9)["page_hit_5"] == 1.0


def test_a_row_is_worked_out_with_the_weights_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TITLE_SHARE", "HEADING_SHARE"):
        monkeypatch.setattr(fusion, name, getattr(fusion, name))
    other = replace(ASKED, gold=replace(GOLD, places=(Place(source="hartley-survey.md", pages=frozenset()),)))
    row = _row({"notes": [ASKED], "others": [ASKED, other]}, {"dense_share": 0.5, "TITLE_SHARE": 0.0})

    assert row.split() == "notes @1 1.000 @5 1.000 @10 1.000 others @1 0.500 @5 1.000 @10 1.000".split()
    assert "@1 0.000" in _row({"notes": [ASKED]}, {"dense_share": 0.5, "TITLE_SHARE": 2.0})
    assert "@1 1.000" in _row({"notes": [ASKED]}, {"dense_share": 0.5, "HEADING_SHARE": 2.0})


def test_every_weight_that_is_swept_is_there_to_be_set() -> None:
    assert set(HOMES) == {name for name in GRID if name.isupper()}
    assert all(getattr(home, name) in GRID[name] for name, home in HOMES.items())
