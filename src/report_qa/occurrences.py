"""Find words in a reading text as they stand there: whatever their case, hyphens, dashes and quotation marks.

Nothing is stemmed and nothing is near enough. A word is found where a word begins with it, so that "neighbour" finds
"neighbourhoods". "left behind", "left-behind" and "Left\u2011behind" are the same words, and so are "cooperation" and
"co-operation". Every occurrence is a span of the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from report_qa.records.document import Span

LONGEST_QUERY_CHARS = 200
SHORTEST_QUERY_CHARS = 2
# One character for one, so that a place in the folded text is the place in the text. (The one letter that grows when it is made
# small is "\u0130"; a sigma is written in two ways.)
_SAME = (
    *((dash, "-") for dash in "\u2010\u2011\u2012\u2013\u2014\u00ad"),
    *((mark, "'") for mark in "\u2018\u2019\u02bc\u2032"),
    *((mark, '"') for mark in "\u201c\u201d"),
    *((blank, " ") for blank in "\u00a0\u202f\t\n\r"),
    ("\u0130", "i"),
)
_PIECES = re.compile(r"([ -]+)")


def fold(text: str) -> str:
    """Return a text of the same length in which what a search takes for the same is the same."""
    for written, folded in _SAME:
        text = text.replace(written, folded)
    return text.lower().replace("\u03c2", "\u03c3")


def is_searched(query: str) -> bool:
    """Return whether a query is one: not too short, not too long, and with a letter or a digit in it."""
    return SHORTEST_QUERY_CHARS <= len(query.strip()) <= LONGEST_QUERY_CHARS and any(map(str.isalnum, query))


def occurrences(folded: str, query: str, *, skip: int = 0, most: int) -> tuple[int, tuple[Span, ...]]:
    """Return how often the words of a query stand in a folded text, and where, `most` of them after the first `skip`."""
    if not is_searched(query):
        return 0, ()
    every = [match.span() for match in _pattern(query).finditer(folded)]
    return len(every), tuple(Span(start_char=start, end_char=end) for start, end in every[skip : skip + most])


def apart(folded: str, query: str, within: Iterator[Span], *, most: int) -> tuple[tuple[Span, ...], ...]:
    """Return the stretches in which all the words of a query stand, though not beside each other: in each the first of each word."""
    words = list(dict.fromkeys(word for word in re.split(r"[ -]+", fold(query).strip()) if any(map(str.isalnum, word))))
    if len(words) < 2 or not is_searched(query):
        return ()
    patterns = [_pattern(word) for word in words]

    def found() -> Iterator[tuple[Span, ...]]:
        for stretch in within:
            matches = [pattern.search(folded, stretch.start_char, stretch.end_char) for pattern in patterns]
            spans = sorted(match.span() for match in matches if match)
            if len(spans) == len(patterns):
                yield tuple(Span(start_char=start, end_char=end) for start, end in spans)

    return tuple(islice(found(), most))


def _pattern(query: str) -> re.Pattern[str]:
    """Return what matches the words of a query in a folded text."""
    parts = []
    for piece in _PIECES.split(fold(query).strip(" -")):
        if piece == "-":
            parts.append(r"[ -]*")
        elif piece.startswith((" ", "-")):
            parts.append(r"[ -]+")
        else:
            # A hyphen may stand between any two letters of a word.
            parts.append("".join(_letter(*pair) for pair in zip(piece, [*piece[1:], ""], strict=True)))
    whole = "".join(parts)
    if whole[:1].isalnum():
        # Behind the first letter, not before it: a pattern that begins with a letter is looked for much faster.
        whole = f"{whole[0]}(?<![^\\W_]{whole[0]}){whole[1:]}"
    return re.compile(whole)


def _letter(letter: str, after: str) -> str:
    return re.escape(letter) + ("-?" if letter.isalpha() and after.isalpha() else "")
