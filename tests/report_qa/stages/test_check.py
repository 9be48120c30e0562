"""A pasted sentence is held against the units that a search found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from report_qa.checking.trends import shown_trend
from report_qa.records.answer import Verdict
from report_qa.stages.check import Held, check, sentences_of
from tests.report_qa.stages.test_retrieve import shelf

REVIEW = shelf(
    {
        "Ward Review": ["Burglary in Northfield fell by 12% in 2008.", "Homes were repaired in Hartley."],
        "Bus Review": ["A single fare costs £2."],
        "Sources": [
            "Joint letter, https://example.org/joint-letter-community-ownership-can-drive-growth-of-wellbeing/."
        ],
    }
)


class Opinion:
    """A stronger judge that is always of one opinion, and remembers what it read."""

    name = "opinion"

    def __init__(self, entailed: float, contradicted: float) -> None:
        self._row = (entailed, contradicted, 1 - entailed - contradicted)
        self.read: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.read += pairs
        return np.array([self._row] * len(pairs), dtype=np.float32)


def held(sentence: str, entailment: Opinion | None = None) -> Held:
    return check(sentence, REVIEW.units(sentence), lexical=REVIEW.lexical, acronyms={}, entailment=entailment)


@pytest.mark.parametrize(
    ("sentence", "verdict", "quote"),
    [
        ("Burglary in Northfield dropped by 12 per cent in 2008.", Verdict.SUPPORTED, "Burglary in Northfield fell by 12% in 2008."),
        ("Burglary in Northfield fell by 21% in 2008.", Verdict.CONTRADICTED, "Burglary in Northfield fell by 12% in 2008."),
        ("Penguins were counted in Antarctica.", Verdict.NOT_FOUND, ""),
        ("Is that so?", Verdict.NOT_A_CLAIM, ""),
        ("Community ownership decreases wellbeing.", Verdict.NOT_FOUND, ""),
    ],
)  # fmt: skip
def test_a_sentence_gets_its_verdict_with_the_unit_that_decides(sentence: str, verdict: Verdict, quote: str) -> None:
    found = held(sentence)

    assert found.verdict is verdict
    assert "".join(unit.words for unit in found.units) == quote


def test_a_stronger_judge_takes_support_back() -> None:
    sentence = "Burglary in Northfield dropped by 12 per cent in 2008."

    assert held(sentence, Opinion(0.05, 0.9)).verdict is Verdict.NOT_FOUND
    assert held(sentence, Opinion(0.9, 0.05)).verdict is Verdict.SUPPORTED


def test_a_stronger_judge_names_what_contradicts_but_supports_nothing() -> None:
    sentence = "Homes were torn apart in Hartley."

    assert held(sentence).verdict is Verdict.NOT_FOUND
    assert held(sentence, Opinion(0.1, 0.85)).verdict is Verdict.CONTRADICTED
    assert held(sentence, Opinion(0.99, 0.0)).verdict is Verdict.NOT_FOUND


def test_a_stronger_judge_is_not_asked_about_what_a_rule_has_decided() -> None:
    opinion = Opinion(0.99, 0.0)

    assert held("Burglary in Northfield fell by 21% in 2008.", opinion).verdict is Verdict.CONTRADICTED
    assert opinion.read == []


def test_a_text_is_taken_apart_into_sentences_and_lines() -> None:
    assert sentences_of("# Findings\nIt fell. It  rose\nagain.\n\n") == ("# Findings", "It fell.", "It rose", "again.")


@pytest.mark.parametrize(
    ("heads", "cells", "word"),
    [
        (["Measure", "2014", "2013"], ["Shots", "50%", "53%"], "fell"),
        (["Measure", "2013", "2014"], ["Shots", "50%", "53%"], "rose"),
        ([], ["Shots", "52%", "53%", "53%"], "unchanged"),
    ],
)
def test_a_row_shows_where_its_figures_go(heads: list[str], cells: list[str], word: str) -> None:
    assert word in shown_trend(heads, cells).split()


@pytest.mark.parametrize("cells", [["Shots", "50%"], ["Shots", "50%", "12 hours"], ["Shots", "fell", "rose"]])
def test_a_row_without_a_series_shows_nothing(cells: list[str]) -> None:
    assert shown_trend([], cells) == ""
