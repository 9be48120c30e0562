"""Acronyms that documents explain: "New Deal for Communities (NDC)".

A question may use the short form where a passage only has the long one, or the other way round. Only forms that a text itself
puts side by side count, and only when the letters stand for the words (Schwartz and Hearst, "A Simple Algorithm for
Identifying Abbreviation Definitions in Biomedical Text", PSB 2003, in its strict reading: each letter begins a word).
"""

from __future__ import annotations

import re

# Known to everybody, and explained by nobody.
EVERYDAY = {
    "UK": "United Kingdom", "US": "United States", "USA": "United States", "EU": "European Union",
    "NHS": "National Health Service", "MP": "Member of Parliament", "GDP": "gross domestic product",
    "CEO": "chief executive", "HR": "human resources", "IT": "information technology",
}  # fmt: skip
_SHORT = re.compile(r"\(([A-Z][A-Za-z&]{0,3}[A-Z0-9]{1,6}s?)\)")
_WORD = re.compile(r"[A-Za-z][\w'’]*")
_SMALL = frozenset("of for the and in on to a an at by with from de &".split())


def find_acronyms(text: str) -> dict[str, str]:
    """Return the acronyms that a text explains, each with the words that stand before it."""
    found: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        short = match[1].rstrip("s")
        words = _before(text[max(0, match.start() - 120) : match.start()], short)
        if words:
            found.setdefault(short, words)
    return found


def _before(text: str, short: str) -> str:
    """Return the run of words at the end of a text whose first letters spell the acronym, small words aside if possible."""
    words = list(_WORD.finditer(text))
    letters = [character.lower() for character in short if character.isalpha()]
    return _spelt(text, words, letters, small_counts=False) or _spelt(text, words, letters, small_counts=True)


def _spelt(text: str, words: list[re.Match[str]], letters: list[str], *, small_counts: bool) -> str:
    position = len(letters) - 1
    for match in reversed(words):
        word = match[0].lower()
        if word in _SMALL and not (small_counts and word[0] == letters[position]):
            continue
        if word[0] != letters[position]:
            return ""
        position -= 1
        if position < 0:
            return " ".join(text[match.start() :].split())
    return ""
