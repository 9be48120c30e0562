"""Make a true sentence false in one place: its number, unit, date, direction, denial or name.

Every change is one that a reader would call another statement; nothing else of the sentence is touched.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from report_qa.checking.amounts import find_amounts
from report_qa.checking.periods import find_moments
from report_qa.dates import MONTHS
from report_qa.questions import find_names, written_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A sentence that was made false, and in what."""

    kind: str
    sentence: str


_DIRECTIONS = """
rose fell|increased decreased|increase decrease|increases decreases|grew shrank|higher lower|more fewer|above below|before after|met missed|
first last|most least|improved worsened|improvement deterioration|gained lost|won lost|accepted rejected|approved rejected|included excluded|includes excludes|
opened closed|supports opposes|strong weak|better worse|best worst|highest lowest|largest smallest|longer shorter|greater smaller|rise fall|growth decline|
expanded reduced|succeeded failed|started ended|began ended|exceeded missed|faster slower|positive negative|over under|majority minority
"""
_OPPOSITE = {
    word: other
    for pair in _DIRECTIONS.replace("\n", "").split("|")
    for one, two in (pair.split(),)
    for word, other in ((one, two), (two, one))
}
_IDIOM = re.compile(r"\b(?:more than|at least|at most|no more than|at first|first[- ]time|left behind|over the|over time)\b", re.IGNORECASE)
_UNITS = (
    (r"(?<=\d)(?:%| per\s?cent| percent)(?! point)", " percentage points"),
    (r"\bpercentage points?\b", "percent"),
    (r"(?<=\d) ?(?:million|m)\b", " billion"),
    (r"(?<=\d) ?(?:billion|bn)\b", " million"),
    (r"\bmiles\b", "kilometres"),
    (r"\bhours\b", "days"),
    (r"(?<=\d )days\b", "weeks"),
    (r"(?<=\d )years\b", "months"),
    (r"(?<=\d )months\b", "years"),
    (r"\bminutes\b", "hours"),
    (r"£(?=\d)", "$"),
    (r"\$(?=\d)", "€"),
)
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|can|will|should|does|did|would|could|must)\b(?! not\b)(?!n['’]t)")
_DENIAL = re.compile(r"\b(is|are|was|were|has|have|had|can|will|should|does|did|would|could|must) not\b")


def perturbed(sentence: str, kind: str, names: Sequence[str], chance: random.Random) -> Changed | None:
    """Return a sentence changed in one place, None where it has nothing of the kind; `names` are others of the shelf."""
    maker = _MAKERS[kind]
    changed = maker(sentence, names, chance)
    return Changed(kind=kind, sentence=changed) if changed and changed != sentence else None


def _number(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    amounts = [each for each in find_amounts(sentence) if re.search(r"\d", each.written)]
    if not amounts:
        return ""
    chosen = chance.choice(amounts)
    match = re.search(r"\d[\d,]*(?:\.\d+)?", chosen.written)
    assert match is not None
    return _replaced(sentence, chosen.start_char + match.start(), match[0], _other_number(match[0], chance))


def _other_number(written: str, chance: random.Random) -> str:
    decimals = len(written.partition(".")[2])
    value = float(written.replace(",", ""))
    factor = chance.choice((0.4, 0.6, 0.8, 1.25, 1.5, 2.2, 10))
    changed = value * factor if value else 3.0
    if round(changed, decimals) == value:
        changed = value + 1
    return f"{changed:,.{decimals}f}" if "," in written or value >= 10_000 else f"{changed:.{decimals}f}"


def _swapped(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    """Exchange two amounts of one unit."""
    amounts = [each for each in find_amounts(sentence) if re.search(r"\d", each.written)]
    pairs = [
        (one, two)
        for one in amounts
        for two in amounts
        if one.start_char < two.start_char and one.unit == two.unit and one.value != two.value
    ]
    if not pairs:
        return ""
    one, two = chance.choice(pairs)
    if re.fullmatch(r"\s?(?:to|and|[-–])\s?", sentence[one.end_char : two.start_char]):
        return ""
    return (
        sentence[: one.start_char]
        + two.written
        + sentence[one.end_char : two.start_char]
        + one.written
        + sentence[two.end_char :]
    )


def _unit(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    found = [(match, other) for pattern, other in _UNITS for match in re.finditer(pattern, sentence)]
    if not found:
        return ""
    match, other = chance.choice(found)
    return sentence[: match.start()] + other + sentence[match.end() :]


def _date(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    moments = find_moments(sentence)
    if not moments:
        return ""
    chosen = chance.choice(moments)
    year = re.search(r"(?:1[6-9]|20|21)\d\d", chosen.written)
    if year and not (chosen.month and chance.random() < 0.3):
        other = str(int(year[0]) + chance.choice((-7, -3, -2, -1, 1, 2, 3, 5)))
        return "" if other in sentence else _replaced(sentence, chosen.start_char + year.start(), year[0], other)
    month = next((name for name in MONTHS if name in chosen.written), "")
    other = chance.choice([name for name in MONTHS if name not in sentence])
    return _replaced(sentence, chosen.start_char + chosen.written.index(month), month, other) if month else ""


def _direction(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    idioms = [match.span() for match in _IDIOM.finditer(sentence)]
    found = [
        match
        for match in re.finditer(r"\b[A-Za-z]+\b", sentence)
        if match[0] in _OPPOSITE and not any(start <= match.start() < end for start, end in idioms)
    ]
    if not found:
        return ""
    match = chance.choice(found)
    return _replaced(sentence, match.start(), match[0], _OPPOSITE[match[0]])


def _negation(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    denied = _DENIAL.search(sentence)
    if denied:
        return _replaced(sentence, denied.start(), denied[0], denied[1])
    found = list(_AUXILIARY.finditer(sentence))
    # The main clause's is the first that stands in no relative clause.
    found = [match for match in found if not re.search(r"\b(?:who|which|that|where|when|whose)\s(?:\w+\s){0,4}$", sentence[: match.start()])]
    if not found:
        return ""
    match = found[0]
    return _replaced(sentence, match.start(), match[0], f"{match[0]} not")


def _name(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    own = [written_name(stems, sentence) for stems in find_names(sentence)]
    own = [name for name in own if name in sentence and len(name) > 2]
    if not own:
        return ""
    chosen = chance.choice(own)
    words = len(chosen.split())
    known = set(re.findall(r"\w+", sentence))
    others = [name for name in names if not known & set(re.findall(r"\w+", name)) and abs(len(name.split()) - words) <= 1]
    return _replaced(sentence, sentence.index(chosen), chosen, chance.choice(others)) if others else ""


def _replaced(sentence: str, start: int, old: str, new: str) -> str:
    return sentence[:start] + new + sentence[start + len(old) :]


_MAKERS: dict[str, Callable[[str, Sequence[str], random.Random], str]] = {
    "number": _number,
    "swap": _swapped,
    "unit": _unit,
    "date": _date,
    "direction": _direction,
    "negation": _negation,
    "name": _name,
}
KINDS = tuple(_MAKERS)
NUMERIC = frozenset({"number", "swap", "unit", "date"})
