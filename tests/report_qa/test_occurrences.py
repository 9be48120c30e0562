"""Words are found as they stand, whatever their case and their hyphens, and where they are found they are the text's own."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from report_qa.occurrences import LONGEST_QUERY_CHARS, apart, fold, is_searched, occurrences
from report_qa.records.document import Span


def found(text: str, query: str) -> list[str]:
    _, spans = occurrences(fold(text), query, most=100)
    return [text[span.start_char : span.end_char] for span in spans]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        (
            "Left-behind places. LEFT BEHIND. left\u2011behind",
            "left behind",
            ["Left-behind", "LEFT BEHIND", "left\u2011behind"],
        ),
        ("left behind, leftbehind", "left-behind", ["left behind", "leftbehind"]),
        ("co-operation and cooperation", "cooperation", ["co-operation", "cooperation"]),
        ("co-operation and cooperation", "co-operation", ["co-operation", "cooperation"]),
        ("2010\u20132020", "2010-2020", ["2010\u20132020"]),
        ("the people\u2019s “word”", 'people\'s "word"', ["people\u2019s “word”"]),
        ("a line\nbreaks here", "line breaks", ["line\nbreaks"]),
        ("neighbourhoods", "neighbour", ["neighbour"]),
        ("\u00a34.2 billion", "\u00a34.2 billion", ["\u00a34.2 billion"]),
        ("C++ (v2)?", "c++ (v2)?", ["C++ (v2)?"]),
        ("\u0130stanbul", "istanbul", ["\u0130stanbul"]),
    ],
)
def test_the_same_words_are_found(text: str, query: str, words: list[str]) -> None:
    assert found(text, query) == words


@pytest.mark.parametrize(
    ("text", "query"),
    [("bathe", "the"), ("the rapist", "therapist"), ("neighbours", "neighbourhood"), ("4.20", "42"), ("a.b", "ab")],
)
def test_other_words_are_not(text: str, query: str) -> None:
    assert found(text, query) == []


@pytest.mark.parametrize("query", ["", "a", " ", "--", "?!", "x" * (LONGEST_QUERY_CHARS + 1)])
def test_what_says_too_little_or_too_much_is_not_looked_for(query: str) -> None:
    assert not is_searched(query)
    assert occurrences(fold(f"a {query} b"), query, most=9) == (0, ())
    assert apart(fold(f"a {query} b"), query, iter([Span(start_char=0, end_char=3)]), most=9) == ()


def test_all_are_counted_and_some_are_given() -> None:
    total, spans = occurrences(fold("bus bus bus bus"), "bus", skip=1, most=2)
    assert (total, [span.start_char for span in spans]) == (4, [4, 8])


def test_words_that_stand_apart_are_found_in_one_paragraph() -> None:
    text = "A bus to the harbour.\nThe harbour.\nNo bus.\nHarbour and bus."
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(Span(start_char=start, end_char=start + len(line)))
        start += len(line) + 1
    groups = apart(fold(text), "harbour bus", iter(lines), most=9)
    words = [[text[span.start_char : span.end_char] for span in group] for group in groups]
    assert words == [["bus", "harbour"], ["Harbour", "bus"]]
    assert apart(fold(text), "harbour", iter(lines), most=9) == ()


@given(some.text(max_size=80))
def test_a_folded_text_is_as_long_as_the_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@example("a - b", 0, 5)
@example("a--b", 0, 4)
@given(some.text(alphabet="ab -\u2013'\n", min_size=2, max_size=30), some.integers(0, 30), some.integers(2, 30))
def test_what_stands_at_the_beginning_of_a_word_is_found(text: str, start: int, length: int) -> None:
    query = text[start : start + length]
    begins = not text[:start][-1:].isalnum()
    if is_searched(query) and query.strip(" -\n\u2013") == query and query[:1].isalnum() and begins:
        starts = [span.start_char for span in occurrences(fold(text), query, most=99)[1]]
        # An occurrence that overlaps an earlier one is not counted again.
        assert any(at <= start for at in starts)
