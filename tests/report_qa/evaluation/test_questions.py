"""Sets of gold questions: every form that a line may have, and which line is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from report_qa.errors import SettingInvalid
from report_qa.evaluation.questions import GoldQuestion, Place, any_of, read_questions

LINE = {"id": "q1", "question": "How large is the gap?", "answerable": True, "must_contain": ["4.2|four", "gap"]}


def _read(folder: Path, *lines: dict[str, Any] | str) -> tuple[GoldQuestion, ...]:
    path = folder / "gold.jsonl"
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(written), encoding="utf-8")
    return read_questions(path)


def test_needs_are_alternatives_and_kinds_have_a_default(tmp_path: Path) -> None:
    (gold,) = _read(tmp_path, "", LINE, "  ")
    assert gold.must_contain == (("4.2", "four"), ("gap",))
    assert (gold.question_id, gold.kind, gold.answerable) == ("q1", "fact", True)
    assert (gold.places, gold.history) == ((), ())


def test_answers_stand_in_for_needs_and_an_unanswerable_question_has_none(tmp_path: Path) -> None:
    first, second, third = _read(
        tmp_path,
        {"id": 1, "question": "Q?", "answerable": True, "answers": ["a | b"], "unknown": "ignored"},
        {**LINE, "answerable": False},
        {**LINE, "answers": ["The gap is £4.2 billion."]},
    )
    assert (first.question_id, first.must_contain, first.answers) == ("1", (("a", "b"),), ("a | b",))
    assert (second.must_contain, second.answers) == ((), ())
    assert any_of(["a | b", "c"]) == (("a", "b", "c"),)
    assert (third.must_contain[1], third.answers) == (("gap",), ())


def test_places_come_from_the_source_and_from_further_ones(tmp_path: Path) -> None:
    (gold,) = _read(
        tmp_path,
        {**LINE, "source": "a.pdf", "pages": [2, 3], "also": [7], "sources": [{"source": "b.pdf", "pages": [1]}]},
    )
    assert gold.places == (
        Place(source="a.pdf", pages=frozenset({2, 3})),
        Place(source="a.pdf", pages=frozenset({7})),
        Place(source="b.pdf", pages=frozenset({1})),
    )


def test_history_is_questions_or_objects(tmp_path: Path) -> None:
    (gold,) = _read(tmp_path, {**LINE, "history": ["First?", {"question": "Second?"}]})
    assert [exchange.question for exchange in gold.history] == ["First?", "Second?"]


@pytest.mark.parametrize(
    "bad", ["{", "[]", '"text"', "3", json.dumps({"id": "x", "question": "Q?"}), json.dumps({**LINE, "history": 5})]
)
def test_a_bad_line_is_named(tmp_path: Path, bad: str) -> None:
    with pytest.raises(SettingInvalid, match=r"gold\.jsonl, line 3 is not a gold question"):
        _read(tmp_path, LINE, "", bad)


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="holds no question"):
        _read(tmp_path, "", " ")
    with pytest.raises(SettingInvalid, match="can't be read"):
        read_questions(tmp_path)
    (tmp_path / "latin.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingInvalid, match="can't be read"):
        read_questions(tmp_path / "latin.jsonl")
