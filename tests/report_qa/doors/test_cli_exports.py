"""`--export`: the answer is printed as ever, and a file by its extension is written beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from report_qa.doors.cli import main
from report_qa.settings import Settings
from tests.doubles import HashingEmbedder
from tests.small_library import GAP, GAP_ANSWER, NOT_THERE, SmallLibrary

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    small: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command line on the small library, in an empty folder; returns status, output and errors."""

    def make(settings: Settings) -> HashingEmbedder:
        return small.embedder

    monkeypatch.setattr("report_qa.wiring.make_embedder", make)
    monkeypatch.setenv("REPORT_QA_LIBRARY", small.folder)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return status, printed.out, printed.err

    return call


def test_an_answer_is_printed_and_written(run: Run, tmp_path: Path) -> None:
    printed = run("ask", GAP)
    assert run("ask", GAP, "--export", "answer.docx", "--pages") == printed
    shown = [paragraph.text for paragraph in Document(io.BytesIO((tmp_path / "answer.docx").read_bytes())).paragraphs]
    assert f"[1]\t“{GAP_ANSWER}”" in shown
    assert shown[0] == "Answer · Places"


def test_a_refusal_is_written_too(run: Run, tmp_path: Path) -> None:
    assert run("ask", NOT_THERE, "--export", "answer.md")[0] == 0
    assert "Not answered: the documents do not answer this." in (tmp_path / "answer.md").read_text(encoding="utf-8")


def test_verdicts_are_written(run: Run, tmp_path: Path) -> None:
    assert run("check", GAP_ANSWER, "--export", "check.json")[0] == 0
    assert json.loads((tmp_path / "check.json").read_text(encoding="utf-8"))["checked"]["verdict"] == "supported"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["ask", GAP, "--export", "answer.odt"], "answer.odt has no extension of an export."),
        (["ask", GAP, "--export", "answer.csv", "--pages"], "CSV holds no pictures of pages"),
        (["ask", GAP, "--pages"], "--pages goes with --export"),
        (["ask", "--batch", "b.jsonl", "--export", "a.md"], "not with --batch"),
        (["check", "--batch", "b.jsonl", "--export", "a.md"], "not with --batch"),
        (["ask", GAP, "--export", "no/such/folder/a.md"], "can't be written: No such file or directory."),
    ],
)
def test_what_cannot_be_written_is_said(run: Run, arguments: list[str], word: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert word in " ".join(err.replace("│", " ").split())
