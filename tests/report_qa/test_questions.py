"""What a question asks for, and what counts as an answer's kind of words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.questions import Asked, find_names, parse_question, split_parts


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
        ("I was away for a week. Who has to agree?", Asked.NAME),
        ("At what airport did it land?", Asked.NAME),
        ("How soon must we answer?", Asked.FIGURE),
        ("What's the most that I can claim?", Asked.FIGURE),
        ("What ages can take part?", Asked.FIGURE),
        ("What did the council spend on parks?", Asked.MONEY),
        ("What made the share fall?", Asked.REASON),
        ("What is the point of two keys?", Asked.REASON),
        ("What are our levels of access?", Asked.LIST),
        ("What are Northfield’s values?", Asked.LIST),
    ],
)
def test_the_kind_of_answer_is_seen(text: str, asked: Asked) -> None:
    assert asked in parse_question(text).asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What was paid to people who had died?", Asked.NAME),
        ("In areas where crime fell, what changed?", Asked.NAME),
        ("When the report speaks of wards, what does it mean?", Asked.DATE),
    ],
)
def test_a_clause_asks_nothing(text: str, asked: Asked) -> None:
    assert asked not in parse_question(text).asked


def test_being_named_somewhere_is_nothing_to_look_for() -> None:
    assert "name" not in parse_question("Who is named as chair in the plan?").terms


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


@pytest.mark.parametrize(
    "text",
    [
        "What was the rent in Northfield? Round to one decimal place.",
        "Round to one decimal place. What was the rent in Northfield?",
        "Answer in Dollars. What was the rent in Northfield? Please use the Hartley Tables.",
        "What was the rent in Northfield? If Hartley has none, state that.",
        "We need this for Hartley. What was the rent in Northfield?",
        "Address the question as a Hartley Analyst: What was the rent in Northfield?",
    ],
)
def test_how_to_answer_is_no_part_of_what_is_asked(text: str) -> None:
    question = parse_question(text)

    assert question.text == text
    assert question.spelt_out == "What was the rent in Northfield?"
    assert question.terms == ("rent", "northfield")
    assert question.names == (("northfield",),)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("State the rent.", ("rent",)),
        ("Use of Hartley halls? Why?", ("hartley", "hall")),
        ("Base rents rose. Why?", ("base", "rent", "rose")),
        ("Use of cars fell in Hartley. By how much?", ("car", "fell", "hartley")),
        ("Provide the rent. Round it.", ("provid", "rent", "round")),
        ("If it rains, is the hall open?", ("rain", "hall", "open")),
    ],
)
def test_what_sounds_like_an_order_may_be_the_question(text: str, terms: tuple[str, ...]) -> None:
    assert parse_question(text).terms == terms


@pytest.mark.parametrize(
    "period",
    ["FY2018", "FY18", "FY'18", "fy2018", "CY2019", "Q2", "H1", "USD", "US$", "GBP", "FYE2018", "Q3 2019", "FY2018's"],
)
def test_periods_and_units_name_nothing(period: str) -> None:
    assert parse_question(f"What was the rent of {period} in Northfield?").names == (("northfield",),)
    assert find_names(f"It was so in {period}") == ()


@pytest.mark.parametrize("name", ["Q", "FYZ2018", "USDA", "Quarter"])
def test_what_only_looks_like_a_period_is_a_name(name: str) -> None:
    assert (len(find_names(f"It was so in {name}")) == 1) is (len(name) > 1)


def test_a_period_inside_a_name_leaves_the_name() -> None:
    assert parse_question("What did the Northfield FY2018 Review say?").names == (("northfield", "review"),)


def test_the_measures_of_accounts_come_with_their_lines() -> None:
    ((written, lines),) = parse_question("What was the Gross Margin of the firm?").measures

    assert written == "Gross Margin"
    assert "cost of sales" in lines
    assert parse_question("What was the rent in Northfield?").measures == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What is the hall's FY 2022 target?", Asked.FIGURE),
        ("What was the hall’s altitude?", Asked.FIGURE),
        ("What score did the wards get?", Asked.FIGURE),
        ("What was the wards' combined turnout?", Asked.FIGURE),
        ("What total budget did the wards have?", Asked.MONEY),
        ("Which annual grant did they get?", Asked.MONEY),
        ("What did they conclude caused the fall?", Asked.REASON),
        ("What do the authors say led to it?", Asked.REASON),
        ("What counts as damp?", Asked.DEFINITION),
    ],
)
def test_newer_forms_of_asking_are_seen_too(text: str, asked: Asked) -> None:
    assert asked in parse_question(text).asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What funding rate did they have?", Asked.MONEY),
        ("What cost percentage was it?", Asked.MONEY),
        ("What ward has a high score?", Asked.FIGURE),
        ("What is said about halls?", Asked.FIGURE),
        ("What was the cause for closing and what led the wards?", Asked.MONEY),
        ("What led the wards?", Asked.REASON),
    ],
)
def test_what_only_sounds_like_them_is_not(text: str, asked: Asked) -> None:
    assert asked not in parse_question(text).asked


def test_what_counts_as_something_is_about_that_thing() -> None:
    assert parse_question("What counts as damp?").terms == ("damp",)


def test_how_to_answer_sets_no_condition() -> None:
    question = parse_question("What was the rent in Northfield? Round to 2 decimal places. If not stated, explain why.")

    assert (question.figures, question.asked) == (frozenset(), frozenset())
