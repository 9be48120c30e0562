"""Sentences of the starter corpus, changed in one place, and paraphrases of them written by hand."""

from __future__ import annotations

from collections import Counter
from functools import cache

from benchmarks.perturbations import PARAPHRASE, Case, judged_alone, read_cases
from benchmarks.perturbing import NUMERIC
from report_qa import Verdict


@cache
def judged() -> tuple[tuple[Case, Verdict], ...]:
    return tuple((case, judged_alone(case)) for case in read_cases())


def stopped(kinds: frozenset[str]) -> float:
    own = [verdict for case, verdict in judged() if case.kind in kinds]
    return sum(verdict is not Verdict.SUPPORTED for verdict in own) / len(own)


def test_there_are_three_hundred_cases_and_sixty_paraphrases() -> None:
    kinds = Counter(case.kind for case in read_cases())

    assert kinds.total() >= 300
    assert kinds[PARAPHRASE] >= 60
    assert all(case.claim != case.evidence for case in read_cases())


def test_changed_numbers_and_dates_are_not_passed() -> None:
    assert stopped(NUMERIC) >= 0.97


def test_other_changes_are_not_passed() -> None:
    assert stopped(frozenset({"negation", "direction", "name"})) >= 0.90


def test_true_paraphrases_are_seldom_refused() -> None:
    assert stopped(frozenset({PARAPHRASE})) <= 0.10
