"""The HTTP interface says what every door says, in the shapes of its schema, and nothing of anybody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from report_qa import logs
from report_qa.doors.api import application
from report_qa.doors.api.application import make_api, serve
from report_qa.doors.parts import Parts
from report_qa.errors import NothingPublished
from report_qa.projection import answer_json, checked_json, retrieval_json
from report_qa.settings import load_settings
from tests.small_library import GAP, GAP_ANSWER, NOT_THERE, SmallLibrary

PASSING = ("provenance",)


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in PASSING}


def events(body: str) -> list[tuple[str, Any]]:
    """Return server-sent events as (name, data)."""
    found = []
    for block in body.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        found.append((fields["event"], json.loads(fields["data"])))
    return found


@pytest.mark.parametrize("question", [GAP, NOT_THERE, "Hello"])
def test_an_answer_is_the_one_of_every_door(client: TestClient, shared_parts: Parts, question: str) -> None:
    response = client.post("/v1/ask", json={"question": question})

    assert response.status_code == 200
    said = answer_json(shared_parts.assistant().ask(question))
    assert without_times(response.json()) == json.loads(json.dumps(without_times(said)))


def test_a_follow_up_leans_on_its_history(client: TestClient) -> None:
    leaning = {"question": "How long would closing it take?"}

    assert client.post("/v1/ask", json=leaning).json()["status"] == "clarification"
    asked = leaning | {"history": [{"question": GAP}]}
    assert "twenty years" in client.post("/v1/ask", json=asked).json()["text"]


def test_a_streamed_answer_ends_with_the_whole(client: TestClient) -> None:
    response = client.post("/v1/ask/stream", json={"question": GAP})

    assert response.headers["content-type"].startswith("text/event-stream")
    *_, (name, answer) = events(response.text)
    assert name == "answer"
    assert GAP_ANSWER in answer["text"]


def test_what_fails_in_a_stream_is_an_event(client: TestClient) -> None:
    ((name, problem),) = events(client.post("/v1/ask/stream", json={"question": "a" * 3_000}).text)

    assert (name, problem["code"], problem["status"]) == ("problem", "question_rejected", 422)


def test_search_and_check_are_those_of_every_door(client: TestClient, shared_parts: Parts) -> None:
    found = client.post("/v1/search", json={"question": GAP, "top": 2}).json()
    assert found == json.loads(json.dumps(retrieval_json(shared_parts.assistant().search(GAP, top=2))))

    checked = client.post("/v1/check", json={"text": GAP_ANSWER}).json()
    said = checked_json(shared_parts.assistant().check(GAP_ANSWER))
    assert without_times(checked) == json.loads(json.dumps(without_times(said)))


def test_a_citation_leads_to_its_document_and_its_words(client: TestClient) -> None:
    citation = client.post("/v1/ask", json={"question": GAP}).json()["claims"][0]["citations"][0]

    opened = client.get("/v1/evidence", params={"cite": citation["cite"]}).json()
    assert opened["located"] is True
    assert opened["quote"] == citation["quote"] == GAP_ANSWER
    marked = [
        paragraph["text"][mark["start_char"] : mark["end_char"]]
        for paragraph in opened["paragraphs"]
        for mark in paragraph["marks"]
    ]
    assert marked == [GAP_ANSWER]

    sha256 = opened["document"]["sha256"]
    listed = client.get("/v1/documents").json()
    assert opened["document"] in listed["documents"]
    assert client.get(f"/v1/documents/{sha256}").json() == opened["document"]
    text = client.get(f"/v1/documents/{sha256}/text").json()["text"]
    (span,) = citation["spans"]
    assert text[span["start_char"] : span["end_char"]] == GAP_ANSWER


@pytest.mark.parametrize(
    "path",
    [
        "/v1/evidence?cite=000001~nothing~0-5~00000000",
        "/v1/evidence?cite=..%2f..%2fCURRENT",
        f"/v1/documents/{'0' * 64}",
        f"/v1/documents/{'0' * 64}/text",
        f"/v1/documents/{'0' * 64}/pages/1.jpg",
        f"/v1/conversations/{'0' * 32}",
        "/v1/nothing",
    ],
)
def test_what_is_not_there_is_a_problem(client: TestClient, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == 404


def test_a_conversation_is_kept_and_deleted(client: TestClient) -> None:
    began = client.post("/v1/conversations")
    assert began.status_code == 201
    address = f"/v1/conversations/{began.json()['conversation_id']}"
    turn = client.post(f"{address}/turns", json={"question": GAP})
    assert turn.status_code == 201
    assert client.get(address).json()["turns"] == [turn.json()]
    (entry,) = client.get("/v1/conversations").json()["conversations"]
    assert (entry["title"], entry["turns"]) == (GAP, 1)
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {}),
        ("/v1/ask", {"question": 7}),
        ("/v1/ask", {"question": "x", "secret": "<script>"}),
        ("/v1/search", {"question": "x", "top": 0}),
        ("/v1/check", {"text": " "}),
        ("/v1/ask", {"question": ""}),
    ],
)
def test_a_malformed_request_is_a_problem_that_repeats_nothing(
    client: TestClient, path: str, body: dict[str, Any]
) -> None:
    response = client.post(path, json=body)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert "<script>" not in response.text


def test_threat_29_a_request_that_is_too_big_is_not_read(client: TestClient) -> None:
    assert client.post("/v1/ask", content=b'{"question": "' + b"x" * 2_000_000).status_code == 413


def test_a_library_without_an_edition_is_said(tmp_path: Path) -> None:
    def missing(_settings: object) -> Any:
        raise NothingPublished("Nothing is published.", hint="Ingest something.")

    empty = Parts(load_settings(library=tmp_path), shelf=missing, assistant=missing)
    with_nothing = TestClient(make_api(empty), raise_server_exceptions=False)

    asked = with_nothing.post("/v1/ask", json={"question": GAP})
    assert (asked.status_code, asked.json()["code"]) == (503, "nothing_published")
    assert with_nothing.get("/health").status_code == 200
    ready = with_nothing.get("/ready")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)


@pytest.fixture
def ready_when_listening(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Have nobody listen, and note whether the models were there when it would have begun."""
    noted: list[bool] = []

    class Listening:
        def __init__(self, _config: object, parts: Parts) -> None:
            self._parts = parts

        def run(self) -> None:
            noted.append(self._parts.ready)

    monkeypatch.setattr(application, "DrainingServer", Listening)
    monkeypatch.setattr(logs, "configure", lambda *_: None)
    return noted


