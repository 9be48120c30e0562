"""One answer at every door: the same question brings the same JSON, but for when it was asked and how long each stage took."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from mcp import Client

from report_qa import wiring
from report_qa.doors.api.application import make_api
from report_qa.doors.api.gate import Gate
from report_qa.doors.chat.service import Service
from report_qa.doors.cli import main
from report_qa.doors.libraries import Libraries
from report_qa.doors.mcp.desk import Desk
from report_qa.doors.mcp.server import make_server
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.projection import answer_json
from report_qa.settings import load_settings
from tests.doubles import HashingEmbedder
from tests.small_library import GAP, NOT_THERE, SmallLibrary

FALSE_PREMISE = "Why did rural bus services rise by 52%?"
# What is asked, the status that it ends with, and words that its text has.
QUESTIONS = (
    (GAP, "answered", "£4.2 billion"),
    (NOT_THERE, "refused_no_evidence", "do not say"),
    ("Who wrote it?", "clarification", "Which of the documents"),
    # The premise is false, and the answer says what the documents say instead.
    (FALSE_PREMISE, "answered", "fell by 52%"),
    ("Why do public libraries open 60 hours a week?", "answered_partly", "The documents do not say: 60 hours a week."),
)
Door = Callable[[str], dict[str, Any]]
_TRIES, _WAIT_S = 600, 0.05


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    made = SmallLibrary(tmp_path_factory.mktemp("one-answer"))
    made.ingest()
    return made


@pytest.fixture(scope="module")
def parts(library: SmallLibrary) -> Iterator[Parts]:
    settings = load_settings(library=library.library.folder)
    with closing(Parts(settings, assistant=lambda _settings: library.assistant())) as opened:
        yield opened


@pytest.fixture
def with_hashes(library: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> SmallLibrary:
    """The library, with the small embedder where a command would open the model."""
    embedder = HashingEmbedder()
    monkeypatch.setattr(wiring, "make_embedder", lambda _settings: embedder)
    monkeypatch.setattr(wiring, "embedder_digest", lambda _settings: embedder.digest)
    return library


@pytest.fixture
def command_line(with_hashes: SmallLibrary, capsys: pytest.CaptureFixture[str]) -> Door:
    def ask(question: str) -> dict[str, Any]:
        assert main(["ask", question, "--json", "--library", with_hashes.folder]) == 0
        return _read(capsys.readouterr().out)

    return ask


@pytest.fixture
def batch(with_hashes: SmallLibrary, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Door:
    def ask(question: str) -> dict[str, Any]:
        lines = tmp_path / "questions.jsonl"
        lines.write_text(json.dumps({"id": 7, "question": question}) + "\n", encoding="utf-8")
        assert main(["ask", "--batch", str(lines), "--library", with_hashes.folder]) == 0
        answer = _read(capsys.readouterr().out)
        assert answer.pop("id") == 7
        return answer

    return ask


@pytest.fixture
def http(parts: Parts) -> Door:
    client = TestClient(make_api(parts))
    return lambda question: _json(client.post("/v1/ask", json={"question": question}))


@pytest.fixture
def http_events(parts: Parts) -> Door:
    client = TestClient(make_api(parts))

    def ask(question: str) -> dict[str, Any]:
        *_, last = client.post("/v1/ask/stream", json={"question": question}).text.strip().split("\n\n")
        event, data = last.splitlines()
        assert event == "event: answer"
        return _read(data.removeprefix("data: "))

    return ask


@pytest.fixture
def http_conversation(parts: Parts) -> Door:
    client = TestClient(make_api(parts))

    def ask(question: str) -> dict[str, Any]:
        address = f"/v1/conversations/{_json(client.post('/v1/conversations'))['conversation_id']}"
        turn = _json(client.post(f"{address}/turns", json={"question": question}))
        assert _json(client.get(address))["turns"] == [turn]
        answer: dict[str, Any] = turn["answer"]
        return answer

    return ask


@pytest.fixture
def mcp(parts: Parts) -> Door:
    server = make_server(
        Desk(whole=Libraries([parts]), gate=Gate(workers=1, waiting=1), pictures=Pictures(), local=True, at_home=True)
    )

    async def asked(question: str) -> dict[str, Any]:
        async with Client(server) as client:
            result = await client.call_tool("ask", {"question": question})
        assert result.is_error is False
        (content,) = result.content
        assert json.loads(content.text) == result.structured_content  # type: ignore[union-attr]
        return dict(result.structured_content or {})

    return lambda question: anyio.run(asked, question)


@pytest.fixture
def chat(library: SmallLibrary) -> Iterator[Door]:
    settings = load_settings(library=library.library.folder)
    with closing(Service(settings, assistant=lambda _settings: library.assistant())) as service:

        def ask(question: str) -> dict[str, Any]:
            conversation_id = service.conversations().begin("a reader")
            job = service.jobs.ask("a reader", conversation_id, question)
            for _ in range(_TRIES):
                if not job.pending:
                    break
                time.sleep(_WAIT_S)
            assert job.turn is not None
            return _read(json.dumps(answer_json(job.turn.answer)))

        yield ask


DOORS = ("command_line", "batch", "http", "http_events", "http_conversation", "mcp", "chat")


@pytest.mark.parametrize("door", DOORS)
def test_every_door_gives_the_same_answer(library: SmallLibrary, request: pytest.FixtureRequest, door: str) -> None:
    ask: Door = request.getfixturevalue(door)
    assistant = library.assistant()
    for question, status, words in QUESTIONS:
        expected = _read(json.dumps(answer_json(assistant.ask(question))))
        assert (expected["status"], words in expected["text"]) == (status, True), question
        answer = ask(question)
        assert list(answer) == list(expected)
        assert _timeless(answer) == _timeless(expected), question


def _timeless(answer: dict[str, Any]) -> dict[str, Any]:
    provenance = {name: value for name, value in answer["provenance"].items() if name != "asked_at"}
    # Which stages there were is the same; how long they took isn't.
    return answer | {"provenance": provenance | {"stage_ms": sorted(provenance["stage_ms"])}}


def _json(response: Any) -> dict[str, Any]:
    assert response.is_success, response.text
    found: dict[str, Any] = response.json()
    return found


def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
