"""The doctor looks at the service around the library, too: each thing that the settings name, and whether questions are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.checkup import CHECKED, with_service
from ingest.doctor import Finding, Report
from report_qa.library.switch import Switch
from report_qa.settings import load_settings
from tests.browser.chat_server import free_port

HEALTHY = Report(checked=("the library",), findings=())


def found(tmp_path: Path, **settings: object) -> list[Finding]:
    report = with_service(HEALTHY, load_settings(library=tmp_path, **settings))
    assert report.checked == ("the library", *CHECKED)
    return list(report.findings)


def test_what_is_as_it_should_be_is_healthy(tmp_path: Path) -> None:
    gate = tmp_path / "gate.jsonl"
    gate.write_text('{"id": "a", "question": "What?", "answerable": false}', encoding="utf-8")
    assert found(tmp_path, gate_file=gate) == []


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"embedder": "no/such-model"}, "the embedding model"),
        ({"entailment_model": "no/such-model"}, "the judging model"),
        ({"model": "nobody:some"}, "the chat model"),
        ({"gate_file": Path("no-such-file.jsonl")}, "the golden questions"),
        ({"api_keys_file": Path("no-such-file.toml")}, "the file of keys"),
    ],
)
def test_each_thing_that_is_missing_is_a_fault_with_its_remedy(
    tmp_path: Path, settings: dict[str, object], where: str
) -> None:
    (finding,) = found(tmp_path, **settings)
    assert finding.where == where
    assert finding.command
    assert not finding.warning


def test_a_chroma_server_that_does_not_answer_is_a_fault(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, chroma_url=f"http://127.0.0.1:{free_port()}")
    assert (finding.where, finding.warning) == ("the Chroma server", False)


def test_questions_that_are_switched_off_are_a_note(tmp_path: Path) -> None:
    Switch(tmp_path).turn_off("Back on Monday.")
    (finding,) = found(tmp_path)
    assert finding.warning
    assert "Back on Monday." in finding.what
    assert finding.command == "report-qa on"
