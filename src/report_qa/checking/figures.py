"""Hold the amounts and points in time of a claim against those of its evidence, each bound to what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.checking.amounts import Amount, agrees, find_amounts
from report_qa.checking.clauses import (
    Anchor,
    clause_of,
    exchanged,
    likeness_of_places,
    split_clauses,
    taken_from_another,
)
from report_qa.checking.likeness import same_words
from report_qa.checking.periods import Moment, find_moments, rival_moments, same_moment
from report_qa.checking.premise import Premise
from report_qa.records.answer import Check
from report_qa.words import content_terms, terms

_SCALED = re.compile(r"(?:\bin|[£$€(]|\bof)\s*(?:\w+\s)?(thousands|millions|billions)\b", re.IGNORECASE)
# Characters and words behind a number in which the thing that it counts is named.
_BEHIND, _NOUNS = 60, 4
_COUNT = r"\d{1,3}(?:,\d{3})+|\d+"
_PART_OF = re.compile(
    rf"(?<![\d.,£$€])(?P<part>{_COUNT}) (?:out )?of (?:the |all |its |these |those )?(?P<whole>{_COUNT})(?![\d.,]*\d|%| ?(?:million|billion|m\b|bn\b))"
)
_OF_WHICH = re.compile(
    rf"\bOf (?:the |all |its |these |those )?(?P<whole>{_COUNT})(?![\d.,]*\d|%)\b(?! (?:million|billion))[^,.;\d]{{0,80}}, (?P<part>{_COUNT})(?![\d.,]*\d|%| ?(?:million|billion|m\b|bn\b))"
)
_COMPARED = re.compile(r"\W*(?:compared|against|from|than|versus|vs|up|down|while|whereas)\b", re.IGNORECASE)
_SCALE = {"thousands": 10**3, "millions": 10**6, "billions": 10**9}


def has_figure_of(claim: str, words: str) -> bool:
    """Return whether some words hold an amount or a point in time of a claim."""
    return any(agrees(mine, other) for mine in find_amounts(claim) for other in find_amounts(words)) or any(
        same_moment(mine, other) for mine in find_moments(claim) for other in find_moments(words)
    )


def check_amounts(claim: str, premise: Premise) -> tuple[Check, ...]:
    """Return a check for each amount of a claim; `found` is the amount that agrees, or the one that stands in its place."""
    claimed = find_amounts(claim)
    if not claimed:
        return ()
    found = find_amounts(premise.words)
    units = f"{premise.words}\n{premise.headings}\n{premise.around}"
    scales = frozenset(_SCALE[match[1].lower()] for match in _SCALED.finditer(units))
    checks = tuple(_check_amount(each, claimed, found, claim, premise, scales, units) for each in claimed)
    pairs = [
        (_anchor(each), _closest(each, same, claim, premise.words))
        for each in claimed
        for same in ([other for other in found if agrees(each, other, scales=scales, units=units)],)
        if same
    ]
    return (*checks, *_places("number", pairs, claim, premise.words))


def _places(kind: str, pairs: Sequence[tuple[Anchor, Anchor]], claim: str, words: str) -> tuple[Check, ...]:
    """Return a failed check where two figures of a claim have changed places."""
    wrong = exchanged(pairs, claim, words)
    return () if wrong is None else (Check(kind=kind, claimed=wrong[0].written, found=wrong[1].written, passed=False),)


def _closest(each: Amount | Moment, same: Sequence[Amount | Moment], claim: str, words: str) -> Anchor:
    """Return the one of several places with the same value that stands among the same words."""
    own = _anchor(each)
    return max((_anchor(other) for other in same), key=lambda other: likeness_of_places(own, claim, other, words))


def check_order(claim: str, premise: Premise) -> tuple[Check, ...]:
    """Return a failed check where the words are those of the evidence in their order, and the figures are not.

    "£1m and £2m in 2015 and 2016": nothing stands between such figures that would tell them apart.
    """
    mine, theirs = terms(claim), terms(premise.words)
    if [term for term in mine if not term[0].isdigit()] != [term for term in theirs if not term[0].isdigit()]:
        return ()
    figures, others = ([term for term in each if term[0].isdigit()] for each in (mine, theirs))
    wrong = next(((one, other) for one, other in zip(figures, others, strict=False) if one != other), None)
    if wrong is None or sorted(figures) != sorted(others):
        return ()
    return (Check(kind="number", claimed=wrong[0], found=wrong[1], passed=False),)


def check_parts(claim: str) -> tuple[Check, ...]:
    """Return a failed check where a part is larger than its whole: "39 of the 20 areas"."""
    for pattern in (_PART_OF, _OF_WHICH):
        for match in pattern.finditer(claim):
            part, whole = (float(match[name].replace(",", "")) for name in ("part", "whole"))
            if part > whole:
                found = f"{match['whole']} of {match['part']}"
                return (
                    Check(kind="number", claimed=f"{match['part']} of {match['whole']}", found=found, passed=False),
                )
    return ()


def _check_amount(
    each: Amount,
    claimed: Sequence[Amount],
    found: Sequence[Amount],
    claim: str,
    premise: Premise,
    scales: frozenset[int],
    units: str,
) -> Check:
    written = _written(each, claim)
    same = [other for other in found if agrees(each, other, scales=scales, units=units)]
    rivals = [
        other
        for other in found
        if (each.unit == other.unit or (not each.unit and other.unit == "people"))
        and other not in same
        and not any(agrees(mine, other, scales=scales, units=units) for mine in claimed)
    ]
    taken = _taken(
        [_anchor(item) for item in same], [_anchor(item) for item in rivals], each.start_char, claim, premise
    )
    if same and taken is None:
        return Check(kind="number", claimed=written, found=_written(same[0], premise.words), passed=True)
    like = [rival for rival in rivals if each.unit or _counts_the_same(each, claim, rival, premise.words)]
    nearest = taken.written if taken is not None else _nearest(like, each.start_char, claim, premise.words)
    return Check(kind="number", claimed=written, found=nearest, passed=False)


def check_moments(claim: str, premise: Premise) -> tuple[Check, ...]:
    """Return a check for each point in time of a claim.

    One that the words don't name may stand in what they stand under, where they name no other.
    """
    claimed = find_moments(claim)
    if not claimed:
        return ()
    found = find_moments(premise.words)
    checks = tuple(_check_moment(each, claimed, found, claim, premise) for each in claimed)
    pairs = [
        (_anchor(each), _closest(each, same, claim, premise.words))
        for each in claimed
        for same in ([other for other in found if same_moment(each, other)],)
        if same
    ]
    return (*checks, *_places("date", pairs, claim, premise.words))


def _check_moment(
    each: Moment, claimed: Sequence[Moment], found: Sequence[Moment], claim: str, premise: Premise
) -> Check:
    same = [other for other in found if same_moment(each, other)]
    rivals = [
        other
        for other in found
        if other not in same and rival_moments(each, other) and not any(same_moment(mine, other) for mine in claimed)
    ]
    if same:
        taken = _taken(
            [_anchor(item) for item in same], [_anchor(item) for item in rivals], each.start_char, claim, premise
        )
        if taken is None:
            return Check(kind="date", claimed=each.written, found=same[0].written, passed=True)
        return Check(kind="date", claimed=each.written, found=taken.written, passed=False)
    if rivals and not _of_something_else(rivals, claim, premise.words):
        return Check(kind="date", claimed=each.written, found=rivals[0].written, passed=False)
    if any(same_moment(mine, other) for mine in claimed for other in found):
        # Words that name some of the claim's dates would name this one.
        return Check(kind="date", claimed=each.written, found=rivals[0].written if rivals else "", passed=False)
    # "By 2026" is borne out by no title of a plan to 2026.
    places = (premise.around,) if each.relation else (premise.headings, premise.around, premise.source)
    for place in () if premise.exact else places:
        under = [other for other in find_moments(place) if same_moment(each, other)]
        if under:
            return Check(kind="date", claimed=each.written, found=under[0].written, passed=True)
    return Check(kind="date", claimed=each.written, found=rivals[0].written if rivals else "", passed=False)


def _of_something_else(rivals: Sequence[Moment], claim: str, words: str) -> bool:
    """Return whether the years of the words stand in stretches that the claim doesn't speak of ("compared to FY 2011")."""
    clauses = split_clauses(words)
    said = frozenset().union(*(clause.terms for clause in split_clauses(claim)))
    for rival in rivals:
        own = clause_of(clauses, rival.start_char)
        compares = _COMPARED.match(words, own.start_char)
        if own.terms & said or not compares:
            return False
    return True


