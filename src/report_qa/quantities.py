"""Numbers in text, with their scale and unit: "£1.2m", "41%", "5.5 percentage points", "32 of the 34", "one in ten".

`find_quantities` reports every number once, left to right. Scales are applied ("£1.2m" is 1,200,000 GBP), thousands
separators are read, and bare four-digit years are told apart from amounts, because a question that asks "how many" is not
answered by "in 2019".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_SCALES = {
    "hundred": 10**2, "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6,
    "bn": 10**9, "b": 10**9, "billion": 10**9, "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
_CURRENCIES = {"£": "GBP", "$": "USD", "€": "EUR"}
_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
    "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
    "seventy": "70", "eighty": "80", "ninety": "90", "dozen": "12", "hundred": "100", "thousand": "1000", "million": "1000000",
    "half": "0.5", "third": "0.333", "thirds": "0.667", "quarter": "0.25", "quarters": "0.75", "doubled": "2", "double": "2",
    "twice": "2", "tripled": "3", "treble": "3", "zero": "0", "none": "0", "one": "1", "single": "1", "dozens": "12",
    "hundreds": "100", "thousands": "1000", "millions": "1000000",
}  # fmt: skip
_FRACTIONS = {"half", "third", "thirds", "quarter", "quarters"}
_NUMBER = re.compile(
    r"(?:(?P<currency>[£$€])\s?)?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|tn|k|m|b)\b)?"
    r"(?:\s?(?P<unit>%|per\s?cent\b|percentage[\s-]points?\b|pounds?\b|dollars?\b|euros?\b|years?\b|months?\b|days?\b|hours?\b|pages?\b))?",
    re.IGNORECASE,
)
_WORD = re.compile(r"\b(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b", re.IGNORECASE)
# "2000 lbs" is no year.
_MEASURED = re.compile(
    r"\s(?:lbs?|kg|kilograms?|tonnes?|tons?|feet|ft|foot|met(?:re|er)s?|miles?|km|kilomet(?:re|er)s?|hours?|minutes?|people|persons?|homes|households|jobs|places|neighbou?rhoods|patients|residents)\b",
    re.IGNORECASE,
)
_YEAR_RANGE = re.compile(r"\b(?:1[6-9]|20|21)\d\d[\s]?[-–/][\s]?(?:(?:1[6-9]|20|21)\d\d|\d\d)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number of a text. `unit` is "GBP", "USD", "EUR", "percent", "percentage point", "year", a noun, or ""."""

    value: Decimal
    unit: str
    start_char: int
    end_char: int
    is_year: bool = False
    in_words: bool = False

    @property
    def is_money(self) -> bool:
        return self.unit in _CURRENCIES.values()

    @property
    def is_share(self) -> bool:
        return self.unit in ("percent", "percentage point", "fraction")


@lru_cache(maxsize=4_096)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order; calendar years carry `is_year`."""
    year_ranges = [match.span() for match in _YEAR_RANGE.finditer(text)]
    found = []
    for match in _NUMBER.finditer(text):
        start = match.start("digits")
        before = text[start - 1] if start else " "
        if before.isalpha() or (before in ".," and start > 1 and text[start - 2].isdigit()):
            continue
        value = Decimal(match["digits"].replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1)
        unit = _unit(match["currency"], match["unit"])
        plain = not match["scale"] and not match["currency"] and not match["unit"] and "," not in match["digits"]
        in_range = any(first <= start < last for first, last in year_ranges)
        is_year = (
            plain
            and not _MEASURED.match(text, match.end())
            and (in_range or (len(match["digits"]) == 4 and 1600 <= value < 2200))
        )
        found.append(Quantity(value=value, unit=unit, start_char=match.start(), end_char=match.end(), is_year=is_year))
    taken = {position for quantity in found for position in range(quantity.start_char, quantity.end_char)}
    for match in _WORD.finditer(text):
        if match.start() in taken:
            continue
        word = match[1].lower()
        unit = "fraction" if word in _FRACTIONS else ""
        found.append(
            Quantity(
                value=Decimal(_WORDS[word]), unit=unit, start_char=match.start(), end_char=match.end(), in_words=True
            )
        )
    return tuple(sorted(found, key=lambda quantity: quantity.start_char))


def _unit(currency: str | None, unit: str | None) -> str:
    if currency:
        return _CURRENCIES[currency]
    word = (unit or "").lower()
    if word == "%" or word.replace(" ", "") == "percent":
        return "percent"
    if word.startswith("percentage"):
        return "percentage point"
    return {"pound": "GBP", "dollar": "USD", "euro": "EUR"}.get(word.rstrip("s"), word.rstrip("s"))
