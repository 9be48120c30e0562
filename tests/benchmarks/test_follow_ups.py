"""How much of what a follow-up leaves out is recovered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.follow_ups import main

RENTS = "What was the rent in Northfield in 2008?"
RECOVERED = {"question": "And in 2009?", "history": [RENTS], "resolved": "What was the rent in Northfield in 2009?"}
HALF = {"question": "Who set it?", "history": [RENTS], "resolved": "Who set the rent of pubs?"}
WHOLE = {
    "question": "How many pubs closed in Hartley?",
    "history": [{"question": RENTS}],
    "resolved": "How many pubs closed in Hartley?",
}
SPOILT = {"question": "Who set it?", "history": [RENTS], "resolved": "Who set it?"}


def _said(folder: Path, capsys: pytest.CaptureFixture[str], *entries: Mapping[str, object], show: bool = False) -> str:
    (folder / "set.jsonl").write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    main(folder / "set.jsonl", show=show)
    return capsys.readouterr().out


def test_the_share_of_the_words_that_were_left_out_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _said(tmp_path, capsys, RECOVERED, WHOLE)
    assert "words recovered 1.000" in said
    assert "words added besides, mean 0.00" in said
    said = _said(tmp_path, capsys, RECOVERED, HALF, WHOLE, SPOILT)
    assert "words recovered 0.750" in said
    assert "of 2 questions" in said
    assert "something added to 1 of 2 questions that lacked nothing" in said


def test_what_was_not_recovered_is_shown_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(tmp_path, capsys, RECOVERED, HALF, show=True)
    assert "wanted: Who set the rent of pubs?" in said
    assert str(RECOVERED["resolved"]) not in said
    assert "wanted" not in _said(tmp_path, capsys, RECOVERED, HALF)
