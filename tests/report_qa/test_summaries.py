"""Which questions ask for a summary, of which section, and on which topic."""

from __future__ import annotations

import pytest

from report_qa.questions import Asked, parse_question
from report_qa.summaries import section_wanted, topic_of


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the report",
        "Please give me a short overview of the plan.",
        "What are the main points of the evaluation?",
        "What does the evidence say about crime, in short?",
        "In short, what is said about crime?",
    ],
)
def test_a_question_may_want_a_summary(question: str) -> None:
    assert Asked.SUMMARY in parse_question(question).asked


@pytest.mark.parametrize(
    "question",
    [
        "What are the main causes?",
        "Is the service in short supply?",
        "How long is the summary?",
        "What points were won?",
    ],
)
def test_other_questions_want_none(question: str) -> None:
    assert Asked.SUMMARY not in parse_question(question).asked


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("Summarise the section on police spending in the report", "police spending"),
        ("Summarise the housing chapter", "housing"),
        ("Summarise section 3.2 of the plan", "3.2"),
        ("Summarise the chapter called “Next steps”", "Next steps"),
        ("Summarise the report", ""),
    ],
)
def test_a_section_is_named(question: str, section: str) -> None:
    assert section_wanted(question) == section


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What does it say about crime, in short?", "crime"),
        ("Summarise it.", ""),
        ("What are the main points of it?", ""),
        ("Give me a short overview of what the documents say about crime.", "crime"),
    ],
)
def test_the_topic_is_what_else_is_said(question: str, topic: str) -> None:
    assert topic_of(question) == topic
