"""The verdict on one sentence: is it borne out by the evidence, denied by it, or not to be found in it?

A sentence is supported where one piece of evidence, or two together, says everything that it says: each number and date of the
same thing, each name, each direction and denial, no firmer than there, and nearly all of the remaining words by weight. It is
contradicted where evidence about the very same thing says another number, date, name, direction or the denial of it. All else
is not found. In doubt it is not found: a wrong "supported" costs more than many refusals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from report_qa.checking.assertion import is_claim
from report_qa.checking.clauses import split_clauses
from report_qa.checking.comparison import LEFT_OUT, SAID, SAID_IF_ALIKE, SAID_ITSELF, Comparison, claim_weights, compare
from report_qa.checking.differences import carrying_terms
from report_qa.checking.likeness import Lexicon, held
from report_qa.checking.premise import Premise
from report_qa.records.answer import Check, Verdict

# Premises of which two are tried together.
_LOOKED_AT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, the checks of the evidence that it rests on, and which premises those are, by index."""

    verdict: Verdict
    checks: tuple[Check, ...]
    premises: tuple[int, ...] = ()


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


def _two_together(
    claim: str, premises: Sequence[Premise], compared: Sequence[Comparison], lexicon: Lexicon
) -> Judgement | None:
    """Return support by two premises, each of which says all of some stretches of the claim; None where no two do."""
    parts = [claim[clause.start_char : clause.end_char] for clause in split_clauses(claim)]
    parts = [part for part in parts if len(carrying_terms(part)) > 1]
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
