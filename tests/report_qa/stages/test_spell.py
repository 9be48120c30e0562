"""Typing errors are mended; what the documents know, and figures, are left alone."""

from __future__ import annotations

import pytest

from report_qa.questions import Question, parse_question
from report_qa.stages.spell import spell
from report_qa.words import stem, tokens
from tests.doubles import PlainLexicalIndex

TEXT = "Regeneration of the neighbourhood brought employment and 1200 homes in 2008."
LEXICAL = PlainLexicalIndex({"p": ("Review", (), TEXT)}, {"title": 1.0, "heading": 1.0, "body": 1.0})


def _spelt(text: str) -> tuple[Question, Question]:
    question = parse_question(text)
    return question, spell(question, lexical=LEXICAL, vocabulary=frozenset(tokens(TEXT)))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("What did regenertion bring?", "regeneration"),
        ("What did the neigbourhood get?", "neighbourhood"),
        ("Was there employmant?", "employment"),
    ],
)
def test_a_word_with_a_wrong_letter_is_mended(text: str, meant: str) -> None:
    question, mended = _spelt(text)

    assert stem(meant) not in question.terms
    assert stem(meant) in mended.terms
    assert mended.text == question.text
    assert meant in mended.spelt_out


def test_an_ending_that_is_misspelt_is_mended_though_its_stem_is_far_off() -> None:
    question, mended = _spelt("Was it a brougth neighbourhood?")

    assert stem("brougth") in question.terms
    assert stem("brought") in mended.terms


@pytest.mark.parametrize(
    "text",
    [
        "What did regeneration bring?",
        "What did archaeology bring?",
        "Were there 1201 homes in 2009?",
        "What about the homme?",
    ],
)
def test_known_words_other_words_and_figures_stay(text: str) -> None:
    question, mended = _spelt(text)

    assert mended == question
