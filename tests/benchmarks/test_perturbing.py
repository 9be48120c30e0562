"""Each kind of change makes another statement of a sentence, in one place."""

from __future__ import annotations

import random

import pytest

from benchmarks.perturbing import KINDS, perturbed

SENTENCE = "In 2008 burglary in Northfield fell by 12% and was 30% in Hartley."


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_a_sentence(kind: str) -> None:
    changed = perturbed(SENTENCE, kind, ["Eastwick"], random.Random(1))

    assert changed is not None
    assert (changed.kind, changed.sentence == SENTENCE) == (kind, False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_without_the_kind_is_left_alone(kind: str) -> None:
    assert perturbed("homes need repair.", kind, ["Eastwick"], random.Random(1)) is None


def test_what_is_changed_is_the_kind_that_was_asked_for() -> None:
    chance = random.Random(1)

    assert "rose" in getattr(perturbed(SENTENCE, "direction", [], chance), "sentence", "")
    assert "was not" in getattr(perturbed(SENTENCE, "negation", [], chance), "sentence", "")
    assert "Eastwick" in getattr(perturbed(SENTENCE, "name", ["Eastwick"], chance), "sentence", "")
    assert "30% and was 12%" in getattr(perturbed(SENTENCE, "swap", [], chance), "sentence", "")
