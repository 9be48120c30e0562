"""Report, evidence or recommendation: what stands beside a quotation."""

from __future__ import annotations

import pytest

from report_qa.labels import Label, is_recommendation, label_of
from report_qa.records.document import Role


@pytest.mark.parametrize(
    "words",
    [
        "Government should give every neighbourhood a community fund.",
        "We recommend a fund of £2 billion.",
        "This report calls for a national strategy.",
        "Recommendation 4: double the money.",
        "Councils ought to publish their plans.",
    ],
)
def test_what_ought_to_be_done_is_a_recommendation(words: str) -> None:
    assert is_recommendation(words)


@pytest.mark.parametrize(
    "words",
    [
        "The fund gave £2 billion.",
        "The committee said that councils should publish their plans.",
        "The figures should be read with care.",
        "It should have been opened in 2020.",
        "Should the fund fail, the bank pays.",
        "The sums should not be added together.",
        "Nobody knows why the state should pay.",
    ],
)
def test_what_somebody_else_wants_or_a_caveat_is_none(words: str) -> None:
    assert not is_recommendation(words)


def test_under_recommendations_an_order_is_one_and_a_finding_is_none() -> None:
    heading = ("The plan", "Our recommendations")
    assert is_recommendation("Create a fund.", heading)
    assert not is_recommendation("Create a fund.")
    assert not is_recommendation("Productivity fell by 5%.", heading)
    assert not is_recommendation("Create a fund.", ("Recommendations of the 2010 review",))


def test_the_label_is_the_documents_role_otherwise() -> None:
    assert label_of("It rose.", role=Role.REPORT) is Label.REPORT
    assert label_of("It rose.", role=Role.EVIDENCE) is Label.EVIDENCE
    assert label_of("It should rise.", role=Role.EVIDENCE) is Label.RECOMMENDATION
