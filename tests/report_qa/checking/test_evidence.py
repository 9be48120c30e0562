"""A passage is read as one premise for each sentence, item and row, each without its neighbours."""

from __future__ import annotations

import pytest

from report_qa.checking.evidence import leans, premises_of
from report_qa.checking.judge import judge_written
from report_qa.checking.likeness import Lexicon
from report_qa.checking.premise import Premise
from report_qa.records.answer import Verdict
from report_qa.records.document import BlockKind, Span
from report_qa.records.passage import Passage, Unit

LINES = (
    "The Ward Fund was set up by the council in 1998.",
    "It was closed in 2008.",
    "The Harbour Trust paid £3m for homes.",
    "The plan proposes two things:",
    "Residents lead the work.",
    "Year | Homes",
    "2004 | 31",
)
TEXT = "\n".join(LINES)


def _span(line: int) -> Span:
    start = sum(len(each) + 1 for each in LINES[:line])
    return Span(start_char=start, end_char=start + len(LINES[line]))


def _unit(kind: BlockKind, *lines: int) -> Unit:
    return Unit(spans=tuple(map(_span, lines)), kind=kind, lead=len(lines) - 1)


UNITS = (
    *(_unit(BlockKind.PROSE, line) for line in range(3)),
    _unit(BlockKind.LIST, 3, 4),
    _unit(BlockKind.TABLE, 5, 6),
)
PASSAGE = Passage(
    passage_id="p",
    document_id="d",
    spans=tuple(map(_span, range(len(LINES)))),
    units=UNITS,
    text=TEXT,
    heading_path=("Funds",),
    kind=BlockKind.PROSE,
    ordinal=0,
    vector_key="p",
)


def _premises(*lines: int) -> tuple[Premise, ...]:
    return premises_of([PASSAGE], [_span(line) for line in lines or range(len(LINES))], TEXT, source="Note on funds")


def _verdict(sentence: str) -> Verdict:
    return judge_written(sentence, _premises(), Lexicon()).verdict


def test_each_sentence_item_and_row_is_a_premise() -> None:
    assert [premise.words for premise in _premises()] == [
        *LINES[:3],
        "The plan proposes two things: Residents lead the work.",
        "2004 — Homes: 31",
    ]


def test_only_what_leans_is_read_with_what_stands_before_it() -> None:
    first, second, third, item, _ = _premises()

    assert (second.around, second.headings, second.source) == (first.words, "Funds", "Note on funds")
    assert {(each.around, each.headings, each.source) for each in (first, third)} == {("", "", "")}
    assert item.lead == LINES[3]


def test_what_was_not_handed_over_is_no_premise() -> None:
    assert [premise.words for premise in _premises(0, 4)] == [LINES[0]]


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("The Ward Fund was set up by the council in 1998.", Verdict.SUPPORTED),
        ("The Ward Fund was closed in 2008.", Verdict.SUPPORTED),
        ("The Ward Fund was set up in 1998, and the Harbour Trust paid £3m for homes.", Verdict.SUPPORTED),
        ("The Ward Fund was set up by the Harbour Trust in 1998.", Verdict.NOT_FOUND),
        ("The council paid £3m for homes.", Verdict.NOT_FOUND),
        ("The Ward Fund paid £3m for homes in 1998.", Verdict.NOT_FOUND),
        ("The plan proposes that residents lead the work.", Verdict.SUPPORTED),
        ("Residents lead the work.", Verdict.NOT_FOUND),
        ("It was closed in 2008.", Verdict.NOT_A_CLAIM),
        ("The plan proposes two things: residents", Verdict.NOT_A_CLAIM),
        ("The Ward Fund was the Ward Fund.", Verdict.NOT_A_CLAIM),
        ("The Ward Fund is funded by the Ward Fund.", Verdict.NOT_A_CLAIM),
    ],
)
def test_nothing_is_gathered_from_neighbours(sentence: str, verdict: Verdict) -> None:
    assert _verdict(sentence) is verdict


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It was closed.", True),
        ("The lead author is Ana Lind.", True),
        ("The Ward Fund was closed.", False),
        ("Crime fell.", False),
    ],
)
def test_what_leans(sentence: str, expected: bool) -> None:
    assert leans(sentence) is expected
