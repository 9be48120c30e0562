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
from itertools import pairwise

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
        for start, end in pairwise(cuts)
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


_JOINT = re.compile(r";\s+(?:and\s+)?|,?\s(?:and|but|while|whereas)\s")
_VERBS = (
    r"is|are|was|were|has|have|had|does|do|did|will|would|can|could|may|might|must|should|rose|fell|grew|met|made|took|gave|"
    r"spent|paid|won|lost|built|held|began|found|became|saw|came|got|said|says|sold|bought|ran|led|wrote|kept|sent|told"
)
# A verb with an ending may be no more than an adjective ("an engaged community").
SURE_VERB = re.compile(rf"\b(?:{_VERBS})\b")
FINITE = re.compile(rf"\b(?:{_VERBS}|[a-z]{{3,}}ed)\b")
# What stands before its verb belongs to the words before the joint: "community hubs and places, but it also looked at events".
_JOINED_BEFORE = re.compile(r"[,;]|\b(?:and|but|while|whereas)\b")
_THAT = re.compile(r"\bthat\s")
_SUBJECT_AGAIN = re.compile(r"(?:it|they|he|she)\s", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def full_clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a sentence that say something each, the subject repeated where they share one; else the text alone.

    "It rose in 2004 and was closed in 2006" says two things, "it rose in 2004 and 2006" one.
    """
    joints = [match for match in _JOINT.finditer(text) if FINITE.search(text, 0, match.start())]
    for joint in joints:
        first, rest = text[: joint.start()], text[joint.end() :]
        verb = FINITE.search(first)
        other = FINITE.search(rest)
        if verb is None or other is None or _JOINED_BEFORE.search(rest, 0, other.start()):
            continue
        subject = first[: verb.start()].strip()
        if _THAT.match(rest):
            # "X says that … and that …"
            said = _THAT.search(first)
            if said is None:
                continue
            rest = f"{first[: said.start()].rstrip()} {rest}"
        elif other.start() == 0:
            rest = f"{subject} {rest}"
        elif again := _SUBJECT_AGAIN.match(rest):
            rest = f"{subject} {rest[again.end() :]}"
        return (f"{first}.", *full_clauses(rest))
    return (text,)


_WINDOW = 6
_OTHER_SIDE = 0.5


@lru_cache(maxsize=16_384)
def _beside(text: str, start: int, end: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the stems to the left and to the right of a place, each with its nearness (1 beside it)."""
    sides = []
    for words in (tokens(text[:start])[::-1], tokens(text[end:])):
        kept = [stem(word) for word in words[: 4 * _WINDOW] if word not in _EMPTY][:_WINDOW]
        sides.append({term: 1 / distance for distance, term in reversed(list(enumerate(kept, 1)))})
    return sides[0], sides[1]


def likeness_of_places(one: Anchor, text: str, other: Anchor, words: str) -> float:
    """Return how much the words beside two places are the same, near ones counting most."""
    mine, theirs = _beside(text, one.start_char, one.end_char), _beside(words, other.start_char, other.end_char)
    score = 0.0
    for side in (0, 1):
        for term, near in mine[side].items():
            same = theirs[side].get(term, 0.0)
            across = theirs[1 - side].get(term, 0.0)
            score += max(min(near, same), _OTHER_SIDE * min(near, across))
    return score


def _stand_rightly(one: tuple[Anchor, Anchor], other: tuple[Anchor, Anchor], text: str, words: str) -> bool:
    """Return whether what tells the two stretches of the evidence apart stands beside the same two figures in the claim."""
    theirs, mine = split_clauses(words), split_clauses(text)
    first, second = (clause_of(theirs, pair[1].start_char).terms for pair in (one, other))
    claimed, other_claimed = (clause_of(mine, pair[0].start_char).terms for pair in (one, other))
    straight = len((first - second) & claimed) + len((second - first) & other_claimed)
    crossed = len((second - first) & claimed) + len((first - second) & other_claimed)
    return straight > crossed


def exchanged(pairs: Sequence[tuple[Anchor, Anchor]], text: str, words: str) -> tuple[Anchor, Anchor] | None:
    """Return a (claimed, found) pair of which the claim has changed places with another, None where all stand rightly.

    Each pair holds an anchor of the claim and the one that has its value in the evidence. Two have changed places where their
    surroundings fit crosswise better than straight.
    """
    for at, (mine, theirs) in enumerate(pairs):
        for other_mine, other_theirs in pairs[at + 1 :]:
            if theirs == other_theirs:
                continue
            straight = likeness_of_places(mine, text, theirs, words) + likeness_of_places(
                other_mine, text, other_theirs, words
            )
            crossed = likeness_of_places(mine, text, other_theirs, words) + likeness_of_places(
                other_mine, text, theirs, words
            )
            if crossed > straight + _CLEARLY and not _stand_rightly(
                (mine, theirs), (other_mine, other_theirs), text, words
            ):
                return mine, other_theirs
    return None


_CLEARLY = 0.1
