"""Which phrases say whose words are wanted, and which only look like it."""

from __future__ import annotations

import pytest

from report_qa.restrictions import Restriction, find_restrictions, without_restrictions


def _one(text: str) -> Restriction:
    (found,) = find_restrictions(text)
    return found


@pytest.mark.parametrize(
    ("question", "named", "rest"),
    [
        ("According to Frontier, how much comes back?", "Frontier", "How much comes back?"),
        ("How much comes back, according to the Home Office?", "Home Office", "How much comes back?"),
        ("In the NIHR evaluation, what was measured?", "NIHR evaluation", "What was measured?"),
        ("What was measured in the 2013 edition?", "2013 edition", "What was measured?"),
        ("What is the target, only from the 2013 performance report?", "2013 performance report", "What is the target?"),
        ("What does the Turnaround report say about money?", "Turnaround report", "What does it say about money?"),
        ("What did the paper by IPPR North say about councils?", "paper by IPPR North", "What did it say about councils?"),
        ("What did Popay's team find?", "Popay's team", "What did it find?"),
        ("How much was it, per Acme's 2022 plan?", "Acme's 2022 plan", "How much was it?"),
        ("What is said, but not from the halls report?", "halls report", "What is said?"),
    ],
)  # fmt: skip
def test_an_explicit_phrase_is_found_and_can_be_taken_out(question: str, named: str, rest: str) -> None:
    assert _one(question).named == named
    assert without_restrictions(question, find_restrictions(question)) == rest


@pytest.mark.parametrize(
    "question",
    [
        "How many libraries closed since 2020?",
        "How many people live in the report area?",
        "Who wrote the 2021 Frontier Economics report for Local Trust?",
        "What does the evidence to the Education Committee count as a neighbourhood?",
        "How much does the state spend per LSOA?",
        "Which strategy was published in 2001?",
        "How strong is the link that Onward found?",
        "What does this report say?",
        "Who is named in reports in 2020?",
    ],
)
def test_a_name_or_a_year_that_merely_occurs_restricts_nothing(question: str) -> None:
    assert find_restrictions(question) == ()


def test_the_parts_of_a_phrase_are_told_apart() -> None:
    found = _one("What does Local Trust's 2015 health survey say?")
    assert (found.names, found.years, found.words) == ((("local", "trust"),), frozenset({2015}), ("health", "survey"))
    assert (found.is_document, found.is_subject, found.excludes) == (True, True, False)


def test_the_report_and_the_evidence_are_told_from_reports() -> None:
    assert _one("What does the report say about crime?").generic == "report"
    assert _one("What does the evidence say about crime?").generic == "evidence"
    assert find_restrictions("What do reports say about crime?") == ()
    assert _one("What does the report on crime say?").generic == ""


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What is said of crime in reports published since 2020?", 2020, 9999),
        ("What do reports published before 2022 say about crime?", 0, 2021),
        ("What does evidence from 2019 to 2021 say about crime?", 2019, 2021),
        ("What does the evidence after 2020 say about crime?", 2021, 9999),
        ("What is said of crime, published up to 2019?", 0, 2019),
        ("What do documents from 2020 onwards say?", 2020, 9999),
    ],
)
def test_a_period_of_publication_is_read(question: str, since: int, until: int) -> None:
    found = _one(question)
    assert (found.since, found.until) == (since, until)


def test_what_is_left_out_is_marked() -> None:
    assert _one("What is said of it, other than the report?").excludes
    assert not _one("What is said of it in the halls report?").excludes
