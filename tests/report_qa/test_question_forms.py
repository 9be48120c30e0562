"""Sentences give the questions that they answer, in good English, or none at all."""

from __future__ import annotations

import pytest

from report_qa.question_forms import heading_named, name_in, question_in, questions_from, topic_in, with_article


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Local Trust was set up in 2012 to administer Big Local.", "When was Local Trust set up?"),
        ("The Long-Term Plan for Towns was launched in September 2023.", "When was the Long-Term Plan for Towns launched?"),
        ("The Fairness Commission began in 2009.", "When did the Fairness Commission begin?"),
        ("The FEHB Program is administered by OPM.", "Who is the FEHB Program administered by?"),
        ("There were 3,600 libraries in England.", "How many libraries were there in England?"),
        ("The Hyper-local Need Measure has five dimensions.", "How many dimensions does the Hyper-local Need Measure have?"),
        ("Big Local received £217 million from the Lottery.", "How much did Big Local receive from the Lottery?"),
        ("The Renewal Fund spent about £4m on local transport.", "How much did the Renewal Fund spend on local transport?"),
        ("Dan Turner is a researcher at the university.", "Who is Dan Turner?"),
        ("OPM is the central agency for staff.", "What is OPM?"),
        ("An APG is a near-term result of an agency.", "What is an APG?"),
        ("OPM is responsible for the pensions of staff.", "What is OPM responsible for?"),
        ("The Audit Committee found that nobody had counted.", "What did the Audit Committee find?"),
        ("The Growth Strategy aims to double the places.", "What does the Growth Strategy aim to do?"),
        ("In 2014, 89 per cent of the offices in Wales had a plan.", "In 2014, what percentage of the offices in Wales had a plan?"),
        ("More than 250 residents took part in the Leeds survey.", "How many residents took part in the Leeds survey?"),
    ],
)  # fmt: skip
def test_a_sentence_gives_the_question_that_it_answers(sentence: str, question: str) -> None:
    assert [formed.text for formed in questions_from(sentence)] == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "It was launched in 2012.",
        "This Fund was launched in 2012.",
        "The programme was launched in 2012.",
        "The Department is responsible for schools.",
        "Civil Society News describes the Community Wealth Fund launched in 2025 as new.",
        "Local Trust was set up to administer Big Local.",
        "There are three key strategies that OPM is employing.",
        "There are 12 of these in England.",
        "A MSP Option is a new type of plan.",
        "Shared Services is a way of working.",
        "John Harris found the term condescending.",
        "Jane Smith is a pleasure to work with.",
        "The Renewal Fund spent £4m.",
        "About 89 per cent of residents had a plan.",
        "More than 250 residents took part in the survey.",
        "Year | Fund | The Fund was launched in 2012.",
        "The Big Fund was launched in 2012",
        f"The Big Fund was launched in 2012 {'and so on ' * 60}.",
    ],
)
def test_a_sentence_that_says_too_little_by_itself_gives_none(sentence: str) -> None:
    assert questions_from(sentence) == ()


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("How large should a community be?", "How large should a community be?"),
        ("What does this mean for you?", ""),
        ("Why?", ""),
        ("How the index is made", ""),
        ("Really? What is it then that matters?", ""),
    ],
)
def test_a_heading_is_a_question_only_where_it_can_be_asked_alone(heading: str, question: str) -> None:
    assert question_in(heading) == question


@pytest.mark.parametrize(
    ("heading", "named"),
    [
        ("How the Alliance grew", "How the Alliance grew"),
        ("3.2. Climate risks", "Climate risks"),
        ("Executive Summary", ""),
        ("About this note", ""),
        ("Figure 2 Spending by year", ""),
        ("FY 2013 Results", ""),
        ("Findings", ""),
        ("KEY FACTS", ""),
        ("Priority Goal: Improve access", ""),
        ("Results of the", ""),
        ("1900 E Street, NW Washington, DC 20415", ""),
    ],
)
def test_a_section_is_asked_for_by_a_heading_that_says_what_it_is_about(heading: str, named: str) -> None:
    assert heading_named(heading) == named


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is the total gap of poor towns?", "the total gap of poor towns"),
        ("How large is the gap?", "the gap"),
        ("What does “A plan” say about Big Local?", "Big Local"),
        ("What is a fund?", ""),
        ("What is the point of it?", ""),
        ("Who wrote the plan?", ""),
    ],
)
def test_the_topic_of_a_question_is_taken_whole_or_not_at_all(question: str, topic: str) -> None:
    assert topic_in(question) == topic


def test_names_keep_the_article_that_a_text_gives_them() -> None:
    text = (
        "He says the Community Wealth Fund helps. In March 2020 Jane Smith asked, and the Community Wealth Fund paid."
    )
    assert name_in(text) == "the Community Wealth Fund"
    assert name_in("It says Plan for Neighbourhoods and Pride is over.") == ""
    assert with_article("Community Wealth Fund", text) == "the Community Wealth Fund"
    assert with_article("the Local Trust", "Local Trust gives money. They like Local Trust.") == "Local Trust"
    assert with_article("Viewpoint Survey", "See Viewpoint Survey for more.") == ""
    assert with_article("Community Wealth Fund", "The Community Wealth Fund Alliance pays.") == ""
