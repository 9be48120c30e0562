"""What lies within a range is neither of its ends."""

from __future__ import annotations

import pytest

from report_qa.checking.judge import judge
from report_qa.checking.likeness import Lexicon
from report_qa.checking.premise import Premise
from report_qa.records.answer import Verdict

PREMISE = "The sum that each area received is put at anything from £1m to around £1.2m."


@pytest.mark.parametrize(
    ("claim", "words", "supported"),
    [
        ("The sum that each area received is £1 million.", PREMISE, False),
        ("The sum that each area received is £1.2 million.", PREMISE, False),
        ("The sum that each area received is at least £1 million.", PREMISE, True),
        ("The sum that each area received is between £1m and £1.2m.", PREMISE, True),
        ("The share of areas rose to 12%.", "The share of areas rose from 10% to 12%.", True),
        ("Each grant was worth £5,000.", "Each grant was worth between £5,000 and £9,000.", False),
        ("Each grant was worth £5,000.", "Each grant was worth between £5,000 and £9,000, most £5,000.", True),
    ],
)
def test_an_end_of_a_range_is_not_the_value(claim: str, words: str, supported: bool) -> None:
    verdict = judge(claim, [Premise(words=words)], Lexicon()).verdict

    assert (verdict is Verdict.SUPPORTED) is supported
