"""Plain text has no link, image, tag or unseen character left, and keeps its words."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.markup import plain, without_unseen


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("**Bold** and _leaning_ and `code`.", "Bold and leaning and code."),
        ("## A heading", "A heading"),
        ("- an item", "an item"),
        ("See [the report](https://e.example/a_(b)?q=1).", "See the report."),
        ("![map](https://e.example/x.png) Here.", "Here."),
        ("[here][1] and\n[1]: https://e.example", "[here][1] and"),
        ("<b>Bold</b> <script>fetch('x')</script>text", "Bold text"),
        ("&lt;img src=x&gt; text", "text"),
        ("&amp;lt;img src=x&amp;gt; text", "text"),
        ("<<b>img src=x> text", "< img src=x> text"),
        ("Go to https://e.example/a?b=c now", "Go to now"),
        ("Go to www.e.example now", "Go to now"),
        ("Go to //e.example/a now", "Go to now"),
        ("javascript:alert(1) text", "text"),
        ("ze\u200bro \u202ewidth", "zero width"),
        # What only looks like markup.
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("snake_case_name costs 2 * 3", "snake_case_name costs 2 3"),
        ("The data: 45% in 2020/21; and/or", "The data: 45% in 2020/21; and/or"),
        ("Profile: see page 3 (annex)", "Profile: see page 3 (annex)"),
        ("“Quoted” — £4.2bn – 5°", "“Quoted” — £4.2bn – 5°"),
        ("2019 was good", "2019 was good"),
    ],
)
def test_markup_goes_and_words_stay(marked: str, expected: str) -> None:
    assert plain(marked) == expected


@given(st.text(alphabet="ab<>/!&;lgt#[]()*_`:h.pswj\u200b\n -", max_size=120))
def test_threat_2_nothing_unwraps_into_markup(text: str) -> None:
    found = plain(text)
    assert plain(found) == found
    assert not re.search(r"<[a-z/!?]|\]\s?\(|!\[.*\]|://|\bwww\.", found, re.IGNORECASE)
    assert "\n" not in found


@given(st.text(max_size=60))
def test_unseen_characters_go(text: str) -> None:
    assert not {unicodedata.category(char) for char in without_unseen(text)} - {"Cc"} & {"Cf", "Cs", "Co", "Cn"}
    assert all(char in "\n\t" or unicodedata.category(char) != "Cc" for char in without_unseen(text))


def test_long_text_takes_no_long_time() -> None:
    for hostile in ("<" * 20_000, "[" * 20_000, "![](" * 5_000, "&lt;" * 5_000, "http:" * 4_000):
        plain(hostile)


@pytest.mark.parametrize(
    "marked", ["[a](http://b) The fund grew.", "[source](http://b) The fund grew.", "The [fund](http://b) grew."]
)
def test_no_stray_word_of_a_link_is_left_before_a_sentence(marked: str) -> None:
    assert plain(marked) == "The fund grew."
