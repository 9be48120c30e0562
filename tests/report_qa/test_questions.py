"""What a question asks for, and what counts as an answer's kind of words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.questions import (
    Asked,
    asks_for_total,
    defines,
    gives_share_of_one,
    lacks_extreme,
    parse_question,
    provides,
    role_asked,
    says_nothing,
    says_the_opposite,
    split_parts,
)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("How many people live in Northfield?", Asked.FIGURE),
        ("What was the unemployment rate?", Asked.FIGURE),
        ("What percentage of residents were out of work?", Asked.SHARE),
        ("How much money was spent?", Asked.MONEY),
        ("When did the programme end?", Asked.DATE),
        ("In which year did it start?", Asked.DATE),
        ("Who wrote the report?", Asked.NAME),
        ("Which organisation paid for it?", Asked.NAME),
        ("Which areas were chosen?", Asked.LIST),
        ("List the partners", Asked.LIST),
        ("What is a ward?", Asked.DEFINITION),
        ("What does NDC stand for?", Asked.DEFINITION),
        ("Why did it fail?", Asked.REASON),
        ("Did crime fall?", Asked.YES_NO),
    ],
)
def test_the_kind_of_answer_is_seen(text: str, asked: Asked) -> None:
    assert asked in parse_question(text).asked


def test_names_years_figures_and_phrases_become_conditions() -> None:
    question = parse_question('What did Hartley Borough Council do with £1.2m in 2006-07 for "social value"?')

    assert [set(name) >= {"hartley"} for name in question.names] == [True]
    assert question.years == {2006, 2007}
    assert question.figures == {Decimal(1_200_000)}
    assert question.phrases == ("social value",)


def test_the_first_word_of_a_question_is_no_name() -> None:
    assert parse_question("Crime fell in which places?").names == ()
    assert parse_question("Which wards of Northfield?").names == (("northfield",),)


def test_the_year_of_a_publication_is_told_from_the_year_asked_about() -> None:
    assert parse_question("What does the 2014 report say?").document_years == {2014}
    assert parse_question("What was the rate in 2014?").document_years == frozenset()


def test_an_acronym_brings_the_words_that_it_stands_for() -> None:
    known = {"NDC": frozenset({"New Deal for Communities"})}
    question = parse_question("How many NDC areas were there?", known)

    assert "New Deal for Communities" in question.spelt_out
    assert [short for short, _ in question.expansions] == ["ndc"]
    assert parse_question("How many areas were there?", known).expansions == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How many wards took part?", "Twelve wards took part."),
        ("How much money was spent?", "They spent £3m."),
        ("What percentage had no car?", "One in ten had no car; 41% had one."),
        ("When did it close?", "It closed in March 2011."),
        ("Who wrote it?", "It was written by Alice Marsh."),
    ],
)
def test_words_of_the_kind_asked_for_are_recognised(text: str, words: str) -> None:
    question = parse_question(text)

    assert question.asked
    assert all(provides(kind, words, question) for kind in question.asked)


@pytest.mark.parametrize(
    ("text", "asked", "words"),
    [
        ("How many wards took part?", Asked.FIGURE, "Wards took part in 2011."),
        ("How many wards took part?", Asked.FIGURE, "One of the wards took part in a two-tier system."),
        ("How much money was spent?", Asked.MONEY, "It was spent on 34 wards."),
        ("What percentage had no car?", Asked.SHARE, "In all 300 households had no car."),
        ("When did it close after 2011?", Asked.DATE, "It closed after 2011."),
        ("Who led Hartley Trust?", Asked.NAME, "The trust was led well, as Hartley Trust says."),
        ("How many wards took part?", Asked.FIGURE, "See https://example.org/12/wards for wards."),
    ],
)
def test_words_of_another_kind_or_nothing_new_are_no_answer(text: str, asked: Asked, words: str) -> None:
    question = parse_question(text)

    assert asked in question.asked
    assert not provides(asked, words, question)


def test_a_definition_begins_with_its_term() -> None:
    question = parse_question("What is a ward?")

    assert defines("A ward is an area that elects councillors.", question)
    assert not defines("The council is a body with many wards.", question)


def test_a_question_that_asks_two_things_is_taken_apart() -> None:
    assert split_parts("Who wrote it, and when did it come out?") == ("Who wrote it?", "when did it come out?")


@pytest.mark.parametrize("text", ["How did health and crime change?", "Who?", "What is said about cats and dogs?"])
def test_a_question_that_asks_one_thing_stays_whole(text: str) -> None:
    assert split_parts(text) == (text,)


@given(st.text(max_size=300))
def test_any_text_is_a_question(text: str) -> None:
    assert parse_question(text).text == " ".join(text.split())
    assert split_parts(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Compare crime in Northfield with jobs in Hartley.", ("crime in Northfield?", "jobs in Hartley?")),
        (
            "In what years did the Hall and the Mill open?",
            ("In what year did the Hall open?", "In what year did the Mill open?"),
        ),
        (
            "What dates were the plan and its review published?",
            ("What date was the plan published?", "What date was its review published?"),
        ),
        ("What year did health and safety improve?", ("What year did health and safety improve?",)),
        ("How does Northfield compare with Hartley?", ("How does Northfield compare with Hartley?",)),
    ],
)
def test_one_thing_asked_of_two_is_two_questions(text: str, parts: tuple[str, ...]) -> None:
    assert split_parts(text) == parts


@pytest.mark.parametrize(
    ("question", "words", "opposite"),
    [
        ("Which is the least deprived ward?", "Northfield is the most deprived ward.", True),
        ("Which is the least deprived ward?", "From the most to the least deprived ward.", False),
        ("Did at least half agree?", "Most of them agreed.", False),
        ("How many women smoke?", "Of men, 12% smoke.", True),
        ("How many people smoke?", "Of men, 12% smoke.", False),
    ],
)
def test_the_opposite_of_what_is_asked_is_recognised(question: str, words: str, opposite: bool) -> None:
    assert says_the_opposite(words, parse_question(question)) is opposite


@pytest.mark.parametrize(
    ("question", "words", "lacks"),
    [
        ("Which ward has the highest rent?", "Rents in Northfield are £900.", True),
        ("Which ward has the highest rent?", "Rents are greatest in Northfield.", False),
        ("Which of the most deprived wards has a hall?", "Northfield has a hall.", False),
        ("What is the highest rent?", "Rents in Northfield are £900.", False),
    ],
)
def test_which_is_the_highest_is_answered_by_an_extreme(question: str, words: str, lacks: bool) -> None:
    assert lacks_extreme(words, parse_question(question)) is lacks


def test_a_share_of_one_is_no_total() -> None:
    assert asks_for_total(parse_question("How much was spent in total?"))
    assert not asks_for_total(parse_question("How much was spent in total on each ward?"))
    assert gives_share_of_one("Each ward got £50m.")
    assert not gives_share_of_one("Each ward got £50m, £1bn in all.")
    assert not gives_share_of_one("Rents rose by 12 per cent.")


@pytest.mark.parametrize(("cell", "empty"), [("not stated", True), ("n/a", True), ("2,300", False)])
def test_a_cell_may_say_nothing(cell: str, empty: bool) -> None:
    assert says_nothing(f"Northfield | {cell}") is empty


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Which body runs the hall?", "run"),
        ("Who wrote the review?", "wrote"),
        ("Which council has the largest number of halls?", ""),
        ("When was the review written?", ""),
    ],
)
def test_what_somebody_asked_for_did_is_their_role(text: str, role: str) -> None:
    assert role_asked(parse_question(text)) == role


def test_a_name_is_not_read_as_a_question_about_its_words() -> None:
    assert Asked.MONEY not in parse_question("How big was the Northfield Hall Fund in May?").asked
    assert Asked.MONEY in parse_question("How big was the fund in May?").asked
    assert ("know", "your", "ward", "fund") in parse_question("Who paid into the Know Your Ward Fund?").names


def test_which_has_the_largest_number_asks_for_a_name_alone() -> None:
    assert parse_question("Which council has the largest number of halls?").asked == {Asked.NAME}
    assert Asked.FIGURE in parse_question("Which large number stands there?").asked


def test_the_size_of_one_thing_counts_in_full_and_a_kind_does_not() -> None:
    assert "salari" not in parse_question("What salary does the chief get?").asked_for
    assert "bodi" in parse_question("Which body runs the hall?").asked_for
