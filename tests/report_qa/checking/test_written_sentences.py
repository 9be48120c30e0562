"""Sentences that a very small real model wrote about the starter corpus, each read by hand against its evidence.

SmolLM2-135M answered every answerable question of corpus/gold.jsonl from two passages. The file holds all of its sentences
that the rules of before or those of now show, each with the sentences, items and rows of its passages that say most of it, whether
they bear it out, and why.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from report_qa.checking.judge import judge_written
from report_qa.checking.likeness import Lexicon
from report_qa.checking.premise import Premise
from report_qa.records.answer import Verdict

SENTENCES = Path(__file__).parent / "written_sentences.jsonl"
# Of those that are borne out, as many are shown at least; it was 32 of 39 when they were read.
FLOOR = 0.75


@cache
def read() -> tuple[tuple[dict[str, Any], Verdict], ...]:
    lines = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    return tuple((line, _verdict(line)) for line in lines)


def _verdict(line: dict[str, Any]) -> Verdict:
    lexicon = Lexicon(
        acronyms=tuple((short, frozenset(long)) for short, long in line.get("acronyms", {}).items()),
    )
    premises = [Premise(**each, exact=True) for each in line["evidence"]]
    return judge_written(line["sentence"], premises, lexicon).verdict


def test_sixty_and_more_were_read_each_with_a_reason() -> None:
    assert len(read()) >= 60
    assert all(line["reason"] and line["evidence"] for line, _ in read())


def test_none_that_is_not_borne_out_is_shown() -> None:
    wrong = [line["sentence"] for line, verdict in read() if not line["supported"] and verdict is Verdict.SUPPORTED]

    assert wrong == []


def test_most_that_are_borne_out_are_shown() -> None:
    true = [verdict for line, verdict in read() if line["supported"]]

    assert sum(verdict is Verdict.SUPPORTED for verdict in true) >= FLOOR * len(true)
