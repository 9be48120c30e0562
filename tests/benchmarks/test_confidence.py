"""Fitting the weights of the confidence."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.confidence import Asked, _fitted, _report
from report_qa.stages.select import confidence_from
from report_qa.weights import CONFIDENCE

_RANDOM = np.random.default_rng(7)


def _asked(count: int) -> list[Asked]:
    """Return questions that are right the likelier, the higher the first signal and the lower the second is."""
    found = []
    for _ in range(count):
        signals = tuple(float(value) for value in _RANDOM.random(len(CONFIDENCE)))
        chance = 1 / (1 + np.exp(-(6 * signals[0] - 6 * signals[1])))
        right = bool(_RANDOM.random() < chance)
        found.append(Asked(name="notes", signals=signals, right=right, answerable=True))
    return found


ASKED = _asked(400)


def test_a_weight_says_what_a_signal_speaks_for() -> None:
    weights, _ = _fitted(ASKED)

    assert weights[0] > 3
    assert weights[1] < -3
    assert np.abs(weights[2:]).max() < 2


def test_as_many_answers_are_expected_to_be_right_as_are() -> None:
    weights, bias = _fitted(ASKED)
    chances = [1 / (1 + np.exp(-(bias + weights @ np.array(item.signals)))) for item in ASKED]

    assert sum(chances) == pytest.approx(sum(item.right for item in ASKED), abs=0.01)


def test_a_signal_that_never_changes_has_no_weight() -> None:
    flat = [Asked(name="notes", signals=(*item.signals[:-1], 0.5), right=item.right, answerable=True) for item in ASKED]
    weights, bias = _fitted(flat)

    assert weights[-1] == pytest.approx(0.0, abs=1e-6)
    assert np.isfinite(bias)


def test_the_report_says_what_would_be_wrong_at_so_many_refusals(capsys: pytest.CaptureFixture[str]) -> None:
    item = {"name": "notes", "answerable": True}
    asked = [
        *(Asked(signals=(0.5 + number / 100,), right=True, **item) for number in range(19)),  # type: ignore[arg-type]
        Asked(signals=(0.1,), right=False, **item),  # type: ignore[arg-type]
        Asked(name="notes", signals=(0.9,), right=False, answerable=False),
        *[Asked(name="notes", signals=(0.05,), right=False, answerable=False)] * 5,
    ]
    _report(asked, np.array([1.0]), 0.0, "all sets")
    said = capsys.readouterr().out

    assert "fitted on all sets" in said
    assert "5% refused, 5.0% wrong, 1 unanswerable shown" in said
    _report(asked[20:21], np.array([1.0]), 0.0, "other sets")
    assert "highest 0.71" in capsys.readouterr().out


def test_the_weights_in_use_are_those_of_a_logistic_regression() -> None:
    assert confidence_from([0.0] * len(CONFIDENCE)) < 0.01
    assert confidence_from([1.0, 0.0, 1.0, 1.0, 1.0, 0.5]) > 0.9
