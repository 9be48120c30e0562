"""Amounts in a sentence, and whether a claimed amount agrees with one that is found.

An amount is a number with its unit and its bound: "nearly 400,000", "at least a third", "two and a half million",
"£1.2m", "one in ten", "doubled". Shares are read as percent, durations as days, so that "a quarter" agrees with 25% and
"three months" with 90 days; percent and percentage points never agree. Calendar years are no amounts (see `periods`).

Rounding: a claim may have fewer digits than what it rests on (41% for 40.8%), never more, and never another value. A hedge
("about") allows 5 percent; "nearly" wants a value just below, "more than" one above.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

_ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {
    "hundred": 10**2, "dozen": 12, "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6,
    "bn": 10**9, "b": 10**9, "billion": 10**9, "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
_MULTIPLES = {
    "twice": 2, "doubled": 2, "double": 2, "doubling": 2, "doubles": 2, "twofold": 2, "tripled": 3, "triple": 3, "tripling": 3, "trebled": 3,
    "treble": 3, "threefold": 3, "quadrupled": 4, "fourfold": 4, "fivefold": 5, "tenfold": 10, "halved": Decimal("0.5"), "halving": Decimal("0.5"),
}  # fmt: skip
# Days in a unit of time; a month is 30 days where lengths are compared.
_DAYS = {
    "second": Decimal(1) / 86_400, "minute": Decimal(1) / 1_440, "hour": Decimal(1) / 24, "day": Decimal(1), "week": Decimal(7), "fortnight": Decimal(14),
    "month": Decimal(30), "year": Decimal(365), "decade": Decimal(3_650), "century": Decimal(36_500), "centurie": Decimal(36_500),
}  # fmt: skip
_MEASURES = (
    "mile|kilomet(?:re|er)|km|met(?:re|er)|feet|foot|ft|inch|acre|hectare|knot|pound|lb|kilogram|kg|tonne|ton|litre|gallon|"
    r"degree|page|people|person|(?:square|sq\.?) (?:mile|feet|foot|ft|met(?:re|er)|kilomet(?:re|er)|inch)"
)
_SIGNS = {"£": "GBP", "$": "USD", "€": "EUR"}
_CURRENCY_WORDS = {
    "pound": "GBP",
    "sterling": "GBP",
    "dollar": "USD",
    "euro": "EUR",
    "usd": "USD",
    "gbp": "GBP",
    "eur": "EUR",
}

_WORD = "|".join((*_TENS, *sorted(_ONES, key=len, reverse=True)))
_SPELT = rf"(?:{_WORD})(?:[\s-](?:{_WORD}))?(?:\shundred(?:\sand\s(?:{_WORD})(?:[\s-](?:{_WORD}))?)?)?(?:\sand\sa\s(?:half|quarter))?"
_SCALE = r"hundred|dozen|thousand|million|billion|trillion|bn|mn|tn|k|m|b"
_PART = "|".join(sorted((f"{word}s?" for word in _PARTS if word != "halves"), key=len, reverse=True)) + "|halves"
_UNIT = (
    r"%|per\s?cent(?:age)?(?![\w-]|\spoint)(?:\b)|percent\b|(?:per\s?cent(?:age)?|%)[\s-]points?\b|pp\b|points?\b|times\b|pounds?\b|dollars?\b|euros?\b|"
    r"(?:" + "|".join(unit + "s?" for unit in _DAYS) + r")\b|(?:" + _MEASURES + r")s?\b"
)
_AMOUNT = re.compile(
    rf"(?:(?<![^\s(])(?P<minus>[-−])(?=\d)|(?<![\w.,/-])|(?<=[^\w.,/-]\d-)|(?<=[^\w.,/-]\d\d-))(?:"
    rf"(?P<in_a>one|a|\d+|{_WORD})\s(?:in|out of)\s(?:every\s)?(?P<in_b>[2-9]|10|20|100|two|three|four|five|six|seven|eight|nine|ten|twenty)(?![\w,.]*\d)\b|"
    rf"(?P<of_time>(?:an?\s)?(?:half|quarter)(?:\sof)?\sa\s(?:century|decade|year))\b|"
    rf"(?P<part_n>an?|one|two|three|four|five|six|seven|eight|nine|\d)[\s-](?P<part>{_PART})\b(?![\s-](?:of\s)?(?:january|february|march|april|may|june|july|august|september|october|november|december))|"
    rf"(?P<half>half)\b(?:\s(?:an?\s)?(?P<half_of>million|billion|dozen)\b)?|"
    rf"(?P<multiple>{'|'.join(_MULTIPLES)})\b|"
    rf"(?P<ordinal_n>\d+)(?:st|nd|rd|th)\b|"
    rf"(?P<ordinal>{'|'.join(_ORDINALS)})\b|"
    rf"(?:(?P<sign>(?:US\s?)?[£$€])\s?)?(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![/]\d|\d)(?:[\s-]?(?P<scale>{_SCALE})\b)?(?:[\s-]?(?P<unit>{_UNIT}))?|"
    rf"(?P<spelt>an?(?=\s(?:hundred|thousand|million|billion|dozen)\b)|{_SPELT}|dozens)\b(?:[\s-](?P<spelt_scale>thousand|million|billion|trillion|hundred|dozen)\b)?(?:[\s-](?P<spelt_unit>{_UNIT}))?"
    rf")",
    re.IGNORECASE,
)
_BOUNDS = tuple(
    (bound, re.compile(rf"(?:{words})\s*(?:the\s|an?\s)?$", re.IGNORECASE))
    for bound, words in (
        ("min", r"\bat least|\bno (?:fewer|less) than|\bnot less than|\b(?:a )?minimum of"),
        ("max", r"\bat (?:the )?most|\bno more than|\bnot more than|\bup to|\b(?:a )?maximum of|\bas many as|\bas much as"),
        ("nearly", r"\bnearly|\balmost|\bclose to|\bjust (?:under|below|short of)|\bapproaching|\bnot quite"),
        ("over", r"\bmore than|\b(?:just |slightly |well )?(?:over|above)|\bexceed(?:s|ed|ing)?|\bgreater than|\bupwards of|\bhigher than|\blonger than|\bbetter than"),
        ("under", r"\b(?:less|fewer|lower|shorter) than|\b(?:well )?under|\bbelow"),
        ("about", r"\babout|\baround|\bapproximately|\broughly|\bsome|\bcirca|\bc\.|\ban estimated|\bestimated(?: at)?|~|≈|\bin the region of|\bsomething like"),
    )
)  # fmt: skip
_AFTER_MIN = re.compile(r"\s?(?:\+|or (?:more|over|older|above|longer)\b|and (?:over|above|older)\b)", re.IGNORECASE)
_AFTER_MAX = re.compile(r"\s?or (?:less|fewer|under|younger|below)\b", re.IGNORECASE)
_AFTER_ABOUT = re.compile(r"\s?(?:or so|or thereabouts)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[6-9]|20|21)\d\d")
_DATED = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?\s*$",
    re.IGNORECASE,
)
_DATES_ON = re.compile(
    r"(?:st|nd|rd|th)?\s+(?:of\s+)?(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b",
    re.IGNORECASE,
)
# "[4]", "[1,2]": marks of references.
_REFERENCE = re.compile(r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]")
_JOINED = re.compile(r"\s?(?:to|[-–—]|and|or)\s?")
_HEDGED = Decimal("0.05")
_ROUNDED = Decimal("0.025")
_NEARLY = Decimal("0.9")
_WELL_ABOVE = Decimal("1.25")
_SCALED_BY_CAPTIONS = frozenset({"", "GBP", "USD", "EUR"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One amount. `step` is the value of its last digit that counts; `digits` how many digits count.

    `scaled` says that it names its scale ("£1.2m"), so that no caption does.
    """

    value: Decimal
    unit: str
    bound: str
    step: Decimal
    digits: int
    start_char: int
    end_char: int
    written: str
    scaled: bool = False


