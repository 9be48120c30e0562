"""Permanent names of quotations: they survive a link, and tell altered words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.citations import decode_cite, encode_cite

WORDS = "Crime fell by 10%."


@given(
    document_id=st.text(alphabet=st.characters(exclude_characters="~", codec="utf-8"), min_size=1, max_size=80),
    starts=st.lists(st.integers(0, 10**6), min_size=1, max_size=5),
)
def test_a_name_comes_back_from_its_link(document_id: str, starts: list[int]) -> None:
    ranges = tuple((start, start + 7) for start in starts)
    cite = decode_cite(encode_cite("12", document_id, ranges, WORDS))

    assert (cite.edition_id, cite.document_id, cite.ranges) == ("12", document_id, ranges)


def test_only_the_very_words_match() -> None:
    cite = decode_cite(encode_cite("1", "notes/crime.md", ((0, 18),), WORDS))

    assert cite.matches(WORDS)
    assert cite.matches("Crime  fell\nby 10%.")
    assert not cite.matches("Crime fell by 11%.")
    assert not cite.matches("crime fell by 10%.")
    assert not cite.matches("")


def test_a_name_is_safe_in_a_link() -> None:
    cite = encode_cite("1", "a folder/née & co?#.pdf", ((0, 1),), "x")

    assert not set(cite) & set(" /&?#+\"'<>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1~a.md~0-18",
        "x~a.md~0-18~0123abcd",
        "1~a.md~18-18~0123abcd",
        "1~a.md~18-2~0123abcd",
        "1~a.md~0-18~0123abcg",
        "1~a.md~0-18~0123abcd\n",
        "1~a.md~~0123abcd",
        "../../etc/passwd",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quotation"):
        decode_cite(text)
