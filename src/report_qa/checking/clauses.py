"""Stretches of a sentence that hold together: what stands beside a number belongs to it.

"Nearly 6,000 miles of land border and 95,000 miles of shoreline" has two stretches with a number each. A number of a claim is
borne out by the stretch that has it; where other words of the claim stand only beside a rival number, and the stretch says
something of its own that the claim doesn't, the claim has taken the number of one thing for another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from report_qa.words import stem, tokens

_BOUNDARY = re.compile(
    r"(?<!\d)[,;()](?!\d)|(?<=\d)[,;()](?!\d)|(?<!\d)[,;(](?=\d)|\s[–—-]\s|[—]|(?<=[a-z%\d][.!?])\s|\n|"
    r"\b(?:and|but|while|whilst|whereas|although|though|compared|against|versus|vs|from|than|of which|as well as|up from|down from|with)\b",
    re.IGNORECASE,
)
# Words that bind nothing; "most" and "least", "no" and "all" do.
_EMPTY = frozenset(
    """a an the of in on at to for by with from as is are was were be been being it its this that these those there their they
    he she his her and or but than which who whom whose has have had having do does did will would can could may might also so
    into over per each about around nearly almost approximately roughly some up out then such other between during among
    said says according compared against while whereas both only percent cent s""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A stretch of a text with the stems that bind what stands in it."""

    start_char: int
    end_char: int
    terms: frozenset[str]


@lru_cache(maxsize=4_096)
def split_clauses(text: str) -> tuple[Clause, ...]:
    """Return the stretches of a text in order, those without a word left out."""
    cuts = [0, *(match.start() for match in _BOUNDARY.finditer(text)), len(text)]
    return tuple(
        Clause(start_char=start, end_char=end, terms=binding_terms(text[start:end]))
        for start, end in zip(cuts, cuts[1:], strict=False)
        if text[start:end].strip()
    )


@lru_cache(maxsize=16_384)
def binding_terms(text: str) -> frozenset[str]:
    """Return the stems of a stretch that say what a number there is about; numbers themselves are left out, numerals kept."""
    return frozenset(stem(token) for token in tokens(text) if token not in _EMPTY and not token[0].isdigit())


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Something that a stretch is about: an amount or a point in time, where it is written, with what it may be compared to."""

    start_char: int
    end_char: int
    written: str


def clause_of(clauses: Sequence[Clause], char: int) -> Clause:
    """Return the stretch that holds a character."""
    return next((clause for clause in clauses if clause.start_char <= char < clause.end_char), clauses[-1])


def taken_from_another(
    claim: Clause, held: Anchor, rivals: Sequence[Anchor], text: str, *, same: Callable[[str], frozenset[str]]
) -> Anchor | None:
    """Return the rival beside which words of the claim stand that don't stand beside the anchor that was found, if any.

    `same` gives the stems that may stand for one, so that a synonym beside the anchor counts.
    """
    clauses = split_clauses(text)
    own = clause_of(clauses, held.start_char)
    own_terms = own.terms.union(*(same(term) for term in own.terms))
    for rival in rivals:
        other = clause_of(clauses, rival.start_char)
        if other is own:
            continue
        shared = own.terms & other.terms
        strange = (claim.terms & other.terms) - own_terms
        unsaid = own.terms - shared - claim.terms - frozenset().union(*(same(term) for term in claim.terms))
        if strange and unsaid:
            return rival
    return None