def _taken(same: Sequence[Anchor], rivals: Sequence[Anchor], char: int, claim: str, premise: Premise) -> Anchor | None:
    """Return the rival from which every agreeing anchor seems to be taken, None where one of them fits."""
    if not same or not rivals:
        return None
    own = clause_of(split_clauses(claim), char)
    taken = None
    for held in same:
        taken = taken_from_another(own, held, rivals, premise.words, same=same_words)
        if taken is None:
            return None
    return taken


def _counts_the_same(one: Amount, text: str, other: Amount, words: str) -> bool:
    """Return whether two bare numbers count a thing of one name: "38 patients" is not denied by "2 weeks"."""
    mine, theirs = (_counted(amount, place) for amount, place in ((one, text), (other, words)))
    return not mine or bool(mine & theirs) or bool(theirs & frozenset().union(*map(same_words, mine)))


def _counted(amount: Amount, text: str) -> frozenset[str]:
    """Return the stems of the next words behind a number."""
    following = text[amount.end_char : amount.end_char + _BEHIND]
    return frozenset(content_terms(re.split(r"[.;:()]", following)[0])[:_NOUNS])


def _nearest(rivals: Sequence[Amount], char: int, claim: str, words: str) -> str:
    """Return the rival that stands beside most words of the claim; "" where there is none."""
    if not rivals:
        return ""
    said = frozenset().union(*(clause.terms for clause in split_clauses(claim)))
    own = clause_of(split_clauses(claim), char).terms
    clauses = split_clauses(words)
    places = [(rival, clause_of(clauses, rival.start_char).terms) for rival in rivals]
    # What stands among other words altogether is a figure of something else.
    places = [(rival, beside) for rival, beside in places if beside & said or len(clauses) == 1]
    return _written(max(places, key=lambda place: len(own & place[1]))[0], words) if places else ""


def _anchor(item: Amount | Moment) -> Anchor:
    return Anchor(start_char=item.start_char, end_char=item.end_char, written=item.written)


def _written(amount: Amount, text: str) -> str:
    hedge = {
        "min": "at least ",
        "max": "at most ",
        "over": "more than ",
        "under": "less than ",
        "nearly": "nearly ",
        "about": "about ",
    }
    return f"{hedge.get(amount.bound, '')}{amount.written}"
