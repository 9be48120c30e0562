"""The weights of a unit's signals share out one whole."""

from __future__ import annotations

import pytest

from report_qa.weights import COVERAGE_WEIGHT, PASSAGE_WEIGHT, SIMILARITY_WEIGHT


def test_the_weights_are_shares_of_one() -> None:
    weights = (PASSAGE_WEIGHT, SIMILARITY_WEIGHT, COVERAGE_WEIGHT)

    assert min(weights) > 0
    assert sum(weights) == pytest.approx(1.0)
