"""The verdict of a whole text is the worst of its sentences."""

from __future__ import annotations

import pytest

from report_qa.records.answer import Verdict
from report_qa.records.checked import worst_of

S, C, N, X = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND, Verdict.NOT_A_CLAIM


@pytest.mark.parametrize(
    ("verdicts", "worst"), [([S, X], S), ([S, N, X], N), ([N, S, C], C), ([X, X], X), ([], X), ([S], S)]
)
def test_the_worst_counts_and_what_claims_nothing_does_not(verdicts: list[Verdict], worst: Verdict) -> None:
    assert worst_of(verdicts) is worst
