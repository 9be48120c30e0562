"""Short forms that a text explains itself."""

from __future__ import annotations

import pytest

from report_qa.acronyms import find_acronyms


@pytest.mark.parametrize(
    ("text", "short", "words"),
    [
        ("The New Deal for Communities (NDC) began in 1998.", "NDC", "New Deal for Communities"),
        ("the Index of Multiple Deprivation (IMD)", "IMD", "Index of Multiple Deprivation"),
        ("the Department of Health (DOH)", "DOH", "Department of Health"),
        ("by local authorities (LAs)", "LA", "local authorities"),
        ("the New Deal\nfor Communities (NDC)", "NDC", "New Deal for Communities"),
    ],
)
def test_an_explained_acronym_is_found_with_its_words(text: str, short: str, words: str) -> None:
    assert find_acronyms(text) == {short: words}


@pytest.mark.parametrize(
    "text", ["a leaflet (PDF)", "It fell (NDC) again", "NDC areas", "", "(NDC)", "the New Plan for Communities (NDC)"]
)
def test_letters_that_stand_for_other_words_are_not_explained(text: str) -> None:
    assert find_acronyms(text) == {}
