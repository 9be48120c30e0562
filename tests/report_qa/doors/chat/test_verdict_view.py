"""What a sentence says of its checks, in words that a person reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa import Verdict
from report_qa.doors.chat.verdict_view import mark_data, withheld_data
from report_qa.reasons import reasons
from report_qa.records.answer import Check
from tests.report_qa.doors.chat.fakes import PROSE, WRONG, answer_to, claim_of


def row(check: Check, sentence: str = "Nothing allocated decreased.") -> tuple[str, str, str]:
    """Return a check as it is shown: its name, what was claimed, what was found."""
    (shown,) = mark_data(claim_of(sentence, PROSE, check=check), (PROSE,))["checks"]
    return shown["name"], shown["claimed"], shown["found"]


@pytest.mark.parametrize(
    ("check", "shown"),
    [
        (Check(kind="number", claimed="7%", found="", passed=False), ("Number", "7%", "not found")),
        (Check(kind="wording", claimed="all", found="98%", passed=True), ("Wording", "all its words", "98% of them")),
        (Check(kind="wording", claimed="", found="all", passed=True), ("Wording", "all its words", "all")),
        (Check(kind="figures", claimed="", found="all", passed=True), ("Figures", "all its figures", "all")),
        (Check(kind="figures", claimed="£9m", found="", passed=False), ("Figures", "£9m", "not found")),
        (
            Check(kind="quotation", claimed="its words", found="its words", passed=True),
            ("Quotation", "the quoted words", "stand word for word in the document"),
        ),
        (Check(kind="modality", claimed="fact", found="possible", passed=False), ("Certainty", "fact", "possible")),
        (Check(kind="brand_new", claimed="a", found="b", passed=True), ("Brand_new", "a", "b")),
    ],
)
def test_checks_are_shown_in_words(check: Check, shown: tuple[str, str, str]) -> None:
    assert row(check) == shown


def test_stems_are_shown_as_the_words_of_the_sentence_and_of_the_source() -> None:
    check = Check(kind="direction", claimed="decreas", found="invest", passed=False)
    assert row(check) == ("Direction", "decreased", "investment")
    denied = Check(kind="negation", claimed="not decreas", found="grow", passed=False)
    assert row(denied) == ("Negation", "not decreased", "grow")


def test_long_values_are_cut_at_a_word() -> None:
    _, claimed, _ = row(Check(kind="number", claimed="many words " * 40, found="", passed=False))
    assert claimed.endswith("many words many…")
    assert len(claimed) <= 120


def test_a_contradiction_names_what_differs_and_not_the_wording() -> None:
    wording = Check(kind="wording", claimed="all", found="38%", passed=False)
    claim = replace(claim_of("£9m.", PROSE, verdict=Verdict.CONTRADICTED), checks=(WRONG, wording))
    assert reasons(claim, (PROSE,)) == ["The number is “£9m” here and “£3.2m” in the document."]


def test_what_is_not_found_is_not_compared_with_a_passage_about_something_else() -> None:
    checks = (WRONG, Check(kind="wording", claimed="all", found="10%", passed=False))
    claim = replace(claim_of("£9m.", verdict=Verdict.NOT_FOUND), checks=checks)
    assert reasons(claim) == ["Not found: £9m (number)."]
    assert reasons(replace(claim, checks=checks[1:])) == ["No passage says this in any wording that was recognised."]
    assert reasons(replace(claim, checks=())) == ["No passage says this in any wording that was recognised."]


@pytest.mark.parametrize("verdict", [Verdict.SUPPORTED, Verdict.NOT_A_CLAIM])
def test_what_stands_needs_no_reason(verdict: Verdict) -> None:
    assert reasons(claim_of("Yes.", PROSE, verdict=verdict)) == []


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("number", "figure not in the sources"),
        ("date", "date not in the sources"),
        ("quotation", "no source cited"),
        ("wording", "not in the sources"),
    ],
)
def test_a_withheld_sentence_names_its_cause(kind: str, cause: str) -> None:
    failed = Check(kind=kind, claimed="x", found="", passed=False)
    held = [claim_of(text, verdict=Verdict.NOT_FOUND, check=failed) for text in ("One.", "Two.")]
    data = withheld_data(replace(answer_to("What?"), withheld=tuple(held)))
    assert data is not None
    assert data["lead"] == f"2 sentences withheld: {cause}"


def test_a_quotation_that_does_not_stand_where_it_is_cited_is_told_from_none() -> None:
    altered = Check(kind="quotation", claimed="x", found="y", passed=False)
    held = claim_of("One.", PROSE, verdict=Verdict.NOT_FOUND, check=altered)
    data = withheld_data(replace(answer_to("What?"), withheld=(held,)))
    assert data is not None
    assert data["lead"] == "1 sentence withheld: quotation not in the sources"


def test_a_sentence_without_a_claim_is_withheld_as_that() -> None:
    held = (claim_of("Of course!", verdict=Verdict.NOT_A_CLAIM),)
    data = withheld_data(replace(answer_to("What?"), withheld=held))
    assert data is not None
    assert data["lead"] == "1 sentence withheld: nothing that could be checked"
    assert (data["sentences"][0]["word"], data["sentences"][0]["reasons"]) == ("No claim", [])
