"""Ranges: "anything from £1m to around £1.2m" bears out neither "£1m" nor "£1.2m", but "at least £1m" and the range itself."""

from __future__ import annotations

import re
from itertools import pairwise

from report_qa.checking.amounts import Amount, agrees, find_amounts
from report_qa.checking.premise import Premise
from report_qa.records.answer import Check

# "rose from 10% to 12%" is a change, whose ends are values of their own; these say that the value lies somewhere in between.
_BEGINS = re.compile(
    r"\b(?:between|any(?:thing|where) (?:from|between)|(?:rang|var)(?:es|ed|ing|ies|ied|ying) (?:from|between))\s+(?:about |around |some |roughly )?$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:a year |each )?(?:to|and|[-–])\s+(?:about |around |some |roughly |nearly |over |up to |just (?:over|under) )?$",
    re.IGNORECASE,
)
_LOOK_BACK = 40
_OF_THE_LOWER, _OF_THE_UPPER = ("min", "over"), ("max", "under", "nearly")


def check_ranges(claim: str, premise: Premise) -> tuple[Check, ...]:
    """Return a failed check for each amount of a claim that is only an end of a range in the evidence."""
    mine, theirs = find_amounts(claim), find_amounts(premise.words)
    checks = []
    for lower, upper in pairwise(theirs):
        if not _is_range(premise.words, lower, upper):
            continue
        others = [amount for amount in theirs if amount not in (lower, upper)]
        for amount in mine:
            at_lower, at_upper = agrees(amount, lower), agrees(amount, upper)
            if not (at_lower or at_upper) or any(agrees(amount, other) for other in others):
                continue
            whole = any(agrees(other, upper if at_lower else lower) for other in mine if other is not amount)
            bounded = amount.bound in (_OF_THE_LOWER if at_lower else _OF_THE_UPPER)
            if not whole and not bounded:
                found = premise.words[lower.start_char : upper.end_char]
                checks.append(Check(kind="number", claimed=amount.written, found=found, passed=False))
    return tuple(checks)


def _is_range(words: str, lower: Amount, upper: Amount) -> bool:
    before = words[max(0, lower.start_char - _LOOK_BACK) : lower.start_char]
    between = words[lower.end_char : upper.start_char]
    return _BEGINS.search(before) is not None and _GOES_ON.fullmatch(between) is not None
