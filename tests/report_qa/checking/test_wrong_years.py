"""A year that no calendar has is a wrong year, not none."""

from __future__ import annotations

import pytest

from report_qa.checking.judge import judge
from report_qa.checking.likeness import Lexicon
from report_qa.checking.periods import find_moments
from report_qa.checking.premise import Premise
from report_qa.records.answer import Verdict

BEGAN = Premise(words="The Ward Fund began in April 1994.")


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("The Ward Fund began in April 1994.", Verdict.SUPPORTED),
        ("The Ward Fund began in April 4227.", Verdict.CONTRADICTED),
        ("The Ward Fund began in 4227.", Verdict.NOT_FOUND),
    ],
)
def test_a_month_does_not_hide_a_wrong_year(sentence: str, verdict: Verdict) -> None:
    assert judge(sentence, [BEGAN], Lexicon()).verdict is verdict


def test_a_month_and_its_year_are_one_moment() -> None:
    assert [(moment.year, moment.month) for moment in find_moments("It began in April 1994.")] == [(1994, 4)]
