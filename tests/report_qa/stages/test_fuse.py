"""The legs together decide the order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa.records.passage import LegScore, RetrievedPassage
from report_qa.stages.fuse import fuse
from tests.report_qa.stages.test_retrieve import SMALL

FOUND = {
    passage.passage_id: RetrievedPassage(
        passage=passage, document=SMALL.store.document(passage.document_id), rank=0, fused_score=0.0, legs=()
    )
    for passage in SMALL.store.listed
}
FIRST, SECOND, THIRD = list(FOUND)[:3]


def _found(passage_id: str, **legs: float) -> RetrievedPassage:
    scores = tuple(LegScore(leg=leg, score=score, rank=1) for leg, score in legs.items())
    return replace(FOUND[passage_id], legs=scores)


def _order(*found: RetrievedPassage, dense_share: float = 0.5) -> list[str]:
    return [each.passage.passage_id for each in fuse(found, dense_share=dense_share)]


def test_what_both_legs_like_comes_first_whatever_the_share() -> None:
    found = (_found(FIRST, dense=0.2), _found(SECOND, dense=0.9, lexical=12.0), _found(THIRD, dense=0.5, lexical=3.0))

    for share in (0.0, 0.3, 0.7, 1.0):
        assert _order(*found, dense_share=share)[0] == SECOND


def test_the_share_decides_between_meaning_and_words() -> None:
    found = (_found(FIRST, dense=0.9), _found(SECOND, dense=0.1, lexical=12.0))

    assert _order(*found, dense_share=0.9) == [FIRST, SECOND]
    assert _order(*found, dense_share=0.1) == [SECOND, FIRST]


def test_the_document_that_a_question_names_wins_between_equals() -> None:
    found = (_found(FIRST, dense=0.5, lexical=2.0), _found(SECOND, dense=0.5, lexical=2.0, title=1.0))

    assert _order(*found) == [SECOND, FIRST]


def test_a_passage_whose_heading_is_asked_for_wins_between_equals() -> None:
    found = (_found(FIRST, dense=0.5, lexical=2.0), _found(SECOND, dense=0.5, lexical=2.0, heading=1.0))

    assert _order(*found) == [SECOND, FIRST]


def test_the_score_stays_between_0_and_1() -> None:
    found = (_found(FIRST, dense=0.9, lexical=2.0, title=1.0, heading=1.0), _found(SECOND, dense=0.5, title=1.0))
    first, second = fuse(found, dense_share=0.5)

    assert first.fused_score == 1.0
    assert 0 < second.fused_score < 0.6
    assert fuse(found[1:], dense_share=0.5)[0].fused_score <= 1.0


def test_ranks_count_from_one_and_the_order_never_depends_on_chance() -> None:
    found = [_found(passage_id, dense=0.5) for passage_id in (THIRD, FIRST, SECOND)]
    fused = fuse(found, dense_share=0.7)

    assert [each.rank for each in fused] == [1, 2, 3]
    assert _order(*found) == _order(*reversed(found))


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse((), dense_share=0.7) == ()


def test_the_passage_with_the_sentence_most_like_the_question_wins_between_equals() -> None:
    found = (_found(FIRST, dense=0.5, lexical=2.0, unit=0.4), _found(SECOND, dense=0.5, lexical=2.0, unit=0.6))

    assert _order(*found) == [SECOND, FIRST]
    assert _order(*found, _found(THIRD, dense=0.5, lexical=2.0)) == [SECOND, FIRST, THIRD]


def test_sentences_alike_decide_nothing() -> None:
    found = (_found(FIRST, dense=0.4, unit=0.5), _found(SECOND, dense=0.6, unit=0.5))
    first, second = fuse(found, dense_share=0.5)

    assert first.passage.passage_id == SECOND
    assert first.fused_score - second.fused_score == pytest.approx(0.5)


def test_one_sentence_outweighs_neither_meaning_nor_words_together() -> None:
    found = (_found(FIRST, dense=0.9, lexical=2.0, unit=0.1), _found(SECOND, dense=0.1, unit=0.9))

    assert _order(*found) == [FIRST, SECOND]
