"""What a claim turns round, denies, exchanges or says too firmly, beside one premise: the differences that lie in words.

Each function returns failed checks (directions also those that passed). `found` is what the evidence says instead; it is empty where the
evidence says nothing of it, so that nothing is denied either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache

from report_qa.checking.assertion import without_figures
from report_qa.checking.clauses import Clause, split_clauses
from report_qa.checking.likeness import Lexicon, held, same_words
from report_qa.checking.modality import firmer
from report_qa.checking.opposites import claimed_directions, denied_by, directed, has_opposite, must_be_said
from report_qa.checking.polarity import count_denials, denied_terms
from report_qa.checking.premise import Premise
from report_qa.questions import find_names, written_name
from report_qa.records.answer import Check
from report_qa.words import STOP_TERMS, stem, terms, tokens

# They belong to the amounts.
_HEDGES = frozenset("almost nearly approximately circa least estimated exactly fy percentage points".split())
# A claim is about a stretch of evidence of which it says this share.
_HALF = 0.4
# Two sentences of the same words but for a denial say opposite things.
_NEARLY_ALL = 0.8
# Two that share this much may differ by one exchanged word, or a few in one place.
_MOSTLY = 0.5
_LONGEST_EXCHANGE = 5


@lru_cache(maxsize=4_096)
def carrying_terms(claim: str) -> tuple[str, ...]:
    """Return the stems that carry a sentence, without its figures, hedges and little words."""
    plain = re.sub(r"\b(?:FY|fiscal year)\b", " ", without_figures(claim))
    return tuple(
        dict.fromkeys(
            stem(token)
            for token in tokens(plain)
            if token not in STOP_TERMS and token not in _HEDGES and not token[0].isdigit() and len(token) > 1
        )
    )


def check_directions(claim: str, premise: Premise) -> tuple[Check, ...]:
    """Return a check for each direction of a claim that is denied, or that nothing tells.

    Where the evidence has both sides, the stretch that is most like the claim's own decides. Two that are both turned round may
    say the same again ("the least deprived live longer"): that denies nothing, and bears nothing out.
    """
    found, mine = directed(premise.said), claimed_directions(claim)
    clauses = split_clauses(claim)
    denied, checks = [], []
    for term in sorted(mine):
        # A claim that says both sides itself is denied by what it doesn't say; what else stands against it leaves it unsaid.
        opposed = bool(denied_by(term, found))
        against = denied_by(term, found - (mine - {term})) if opposed else ""
        against = against or _denied_nearby(term, claim, clauses, premise.words)
        if against:
            denied.append(Check(kind="direction", claimed=term, found=against, passed=False))
        elif must_be_said(term) or opposed:
            said = not opposed and (term in found or bool(found & same_words(term)))
            checks.append(Check(kind="direction", claimed=term, found=term if said else "", passed=said))
    if len(denied) == 2:
        denied = [replace(check, found="") for check in denied]
    return (*denied, *checks)


def _denied_nearby(term: str, claim: str, clauses: Sequence[Clause], words: str) -> str:
    """Return what denies a term in the stretch of some words that is more like the claim's stretch than any with the term."""
    if not has_opposite(term):
        return ""
    theirs = [(clause.terms, directed(words[clause.start_char : clause.end_char])) for clause in split_clauses(words)]
    denials = [(own, against) for own, near in theirs if (against := denied_by(term, near))]
    if not denials:
        return ""
    mine = directed(claim)
    for clause in clauses:
        said = directed(claim[clause.start_char : clause.end_char])
        if term not in said:
            continue
        rest = clause.terms - {term}
        likest, against = max(denials, key=lambda denial: len(rest & denial[0]))
        if against in mine or len(rest & likest) < min(2, len(rest)):
            continue
        agreeing = max((len(rest & other) for other, near in theirs if term in near), default=0)
        if len(rest & likest) > agreeing or (_count(term, claim) > _count(term, words) and not _count(against, claim)):
            return against
    return ""


def _count(term: str, text: str) -> int:
    return terms(text).count(term)


def check_denials(claim: str, premise: Premise, lexicon: Lexicon) -> tuple[Check, ...]:
    """Return a failed check where one of the two denies what the other asserts."""
    mine, theirs = denied_terms(claim), denied_terms(premise.words)
    asserted, said = frozenset(carrying_terms(claim)), premise.terms
    only_mine = [term for term in sorted(mine - theirs) if held(term, said, lexicon) and not _held_by(term, theirs)]
    only_theirs = [term for term in sorted(theirs - mine) if term in asserted]
    if only_mine and not (mine & theirs):
        return (Check(kind="negation", claimed=f"not {only_mine[0]}", found=only_mine[0], passed=False),)
    if only_theirs and not (mine & theirs) and not count_denials(claim):
        return (Check(kind="negation", claimed=only_theirs[0], found=f"not {only_theirs[0]}", passed=False),)
    if mine and not count_denials(premise.words):
        return (Check(kind="negation", claimed=f"not {min(mine)}", found="", passed=False),)
    difference = count_denials(claim) - count_denials(premise.words)
    theirs_all = frozenset(carrying_terms(premise.words))
    if difference % 2 and len(asserted & theirs_all) >= _NEARLY_ALL * len(asserted | theirs_all):
        return (
            Check(
                kind="negation",
                claimed="not" if difference > 0 else "",
                found="not" if difference < 0 else "said without “not”",
                passed=False,
            ),
        )
    return ()


