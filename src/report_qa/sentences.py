"""Where sentences begin and end, by small rules in linear time.

A full stop ends a sentence when white space and something that can begin one follow it, and when it does not belong to
an abbreviation ("vol. 7", "e.g."), an initial ("J. Smith", "U.S. law") or a number ("£1.2m", "1. Introduction").
Closing quotes and brackets stay with their sentence. What can't be decided is not split: two sentences quoted together
are still true.
"""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s+")
_STOPS = ".!?…"
_CLOSING = "\"'”’)]»"
_OPENING = "\"'“‘([«£$€•–—-"
# An ending longer than this ("?!?!!!…") is decoration; the bound keeps the time linear.
_LONGEST_ENDING = 20
_LONGEST_WORD = 40
# Never the last word of a sentence when something follows.
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "rev",
        "st",
        "sir",
        "lord",
        "jr",
        "sr",
        "hon",
        "gen",
        "col",
        "capt",
        "lt",
        "messrs",
        "mx",
    ]
)
_ALWAYS = frozenset(["e.g", "i.e", "eg", "ie", "cf", "viz", "vs", "pp", "vol", "vols", "fig", "figs", "ca", "approx"])
# May be the last word of a sentence; before a digit they are not ("No. 12", "Dec. 2024", "para. 3").
_BEFORE_DIGITS = frozenset(
    [
        "no",
        "nos",
        "p",
        "ch",
        "chs",
        "sec",
        "art",
        "para",
        "paras",
        "c",
        "v",
        "ed",
        "eds",
        "est",
        "dept",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "tel",
    ]
)
_INITIALS = re.compile(r"[A-Z](?:\.[A-Z])*")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence in order, without the white space between them."""
    bounds = []
    start = len(text) - len(text.lstrip())
    for space in _SPACE.finditer(text, start):
        end, following = space.start(), space.end()
        if following < len(text) and _ends_sentence(text, start, end, following):
            bounds.append((start, end))
            start = following
    end = len(text.rstrip())
    if start < end:
        bounds.append((start, end))
    return bounds


def _ends_sentence(text: str, start: int, end: int, following: int) -> bool:
    """Say whether the white space from `end` to `following` stands between two sentences."""
    floor = max(start, end - _LONGEST_ENDING)
    last = end
    while last > floor and text[last - 1] in _CLOSING:
        last -= 1
    stop = last
    while stop > floor and text[stop - 1] in _STOPS:
        stop -= 1
    # A quotation that goes on ("no more!" and left) begins in lower case after it, as does "… for whom".
    if stop == last or _first_letter(text, following).islower():
        return False
    return text[stop:last] != "." or last < end or not _binds(text, start, stop, following)


def _first_letter(text: str, position: int) -> str:
    for character in text[position : position + 4]:
        if character not in _OPENING:
            return character
    return ""


def _binds(text: str, start: int, stop: int, following: int) -> bool:
    """Say whether the full stop at `stop` belongs to the word before it, which goes with what follows."""
    first = stop
    while first > max(start, stop - _LONGEST_WORD) and not text[first - 1].isspace():
        first -= 1
    word = text[first:stop].lstrip(_OPENING)
    folded = word.lower()
    if folded in _TITLES or folded in _ALWAYS:
        return True
    if folded in _BEFORE_DIGITS:
        return text[following].isdigit()
    # An initial or "U.S."; in "plan B. Then" the stop ends a sentence, but nothing short of sense can tell.
    if _INITIALS.fullmatch(word):
        return True
    # "1. Introduction", "(2. …": a number that begins a sentence counts it.
    return first == start and word.isdigit()
