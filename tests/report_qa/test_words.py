"""What a search takes for the same word, and what it doesn't."""

from __future__ import annotations

import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.words import content_terms, places_of, stem, term_set, terms, tokens


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Organisation", "organization"),
        ("neighbourhoods", "neighborhood"),
        ("programme", "programs"),
        ("centre", "centers"),
        ("travelled", "traveling"),
        ("residents’", "resident"),
        ("the council’s", "the council's"),
        ("café", "CAFE"),
        ("women", "woman"),
        ("41%", "41 per cent"),
        ("41 percent", "41 per-cent"),
        ("1,200 homes", "1200 home"),
        ("hard-to-reach", "hard to reach"),
    ],
)
def test_readers_take_these_for_the_same(first: str, second: str) -> None:
    assert terms(first) == terms(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("1.2m", "12m"), ("2008", "2009"), ("employed", "unemployed"), ("north", "northern"), ("3.5", "35")],
)
def test_readers_tell_these_apart(first: str, second: str) -> None:
    assert terms(first) != terms(second)


def test_asking_words_carry_nothing_and_subjects_are_kept_once() -> None:
    assert content_terms("What is the gap between the gap and other gaps?") == ["gap"]
    assert content_terms("What is it about?") == []


def test_at_least_says_nothing_of_what_is_least() -> None:
    assert stem("least") not in terms("at least half of the wards")
    assert stem("least") in terms("the least deprived wards")


def test_a_word_of_any_length_takes_no_time() -> None:
    started = time.perf_counter()
    assert terms("a" * 200_000)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("typeset", "typed"),
    [
        ("the council’s “quiet” revolution", 'the council\'s "quiet" revolution'),
        ("hard–to—reach wards", "hard-to-reach wards"),
        ("café naïve Zürich", "cafe naive Zurich"),
        ("ﬁve ½ x²", "five 1⁄2 x2"),
        ("• £5 · €6 › ward…", "5 6 ward"),
        ("women’s ʼtis 5′", "women's 'tis 5'"),
        ("per\u00a0cent", "per cent"),
    ],
)
def test_typography_makes_no_other_words(typeset: str, typed: str) -> None:
    assert tokens(typeset) == tokens(typed)


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=60))
def test_words_are_the_same_composed_and_decomposed(text: str) -> None:
    assert tokens(text) == tokens(unicodedata.normalize("NFD", text))


@given(st.text(max_size=60))
def test_the_set_of_terms_is_that_of_the_list(text: str) -> None:
    assert term_set(text) == frozenset(terms(text))
    assert tokens(text.encode("ascii", "ignore").decode()) == tokens(text.encode("ascii", "ignore").decode() + "\u00a0")


def test_a_contraction_is_the_word_it_begins_with() -> None:
    assert tokens("I've told them that we'd go; it's Hartley's") == "i told them that we go it hartley".split()


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Services fell; a service’s fare fell.", "service", ["Services", "service’s"]),
        ("It was 1,200 homes, not 12,001.", "1200 home", ["1,200", "homes"]),
        ("From 41% to 41 per cent.", "41 percent", ["41%", "41", "per cent"]),
        ("The Café in Cafeteria Road", "cafe", ["Café"]),
        ("Hard-to-reach groups", "reach", ["reach"]),
        ("Nothing of it", "gap", []),
    ],
)
def test_words_are_found_where_they_are_written(text: str, wanted: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in places_of(text, term_set(wanted))] == found


@given(st.text(alphabet="aé £%1,.'’s -\n", max_size=40))
def test_what_is_marked_has_the_stem_and_nothing_overlaps(text: str) -> None:
    wanted = term_set(text)
    places = places_of(text, wanted)
    assert all(term_set(text[start:end]) & wanted for start, end in places)
    assert all(first[1] <= second[0] for first, second in pairwise(places))
    assert places_of(text, frozenset()) == ()


def test_threads_do_not_disturb_each_other_s_words() -> None:
    beginnings = ("connect", "relat", "organis", "nation", "hope", "general", "fulfil", "product")
    words = [
        f"{letter}{start}{end}" for letter in "bcdfg" for start in beginnings for end in ("ions", "ing", "ational")
    ]
    alone = [stem(word) for word in words]
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(10):
                stem.cache_clear()
                assert [*threads.map(stem, words)] == alone
    finally:
        sys.setswitchinterval(often)
        stem.cache_clear()
