"""Names in a claim: people, bodies, places, programmes, and what numbers them ("HEERF II", "Phase 2").

A name has to stand in the evidence, in its headings, or in what its document is called. One that only another sentence nearby
has does not count where the evidence names somebody else: "in Hartley" is not borne out by the sentence on Northfield.
"""

from __future__ import annotations

import re
from functools import lru_cache

from report_qa.checking.likeness import ITSELF, SAME_ROOT, Lexicon, held
from report_qa.checking.premise import Premise
from report_qa.questions import find_names, written_name
from report_qa.records.answer import Check
from report_qa.words import stem, terms

_NUMBERED = re.compile(
    r"\b(?P<head>[A-Z][A-Za-z]+|(?i:phase|stage|tier|title|part|chapter|section|volume|table|figure|round|wave|step|level|goal|objective|strategy|schedule|article|appendix|annex|type|class|grade|zone|option|group))\s+"
    r"(?P<mark>I{1,3}|IV|VI{0,3}|IX|X|[A-H]|\d{1,2}(?:\.\d+)?)\b(?![.,]?\d|\s?(?:%|per\s?cent|percent|million|billion|thousand|(?:January|February|March|April|May|June|July|August|September|October|November|December)))"
)
# A single capitalised word may begin any sentence; before one of these it is somebody.
_SPEAKER = re.compile(
    r"^([A-Z][\w-]{2,})\s+(?:says|said|argues|argued|finds|found|estimates|estimated|warns|warned|recommends|recommended|"
    r"claims|claimed|reports|reported|concludes|concluded|describes|described|proposes|proposed|announced|passed|wrote)\b"
)
_MONTHS = frozenset("January February March April May June July August September October November December FY".split())
# A name of more words is recognised by most of them.
_MOST = 0.6


def check_names(claim: str, premise: Premise, lexicon: Lexicon) -> tuple[Check, ...]:
    """Return a check for each name of a claim; `found` is the name that stands in its place, where there is one."""
    checks = [_check(name, claim, premise, lexicon) for name in _names(claim)]
    speaker = _SPEAKER.match(claim)
    if speaker and not any(stem(speaker[1].lower()) in name for name in _names(claim)):
        checks.append(_check((stem(speaker[1].lower()),), claim, premise, lexicon))
    return (*checks, *_numbered(claim, premise))


@lru_cache(maxsize=8_192)
def _names(text: str) -> tuple[tuple[str, ...], ...]:
    return find_names(text)


def _check(name: tuple[str, ...], claim: str, premise: Premise, lexicon: Lexicon) -> Check:
    written = written_name(name, claim)
    if _stands(name, premise.terms, lexicon):
        return Check(kind="name", claimed=written, found=written, passed=True)
    if _stands(name, premise.terms_headings, lexicon) or _stands(name, premise.terms_source, lexicon):
        return Check(kind="name", claimed=written, found=written, passed=True)
    if _stands(name, premise.terms_around, lexicon):
        others = [
            other
            for other in _names(premise.words)
            if not set(other) & set(terms(claim)) and not _in_source(other, premise)
        ]
        return Check(kind="name", claimed=written, found=written, passed=not others or _is_long(name))
    # The two halves of a long name may stand in two places.
    everywhere = premise.terms | premise.terms_headings | premise.terms_around | premise.terms_source
    if len(name) > 1 and _stands(name, everywhere, lexicon):
        return Check(kind="name", claimed=written, found=written, passed=True)
    return Check(kind="name", claimed=written, found="", passed=False)


def _is_long(name: tuple[str, ...]) -> bool:
    return len(name) > 2


def _in_source(name: tuple[str, ...], premise: Premise) -> bool:
    return all(part in premise.terms_source for part in name)


def _stands(name: tuple[str, ...], words: frozenset[str], lexicon: Lexicon) -> bool:
    found = sum(held(part, words, lexicon) in (ITSELF, SAME_ROOT) for part in name)
    return found == len(name) if len(name) < 3 else found >= _MOST * len(name)


def _numbered(claim: str, premise: Premise) -> list[Check]:
    checks = []
    found: dict[str, set[str]] = {}
    for match in _NUMBERED.finditer(premise.words):
        found.setdefault(match["head"].lower(), set()).add(match["mark"])
    for match in _NUMBERED.finditer(claim):
        head, mark = match["head"].lower(), match["mark"]
        if match["head"] in _MONTHS:
            continue
        others = found.get(head, set())
        if others and mark not in others:
            checks.append(Check(kind="name", claimed=match[0], found=f"{match['head']} {min(others)}", passed=False))
    return checks