def test_nothing_is_listened_for_before_the_models_are_there(
    small: SmallLibrary, monkeypatch: pytest.MonkeyPatch, ready_when_listening: list[bool]
) -> None:
    monkeypatch.setattr(application, "Parts", lambda given: Parts(given, assistant=lambda _settings: small.assistant()))
    serve(load_settings(library=small.library.folder))
    assert ready_when_listening == [True]


def test_where_they_can_not_be_loaded_it_listens_all_the_same(tmp_path: Path, ready_when_listening: list[bool]) -> None:
    serve(load_settings(library=tmp_path))
    assert ready_when_listening == [False]


def test_readiness_and_counters(client: TestClient) -> None:
    assert client.get("/ready").json() == {"ready": True, "edition": "000001", "detail": ""}
    client.post("/v1/ask", json={"question": GAP})
    counted = client.get("/metrics").text
    assert 'report_qa_requests_total{operation="ask",status="200"} 1.0' in counted
    assert 'report_qa_answers_total{status="answered"} 1.0' in counted
    assert GAP not in counted


def test_what_nobody_foresaw_tells_nothing_of_the_inside(shared_parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_named: object) -> Any:
        raise ZeroDivisionError("a secret place")

    monkeypatch.setattr(type(shared_parts.assistant()), "search", broken)
    response = TestClient(make_api(shared_parts), raise_server_exceptions=False).post(
        "/v1/search", json={"question": GAP}
    )

    assert (response.status_code, response.json()["code"]) == (500, "error")
    assert "secret" not in response.text


def test_nothing_is_kept_by_those_in_between(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": GAP})

    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_while_questions_are_switched_off_reading_goes_on(own: SmallLibrary) -> None:
    settings = load_settings(library=own.library.folder)
    parts = Parts(settings, assistant=lambda _settings: own.assistant())
    parts.assistant()._require_on = parts.switch.require_on
    client = TestClient(make_api(parts), raise_server_exceptions=False)
    cite = client.post("/v1/ask", json={"question": GAP}).json()["claims"][0]["citations"][0]["cite"]
    made = client.post("/v1/conversations").json()["conversation_id"]
    parts.switch.turn_off("Back at noon.")
    for path, body in (
        ("/v1/ask", {"question": GAP}),
        ("/v1/search", {"question": GAP}),
        ("/v1/check", {"text": GAP}),
        (f"/v1/conversations/{made}/turns", {"question": GAP}),
    ):
        refused = client.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (503, "service_off")
        assert refused.json()["detail"] == "Back at noon."
        assert "retry-after" in refused.headers
    ((name, problem),) = events(client.post("/v1/ask/stream", json={"question": GAP}).text)
    assert (name, problem["detail"]) == ("problem", "Back at noon.")
    assert client.get("/v1/evidence", params={"cite": cite}).json()["located"]
    assert client.get(f"/v1/conversations/{made}").status_code == 200
    parts.switch.turn_on()
    assert client.post("/v1/ask", json={"question": GAP}).status_code == 200
    parts.close()
