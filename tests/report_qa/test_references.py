"""How references look, apart from any shelf."""

from __future__ import annotations

import pytest

from report_qa.references import (
    entry_label,
    find_addresses,
    find_author_years,
    find_bracketed,
    find_named,
    find_titled,
    is_citation,
    is_list_of_references,
    plain_address,
    says_same_source,
    sources_of,
    without_citations,
)


def _sources(note: str) -> list[str]:
    return [note[start:end] for start, end in sources_of(note)]


def test_a_note_names_one_source_for_each_address_and_each_see() -> None:
    note = "3 Sources: https://a.org/x · https://b.org/y. See also the note on crime; Onward (2021)."
    assert _sources(note) == [
        "Sources: https://a.org/x",
        "https://b.org/y.",
        "See also the note on crime",
        "Onward (2021).",
    ]
    assert _sources("Our sum of https://a.org/x and https://b.org/y.") == [
        "Our sum of https://a.org/x",
        "https://b.org/y.",
    ]
    assert _sources("See the note on crime, and the note on health.") == [
        "See the note on crime",
        "the note on health.",
    ]


@pytest.mark.parametrize(
    ("words", "cites"),
    [
        ("Onward, Turnaround, 2021.", True),
        ("https://a.org", True),
        ("Ibid., p. 4.", True),
        ("See “The big plan”.", True),
        ("Popay, J. and others (2023) Investigating health.", True),
        ("Tea is a drink.", False),
        ("The census of England was taken on a Sunday.", False),
        ("The figures for 2021 leave out Wales.", False),
    ],
)
def test_a_note_that_only_explains_cites_nothing(words: str, cites: bool) -> None:
    assert is_citation(words) is cites


def test_addresses_that_open_the_same_page_are_equal() -> None:
    assert find_addresses("See <https://www.a.org/x/>. Or (http://b.org).") == ("https://www.a.org/x/", "http://b.org")
    assert plain_address("https://www.A.org/x%20y/#part") == plain_address("http://a.org/x y")
    assert plain_address("https://a.org/x?p=1") != plain_address("https://a.org/x?p=2")
    assert plain_address("https://[") == ""


def test_authors_with_years_in_and_beside_brackets() -> None:
    text = "It rose (Onward, 2021; DCMS 2022), as Popay and others (2023) found (in May 2024)."
    assert [(each.who, each.year) for each in find_author_years(text)] == [
        ("Onward", "2021"), ("DCMS", "2022"), ("Popay and others", "2023"),
    ]  # fmt: skip
    assert text[find_author_years(text)[1].start_char : find_author_years(text)[1].end_char] == "DCMS 2022"
    assert without_citations("It rose [12] by 3% (Onward, 2021), at last (in May 2024).") == (
        "It rose by 3%, at last (in May 2024)."
    )


def test_bracketed_numbers_and_entries() -> None:
    assert find_bracketed("It rose [3, 5] and fell [12].") == ((8, 14, "3, 5"), (24, 28, "12"))
    assert [entry_label(words) for words in ("[12] Onward", "12. Onward", "12 Onward", "Onward 12")] == [
        "12",
        "12",
        "12",
        "",
    ]


def test_publications_named_by_a_body_or_by_what_they_are_on() -> None:
    (named,) = find_named("It follows Frontier Economics’ 2021 report closely.")
    assert (named.who, named.is_sure) == ("Frontier Economics", True)
    (unsure,) = find_named("The Crest Advisory study is long.")
    assert (unsure.who, unsure.is_sure) == ("Crest Advisory", False)
    assert [each.who for each in find_titled("See the notes on Big Local and on crime.")] == ["Big Local", "crime"]


def test_lists_of_references_and_repeated_sources() -> None:
    assert is_list_of_references("7. References and notes")
    assert is_list_of_references("Endnotes")
    assert not is_list_of_references("Sources of income")
    assert says_same_source("14 Ibid., p. 3")
    assert not says_same_source("Ibidun, 2021")
