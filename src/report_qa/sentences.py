"""Where sentences begin and end, by small rules in linear time.

A full stop ends a sentence when white space and something that can begin one follow it, and when it does not belong to an
abbreviation ("vol. 7", "e.g."), an initial ("J. Smith", "U.S. law") or a number ("£1.2m", "1. Introduction"). Closing quotes and
brackets stay with their sentence. What can't be decided is not split: two sentences quoted together are still true.
"""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")
_OPENING = "\"'“‘([£$€•–—"
# Never the last word of a sentence when something follows.
_TITLES = frozenset("mr mrs ms dr prof rev st sir lord jr sr hon gen col capt lt messrs mx".split())
# May be the last word of a sentence, so they only bind to what looks like their continuation: a digit or lower case.
_BINDING = frozenset(
    "no nos vol vols p pp fig figs ch chs sec art para paras cf ca c approx e.g i.e eg ie viz vs v al ed eds trans rev "
    "est inc ltd co dept univ jan feb mar apr jun jul aug sep sept oct nov dec tel ext min max".split()
)
_ALWAYS = frozenset("e.g i.e eg ie cf viz vs pp vol vols fig figs ca approx".split())


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence in order, without the white space between them."""
    bounds = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if end > start and _ends_sentence(text, match.start(), end, start):
            _append(text, start, end, bounds)
            start = end
    _append(text, start, len(text), bounds)
    return bounds


def _append(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        bounds.append((start, end))


def _ends_sentence(text: str, stop: int, end: int, start: int) -> bool:
    position = end
    while position < len(text) and text[position].isspace():
        position += 1
    if position >= len(text):
        return True
    following = text[position]
    if following in _OPENING and position + 1 < len(text):
        following = text[position + 1]
    if following.islower():
        return False
    if text[stop] != "." or text[stop : stop + 2] == "..":
        return True
    word = _word_before(text, stop, start)
    if text[end - 1] in "\"'”’)]" and end - stop > 1:
        return True
    folded = word.lower().strip("([“‘\"'")
    if folded in _TITLES or folded in _ALWAYS:
        return False
    if folded in _BINDING:
        return not following.isdigit()
    if re.fullmatch(r"[A-Z](?:\.[A-Z])*", word):
        # An initial or "U.S."; "plan B." ends a sentence only before something that isn't a name, which can't be told.
        return False
    if word.isdigit() and _is_list_number(text, stop - len(word), start):
        return False
    return True


def _word_before(text: str, stop: int, start: int) -> str:
    first = stop
    floor = max(start, stop - 40)
    while first > floor and not text[first - 1].isspace():
        first -= 1
    return text[first:stop]


def _is_list_number(text: str, position: int, start: int) -> bool:
    return not text[start:position].strip() and len(text[start:position]) < 10
