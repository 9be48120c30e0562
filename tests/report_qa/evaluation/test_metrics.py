"""Metrics by hand, and against scikit-learn."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score, roc_auc_score

from report_qa.evaluation.metrics import auroc, coverage_and_error, hit, interval, ndcg, reciprocal_rank

scores = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=8)


def test_a_hit_is_among_the_first_k() -> None:
    assert [hit("abc", {"c"}, k) for k in (1, 2, 3, 9)] == [0.0, 0.0, 1.0, 1.0]
    assert hit("", {"c"}, 5) == 0.0


def test_the_reciprocal_rank_is_that_of_the_first_gold_item() -> None:
    assert reciprocal_rank("abcd", {"c", "d"}) == pytest.approx(1 / 3)
    assert reciprocal_rank("ab", {"c"}) == 0.0


def test_ndcg_counts_gold_items_that_were_not_found() -> None:
    assert ndcg("abc", {"a"}, 10) == 1.0
    assert ndcg("bac", {"a"}, 10) == pytest.approx(1 / math.log2(3))
    assert ndcg("a", {"a", "z"}, 10) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg("ba", {"a"}, 1) == ndcg("ab", set(), 5) == 0.0


@given(st.lists(st.booleans(), min_size=2, max_size=12).filter(any), st.integers(1, 12))
def test_ndcg_is_that_of_scikit_learn(gains: list[bool], k: int) -> None:
    ranked = list(range(len(gains)))
    ours = ndcg(ranked, {item for item in ranked if gains[item]}, k)
    theirs = ndcg_score([[int(gain) for gain in gains]], [[-float(item) for item in ranked]], k=k)
    assert ours == pytest.approx(theirs)


@given(scores, scores)
def test_auroc_is_that_of_scikit_learn(positive: list[float], negative: list[float]) -> None:
    truth = [1] * len(positive) + [0] * len(negative)
    assert auroc(positive, negative) == pytest.approx(roc_auc_score(truth, positive + negative))


def test_auroc_needs_both_sides() -> None:
    assert auroc([], [0.5]) is auroc([0.5], []) is None


def test_an_interval_holds_the_mean_narrows_with_more_values_and_is_the_same_each_time() -> None:
    few, many = [0.0, 1.0] * 10, [0.0, 1.0] * 200
    (low, high), (lower, upper) = interval(few), interval(many)
    assert 0.2 <= low < 0.5 < high <= 0.8
    assert upper - lower < (high - low) / 3
    assert interval(few) == (low, high)
    assert interval([1.0] * 5) == (1.0, 1.0)
    with pytest.raises(ValueError, match="values"):
        interval([])


def test_the_curve_takes_all_of_one_confidence_together() -> None:
    asked = [(0.9, True, True), (0.5, True, False), (0.5, True, True), (0.2, True, False), (0.0, False, False)]
    assert coverage_and_error(asked) == [(0.9, 0.2, 0.0), (0.5, 0.6, 1 / 3), (0.2, 0.8, 0.5)]
    assert coverage_and_error([]) == []