@lru_cache(maxsize=4_096)
def find_amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts of a text in order; calendar years and days of months are left out."""
    found: list[Amount] = []
    for match in _AMOUNT.finditer(_REFERENCE.sub(lambda mark: " " * len(mark[0]), text)):
        amount = _amount(match, text)
        if amount is not None:
            found.append(amount)
    return tuple(_with_units_of_next(found, text))


def agrees(claimed: Amount, found: Amount, *, scales: frozenset[int] = frozenset(), units: str = "") -> bool:
    """Return whether what is found bears out what is claimed.

    `scales` are those that a table's caption names ("in millions"), `units` the text in which a bare cell's unit may stand.
    """
    if {claimed.unit, found.unit} == {"ordinal", "percent"}:
        # "The most deprived fifth" are 20%.
        place, share = sorted((claimed, found), key=lambda amount: amount.unit)
        return place.value > 3 and place.value * share.value == 100
    if not comparable(claimed, found, units=units):
        return False
    values = {found.value}
    if not found.scaled and found.unit in _SCALED_BY_CAPTIONS:
        values |= {found.value * scale for scale in scales}
    return any(_bears_out(claimed, found, value) for value in values)


def comparable(claimed: Amount, found: Amount, *, units: str = "") -> bool:
    """Return whether two amounts are of one kind, so that one may deny the other."""
    if claimed.unit == found.unit:
        return True
    if "" not in (claimed.unit, found.unit):
        return False
    unit = claimed.unit or found.unit
    if unit in ("percent", "point", "times", "ordinal"):
        return (
            bool(claimed.unit)
            and unit == "percent"
            and bool(re.search(r"%|per\s?cent|share|rate", units, re.IGNORECASE))
        )
    if unit in _SIGNS.values():
        return bool(claimed.unit) and any(sign in units for sign, name in _SIGNS.items() if name == unit)
    return True


def _bears_out(claimed: Amount, found: Amount, value: Decimal) -> bool:
    bound, known = claimed.bound, found.bound
    same = _rounds_to(claimed, value) or (claimed.unit == "days" and _near(claimed.value, value, _HEDGED / 2))
    if bound == known:
        return same
    if bound == "":
        return same and known in ("about", "nearly", "over")
    if bound == "about":
        return known in ("", "nearly", "over", "under") and (same or _near(claimed.value, value, _HEDGED))
    if bound == "nearly":
        return (known in ("", "about") and _NEARLY * claimed.value <= value < claimed.value) or (
            known == "under" and same
        )
    if bound == "over":
        return known in ("", "about", "over", "min") and claimed.value < value <= _WELL_ABOVE * claimed.value
    if bound == "min":
        return known in ("", "about", "over") and claimed.value <= value <= _WELL_ABOVE * claimed.value
    if bound == "under":
        return known in ("", "about", "nearly", "under") and (
            value < claimed.value <= _WELL_ABOVE * value or (known == "nearly" and same)
        )
    return known in ("", "about", "nearly", "under") and value <= claimed.value <= _WELL_ABOVE * value


def _rounds_to(claimed: Amount, value: Decimal) -> bool:
    if claimed.value == value:
        return True
    if claimed.unit == "percent" and claimed.step == 0:
        # "A third" is no exact figure.
        return _near(claimed.value, value, _ROUNDED)
    if claimed.digits < 2:
        return False
    return abs(claimed.value - value) <= claimed.step / 2 and _near(claimed.value, value, _ROUNDED)


def _near(one: Decimal, other: Decimal, share: Decimal) -> bool:
    return abs(one - other) <= share * abs(one)


def _amount(match: re.Match[str], text: str) -> Amount | None:
    parsed = _part_of_time(match) or _share(match) or _multiple(match) or _ordinal(match) or _number(match, text)
    if parsed is None:
        return None
    value, unit, step, digits = parsed
    return Amount(
        value=value,
        unit=unit,
        bound=_bound(text, match.start(), match.end(), unit),
        step=step,
        digits=digits,
        start_char=match.start(),
        end_char=match.end(),
        written=match[0],
        scaled=bool(match["scale"] or match["spelt_scale"]),
    )


_Parsed = tuple[Decimal, str, Decimal, int]


def _part_of_time(match: re.Match[str]) -> _Parsed | None:
    if not match["of_time"]:
        return None
    words = match["of_time"].lower()
    share = Decimal("0.25") if "quarter" in words else Decimal("0.5")
    return share * _DAYS[words.split()[-1]], "days", Decimal(1), 2


def _share(match: re.Match[str]) -> _Parsed | None:
    if match["in_a"]:
        whole = _spelt_value(match["in_b"])
        return (100 * _spelt_value(match["in_a"]) / whole, "percent", Decimal(0), 2) if whole > 1 else None
    if match["part"]:
        count = _spelt_value(match["part_n"])
        part = match["part"].lower()
        return 100 * count / _PARTS[part if part in _PARTS else part.removesuffix("s")], "percent", Decimal(0), 2
    if match["half"]:
        if match["half_of"]:
            return Decimal(_SCALES[match["half_of"].lower()]) / 2, "", Decimal(1), 1
        return Decimal(50), "percent", Decimal(0), 2
    return None


def _multiple(match: re.Match[str]) -> _Parsed | None:
    return (Decimal(str(_MULTIPLES[match["multiple"].lower()])), "times", Decimal(1), 1) if match["multiple"] else None


def _ordinal(match: re.Match[str]) -> _Parsed | None:
    if match["ordinal_n"] and not _DATES_ON.match(match.string, match.end("ordinal_n")):
        return Decimal(match["ordinal_n"]), "ordinal", Decimal(1), 1
    # "First" opens sentences and "second" is a unit of time; only what counts places is an ordinal.
    word = (match["ordinal"] or "").lower()
    return (Decimal(_ORDINALS[word]), "ordinal", Decimal(1), 1) if word and word not in ("first", "second") else None


def _number(match: re.Match[str], text: str) -> _Parsed | None:
    if match["digits"]:
        digits = match["digits"].replace(",", "")
        scale, unit = match["scale"], _unit(match["sign"], match["unit"])
        if (
            match["scale"] in ("M", "B", "K")
            and not match["sign"]
            and match[0].endswith(f"{digits[-1]}{match['scale']}")
        ):
            # "3M" is a company.
            return None
        plain = not scale and not unit and "," not in match["digits"]
        if plain and _YEAR.fullmatch(digits):
            return None
        if plain and (
            _DATES_ON.match(text, match.end()) or _DATED.search(text[max(0, match.start() - 11) : match.start()])
        ):
            return None
        value, factor = (
            Decimal(f"-{digits}" if match["minus"] else digits),
            Decimal(_SCALES.get((scale or "").lower(), 1)),
        )
        step = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    elif match["spelt"]:
        spelt, scale, unit = match["spelt"].lower(), match["spelt_scale"], _unit(None, match["spelt_unit"])
        if spelt in ("one", "zero") and not scale and not unit:
            return None
        value, factor = _spelt_value(spelt), Decimal(_SCALES.get((scale or "").lower(), 1))
        step = Decimal(1)
    else:
        return None
    significant = "".join(str(value).split(".")).lstrip("-0")
    if "." not in str(value):
        zeros = len(significant) - len(significant.rstrip("0"))
        step = Decimal(10) ** zeros
        significant = significant.rstrip("0")
    value, step = value * factor, step * factor
    if unit in _DAYS:
        value, step, unit = value * _DAYS[unit], step * _DAYS[unit], "days"
    return value, unit, step, len(significant)


def _spelt_value(words: str) -> Decimal:
    """Return the value of "twenty-five", "three hundred and ten", "two and a half", "12"."""
    if words.isdigit():
        return Decimal(words)
    total = current = Decimal(0)
    for word in re.split(r"[\s-]+", words.lower()):
        if word in ("a", "an"):
            current = current or Decimal(1)
        elif word in _ONES:
            current += _ONES[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word.removesuffix("s") in _SCALES:
            current = (current or Decimal(1)) * _SCALES[word.removesuffix("s")]
        elif word in ("half", "quarter"):
            # "two and a half": the article before it counted nothing.
            current += Decimal("0.5") if word == "half" else Decimal("0.25")
    return total + current


def _unit(sign: str | None, unit: str | None) -> str:
    if sign:
        return _SIGNS[sign[-1]]
    word = re.sub(r"[\s-]+", " ", (unit or "").lower())
    if word in ("%", "per cent", "percent", "percentage"):
        return "percent"
    if word.endswith(("point", "points")) or word == "pp":
        return "point"
    if word == "times":
        return "times"
    singular = word.removesuffix("s") if word != "feet" else "foot"
    return _CURRENCY_WORDS.get(
        singular,
        {
            "person": "people",
            "metre": "meter",
            "kilometre": "kilometer",
            "km": "kilometer",
            "lb": "pound",
            "ft": "foot",
        }.get(singular, singular),
    )


def _bound(text: str, start: int, end: int, unit: str) -> str:
    before = text[max(0, start - 24) : start]
    if _AFTER_MIN.match(text, end):
        return "min"
    if _AFTER_MAX.match(text, end):
        return "max"
    if _AFTER_ABOUT.match(text, end):
        return "about"
    for bound, pattern in _BOUNDS:
        found = pattern.search(before)
        if found:
            # "Over three months" is a length of time, not more than one.
            return (
                ""
                if unit == "days" and re.match(r"(?:over|under|about)\b", found[0], re.IGNORECASE) and bound == "over"
                else bound
            )
    return ""


def _with_units_of_next(found: list[Amount], text: str) -> list[Amount]:
    """Give "10" of "10 to 20 years" the unit, and "1.2" of "1.2 to 1.5 million" the unit that the next one has."""
    for at in range(len(found) - 2, -1, -1):
        one, other = found[at], found[at + 1]
        if (
            not one.unit
            and other.unit
            and other.unit not in ("ordinal", "times")
            and _JOINED.fullmatch(text, one.end_char, other.start_char)
        ):
            factor = _DAYS.get(_unit_word(other.written), Decimal(1)) if other.unit == "days" else Decimal(1)
            found[at] = replace(one, unit=other.unit, value=one.value * factor, step=one.step * factor)
    return found


def _unit_word(written: str) -> str:
    word = re.split(r"[\s-]+", written.lower())[-1]
    return word.removesuffix("s")
