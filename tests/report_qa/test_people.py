"""Names of people are told by their form from those of bodies, places and things."""

from __future__ import annotations

import pytest

from report_qa.people import find_people, is_by_somebody
from report_qa.words import stem


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("It was signed by Alice Marsh.", ("Alice Marsh",)),
        (
            "Secretary Ludwig van Beethoven and Dr J. Fell met Anne-Marie Hill.",
            ("Ludwig van Beethoven", "J. Fell", "Anne-Marie Hill"),
        ),
        ("The Northfield Trust met the City Council in March Street.", ()),
        ("Alice met Bert.", ()),
        ("They met President Alice.", ()),
        ("The Associate Directors met the Chief Executives.", ()),
        ("President Alice Marsh, Chief Financial Officer", ("Alice Marsh",)),
    ],
)
def test_people_are_told_by_the_form_of_their_names(words: str, people: tuple[str, ...]) -> None:
    assert find_people(words) == people


def test_people_have_accents_and_prefixes() -> None:
    words = "Anne-Marie O’Neil and José María met Kevin K. McAleenan; Gao Lei wrote."
    assert find_people(words) == ("Anne-Marie O’Neil", "José María", "Kevin K. McAleenan", "Gao Lei")


@pytest.mark.parametrize(
    ("role", "words", "is_author"),
    [
        ("wrote", "A paper by Alice Marsh and Bert Hill.", True),
        ("wrote", "A paper by the City Council.", False),
        ("chaired", "A paper by Alice Marsh.", False),
    ],
)
def test_by_somebody_names_an_author(role: str, words: str, is_author: bool) -> None:
    assert is_by_somebody(stem(role), words) is is_author
