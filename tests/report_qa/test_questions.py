"""What a question asks for, and what counts as an answer's kind of words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.questions import Asked, defines, parse_question, provides, split_parts


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
