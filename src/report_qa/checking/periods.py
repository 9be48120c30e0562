"""Points in time in a sentence: years and months, and how a year is bound ("by 2030", "since 1994", "before 2011").

A fiscal year agrees with its calendar year, since a sentence says either for the other; "2006-07" names both its years;
a decade ("the 1990s") is borne out by itself or a year in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from report_qa.dates import MONTHS, find_dates

_DECADE = re.compile(r"\b(?:the\s)?(?:early\s|mid-?|late\s)?((?:1[6-9]|20)\d0)s\b")
_RANGE = re.compile(r"\b((?:1[6-9]|20|21)\d\d)\s?[-–/]\s?(\d\d)\b(?!\d)")
_SHORT = re.compile(r"\b(?:FY|fiscal year|CY)\s?['’]?(\d\d)\b(?![.,%]?\d|%)", re.IGNORECASE)
_GLUED = re.compile(r"\b(?:FY|CY)((?:19|20)\d\d)\b", re.IGNORECASE)
_PLAIN_YEAR = re.compile(r"(?<![\d.,£$€])((?:1[6-9]|20|21)\d\d)(?![\d%]|[.,]\d|s\b)")
_ANY_YEAR = re.compile(rf"\b({'|'.join(MONTHS)})\s+(\d{{4}})\b")
_MONTH_ALONE = re.compile(rf"\b({'|'.join(MONTHS)})\b(?!\s+\w+\s+said)")
_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(MONTHS)})\b|\b({'|'.join(MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)"
)
_WRONG_DAY = re.compile(rf"(?<![\w.,/-])(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(MONTHS)})\s+(\d{{4}})\b")
_LAST_DAY, _NO_DAY = 31, 99
_RELATIONS = tuple(
    (
        relation,
        re.compile(
            rf"\b(?:{words})\s(?:the\s)?(?:end of\s|start of\s|beginning of\s)?(?:\w+\s)?(?:fiscal year\s|FY\s?)?$",
            re.IGNORECASE,
        ),
    )
    for relation, words in (
        ("by", "by|until|till|up to|no later than"),
        ("since", "since|from|starting in|beginning in"),
        ("before", "before|prior to"),
        ("after", "after|following"),
    )
)
# "1998-04" is no month; a longer range is a number.
_LONGEST_RANGE = 30
_AGAINST = frozenset(
    {("before", "after"), ("after", "before"), ("by", "since"), ("since", "by"), ("by", "after"), ("after", "by")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A year (0 where none is named), with a month and a day where they are, and how it is bound: "by", "since", … or ""."""

    year: int
    month: int
    day: int
    relation: str
    start_char: int
    end_char: int
    written: str


@lru_cache(maxsize=4_096)
def find_moments(text: str) -> tuple[Moment, ...]:
    """Return the points in time of a text in order, each once."""
    found: list[Moment] = []
    for start, end, year, month, day in (*_years(text), *_days(text)):
        # A year alone, or a month alone, is part of what was found there with more.
        if any(known.start_char <= start < known.end_char and (known.year == year or not year) for known in found):
            continue
        found.append(
            Moment(
                year=year,
                month=month,
                day=day,
                relation=_relation(text[:start]),
                start_char=start,
                end_char=end,
                written=text[start:end],
            )
        )
    return tuple(sorted(found, key=lambda moment: (moment.start_char, moment.year)))


_Mention = tuple[int, int, int, int, int]


def _years(text: str) -> Iterator[_Mention]:
    """Yield (start, end, year, month, day) of what names a year."""
    wrong = [match.span() for match in _WRONG_DAY.finditer(text) if not 1 <= int(match[1]) <= _LAST_DAY]
    for date in find_dates(text):
        if any(start <= date.start_char < end for start, end in wrong):
            continue
        yield date.start_char, date.end_char, date.year, date.month, date.day
    for pattern in (_PLAIN_YEAR, _GLUED, _DECADE):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), int(match[1]), 0, 0
    for match in _ANY_YEAR.finditer(text):
        # "April 4227" is a wrong year, not a month of none.
        yield match.start(), match.end(), int(match[2]), MONTHS.index(match[1]) + 1, 0
    for match in _WRONG_DAY.finditer(text):
        # "0 April 1994" is a wrong day, not April 1994.
        if not 1 <= int(match[1]) <= _LAST_DAY:
            yield match.start(), match.end(), int(match[3]), MONTHS.index(match[2]) + 1, _NO_DAY
    for match in _SHORT.finditer(text):
        yield match.start(), match.end(), 2_000 + int(match[1]), 0, 0
    for match in _RANGE.finditer(text):
        first = int(match[1])
        last = first // 100 * 100 + int(match[2])
        if first < last < first + _LONGEST_RANGE:
            yield match.start(2), match.end(), last, 0, 0


def _days(text: str) -> Iterator[_Mention]:
    """Yield what names a day or a month, and no year."""
    for match in _DAY.finditer(text):
        name, day = (match[2], match[1]) if match[1] else (match[3], match[4])
        yield match.start(), match.end(), 0, MONTHS.index(name) + 1, int(day)
    for match in _MONTH_ALONE.finditer(text):
        # "May" begins sentences and is a verb.
        begins = not match.start() or text[: match.start()].rstrip()[-1:] in ".!?"
        if not (match[1] in ("May", "March") and begins):
            yield match.start(), match.end(), 0, MONTHS.index(match[1]) + 1, 0


def same_moment(claimed: Moment, found: Moment) -> bool:
    """Return whether a point in time that is found is the one that is claimed, as far as the claim names it."""
    if claimed.year and found.year and claimed.year != found.year:
        decade = claimed.written.endswith("s") and claimed.year <= found.year < claimed.year + 10
        if not decade:
            return False
    if claimed.year and not found.year:
        return False
    if claimed.month and claimed.month != found.month:
        return False
    if claimed.day and claimed.day != found.day:
        return False
    return (claimed.relation, found.relation) not in _AGAINST


def rival_moments(claimed: Moment, found: Moment) -> bool:
    """Return whether two points in time are of one kind, so that one may deny the other."""
    if claimed.year == found.year and not found.month:
        # "In 2018" says nothing against May 2018.
        return False
    return bool(claimed.year) == bool(found.year) or bool(claimed.month and found.month)


def _relation(before: str) -> str:
    tail = before[-40:]
    return next((relation for relation, pattern in _RELATIONS if pattern.search(tail)), "")
