"""The verdict on one sentence: is it borne out by the evidence, denied by it, or not to be found in it?

A sentence is supported where one piece of evidence says everything that it says, or one for each of its clauses: each number and date of the
same thing, each name, each direction and denial, no firmer than there, and nearly all of the remaining words by weight. It is
contradicted where evidence about the very same thing says another number, date, name, direction or the denial of it. All else
is not found. In doubt it is not found: a wrong "supported" costs more than many refusals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.checking.assertion import is_claim, is_unfinished, points_back
from report_qa.checking.clauses import full_clauses
from report_qa.checking.comparison import LEFT_OUT, SAID_IF_ALIKE, SAID_ITSELF, Comparison, compare
from report_qa.checking.likeness import Lexicon
from report_qa.checking.premise import Premise
from report_qa.checking.repetition import repeated, says_nothing
from report_qa.records.answer import Check, Verdict

# Premises that are tried for the clauses of a claim.
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
    together = _clause_by_clause(claim, premises, compared, lexicon)
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


def judge_written(sentence: str, premises: Sequence[Premise], lexicon: Lexicon) -> Judgement:
    """Return the verdict on a sentence that a model wrote: it has to be one by itself, and say something, and nothing twice."""
    if is_unfinished(sentence) or points_back(sentence) or says_nothing(sentence):
        return Judgement(verdict=Verdict.NOT_A_CLAIM, checks=())
    judgement = judge(sentence, premises, lexicon)
    twice = repeated(sentence, "\n".join(premises[at].said for at in judgement.premises))
    if judgement.verdict is not Verdict.SUPPORTED or not twice:
        return judgement
    check = Check(kind="wording", claimed=f"{twice} (twice)", found="", passed=False)
    return replace(judgement, verdict=Verdict.NOT_FOUND, checks=(*judgement.checks, check))


def _clause_by_clause(
    claim: str, premises: Sequence[Premise], compared: Sequence[Comparison], lexicon: Lexicon
) -> Judgement | None:
    """Return support where each clause of the claim is borne out by a premise of its own; None where one isn't."""
    clauses = full_clauses(claim)
    if len(clauses) < 2:
        return None
    near = sorted(range(len(compared)), key=lambda at: -compared[at].said_itself)[:_LOOKED_AT]
    near = [at for at in near if compared[at].said_itself >= SAID_ITSELF / 2]
    found: list[int] = []
    checks: list[Check] = []
    for clause in clauses:
        each = {at: compare(clause, premises[at], lexicon) for at in near}
        bearing = [at for at in near if each[at].bears_out]
        if not bearing:
            return None
        best = max(bearing, key=lambda at: (each[at].said_itself, -at))
        found.append(best)
        checks += each[best].checks
    if len(set(found)) < 2 or any(compared[at].is_about_it and compared[at].denied_something for at in found):
        # What one premise bears out in parts and not as a whole, it doesn't bear out.
        return None
    wording = Check(kind="wording", claimed="all", found="clause by clause", passed=True)
    return Judgement(verdict=Verdict.SUPPORTED, checks=(*checks, wording), premises=tuple(sorted(dict.fromkeys(found))))


def _with_wording(comparison: Comparison) -> tuple[Check, ...]:
    passed = comparison.said >= SAID_IF_ALIKE and comparison.left_out <= LEFT_OUT
    wording = Check(kind="wording", claimed="all", found=f"{comparison.said:.0%}", passed=passed)
    return (*comparison.checks, wording)
