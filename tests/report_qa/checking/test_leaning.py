"""Which sentences need the one before them, and which evidence speaks of the same."""

from __future__ import annotations

import pytest

from report_qa.checking.leaning import leans, leans_on, speaks_of
from report_qa.checking.likeness import Lexicon
from report_qa.words import term_set


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It is £5 billion a year.", True),
        ("However, it fell by 3% in 2019.", True),
        ("Their number doubled.", True),
        ("This represents a third of the total.", True),
        ("Those were closed in 2012.", True),
        ("This programme cost £2bn.", False),
        ("Those areas lost 300 libraries.", False),
        ("The gap is £5 billion a year.", False),
        ("Italy spent more.", False),
    ],
)
def test_a_sentence_leans_where_a_pronoun_stands_for_its_subject(sentence: str, expected: bool) -> None:
    assert leans(sentence) is expected


def test_it_leans_on_the_last_sentence_that_names_something() -> None:
    text = [
        "It began well.",
        "The fund closed in 2012.",
        "It had cost £2bn.",
        "This was too much.",
        "Libraries remain.",
    ]

    named = leans_on(text)

    assert named == ("", "", "The fund closed in 2012.", "The fund closed in 2012.", "")


def test_evidence_of_something_else_does_not_speak_of_it() -> None:
    about = "The productivity gap of the most deprived communities is wide."

    assert speaks_of(about, term_set("Deprived communities: a productivity gap of £124 billion"), Lexicon())
    assert not speaks_of(about, term_set("The health gap is £29.8 billion a year"), Lexicon())
