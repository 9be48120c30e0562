"""The verdict on one sentence: is it borne out by the evidence, denied by it, or not to be found in it?

A sentence is supported where one piece of evidence, or two together, says everything that it says: each number and date of the
same thing, each name, each direction and denial, no firmer than there, and nearly all of the remaining words by weight. It is
contradicted where evidence about the very same thing says another number, date, name, direction or the denial of it. All else
is not found. In doubt it is not found: a wrong "supported" costs more than many refusals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from report_qa.checking.assertion import is_claim, without_figures
from report_qa.checking.clauses import Clause, split_clauses
from report_qa.checking.figures import check_amounts, check_moments, check_order, check_parts
from report_qa.checking.likeness import Lexicon, credit, held, same_words
from report_qa.checking.modality import firmer
from report_qa.checking.names import check_names
from report_qa.checking.opposites import claimed_directions, denied_by, directed, has_opposite, must_be_said
from report_qa.checking.polarity import count_denials, denied_terms
from report_qa.checking.premise import Premise
from report_qa.checking.quotation import check_quotations
from report_qa.checking.scope import check_scope
from report_qa.questions import find_names, written_name
from report_qa.records.answer import Check, Verdict
from report_qa.words import STOP_TERMS, stem, terms, tokens

# The share of a claim's words that evidence has to say, and the heaviest single word that it may leave out.
SAID = 0.78
LEFT_OUT = 0.16
# … of which the cited words themselves say this much.
SAID_ITSELF = 0.5
# Evidence that says this much of a claim itself is about the very same thing.
SAME_THING, SAME_THING_IF_ALIKE = 0.55, 0.38
# … unless it lacks a word of this share.
MISSED = 0.4
# As much is said by what is as like the claim as this.
ALIKE, SAID_IF_ALIKE = 0.62, 0.68
# Words that may be said nowhere, however light they are.
UNSAID_WORDS = 2
# Evidence that says less of a claim is about something else.
SPOKEN_OF = 0.35
_UNSAID = Check(kind="wording", claimed="all", found="", passed=False)
# Kinds of check by which evidence denies a claim; the others only fail to bear it out.
_DENYING = frozenset({"number", "date", "name", "direction", "negation"})
_SPECIFIC = frozenset({"number", "date", "name", "quotation"})
# They belong to the amounts.
_HEDGES = frozenset("almost nearly approximately circa least estimated exactly fy percentage points".split())
_LOOKED_AT = 6
_HALF = 0.4
# Two sentences of the same words but for a denial say opposite things.
_NEARLY_ALL = 0.8
_MOSTLY = 0.5
_LONGEST_EXCHANGE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, the checks of the evidence that it rests on, and which premises those are, by index."""

    verdict: Verdict
    checks: tuple[Check, ...]
    premises: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One premise held against a claim.

    `said` is the share of the claim, by weight (0 to 1), that is said there or around, `said_itself` that which the words
    say themselves, `said_besides` the same apart from names and from words that are denied; `left_out` is the share of the heaviest word that
    is said nowhere, `unsaid_words` how many are not, `missed_besides` the same apart from those. `verbatim` is True where the whole claim stands there.
    """

    checks: tuple[Check, ...]
    said: float
    said_itself: float
    left_out: float
    similarity: float
    said_besides: float = 0.0
    missed_besides: float = 0.0
    unsaid_words: int = 0
    verbatim: bool = False
    whole: bool = False
    mixed: bool = False

    @property
    def bears_out(self) -> bool:
        if self.verbatim:
            return True
        if self.mixed and sum(check.kind in ("number", "date", "direction") for check in self.checks) > 1:
            # A list of several items bears out what they have in common, not which figure belongs to which.
            return False
        if not all(check.passed for check in self.checks) or self.said_itself < SAID_ITSELF:
            return False
        if self.unsaid_words > UNSAID_WORDS:
            return False
        if self.said >= SAID and self.left_out <= LEFT_OUT:
            return True
        return self.similarity >= ALIKE and self.said >= SAID_IF_ALIKE and self.left_out <= LEFT_OUT

    @property
    def denies(self) -> bool:
        failed = [check for check in self.checks if not check.passed]
        if self.whole:
            return False
        # What lacks a figure or a name that the claim has speaks of something else.
        if any(not check.found and check.kind in _SPECIFIC for check in failed):
            return False
        return self.is_about_it and any(check.found and check.kind in _DENYING for check in failed)

    @property
    def is_about_it(self) -> bool:
        """Whether the words are about the very thing that the claim is about."""
        if self.missed_besides > MISSED:
            return False
        if self.said_besides >= SAME_THING:
            return True
        return self.similarity >= ALIKE and self.said_besides >= SAME_THING_IF_ALIKE and self.said >= SAID_ITSELF

    @property
    def denied_something(self) -> bool:
        """Whether a direction of the claim is turned round, or denied."""
        return any(
            not check.passed and check.found and check.kind in ("direction", "negation") for check in self.checks
        )

    @property
    def nearness(self) -> float:
        """How near the words are to the claim, of 2: what they say of it, and their likeness."""
        return self.said_besides + self.similarity

    @property
    def agrees(self) -> bool:
        """Whether nothing of the claim is denied, and a good part of it said, though too little to bear it out."""
        return self.said >= SAME_THING and all(check.passed for check in self.checks)


def judge(claim: str, premises: Sequence[Premise], lexicon: Lexicon) -> Judgement:
    """Return the verdict on a sentence in the light of premises, the likeliest first."""
    if not is_claim(claim):
        return Judgement(verdict=Verdict.NOT_A_CLAIM, checks=())
    compared = [compare(claim, premise, lexicon) for premise in premises]
    bearing = [at for at, each in enumerate(compared) if each.bears_out]
    if bearing:
        best = max(bearing, key=lambda at: (compared[at].said_itself, -at))
        return Judgement(verdict=Verdict.SUPPORTED, checks=_with_wording(compared[best]), premises=(best,))
    together = _two_together(claim, premises, compared, lexicon)
    if together is not None:
        return together
    denying = [at for at, each in enumerate(compared) if each.denies]
    # Where one sentence agrees, another that gives other figures speaks of something else.
    if denying and not any(
        each.agrees and each.nearness > max(compared[at].nearness for at in denying) for each in compared
    ):
        best = max(denying, key=lambda at: (compared[at].nearness, -at))
        return Judgement(verdict=Verdict.CONTRADICTED, checks=_with_wording(compared[best]), premises=(best,))
    if not compared:
        return Judgement(verdict=Verdict.NOT_FOUND, checks=())
    best = max(range(len(compared)), key=lambda at: (compared[at].said, -at))
    return Judgement(verdict=Verdict.NOT_FOUND, checks=_with_wording(compared[best]))


def compare(claim: str, premise: Premise, lexicon: Lexicon) -> Comparison:
    """Hold one premise against a claim."""
    weights = claim_weights(claim, lexicon)
    whole = sum(weights.values()) or 1.0
    credit_of = {term: credit(term, premise, lexicon) for term in weights}
    own = {term: held(term, premise.terms, lexicon) for term in weights}
    denied = frozenset(term for term in weights if denied_by(term, directed(premise.said)))
    itself = sum(weights[term] * own[term] for term in weights) / whole
    named = frozenset(part for name in find_names(claim) for part in name)
    besides = [term for term in weights if term not in denied | named] or [
        term for term in weights if term not in denied
    ]
    of_besides = sum(weights[term] for term in besides) or 1.0
    said = sum(weights[term] * credit_of[term] for term in weights) / whole
    if said < SPOKEN_OF and not denied:
        # Most premises are about something else; nothing of them is worth comparing.
        return Comparison(
            checks=(_UNSAID,),
            said=said,
            said_itself=itself,
            left_out=1.0,
            similarity=premise.similarity,
            missed_besides=1.0,
        )
    checks = (
        *check_amounts(claim, premise),
        *check_moments(claim, premise),
        *check_order(claim, premise),
        *check_parts(claim),
        *check_names(claim, premise, lexicon),
        *check_quotations(claim, f"{premise.words}\n{premise.around}"),
        *_check_directions(claim, premise),
        *_check_denials(claim, premise, lexicon),
        *_check_modality(claim, premise),
        *check_scope(claim, premise.words),
        *_check_exchange(claim, own, premise),
    )
    exchanged_names = {check.claimed for check in checks if check.kind == "name" and check.found and not check.passed}
    checks = tuple(
        check for check in checks if check.found or check.kind != "name" or check.claimed not in exchanged_names
    )
    checks = _with_names_in_place(checks, claim, premise)
    return Comparison(
        checks=checks,
        said=said,
        said_itself=itself,
        unsaid_words=sum(not credit_of[term] for term in weights),
        left_out=max((weights[term] / whole for term in weights if not credit_of[term]), default=0.0),
        similarity=premise.similarity,
        missed_besides=max((weights[term] / of_besides for term in besides if not credit_of[term]), default=0.0),
        said_besides=sum(weights[term] * own[term] for term in besides) / of_besides,
        verbatim=_stands_there(claim, premise.words),
        whole=premise.whole,
        mixed=premise.mixed,
    )


def claim_weights(claim: str, lexicon: Lexicon) -> dict[str, float]:
    """Return the terms that carry a claim, each with its weight; its numbers and dates are compared on their own."""
    return {term: lexicon.weight(term) for term in _carrying(claim)}


@lru_cache(maxsize=4_096)
def _carrying(claim: str) -> tuple[str, ...]:
    plain = re.sub(r"\b(?:FY|fiscal year)\b", " ", without_figures(claim))
    return tuple(
        dict.fromkeys(
            stem(token)
            for token in tokens(plain)
            if token not in STOP_TERMS and token not in _HEDGES and not token[0].isdigit() and len(token) > 1
        )
    )


def _check_directions(claim: str, premise: Premise) -> tuple[Check, ...]:
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


def _check_denials(claim: str, premise: Premise, lexicon: Lexicon) -> tuple[Check, ...]:
    """Return a failed check where one of the two denies what the other asserts."""
    mine, theirs = denied_terms(claim), denied_terms(premise.words)
    asserted, said = frozenset(_carrying(claim)), premise.terms
    only_mine = [term for term in sorted(mine - theirs) if held(term, said, lexicon) and not _held_by(term, theirs)]
    only_theirs = [term for term in sorted(theirs - mine) if term in asserted]
    if only_mine and not (mine & theirs):
        return (Check(kind="negation", claimed=f"not {only_mine[0]}", found=only_mine[0], passed=False),)
    if only_theirs and not (mine & theirs) and not count_denials(claim):
        return (Check(kind="negation", claimed=only_theirs[0], found=f"not {only_theirs[0]}", passed=False),)
    if mine and not count_denials(premise.words):
        return (Check(kind="negation", claimed=f"not {min(mine)}", found="", passed=False),)
    difference = count_denials(claim) - count_denials(premise.words)
    theirs_all = frozenset(_carrying(premise.words))
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


def _check_exchange(claim: str, own: Mapping[str, float], premise: Premise) -> tuple[Check, ...]:
    """Return a failed check where a claim is the evidence word for word but for one that stands in another's place.

    Then what stands around doesn't count: "labour days" in a sentence on labour hours is another statement.
    """
    mine, theirs = frozenset(own), frozenset(_carrying(premise.words))
    if all(own.values()) or len(mine & theirs) < _MOSTLY * len(mine | theirs):
        return ()
    claimed, found = terms(claim), terms(premise.words)
    for kind, start, end, other_start, other_end in SequenceMatcher(None, claimed, found, autojunk=False).get_opcodes():
        strange = [term for term in claimed[start:end] if own.get(term) == 0.0 and term not in premise.terms_source]
        unsaid = [term for term in found[other_start:other_end] if term in theirs - mine]
        if kind == "replace" and strange and unsaid and max(end - start, other_end - other_start) <= _LONGEST_EXCHANGE:
            if (name := _name_of(strange, claim)) and (other := _name_of(unsaid, premise.words)):
                return (Check(kind="name", claimed=name, found=other, passed=False),)
            return (Check(kind="wording", claimed=" ".join(strange), found=" ".join(unsaid), passed=False),)
    return ()


def _with_names_in_place(checks: tuple[Check, ...], claim: str, premise: Premise) -> tuple[Check, ...]:
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


def _name_of(stems: Sequence[str], text: str) -> str:
    """Return the name that stems are part of, as it is written; "" where they are of none."""
    return next((written_name(name, text) for name in find_names(text) if set(stems) <= set(name)), "")


def _stands_there(claim: str, words: str) -> bool:
    plain, there = " ".join(claim.split()).rstrip(". "), " ".join(words.split())
    at = there.find(plain)
    before, after = there[:at].rstrip()[-1:], there[at + len(plain) :].lstrip()[:1]
    return at >= 0 and len(plain) > 1 and before in (".", "!", "?", ":", "•", "") and after in (".", "!", "?", "", "•")


def _check_modality(claim: str, premise: Premise) -> tuple[Check, ...]:
    difference = firmer(claim, _about_the_same(claim, premise.words))
    if difference is None:
        return ()
    return (Check(kind="modality", claimed=difference[0], found=difference[1], passed=False),)


def _about_the_same(claim: str, words: str) -> str:
    """Return the stretches of some words of which a claim says at least half, or all of them where it says half of none."""
    said = frozenset(_carrying(claim))
    said = said.union(*(same_words(term) for term in said))
    clauses = split_clauses(words)
    kept = [
        words[clause.start_char : clause.end_char]
        for clause in clauses
        if len(said & clause.terms) >= _HALF * len(clause.terms) > 0
    ]
    return " ".join(kept) or words


def _two_together(
    claim: str, premises: Sequence[Premise], compared: Sequence[Comparison], lexicon: Lexicon
) -> Judgement | None:
    """Return support by two premises, each of which says all of some stretches of the claim; None where no two do."""
    parts = [claim[clause.start_char : clause.end_char] for clause in split_clauses(claim)]
    parts = [part for part in parts if len(_carrying(part)) > 1]
    if len(parts) < 2:
        return None
    near = sorted(
        (at for at, each in enumerate(compared) if each.said_itself >= SAID_ITSELF / 2),
        key=lambda at: -compared[at].said_itself,
    )
    for first, second in combinations(sorted(near[:_LOOKED_AT]), 2):
        if not _more_together(claim, premises[first], premises[second], lexicon):
            continue
        if any(compared[at].is_about_it and compared[at].denied_something for at in (first, second)):
            continue
        both = Premise(
            words=f"{premises[first].words}\n{premises[second].words}",
            headings=f"{premises[first].headings}\n{premises[second].headings}",
            around=f"{premises[first].around}\n{premises[second].around}",
            source=premises[first].source if premises[first].source == premises[second].source else "",
        )
        whole = compare(claim, both, lexicon)
        pair = (premises[first], premises[second])
        if whole.bears_out and all(any(_says_part(part, each, lexicon) for each in pair) for part in parts):
            return Judgement(verdict=Verdict.SUPPORTED, checks=_with_wording(whole), premises=(first, second))
    return None


def _more_together(claim: str, one: Premise, other: Premise, lexicon: Lexicon) -> bool:
    """Return whether two premises say themselves nearly all of a claim, and each something that the other doesn't."""
    weights = claim_weights(claim, lexicon)
    mine = {term for term in weights if held(term, one.terms, lexicon)}
    theirs = {term for term in weights if held(term, other.terms, lexicon)}
    said = sum(weights[term] for term in mine | theirs) / (sum(weights.values()) or 1.0)
    return said >= SAID_IF_ALIKE and bool(mine - theirs) and bool(theirs - mine)


def _says_part(part: str, premise: Premise, lexicon: Lexicon) -> bool:
    each = compare(part, premise, lexicon)
    return each.said >= SAID and all(
        check.passed for check in each.checks if check.kind in ("number", "date", "direction")
    )


def _with_wording(comparison: Comparison) -> tuple[Check, ...]:
    passed = comparison.said >= SAID_IF_ALIKE and comparison.left_out <= LEFT_OUT
    wording = Check(kind="wording", claimed="all", found=f"{comparison.said:.0%}", passed=passed)
    return (*comparison.checks, wording)


__all__ = ["Comparison", "Judgement", "claim_weights", "compare", "judge"]
