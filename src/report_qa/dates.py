"""Points in time in text: "13 January 2022", "March 2010", "summer 2024", "2006-07", "1998".

Only forms that name a year, or a day of a month, count; a lone number is never a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(f"{month}|{month[:3]}" for month in MONTHS)
_DATE = re.compile(
    rf"(?:(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\.?(?:\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?(?!\d))?\s*,?\s*)?"
    r"(?<![\d.,£$€])(?P<year>(?:1[6-9]|20|21)\d\d)(?![\d%]|[.,]\d)",
)
_SHORT_FISCAL_YEAR = re.compile(r"\b(?:FY|fiscal year)\s?['’]?(\d\d)\b(?![.,%]?\d|%)")
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})\b")

_TIME_OF_RULE = re.compile(
    r"\b(?:within|after|before|by|every|each|once|twice|times?|until|during|at least|no later than)\b[^.]{0,30}"
    r"\b(?:hour|day|week|month|quarter|year|minute)s?\b|"
    r"\b\d+(?:st|nd|rd|th)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\b(?:hourly|daily|weekly|fortnightly|monthly|"
    r"quarterly|annually|yearly|immediately|straight away|always|never)\b|"
    r"\b(?:beginning|start|middle|end) of (?:the|each|every) \w+\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as far as the text gives it; `month` and `day` are 0 where it doesn't."""

    year: int
    month: int
    day: int
    start_char: int
    end_char: int


def find_dates(text: str) -> tuple[DateMention, ...]:
    """Return the dates of a text in order."""
    found = []
    for match in _DATE.finditer(text):
        day = int(match["day"] or match["day2"] or 0)
        mention = DateMention(
            year=int(match["year"]),
            month=_month(match["month"]),
            day=day,
            start_char=match.start(),
            end_char=match.end(),
        )
        found.append(mention)
    covered = [(mention.start_char, mention.end_char) for mention in found]
    for match in _DAY_MONTH.finditer(text):
        if not any(start <= match.start() < end for start, end in covered):
            month = _month(match["month"])
            found.append(
                DateMention(year=0, month=month, day=int(match["day"]), start_char=match.start(), end_char=match.end())
            )
    return tuple(sorted(found, key=lambda mention: mention.start_char))


def find_years(text: str) -> frozenset[int]:
    """Return the years that a text names, both ends of "2006-07" included."""
    years = {mention.year for mention in find_dates(text) if mention.year}
    for match in re.finditer(r"\b((?:1[6-9]|20|21)\d\d)\s?[-–/]\s?(\d\d)\b(?!\d)", text):
        first = int(match[1])
        last = first // 100 * 100 + int(match[2])
        years.add(last if last >= first else last + 100)
    years |= {2000 + int(match[1]) for match in _SHORT_FISCAL_YEAR.finditer(text)}
    return frozenset(years)


def _month(name: str | None) -> int:
    if not name:
        return 0
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def gives_time_of_rule(text: str) -> bool:
    """Return whether a text says when something is done as a rule: "within 72 hours", "on the 5th", "every Monday"."""
    return _TIME_OF_RULE.search(text) is not None
