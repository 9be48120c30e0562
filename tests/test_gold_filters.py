"""The questions of corpus/gold_filters.jsonl (restrictions, exact words, summaries) agree with the documents of the shelf."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from report_qa.evaluation.questions import read_questions
from tests.test_gold import CORPUS, says, texts, tight

SET = CORPUS / "gold_filters.jsonl"
KINDS = {"document", "body", "role", "period", "followup", "exact", "summary", "unanswerable"}
# Any document of the shelf, in the list of those that may be cited; those after it may not.
ANY = "*"

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


def test_the_set_is_read_as_gold_questions(rows: list[Row]) -> None:
    assert [question.question_id for question in read_questions(Path(SET))] == [row["id"] for row in rows]
    assert len(rows) >= 40
    assert {row["kind"] for row in rows} == KINDS
    assert len({row["id"] for row in rows}) == len(rows)


def test_sources_are_on_the_shelf(rows: list[Row]) -> None:
    with (CORPUS / "catalogue.toml").open("rb") as file:
        shelf = {document["path"] for document in tomllib.load(file)["document"]}
    for row in rows:
        named = {row["source"], *row["only"], *(place["source"] for place in row.get("also", []))} - {ANY, None}
        assert named <= shelf, row["id"]


def test_the_source_of_an_answer_may_be_cited(rows: list[Row]) -> None:
    for row in rows:
        if row["answerable"] and ANY not in row["only"]:
            assert row["source"] in row["only"], row["id"]
        if row["answerable"] and ANY in row["only"]:
            assert row["source"] not in row["only"], row["id"]


def test_the_evidence_is_in_the_documents(rows: list[Row]) -> None:
    missing = [
        f"{row['id']}: {sentence}"
        for row in rows
        for sentence in row["evidence"]
        if not any(tight(sentence) in text for text in texts(row["source"]))
    ]
    assert missing == []


def test_what_an_answer_must_contain_is_in_the_evidence(rows: list[Row]) -> None:
    missing = [
        f"{row['id']}: {need}"
        for row in rows
        for need in row["must_contain"]
        if not any(says(alternative, "\n".join(row["evidence"])) for alternative in need.split("|"))
    ]
    assert missing == []
