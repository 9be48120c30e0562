"""Hold the amounts and points in time of a claim against those of its evidence, each bound to what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.checking.amounts import Amount, agrees, comparable, find_amounts
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

_SCALED = re.compile(r"(?:\bin|[£$€(]|\bof)\s*(?:\w+\s)?(thousands|millions|billions)\b", re.IGNORECASE)
_SCALE = {"thousands": 10**3, "millions": 10**6, "billions": 10**9}


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
        if comparable(each, other, units=units)
        and other not in same
        and not any(agrees(mine, other, scales=scales, units=units) for mine in claimed)
    ]
    taken = _taken(
        [_anchor(item) for item in same], [_anchor(item) for item in rivals], each.start_char, claim, premise
    )
    if same and taken is None:
        return Check(kind="number", claimed=written, found=_written(same[0], premise.words), passed=True)
    nearest = taken.written if taken is not None else _nearest(rivals, each.start_char, claim, premise.words)
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
    for place in (premise.headings, premise.around, premise.source):
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
        if own.terms & said or len(clauses) == 1:
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


def _nearest(rivals: Sequence[Amount], char: int, claim: str, words: str) -> str:
    """Return the rival that stands beside most words of the claim; "" where there is none."""
    if not rivals:
        return ""
    own = clause_of(split_clauses(claim), char).terms
    clauses = split_clauses(words)
    best = max(rivals, key=lambda rival: len(own & clause_of(clauses, rival.start_char).terms))
    return _written(best, words)


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
