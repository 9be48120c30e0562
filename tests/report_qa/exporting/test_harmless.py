"""What every file can hold, and what nobody sees in any."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from report_qa.exporting import harmless

ANYTHING = st.text(st.characters(exclude_categories=()))


@given(ANYTHING)
def test_what_is_left_can_stand_in_xml_and_hides_nothing(text: str) -> None:
    said = harmless.lines(text)
    said.encode("utf-8")
    assert not [char for char in said if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    assert not set(said) & set("\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert harmless.lines(said) == said


def test_words_are_kept_with_what_their_script_needs() -> None:
    for text in ("Łódź £4.2 bn – “so”", "क्‍ष", "👨‍👩‍👧", "co\u00adoperate", "שלום", "𝒳 → ≤ ∑", "a\nb"):
        assert harmless.lines(text) == text


def test_lines_end_alike_and_tabs_are_spaces() -> None:
    assert harmless.lines("a\r\nb\rc\vd\u2028e\tf") == "a\nb\nc\nd\ne f"
    assert harmless.line("  a\r\n\tb ") == "a b"


def test_halves_of_surrogates_and_noncharacters_are_replaced() -> None:
    assert harmless.lines("a\ud800b\uffff\U0001ffff") == "a\ufffdb\ufffd\ufffd"
