"""A word said otherwise counts; a name, a year or a figure said otherwise doesn't."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from report_qa.questions import parse_question
from report_qa.records.passage import ScoredUnit
from report_qa.stages.align import align
from report_qa.weights import COVERAGE_WEIGHT
from tests.doubles import HashingEmbedder
from tests.report_qa.stages.test_retrieve import shelf


class _Thesaurus(HashingEmbedder):
    """Takes a few words for one another."""

    same = (("train", "railway"), ("Northfield", "Southfield"), ("2008", "2009"))

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        for word, other in self.same:
            texts = [text.replace(word, other) for text in texts]
        return super()._vectors(texts)


def _before_and_after(question: str, sentence: str) -> tuple[ScoredUnit, ScoredUnit]:
    units = shelf({"Review": [sentence, "Nothing of that sort is mentioned elsewhere."]}).units(question)
    aligned = align(parse_question(question), None, units, embedder=_Thesaurus())
    before = next(unit for unit in units if unit.words == sentence)
    return before, next(unit for unit in aligned if unit.words == sentence)


def test_another_word_for_it_is_no_longer_missing() -> None:
    before, after = _before_and_after("Did the train station close?", "The railway station did close.")

    assert [term for term, _ in before.missing] == ["train"]
    assert after.missing == ()
    assert before.coverage < after.coverage <= 1
    assert after.score - before.score == pytest.approx(COVERAGE_WEIGHT * (after.coverage - before.coverage))


def test_a_word_that_nothing_stands_for_stays_missing() -> None:
    before, after = _before_and_after("Did the chapel station close?", "The railway station did close.")

    assert [term for term, _ in before.missing] == ["chapel"]
    assert after == before


def test_names_and_years_are_never_taken_for_others() -> None:
    for question in ("Did the station in Northfield close?", "Did the station close in 2008?"):
        before, after = _before_and_after(question, "The station did close in Southfield in 2009.")

        assert before.missing
        assert after == before


def test_no_unit_is_lost() -> None:
    question = "Did the train station close?"
    units = shelf({"Review": [f"Railway station {number} did close." for number in range(40)]}).units(question)
    aligned = align(parse_question(question), None, units, embedder=_Thesaurus())

    assert {unit.words for unit in aligned} == {unit.words for unit in units}
    assert [unit.score for unit in aligned] == sorted((unit.score for unit in aligned), reverse=True)
