"""What every file can hold, and what nobody sees in any."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.exporting import harmless

ANYTHING = st.text(st.characters(exclude_categories=()))


@given(ANYTHING)
def test_what_is_left_can_stand_in_xml_and_hides_nothing(text: str) -> None:
    said = harmless.lines(text)
    said.encode("utf-8")
    assert not [char for char in said if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    assert not set(said) & set("\ufffe\uffff")
    assert harmless.lines(said) == said


@pytest.mark.parametrize(
    "unseen",
    list("\x00\x07\x1b\x7f\x9f\u200b\u200e\u200f\u061c\u2060\ufeff\U000e0041")
    + list(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))),
)
def test_what_nobody_sees_is_left_out(unseen: str) -> None:
    assert harmless.lines(f"a{unseen}b") == harmless.line(f"a{unseen}b") == "ab"


def test_words_are_kept_with_what_their_script_needs() -> None:
    for text in ("Łódź £4.2 bn – “so”", "क्‍ष", "👨‍👩‍👧", "co\u00adoperate", "שלום", "𝒳 → ≤ ∑", "a\nb"):
        assert harmless.lines(text) == text


def test_lines_end_alike_and_tabs_are_spaces() -> None:
    assert harmless.lines("a\r\nb\rc\vd\u2028e\tf") == "a\nb\nc\nd\ne f"
    assert harmless.line("  a\r\n\tb ") == "a b"


def test_halves_of_surrogates_and_noncharacters_are_replaced() -> None:
    assert harmless.lines("a\ud800b\uffff\U0001ffff") == "a\ufffdb\ufffd\ufffd"
