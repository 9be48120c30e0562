"""One word turned round, one name put for another, a day that no month has: small changes that other words hide."""

from __future__ import annotations

import pytest

from report_qa.checking.judge import judge
from report_qa.checking.likeness import Lexicon
from report_qa.checking.premise import Premise
from report_qa.records.answer import Verdict

LOSSES = "The higher benefits in 2022 were due to lower amortization of losses."
UNITS = "We have two units that we manage: Harbour Consumer Group (Consumer) and Harbour Business Group (Business)."
RANGE = "In 2012 pay gaps were almost all in the 8-10 percent range."
OPENED = "The Ward Fund was opened on 5 April 1994."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The higher benefits in 2022 were due to higher amortization of losses.", LOSSES),
        ("We have two units that we manage: Civic Securities (Consumer) and Harbour Business Group (Business).", UNITS),
        ("In 2012 pay gaps were almost all in the 8-10 percentage points range.", RANGE),
        ("The Ward Fund was opened on 0 April 1994.", OPENED),
        ("The Ward Fund was opened on 35 April 1994.", OPENED),
        (
            "These tasks are not just as much a part of the culture.",
            "These tasks are just as much a part of the culture.",
        ),
    ],
)
def test_a_small_change_is_seen(claim: str, evidence: str) -> None:
    for said, supported in ((claim, False), (evidence, True)):
        verdict = judge(said, [Premise(words=evidence)], Lexicon()).verdict
        assert (verdict is Verdict.SUPPORTED) is supported


def test_a_publishers_name_does_not_hide_an_exchanged_one() -> None:
    said = Premise(words="The STEM workforce is vital to the effectiveness of government.", source="OPM plan")

    verdict = judge("The OPM workforce is vital to the effectiveness of government.", [said], Lexicon()).verdict

    assert verdict is not Verdict.SUPPORTED
