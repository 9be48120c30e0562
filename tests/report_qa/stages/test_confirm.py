"""Sure enough to be said of two documents: the cases that were read by eye and found wrong, and those that have to stay."""

from __future__ import annotations

import pytest

from report_qa.records.answer import Check
from report_qa.records.document import BlockKind, SourceDocument, Span
from report_qa.records.passage import Passage, RetrievedPassage, ScoredUnit, Unit
from report_qa.stages.confirm import differs, says_the_same

SURVEY = SourceDocument(
    document_id="s", path="s.md", title="Coastal survey 2023", media_type="text/markdown", sha256="0" * 64
)


def unit(*parts: str, kind: BlockKind = BlockKind.PROSE) -> ScoredUnit:
    """Return a unit of these parts; the last is the unit itself."""
    spans = tuple(Span(start_char=10 * at, end_char=10 * at + 5) for at in range(len(parts)))
    own = Unit(spans=spans, kind=kind, lead=len(parts) - 1)
    words = "\n".join(parts)
    passage = Passage(
        passage_id="p", document_id="s", spans=spans, units=(own,), text=words, heading_path=(), kind=kind, ordinal=0, vector_key="k"
    )  # fmt: skip
    retrieved = RetrievedPassage(passage=passage, document=SURVEY, rank=1, fused_score=1.0, legs=())
    return ScoredUnit(
        retrieved=retrieved, unit=own, words=words, score=1, coverage=1, own_coverage=1, similarity=1, provides=True
    )


@pytest.mark.parametrize(
    ("sentence", "words", "same"),
    [
        ("In coastal towns 40% of households own no car.", "40% of households in coastal towns own no car.", True),
        ("In coastal towns 40% of households own no car.", "Households in coastal towns own no car.", False),
        (
            "The survey of coastal towns was published by fishermen in 2023.",
            "Published by fishermen, the survey of coastal towns fills shelves.",
            True,
        ),
        (
            "In October 2023 the survey of coastal towns was published.",
            "The survey of coastal towns is published.",
            False,
        ),
        ("Enhance the integrity of the workforce.", "Enhance the integrity of the workforce.", False),
        (
            "Relative ratio of complete retirement submissions",
            "Relative ratio of complete retirement submissions | 77%",
            False,
        ),
        ("Volunteers dredge the old harbours every spring.", "Volunteers dredge the old harbours every spring.", True),
        ("Volunteers dredge the old harbours every spring.", "Volunteers know the harbours.", False),
    ],
)
def test_the_words_that_are_shown_carry_what_is_the_same(sentence: str, words: str, same: bool) -> None:
    assert says_the_same(sentence, [unit(words)], {}) is same


def number(claimed: str, found: str, *others: Check) -> tuple[Check, ...]:
    return (Check(kind="number", claimed=claimed, found=found, passed=False), *others)


CARS = "In coastal towns 40% of households own no car."


def test_another_figure_of_the_same_thing_differs() -> None:
    assert differs(CARS, number("40%", "28%"), [unit("In coastal towns 28% of households own no car.")], {})


def test_anything_else_against_it_keeps_it_unsaid() -> None:
    there = unit("In coastal towns 28% of households own no car.")
    name = Check(kind="name", claimed="Wales", found="", passed=False)
    assert not differs(CARS, number("40%", "28%", name), [there], {})
    assert not differs(CARS, (Check(kind="date", claimed="2013", found="2014", passed=False),), [there], {})
    assert not differs(CARS, (Check(kind="direction", claimed="rose", found="fell", passed=False),), [there], {})
    assert not differs(CARS, number("40%", "28%"), [there, there], {})


@pytest.mark.parametrize(
    ("sentence", "checks", "parts"),
    [
        # Of another unit, of another thing, in a caption, beside the claimed one, or among other words.
        (CARS, number("40%", "225"), ("In coastal towns 225 households own no car.",)),
        (CARS, number("40%", "28%"), ("In coastal towns 28% of adults own no car.",)),
        (
            "Trust counts three things as social glue.",
            number("three", "four"),
            ("Four publications count social glue, and trust.",),
        ),
        (CARS, number("40%", "28%"), ("In coastal towns 28% of households own no car, or 40% of them.",)),
        (CARS, number("40%", "28%"), ("28% of households like tea.",)),
    ],
)
def test_a_figure_of_something_else_does_not_differ(
    sentence: str, checks: tuple[Check, ...], parts: tuple[str, ...]
) -> None:
    assert not differs(sentence, checks, [unit(*parts)], {})
