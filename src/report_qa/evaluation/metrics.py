"""What is counted: whether the right page was found, whether refusals can be told apart, and how sure a share is.

Every function takes plain numbers or names and knows nothing of documents. Ranked lists are best first, without repeats.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence
from itertools import accumulate

import numpy as np

_DRAWS = 2_000
_LEVEL = 0.95


def hit(ranked: Sequence[Hashable], gold: Collection[Hashable], k: int) -> float:
    """Return 1.0 if one of the first k is gold, else 0.0."""
    return float(any(item in gold for item in ranked[:k]))


def reciprocal_rank(ranked: Sequence[Hashable], gold: Collection[Hashable]) -> float:
    """Return 1 / rank of the first gold item, 0.0 where none was found."""
    return next((1.0 / rank for rank, item in enumerate(ranked, 1) if item in gold), 0.0)


def ndcg(ranked: Sequence[Hashable], gold: Collection[Hashable], k: int) -> float:
    """Return the normalised discounted cumulative gain of the first k, with gains of 0 or 1.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (ACM TOIS 20(4), 2002).
    """
    if not gold:
        return 0.0
    gains = sum(1 / math.log2(rank + 1) for rank, item in enumerate(ranked[:k], 1) if item in gold)
    return gains / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(gold)) + 1))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the chance that a positive scores above a negative, ties counting half; None where either is missing.

    This is the Mann-Whitney statistic, which is the area under the receiver operating characteristic.
    """
    if not positive or not negative:
        return None
    won = sum((above > below) + 0.5 * (above == below) for above in positive for below in negative)
    return won / (len(positive) * len(negative))


def interval(values: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """Return the 95% percentile bootstrap interval of the mean (Efron, 1979), the same at every call.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("an interval needs values")
    drawn = np.random.default_rng(seed).choice(np.asarray(values, dtype=float), size=(_DRAWS, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)


def coverage_and_error(outcomes: Sequence[tuple[float, bool, bool]]) -> list[tuple[float, float, float]]:
    """Return for each threshold the share of questions answered and the share of those answers that are wrong.

    `outcomes` are (confidence, would be shown, is right) of every question, refused ones included as far as something
    could have been shown. The points are (threshold, coverage, error), thresholds falling: risk and coverage as in El-Yaniv
    and Wiener, "On the foundations of noise-free selective classification" (JMLR 11, 2010).
    """
    ordered = sorted((item for item in outcomes if item[1]), key=lambda item: -item[0])
    wrong = list(accumulate(not is_right for _, _, is_right in ordered))
    last_of_ties = {confidence: number for number, (confidence, _, _) in enumerate(ordered, 1)}
    return [
        (confidence, number / len(outcomes), wrong[number - 1] / number) for confidence, number in last_of_ties.items()
    ]
