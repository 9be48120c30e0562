"""Tells raised digits that mark a footnote from those that are part of what is said.

"in 2019³" refers to note 3 and is read "in 2019"; "10⁶", "40 km²" and "R²" are quantities and must keep their digits,
raised, because "106" and "40 km2" are not what the author wrote. Where the document links the digits to a note there
is nothing to guess, and this module is not asked.
"""

from __future__ import annotations

import re

_MOST_NOTES_OF_A_MARK = 9
_MARK = re.compile(r"[\[(]?(?:\d{1,3}(?:\s*[,;\u2013-]\s*\d{1,3})*|[*\u2020\u2021\u00a7\u00b6]{1,3})[,;]?[\])]?")
_EXPONENT = re.compile(r"[+\-\u2212]?\d{1,3}")
_EXPONENT_OF_UNIT = re.compile(r"[23]|[-\u2212][123]")
_POWER_OF_TEN = re.compile(r"(?<![\d.,])10$")
_UNIT = re.compile(r"(?<![^\W\d_])(?:[kcmdn\u00b5\u03bc]?m|ft|in|mi|yd|s|[a-zA-Z]|\u03c7)$")
_RAISED = str.maketrans("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def is_footnote_mark(raised: str, before: str) -> bool:
    """Say whether raised characters mark a footnote, given the characters that stand before them."""
    raised = raised.strip()
    return bool(_MARK.fullmatch(raised)) and not _is_exponent(raised, before)


def labels_of(mark: str) -> tuple[str, ...]:
    """Return the notes that a mark names: "3,5" is two, "3–5" is three; a longer stretch than a reader would follow is none."""
    found: list[str] = []
    for part in re.split(r"[,;]", mark.strip(" ,;[]()")):
        first, _, last = part.strip().replace("\u2013", "-").partition("-")
        if first.isdecimal() and last.isdecimal():
            numbers = range(int(first), int(last) + 1)
            found += map(str, numbers if len(numbers) <= _MOST_NOTES_OF_A_MARK else ())
        elif first:
            found.append(first.strip())
    return tuple(found)


def raise_digits(raised: str, before: str) -> str:
    """Return raised characters as they are to be read: an exponent in raised digits, else ("21st") as they are."""
    return raised.strip().translate(_RAISED) if _is_exponent(raised.strip(), before) else raised


def _is_exponent(raised: str, before: str) -> bool:
    if _EXPONENT_OF_UNIT.fullmatch(raised) and _UNIT.search(before):
        return True
    return bool(_EXPONENT.fullmatch(raised) and _POWER_OF_TEN.search(before))
