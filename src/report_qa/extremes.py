"""Words for the ends of a scale: which end a question asks for, and whether words speak of it or of the other.

"Which is the highest …?" is answered where something is said to be the highest, the largest or the like; and what is said of
the most deprived is no answer about the least. Groups that exclude each other (women and men) are opposites without a scale.
"""

from __future__ import annotations

import re

from report_qa.words import stem, tokens

Sides = tuple[tuple[frozenset[str], frozenset[str]], ...]

# One end of a scale with its words, then the other; "" for opposites that are on no scale.
_SCALES = (
    ("top", "most", "bottom", "least fewest"),
    ("top", "highest largest biggest greatest", "bottom", "lowest smallest"),
    ("top", "best", "bottom", "worst"),
    ("top", "top", "bottom", "bottom"),
    ("start", "first earliest", "end", "last latest final"),
    ("start", "oldest", "end", "newest youngest"),
    ("start", "started began", "end", ""),
    ("", "women female girls woman", "", "men male boys man"),
    ("", "urban", "", "rural"),
    ("", "minimum", "", "maximum"),
)
_OPPOSITES: Sides = tuple((frozenset(one.split()), frozenset(other.split())) for _, one, _, other in _SCALES)
# "Youngest" is the opposite of "oldest" only: it tells an age, not when something was.
_EXTREMES = {
    word: end
    for one_end, one, other_end, other in _SCALES
    for end, words in ((one_end, one), (other_end, other))
    for word in words.split()
    if end and word != "youngest"
}
# "The most deprived areas" is what a group is called; "which is the highest" asks.
_ASKED_EXTREMES = _EXTREMES.keys() - set("most best top last started began".split())
_ORDINALS = frozenset({"first", "second"})
EXTREME_STEMS = frozenset(stem(word) for word in _EXTREMES)
_WHICH = re.compile(r"\b(?:which|who)\b", re.IGNORECASE)


def extremes_asked(question: str) -> frozenset[str]:
    """Return the ends of scales that a question asks for: which is the highest, the first, …"""
    if not _WHICH.search(question):
        return frozenset()
    return frozenset(_EXTREMES[word] for word in tokens(question) if word in _ASKED_EXTREMES)


def lacks_extreme(words: str, asked: frozenset[str]) -> bool:
    """Return whether words don't say of anything that it is at an end that is asked for."""
    return bool(asked) and not asked <= {_EXTREMES.get(word) for word in tokens(words)}


def opposite_of(word: str) -> frozenset[str]:
    """Return the words of the side opposite to a word's, those of all groups that it belongs to."""
    return frozenset().union(
        *(other for one, other in (*_OPPOSITES, *(pair[::-1] for pair in _OPPOSITES)) if word.lower() in one)
    )


def sides_asked(question: str) -> Sides:
    """Return the words of each side that a question takes ("the least deprived"), with those of the opposite side."""
    asked = set(tokens(question))
    return tuple(
        (one, other) for pair in _OPPOSITES for one, other in (pair, pair[::-1]) if one & asked and not other & asked
    )


def says_the_opposite(words: str, asked: Sides) -> bool:
    """Return whether words have the opposite of a side that is asked for, and not that side."""
    if not asked:
        return False
    held = set(tokens(words))
    if held >= _ORDINALS:
        # "7.67 for the first quarter, 7.52 for the second": a series holds both ends.
        return False
    return any(other & held and not one & held for one, other in asked)
