"""Whole flows with marked words in every place where people write, and a look through all that was logged meanwhile."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.__main__ import main as ingest_main
from report_qa import logs
from report_qa.assistant import Assistant
from report_qa.doors.api.application import make_api
from report_qa.doors.api.keys import add_key
from report_qa.doors.chat.service import Service
from report_qa.doors.parts import Parts
from report_qa.feedback import FeedbackKind
from report_qa.settings import load_settings
from report_qa.wiring import make_observer
from tests.logged import Logged, logging_to
from tests.report_qa.doors.chat.fakes import PROSE, FakeAssistant, make_service
from tests.small_library import GAP, SmallLibrary

MARK = "zebrafish"
QUESTION = f"How large is the productivity gap of {MARK} Anna Brook, anna@{MARK}.org?"


def observed(small: SmallLibrary) -> Assistant:
    assistant = small.assistant()
    assistant._observe = make_observer(assistant.settings)
    return assistant


@pytest.fixture(params=["json", "text"])
def logged(request: pytest.FixtureRequest) -> Any:
    with logging_to(request.param, "debug") as caught:
        yield caught


def settled(held: Service) -> None:
    for _ in range(500):
        if not held.jobs.busy:
            return
        time.sleep(0.01)
    raise AssertionError("a question stayed pending")


def scan(logged: Logged, *secrets: str) -> None:
    """Nothing that was marked may stand in any line; that there are lines is part of it."""
    assert logged.text
    found = [line for line in logged.text.splitlines() if any(secret in line for secret in (MARK, "Anna", *secrets))]
    assert found == []


def test_the_interface_logs_no_word_of_its_callers(small: SmallLibrary, tmp_path: Path, logged: Logged) -> None:
    keys = tmp_path / "keys.toml"
    key = add_key(keys, "team", None, 1_000).split()[-1]
    parts = Parts(
        load_settings(library=small.library.folder, api_keys_file=keys), assistant=lambda _settings: observed(small)
    )
    client = TestClient(make_api(parts), raise_server_exceptions=False, headers={"authorization": f"Bearer {key}"})
    named = client.post("/v1/ask", json={"question": QUESTION}, headers={"x-request-id": "flow-0001"})
    assert named.headers["x-request-id"] == "flow-0001"
    assert "flow-0001" in logged.text
    assert "ask" in logged.text
    client.post("/v1/ask/stream", json={"question": QUESTION, "history": [{"question": QUESTION}]})
    client.post("/v1/search", json={"question": QUESTION})
    client.post("/v1/check", json={"text": QUESTION})
    client.post("/v1/ask", json={"question": QUESTION, MARK: QUESTION})
    client.post("/v1/ask", json={"question": QUESTION * 200})
    client.get(f"/v1/evidence?cite={MARK}")
    client.get(f"/{MARK}")
    client.post(
        "/v1/ask", json={"question": QUESTION}, headers={"authorization": f"Bearer {MARK}", "x-request-id": MARK * 9}
    )
    made = client.post("/v1/conversations").json()["conversation_id"]
    client.post(f"/v1/conversations/{made}/turns", json={"question": QUESTION})
    scan(logged, key, key.split("_")[-1])
    parts.close()


def test_a_fault_of_the_program_is_logged_without_the_question(
    small: SmallLibrary, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(QUESTION)

    assistant = observed(small)
    monkeypatch.setattr(assistant, "_finder", broken)
    assert assistant.ask(GAP).status.value == "error_internal"
    parts = Parts(load_settings(library=small.library.folder), assistant=lambda _settings: assistant)
    client = TestClient(make_api(parts), raise_server_exceptions=False)
    assert client.post("/v1/search", json={"question": QUESTION}).status_code == 500
    assert "ValueError" in logged.text
    scan(logged)
    parts.close()


def test_the_chat_logs_no_word_of_its_readers(tmp_path: Path, logged: Logged) -> None:
    assistant = FakeAssistant()
    assistant.gate.set()
    held = make_service(tmp_path, assistant=assistant)
    conversation_id = held.conversations().begin("owner")
    held.jobs.ask("owner", conversation_id, QUESTION)
    settled(held)
    assistant.problem = ValueError(QUESTION)
    held.jobs.ask("owner", conversation_id, QUESTION + "!")
    settled(held)
    held.drafts.check("owner", QUESTION)
    held.drafts.close()
    turn = held.conversations().load("owner", conversation_id).turns[0]
    held.feedback().give("owner", turn.turn_id, FeedbackKind.BAD_CITATION, cite=PROSE.cite, note=QUESTION)
    held.conversations().rename("owner", conversation_id, QUESTION)
    logging.getLogger("streamlit.script").error("Uncaught app execution %s", QUESTION)
    scan(logged, "owner")
    held.close()


def test_an_ingest_logs_no_word_of_its_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("REPORT_QA_LOG_FORMAT", "json")
    monkeypatch.setenv("REPORT_QA_DOCUMENT_PASSWORD", MARK)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "note.md").write_text(f"# A note\n\n{QUESTION}\n", encoding="utf-8")
    with logging_to():
        assert ingest_main([str(folder), "--library", str(tmp_path / "library")]) == 0
        assert ingest_main([str(tmp_path / "absent"), "--library", str(tmp_path / "library")]) == 1
    said = capfd.readouterr().err
    lines = [line for line in said.splitlines() if line.startswith("{")]
    assert any('"event": "ingest"' in line and '"added": 1' in line for line in lines)
    assert any('"event": "ingest_failed"' in line for line in lines)
    assert not any(MARK in line for line in lines)


def test_the_levels_are_those_of_the_settings() -> None:
    with logging_to("json", "error") as quiet:
        logs.note("ask", status="answered")
    assert quiet.text == ""
