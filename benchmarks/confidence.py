"""Fit the weights of the confidence: `python -m benchmarks.confidence LIBRARY=SET …`.

Every question is asked without a threshold; what was chosen for it, right or wrong, is what a logistic regression learns
from. For each set it is also fitted on the other sets alone, and both are compared with the set: the area under the curve, and how
many of the answers shown are wrong when so many answerable questions are refused. That figure, of a shelf that was not seen, is what
to expect of another team's.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from report_qa.evaluation.metrics import auroc
from report_qa.evaluation.questions import read_questions
from report_qa.evaluation.run import is_right
from report_qa.settings import load_settings
from report_qa.weights import CONFIDENCE
from report_qa.wiring import open_assistant

REFUSED = (0.03, 0.05, 0.1)
_RIDGE, _STEPS = 1.0, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The signals of the least sure part of a question that could have been shown, and whether the answer would be right."""

    name: str
    signals: tuple[float, ...]
    right: bool
    answerable: bool


def main(arguments: Sequence[str]) -> None:
    asked: list[Asked] = []
    for argument in arguments:
        library, _, path = argument.partition("=")
        assistant = open_assistant(load_settings(library=Path(library), refusal_threshold=0.0))
        for gold in read_questions(Path(path)):
            chosen = [finding.selection for finding in assistant.findings(gold.question, gold.history)]
            shown = [selection for selection in chosen if selection.units]
            if shown:
                least = min(shown, key=lambda selection: selection.confidence)
                right = is_right(gold, assistant.ask(gold.question, gold.history))
                asked.append(Asked(name=path, signals=least.signals, right=right, answerable=gold.answerable))
    weights, bias = _fitted(asked)
    for name in dict.fromkeys(item.name for item in asked):
        own = [item for item in asked if item.name == name]
        print(f"\n{name}: {len(own)} could be shown, {sum(item.right for item in own)} of them right")
        for label, fitted in (
            ("all sets", (weights, bias)),
            ("other sets", _fitted([item for item in asked if item.name != name])),
        ):
            _report(own, *fitted, label)
    print()
    for name, weight in zip(CONFIDENCE, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"bias {bias:.2f}")


def _fitted(asked: Sequence[Asked]) -> tuple[NDArray[np.float64], float]:
    """Return the weights and the bias of a ridge logistic regression, by Newton's method on scaled signals."""
    signals = np.array([item.signals for item in asked])
    right = np.array([item.right for item in asked], dtype=float)
    mean, spread = signals.mean(axis=0), signals.std(axis=0) + 1e-9
    inputs = np.column_stack([(signals - mean) / spread, np.ones(len(asked))])
    penalty = np.diag([_RIDGE] * signals.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (chance - right) + penalty @ weights
        curvature = inputs.T @ (inputs * (chance * (1 - chance))[:, None]) + penalty
        weights -= np.linalg.solve(curvature, gradient)
    scaled = weights[:-1] / spread
    return scaled, float(weights[-1] - scaled @ mean)


def _report(asked: Sequence[Asked], weights: NDArray[np.float64], bias: float, label: str) -> None:
    chances = [1 / (1 + np.exp(-(bias + weights @ np.array(item.signals)))) for item in asked]
    area = auroc(
        [chance for chance, item in zip(chances, asked, strict=True) if item.right],
        [chance for chance, item in zip(chances, asked, strict=True) if not item.right],
    )
    cells = [f"area {area:.3f}" if area is not None else f"highest {max(chances):.2f}"]
    answerable = sorted(chance for chance, item in zip(chances, asked, strict=True) if item.answerable)
    for share in REFUSED if answerable else ():
        threshold = answerable[round(share * len(answerable))]
        shown = [item for chance, item in zip(chances, asked, strict=True) if chance >= threshold]
        wrong = sum(not item.right for item in shown) / len(shown)
        unanswerable = sum(not item.answerable for item in shown)
        cells.append(f"at {threshold:.2f} {share:.0%} refused, {wrong:.1%} wrong, {unanswerable} unanswerable shown")
    print(f"  fitted on {label:<10} " + "; ".join(cells))


if __name__ == "__main__":
    main(sys.argv[1:])