def _held_by(term: str, others: frozenset[str]) -> bool:
    return bool(others & (same_words(term) | {term}))


def check_exchange(claim: str, own: Mapping[str, float], premise: Premise) -> tuple[Check, ...]:
    """Return a failed check where a claim is the evidence word for word but for one that stands in another's place.

    Then what stands around doesn't count: "labour days" in a sentence on labour hours is another statement.
    """
    mine, theirs = frozenset(own), frozenset(carrying_terms(premise.words))
    if len(mine & theirs) < _MOSTLY * len(mine | theirs):
        return ()
    claimed, found = terms(claim), terms(premise.words)
    for kind, start, end, other_start, other_end in SequenceMatcher(None, claimed, found, autojunk=False).get_opcodes():
        unsaid = [term for term in found[other_start:other_end] if term in theirs]
        others = [*claimed[:start], *claimed[end:]] == [*found[:other_start], *found[other_end:]]
        if kind == "replace" and end - start == other_end - other_start == 1 and others:
            # "Higher … due to higher" for "higher … due to lower": both words stand in the evidence.
            against = denied_by(claimed[start], frozenset({found[other_start]}))
            if against and not denied_by(claimed[start], directed(premise.said)):
                return (Check(kind="direction", claimed=claimed[start], found=against, passed=False),)
        # A document may be called by its name or its publisher's, where no other name stands.
        called = frozenset() if _name_of(unsaid[:1], premise.words) else premise.terms_source & _in_names(claim)
        strange = [term for term in claimed[start:end] if own.get(term) == 0.0 and term not in called]
        if kind == "replace" and strange and unsaid and max(end - start, other_end - other_start) <= _LONGEST_EXCHANGE:
            if (name := _name_of(strange, claim)) and (other := _name_of(unsaid, premise.words)):
                return (Check(kind="name", claimed=name, found=other, passed=False),)
            return (Check(kind="wording", claimed=" ".join(strange), found=" ".join(unsaid), passed=False),)
    return ()


def check_lead(claim: str, premise: Premise) -> tuple[Check, ...]:
    """Return a failed check where a claim says an item of a list, or a row, and nothing of what the list or the row is of."""
    leading = frozenset(carrying_terms(premise.lead)) - frozenset(terms(premise.words.replace(premise.lead, " ", 1)))
    if not leading or leading & frozenset(carrying_terms(claim)):
        return ()
    return (Check(kind="modality", claimed="fact", found=premise.lead, passed=False),)


def with_names_in_place(checks: tuple[Check, ...], claim: str, premise: Premise) -> tuple[Check, ...]:
    """Return checks in which a missing name has the one that stands there instead.

    Where all else agrees, a figure or a date among it, the evidence is about the same thing under another name.
    """
    failed = [check for check in checks if not check.passed]
    agreed = any(check.passed and check.kind in ("number", "date") for check in checks)
    if not agreed or len(failed) != 1 or failed[0].kind != "name" or failed[0].found:
        return checks
    mine = frozenset(terms(claim))
    names = sorted(
        (name for name in find_names(premise.words) if not mine & set(name)),
        key=lambda name: set(name) <= premise.terms_source,
    )
    others = [written_name(name, premise.words) for name in names]
    if not others:
        return checks
    return tuple(replace(check, found=others[0]) if check is failed[0] else check for check in checks)


def _in_names(text: str) -> frozenset[str]:
    return frozenset(part for name in find_names(text) for part in name)


def _name_of(stems: Sequence[str], text: str) -> str:
    """Return the name that stems are part of, as it is written; "" where they are of none."""
    return next((written_name(name, text) for name in find_names(text) if stems and set(stems) <= set(name)), "")


def check_modality(claim: str, premise: Premise) -> tuple[Check, ...]:
    difference = firmer(claim, _about_the_same(claim, premise.words))
    if difference is None:
        return ()
    return (Check(kind="modality", claimed=difference[0], found=difference[1], passed=False),)


def _about_the_same(claim: str, words: str) -> str:
    """Return the stretches of some words of which a claim says at least half, or all of them where it says half of none."""
    said = frozenset(carrying_terms(claim))
    said = said.union(*(same_words(term) for term in said))
    clauses = split_clauses(words)
    kept = [
        words[clause.start_char : clause.end_char]
        for clause in clauses
        if len(said & clause.terms) >= _HALF * len(clause.terms) > 0
    ]
    return " ".join(kept) or words
