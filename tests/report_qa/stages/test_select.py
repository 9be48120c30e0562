"""When the documents are said to answer, and when not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.questions import parse_question
from report_qa.records.document import BlockKind
from report_qa.records.passage import ScoredUnit, Selection
from report_qa.stages.select import (
    FULLER_CHARS,
    LIST_CHARS,
    LONG_CHARS,
    SHORT_CHARS,
    confidence_from,
    select,
    signals_of,
    unmet_conditions,
)
from report_qa.weights import CONFIDENCE
from tests.report_qa.stages.test_retrieve import SMALL, Shelf, shelf

REVIEW = shelf(
    {
        "Ward Review": [
            "Burglary in Northfield fell by 12% in 2008. Residents called this a quiet revolution.",
            "The hall in Hartley was built with £1.2m from the lottery.",
            "Most residents were content with their doctors.",
        ]
    }
)

BOTH = shelf(
    {
        "First Study": ["Burglary fell by 12%."],
        "Other Study": ["Burglary fell by 31%."],
        "Cookery": ["Bread is baked at night.", "Boats sail on the lake."],
    }
)


def _selected(on: Shelf, question: str, max_claims: int = 4) -> Selection:
    return select(parse_question(question), None, on.units(question), max_claims=max_claims, threshold=0.52)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("By how much did burglary in Northfield fall in 2008?", "12%"),
        ("What did residents call a “quiet revolution”?", "quiet revolution"),
        ("What was built in Hartley with £1.2m from the lottery?", "The hall"),
        ("Were residents content with their doctors?", "content"),
    ],
)
def test_what_the_documents_say_is_answered(question: str, answer: str) -> None:
    found = _selected(REVIEW, question)

    assert found.units, found.reason
    assert answer in found.units[0].words
    assert found.reason == ""


@pytest.mark.parametrize(
    ("question", "nowhere"),
    [
        ("By how much did burglary in Eastwick fall in 2008?", "eastwick"),
        ("By how much did burglary in Northfield fall in 2009?", "2009"),
        ("What was built in Hartley with £1.3m from the lottery?", "13"),
        ("What did residents call a “quiet evolution”?", "“quiet evolution”"),
    ],
)
def test_a_name_year_figure_or_phrase_that_stands_nowhere_is_refused_by_name(question: str, nowhere: str) -> None:
    found = _selected(REVIEW, question)

    assert found.units == ()
    assert nowhere in found.reason.lower().replace(".", "")
    assert found.nearest


@pytest.mark.parametrize(
    "question",
    ["What is the salary of the chief plumber?", "Which airline flies to the moon?", "How do volcanoes erupt?"],
)
def test_another_subject_is_refused(question: str) -> None:
    found = _selected(REVIEW, question)

    assert found.units == ()
    assert found.reason


def test_the_right_subject_with_another_kind_of_words_is_refused() -> None:
    found = _selected(REVIEW, "How many doctors were residents content with?")

    assert found.units == ()


def test_another_document_with_another_figure_is_shown_too() -> None:
    found = _selected(BOTH, "By how much did burglary fall?")

    assert {unit.retrieved.document.title for unit in found.units} == {"First Study", "Other Study"}


def test_the_same_words_are_shown_once() -> None:
    sentence = "Burglary in the wards fell by 12%."
    twice = shelf({"First Study": [sentence], "Other Study": [sentence]})

    assert len(_selected(twice, "By how much did burglary in the wards fall?").units) == 1


def test_no_more_is_shown_than_allowed() -> None:
    assert len(_selected(BOTH, "By how much did burglary fall?", max_claims=1).units) == 1


def test_nothing_found_is_a_refusal_with_a_reason() -> None:
    found = _selected(shelf({}), "Did burglary fall?")

    assert (found.units, found.nearest) == ((), ())
    assert found.reason


def test_more_than_half_of_a_long_name_must_be_there() -> None:
    on = shelf({"Study": ["The Northfield Harbour Light Fund is worth £3m.", "Bread is baked at night."]})

    assert _selected(on, "How much is the Northfield Harbour Light Fund worth?").units
    refused = _selected(on, "How much is the Shared Prosperity Growth Fund worth?")
    assert refused.units == ()
    assert "Shared Prosperity Growth Fund" in refused.reason


@pytest.mark.parametrize(
    ("other", "titles"),
    [
        ("The quiet revolution cost £5m.", {"First Study", "Other Study"}),
        ("The revolution was quiet and cost £5m.", {"First Study"}),
    ],
)
def test_what_is_shown_besides_the_best_meets_the_conditions_too(other: str, titles: set[str]) -> None:
    on = shelf({"First Study": ["The quiet revolution cost £3m."], "Other Study": [other], "Cookery": ["Bread rises."]})
    found = _selected(on, "How much did the “quiet revolution” cost?")

    assert {unit.retrieved.document.title for unit in found.units} == titles


PLAIN = replace(SMALL.units("Did burglary fall?")[0], context="", beginning="", covered=frozenset(), provides=True)


def _unit(
    words: str,
    *,
    score: float = 0.8,
    own_coverage: float = 0.5,
    covered: Sequence[str] = (),
    provides: bool = True,
    context: str = "",
    beginning: str = "",
) -> ScoredUnit:
    return replace(
        PLAIN,
        words=words,
        score=score,
        own_coverage=own_coverage,
        covered=frozenset(covered),
        provides=provides,
        context=context,
        beginning=beginning,
    )


def _long(figure: int, length: int, **said: object) -> ScoredUnit:
    """Return a unit of so many characters with a figure of its own."""
    return _unit(f"{figure} homes were built ".ljust(length, "x"), **said)  # type: ignore[arg-type]


def _shown(question: str, *units: ScoredUnit, max_claims: int = 20, threshold: float = 0.0) -> list[ScoredUnit]:
    return list(select(parse_question(question), None, units, max_claims=max_claims, threshold=threshold).units)


@pytest.mark.parametrize(
    ("question", "room"),
    [
        ("How many homes were built?", SHORT_CHARS),
        ("When were homes built?", SHORT_CHARS),
        ("Were homes built?", LONG_CHARS),
        ("Why were homes built?", LONG_CHARS),
        ("List the homes.", LIST_CHARS),
    ],
)
def test_an_answer_is_read_in_one_breath(question: str, room: int) -> None:
    half, more = _long(11, room // 2), _long(12, room - room // 2)

    assert _shown(question, half, more) == [half, more]
    assert _shown(question, half, replace(more, words=f"{more.words}x")) == [half]
    assert _shown(question, half, replace(more, words=f"{more.words}x"), _long(13, 40)) == [half, _long(13, 40)]


def test_the_first_is_shown_however_long_it_is() -> None:
    long = _long(11, 3 * LIST_CHARS)

    assert _shown("How many homes were built?", long, _long(12, 40)) == [long]


def test_what_says_a_good_part_that_was_not_said_makes_the_answer_fuller() -> None:
    question = "How many homes and mills were built?"
    first = _long(11, 200, covered=["home", "built"])
    fuller = _long(12, FULLER_CHARS - 200, covered=["home", "mill"])

    assert _shown(question, first, fuller) == [first, fuller]
    assert _shown(question, first, replace(fuller, words=f"{fuller.words}x")) == [first]
    assert _shown(question, first, replace(fuller, covered=frozenset({"home"}))) == [first]
    assert _shown(question, first, replace(fuller, words=fuller.words[:250]), _long(13, 60, covered=["mill"])) == [
        first,
        replace(fuller, words=fuller.words[:250]),
    ]
    small = replace(fuller, words=fuller.words[:200])
    assert _shown("Were homes and mills built?", _long(11, 400), small) == [_long(11, 400), small]


def test_what_says_it_all_is_joined_only_by_what_is_nearly_as_good() -> None:
    question = "How many homes were built?"
    whole = _unit("11 homes were built.", own_coverage=0.9, covered=["home"])
    near, worse = _unit("12 homes stand.", score=0.75), _unit("13 homes stand.", score=0.7)

    assert _shown(question, whole, near, worse) == [whole, near]
    assert _shown(question, replace(whole, own_coverage=0.8), near, worse) == [
        replace(whole, own_coverage=0.8),
        near,
        worse,
    ]
    more = replace(worse, covered=frozenset({"built"}))
    assert _shown(question, whole, more) == [whole, more]
    assert _shown("Were homes built?", whole, worse) == [whole, worse]


def test_what_is_far_behind_of_another_kind_or_a_footnote_is_not_added() -> None:
    best = _unit("11 homes were built.")
    passage = replace(PLAIN.retrieved.passage, kind=BlockKind.FOOTNOTE)
    note = replace(_unit("12 homes stand."), retrieved=replace(PLAIN.retrieved, passage=passage))

    for other in (note, _unit("13 homes stand.", provides=False), _unit("14 homes stand.", score=0.59)):
        assert _shown("How many homes were built?", best, other) == [best]


def test_of_two_years_each_may_stand_in_a_unit_of_its_own() -> None:
    question = "How did rents change from 2004 to 2008?"
    early, again, late = _unit("It was £5 in 2004."), _unit("So it was 9% in 2004."), _unit("It was £7 in 2008.")

    assert _shown(question, early, again, late) == [early, late]
    assert _shown(question, early, late, again) == [early, late, again]
    assert _shown(question, _unit("It was £5 in 1999.")) == []
    assert _shown("How did rents change in 2004?", late) == []


def test_of_two_names_that_are_compared_each_may_stand_in_a_unit_of_its_own() -> None:
    north, south = _unit("Northfield has 5 pubs."), _unit("Hartley has 7 pubs.")

    assert _shown("Are pubs more common in Northfield than in Hartley?", north, south) == [north, south]
    assert _shown("Are there pubs in Northfield by the Hartley Trust?", north, south) == []
    assert _shown("Are pubs more common in Eastwick than in Westwick?", north, south) == []


def test_two_things_compared_have_more_room() -> None:
    question = "How many homes were built in 2004 and in 2008?"
    early, late = _unit("5 in 2004 ".ljust(300, "x")), _unit("7 in 2008 ".ljust(300, "y"))

    assert _shown(question, early, late) == [early, late]
    assert _shown("How many homes were built?", early, late) == [early]


def test_a_year_may_stand_in_the_beginning_alone_where_nothing_else_names_one() -> None:
    question = parse_question("How many homes were built in 2008?")
    beginning = "The annual review of 2008"

    assert unmet_conditions(question, _unit("11 homes were built.", beginning=beginning)) == frozenset()
    assert unmet_conditions(question, _unit("11 homes were built.", beginning="The review of 2009")) == {"2008"}
    assert unmet_conditions(question, _unit("11 homes were built in 2010.", beginning=beginning)) == {"2008"}
    assert unmet_conditions(question, _unit("11 homes.", context="Homes in 2010", beginning=beginning)) == {"2008"}
    assert unmet_conditions(question, _unit("11 homes were built in 2007-08.")) == frozenset()


def test_the_year_of_a_publication_stands_in_its_beginning_whatever_the_unit_names() -> None:
    question = parse_question("How many homes does the 2008 review count?")

    assert unmet_conditions(question, _unit("11 homes in 2010.", beginning="Review of 2008")) == frozenset()


@pytest.mark.parametrize(
    ("question", "unmet"),
    [
        ("How fast is the Cessna 172?", set()),
        ("How fast is the Cessna-172?", set()),
        ("Which homes have 172 rooms?", {"172"}),
    ],
)
def test_a_number_that_belongs_to_a_name_may_stand_where_the_name_does(question: str, unmet: set[str]) -> None:
    unit = _unit("It flies at 140 knots.", beginning="Handbook of the Cessna 172")

    assert unmet_conditions(parse_question(question), unit) == unmet


def test_the_short_name_of_a_measure_is_no_condition() -> None:
    unit = _unit("Property, plant and equipment, net: 9,350")

    assert unmet_conditions(parse_question("What was the PPNE of the firm?"), unit) == frozenset()
    assert unmet_conditions(parse_question("What was the QXZE of the firm?"), unit) == {"QXZE"}


def test_a_refusal_says_how_far_it_was_from_an_answer() -> None:
    unit = _unit("11 homes were built.")
    found = select(parse_question("How many homes were built?"), None, [unit], max_claims=4, threshold=1.0)

    assert (found.units, found.nearest, found.reason) == ((), (unit,), "no passage answers it")
    assert found.signals == signals_of(unit, ahead=unit.score)
    assert found.confidence == confidence_from(found.signals)


def test_a_close_rival_makes_an_answer_less_sure() -> None:
    best = _unit("11 homes were built.")
    alone, contested = (
        select(parse_question("How many homes were built?"), None, units, max_claims=4, threshold=0.0)
        for units in ([best, _unit("12 pubs.", score=0.2)], [best, _unit("12 pubs.", score=0.7)])
    )

    assert contested.confidence < alone.confidence


def test_every_signal_has_its_weight() -> None:
    assert len(signals_of(PLAIN, ahead=0.0)) == len(CONFIDENCE)
    little, enough = (signals_of(_unit("11", own_coverage=share), ahead=0.0) for share in (0.1, 0.3))
    assert confidence_from(little) < confidence_from(enough)
    assert confidence_from(signals_of(_unit("11", provides=False), ahead=0.0)) < confidence_from(enough)


@given(st.lists(st.floats(0, 1), min_size=6, max_size=6), st.integers(0, 5), st.floats(0, 1))
def test_confidence_follows_each_signal_the_way_of_its_weight(signals: list[float], at: int, higher: float) -> None:
    raised = [*signals[:at], max(higher, signals[at]), *signals[at + 1 :]]
    before, after = confidence_from(signals), confidence_from(raised)

    assert 0 <= before <= 1
    assert (after >= before) if list(CONFIDENCE.values())[at] > 0 else (after <= before)


WARDS = shelf(
    {
        "Ward Review": [
            "The review concerns 225 left behind wards in which two million people live.",
            "Most residents were content with their doctors.",
        ],
        "Cookery": ["Bread is baked at night.", "Boats sail on the lake."],
    }
)


def test_another_number_of_what_a_question_counts_is_said_to_be_another() -> None:
    found = _selected(WARDS, "Why does the review concern 500 left behind wards in which people live?")

    assert [unit.words for unit in found.units] == [
        "The review concerns 225 left behind wards in which two million people live."
    ]
    assert found.unanswered_parts == ("500 left behind wards",)


@pytest.mark.parametrize(
    "question",
    [
        "Why does the review concern 500 wards, left behind, in which people live?",
        "Why does the review concern 500 wards left airports in which people live?",
    ],
)
def test_a_number_of_something_else_corrects_nothing(question: str) -> None:
    assert _selected(WARDS, question).units == ()
