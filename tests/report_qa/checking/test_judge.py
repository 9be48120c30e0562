"""A sentence is supported, contradicted, not found, or no claim; and it says why."""

from __future__ import annotations

import pytest

from report_qa.checking.judge import Judgement, judge
from report_qa.checking.likeness import Lexicon, relevant_acronyms
from report_qa.checking.premise import Premise, by_sentence
from report_qa.records.answer import Verdict


def judged(claim: str, *premises: str | Premise, acronyms: dict[str, frozenset[str]] | None = None) -> Judgement:
    told = [Premise(words=each) if isinstance(each, str) else each for each in premises]
    return judge(claim, told, Lexicon(acronyms=relevant_acronyms(claim, acronyms or {})))


def failed(judgement: Judgement) -> set[tuple[str, str]]:
    return {(check.kind, check.found) for check in judgement.checks if not check.passed}


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Burglary in Northfield dropped 12 per cent in 2008.", "In 2008, burglary in Northfield fell by 12%."),
        ("About 41% of residents own a car.", "A car is owned by 40.8% of residents."),
        ("Councils spent £1.2 million on libraries.", "Councils spent £1.2m on libraries."),
        (
            "There are 6,000 miles of land border.",
            "There are nearly 6,000 miles of land border and 95,000 miles of shoreline.",
        ),
        ("The fund may help villages.", "The fund helps villages."),
        ("No library was closed in 2012.", "In 2012 no library was closed."),
    ],
)
def test_what_the_evidence_says_is_supported(claim: str, evidence: str) -> None:
    assert judged(claim, evidence).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "evidence", "kind", "found"),
    [
        ("Burglary in Northfield fell by 13% in 2008.", "Burglary in Northfield fell by 12% in 2008.", "number", "12%"),
        ("Burglary in Northfield fell by 12% in 2009.", "Burglary in Northfield fell by 12% in 2008.", "date", "2008"),
        ("Burglary in Northfield rose by 12% in 2008.", "Burglary in Northfield fell by 12% in 2008.", "direction", "fell"),
        ("The service missed its target for calls.", "The service met its target for calls.", "direction", "met"),
        ("It has 95,000 miles of land border.", "It has 6,000 miles of land border and 95,000 miles of coast.", "number", "6,000 miles"),
        ("All power is to be free of carbon by 2025.", "All power is to be renewable by 2025 and free of carbon by 2030.", "date", "2030"),
        ("The fund did not help villages.", "The fund did help villages.", "negation", "help"),
        ("The fund helped villages.", "The fund has not helped villages.", "negation", "not help"),
        ("The firm was founded in Ohio in 1966.", "The firm was founded in Iowa in 1966.", "name", "Iowa"),
        ("Round II gave colleges £9m.", "Round III gave colleges £9m.", "name", "Round III"),
    ],
)  # fmt: skip
def test_evidence_on_the_same_thing_that_says_otherwise_contradicts(
    claim: str, evidence: str, kind: str, found: str
) -> None:
    judgement = judged(claim, evidence)

    assert judgement.verdict is Verdict.CONTRADICTED
    assert (kind, found) in failed(judgement)
    assert judgement.premises == (0,)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The centre in Boyers was closed.", "The centre in Boyers handles claims."),
        ("Libraries must open on Sundays.", "Libraries may open on Sundays."),
        ("Libraries open on Sundays.", "Libraries should open on Sundays."),
        ("Only villages receive grants.", "Villages receive grants."),
        ("Consent is needed every time.", "Consent is needed for this."),
        ("Overtime cost the agency £9m.", "The agency restored overtime."),
        ("Smith says that burglary fell by 12%.", "Jones says that burglary fell by 12%."),
        (
            "The report calls it “a total failure of nerve”.",
            "The report calls it a failure of some kind, of nerve in total.",
        ),
        ("It fell by 12 percentage points.", "It fell by 12 per cent."),
    ],
)
def test_what_nothing_says_is_not_found(claim: str, evidence: str) -> None:
    assert judged(claim, evidence).verdict is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    "text",
    [
        "Good morning.",
        "Is it so?",
        "How many libraries closed",
        "Please rewrite this.",
        "This paragraph is too long.",
        "# Findings",
        "Key Findings",
    ],
)
def test_what_claims_nothing_is_no_claim(text: str) -> None:
    assert judged(text, "Anything at all.").verdict is Verdict.NOT_A_CLAIM


def test_two_figures_that_changed_places_contradict() -> None:
    evidence = "Men live 3.7 years fewer than average and women 3 years fewer."

    assert (
        judged("Women live 3 years fewer than average and men 3.7 years fewer.", evidence).verdict is Verdict.SUPPORTED
    )
    assert (
        judged("Men live 3 years fewer than average and women 3.7 years fewer.", evidence).verdict
        is Verdict.CONTRADICTED
    )


