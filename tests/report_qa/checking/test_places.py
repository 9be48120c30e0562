"""Who did it, to whom, according to whom: each name stands in a place that it has in the evidence."""

from __future__ import annotations

import pytest

from report_qa.checking.places import check_lists, check_places

WROTE = "Ana Lind and Bo Marsh wrote “The Quiet Wards” for the Harbour Trust, and the Civic Fund paid for it in 2019."
SAYS = (
    "For every £1m put in, Northgate Economics estimates returns of £3m over ten years, according to the Harbour Trust."
)
LED = "The third phase of the Wards in Control study started in 2014 and is led by Ana Lind of Eastwick."
LIST = "The authors of the review (Harbour Trust, August 2016) are Lind, Marsh, Okoro and Dale."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("“The Quiet Wards” was written by Ana Lind and Bo Marsh for the Harbour Trust.", WROTE),
        ("The Civic Fund paid for “The Quiet Wards” in 2019.", WROTE),
        ("According to the Harbour Trust, Northgate Economics estimates returns of £3m over ten years.", SAYS),
        ("Northgate Economics puts the returns at £3m over ten years, the Harbour Trust says.", SAYS),
        ("Ana Lind of Eastwick leads the Wards in Control study.", LED),
        ("The review by Lind covers Eastwick.", "The Lind review covers 25 years of work in Eastwick."),
        ("Igloo's chief executive Chris Brown is cautious.", "Chris Brown, chief executive of Igloo, is cautious."),
        ("In Eastwick 18 streets had 23% of the crime.", "Of the crime, 23% was in 18 streets in Eastwick."),
    ],
)
def test_a_name_in_its_place(claim: str, evidence: str) -> None:
    assert check_places(claim, evidence) == ()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("“The Quiet Wards” was written by the Harbour Trust.", WROTE),
        ("The Harbour Trust wrote “The Quiet Wards”.", WROTE),
        ("According to Northgate Economics, the Harbour Trust estimates returns of £3m over ten years.", SAYS),
        (
            "For every £1m put in, the Harbour Trust estimates returns of £3m over ten years, according to Northgate Economics.",
            SAYS,
        ),
        ("The third phase of the Ana Lind study started in 2014 and is led by Wards in Control.", LED),
        ("The authors of the review (Lind, August 2016) are Harbour Trust, Marsh, Okoro and Dale.", LIST),
    ],
)
def test_a_name_in_anothers_place(claim: str, evidence: str) -> None:
    (check, *_) = check_places(claim, evidence)

    assert (check.kind, check.found, check.passed) == ("role", "", False)


def test_a_short_form_is_the_name() -> None:
    acronyms = (("nrf", frozenset({"neighborhood", "renew", "fund"})),)
    evidence = "The Neighbourhood Renewal Fund gave money to 88 councils."

    assert check_places("The NRF gave money to 88 councils.", evidence, acronyms) == ()
    assert check_places("Money for 88 councils was given to the NRF.", evidence, acronyms) != ()


@pytest.mark.parametrize(
    ("claim", "passes"),
    [
        ("The authors are Lind, Marsh, Okoro and Dale.", True),
        ("The authors are Lind, Marsh and Dale.", False),
        ("It was written by Lind and Marsh.", False),
        ("It was written by Lind, Marsh and others.", True),
        ("Among its authors are people from Eastwick.", True),
    ],
)
def test_some_of_a_list_are_not_the_list(claim: str, passes: bool) -> None:
    assert (check_lists(claim, LIST) == ()) is passes
