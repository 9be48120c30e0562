"""Other words for the same, whatever a shelf is about."""

from __future__ import annotations

import pytest

from report_qa.synonyms import SYNONYMS, synonyms
from report_qa.words import stem


@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        ("wrote", "author"),
        ("rose", "increased"),
        ("paid", "funded"),
        ("published", "released"),
        ("share", "percentage"),
    ],
)
def test_a_person_and_a_publication_meet(asked: str, reported: str) -> None:
    assert stem(reported) in synonyms(stem(asked))
    assert stem(asked) in synonyms(stem(reported))


@pytest.mark.parametrize(("word", "opposite"), [("rise", "fall"), ("start", "end"), ("employed", "unemployed")])
def test_opposites_never_stand_for_each_other(word: str, opposite: str) -> None:
    assert stem(opposite) not in synonyms(stem(word))


def test_no_word_stands_for_itself_and_no_figure_has_another() -> None:
    assert all(term not in others for term, others in SYNONYMS.items())
    assert not [term for term in SYNONYMS if any(character.isdigit() for character in term)]
    assert synonyms("2008") == frozenset()