def test_figures_in_a_row_keep_their_order() -> None:
    evidence = "Interest was £459m, £484m and £848m in 2015, 2016 and 2017."

    assert (
        judged("Interest was £459m, £848m and £484m in 2015, 2016 and 2017.", evidence).verdict is Verdict.CONTRADICTED
    )
    assert judged("Interest was £484m in 2016.", evidence).verdict is not Verdict.CONTRADICTED


def test_a_sentence_may_rest_on_two() -> None:
    first, second = "Burglary in Northfield fell by 12% in 2008.", "Vandalism in Northfield rose by 3% in 2008."

    judgement = judged(
        "Burglary in Northfield fell by 12% in 2008, while vandalism rose by 3%.", first, second, "Other words."
    )

    assert judgement.verdict is Verdict.SUPPORTED
    assert judgement.premises == (0, 1)


def test_figures_of_two_sentences_are_not_mixed() -> None:
    first, second = "Burglary in Northfield fell by 12% in 2008.", "Vandalism in Northfield rose by 3% in 2008."

    assert judged("Burglary in Northfield rose by 3% in 2008.", first, second).verdict is not Verdict.SUPPORTED


def test_a_name_may_stand_in_the_heading_but_not_in_another_sentence_on_somebody_else() -> None:
    words = "Burglary fell by 12%."
    assert (
        judged("Burglary in Northfield fell by 12%.", Premise(words=words, headings="Northfield")).verdict
        is Verdict.SUPPORTED
    )

    elsewhere = Premise(words="In Hartley burglary fell by 12%.", around="In Northfield burglary fell by 3%.")
    assert judged("Burglary in Northfield fell by 12%.", elsewhere).verdict is not Verdict.SUPPORTED


def test_a_year_of_the_title_dates_a_figure_but_no_deadline() -> None:
    told = Premise(words="The service answered 82% of calls.", source="Annual report 2013")

    assert judged("The service answered 82% of calls in 2013.", told).verdict is Verdict.SUPPORTED
    assert judged("The service answered 82% of calls by 2013.", told).verdict is not Verdict.SUPPORTED
    opening = Premise(words="In 2012, the service answered 82% of calls.", source="Annual report 2013")
    assert judged("In 2013 the service answered 82% of calls.", opening).verdict is Verdict.CONTRADICTED
    assert judged("The service answered 82% of calls in 2014.", told).verdict is not Verdict.SUPPORTED


def test_an_acronym_stands_for_its_words() -> None:
    acronyms = {"SES": frozenset({"Senior Executive Service"})}
    evidence = "Women comprise 33.7 percent of the SES."

    claim = "Women made up 33.7 percent of the Senior Executive Service."
    assert judged(claim, evidence, acronyms=acronyms).verdict is Verdict.SUPPORTED
    assert judged(claim, evidence).verdict is not Verdict.SUPPORTED


def test_what_a_row_shows_bears_a_direction_out() -> None:
    row = Premise(words="Adults receiving flu shots — 2013: 53%; 2014: 50%", shown="fell decreased less fewer")

    assert judged("Fewer adults were receiving flu shots in 2014.", row).verdict is Verdict.SUPPORTED
    assert judged("More adults were receiving flu shots in 2014.", row).verdict is Verdict.CONTRADICTED


def test_a_part_is_not_larger_than_its_whole() -> None:
    evidence = "Between 2004 and 2019, 20 of the 39 areas (51%) improved."

    assert judged("Of the 39 areas, 20 (51%) improved between 2004 and 2019.", evidence).verdict is Verdict.SUPPORTED
    assert judged("Of the 20 areas, 39 (51%) improved between 2004 and 2019.", evidence).verdict is Verdict.CONTRADICTED


def test_figures_of_several_rows_are_not_mixed() -> None:
    rows = "First rounds — Most: £250,000\nLater rounds — Most: £2m"
    claim = "Most in the first rounds was £2m, and £250,000 in later rounds."

    assert judged(claim, Premise(words=rows, mixed=True)).verdict is not Verdict.SUPPORTED


def test_a_whole_list_denies_nothing() -> None:
    words = "Burglary in Northfield fell by 12% in 2008."

    assert (
        judged("Burglary in Northfield fell by 13% in 2008.", Premise(words=words, whole=True)).verdict
        is Verdict.NOT_FOUND
    )


def test_sentences_of_one_unit_are_held_against_a_claim_one_by_one() -> None:
    told = Premise(words="Shops are included in the count. Stalls are excluded from the count.")

    assert [each.words for each in by_sentence(told)] == [
        "Shops are included in the count.",
        "Stalls are excluded from the count.",
    ]
    assert judged("Stalls are included in the count.", *by_sentence(told)).verdict is Verdict.CONTRADICTED


def test_the_very_words_are_always_supported() -> None:
    words = "We note no more than 3 of 4 as of this. See 2.1 and (b)."

    assert judged("We note no more than 3 of 4 as of this.", words).verdict is Verdict.SUPPORTED
