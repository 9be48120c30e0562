"""What is too large or too much is refused early, in words that a program understands; and every response has an id."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from report_qa.doors.api.application import make_api
from report_qa.doors.parts import Parts
from tests.served import served
from tests.small_library import GAP


@pytest.fixture(scope="module")
def place(shared_parts: Parts) -> Iterator[tuple[str, int]]:
    """Where a real server listens."""
    with served(lambda _port: make_api(shared_parts)) as address:
        found = urlsplit(address)
        assert found.hostname is not None
        assert found.port is not None
        yield found.hostname, found.port


def test_threat_29_a_body_that_says_that_it_is_too_large_is_refused_unread(place: tuple[str, int]) -> None:
    head = "POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000000\r\n\r\n"
    with socket.create_connection(place, timeout=30) as connection:
        connection.sendall(head.encode())
        # Not a byte of the body was sent.
        answered = http.client.HTTPResponse(connection)
        answered.begin()
        assert answered.status == 413
        assert answered.headers["content-type"] == "application/problem+json"
        assert answered.headers["x-request-id"]


def test_a_body_that_does_not_say_its_length_is_cut_off(place: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*place, timeout=30)
    try:
        body = iter([b'{"question": "', *[b"x" * 100_000] * 11])
        connection.request("POST", "/v1/ask", body, {"content-type": "application/json"}, encode_chunked=True)
        answered = connection.getresponse()
        assert answered.status == 413
        assert answered.headers["content-type"] == "application/problem+json"
    finally:
        connection.close()


def test_threat_29_a_burst_is_told_at_once_to_come_again(shared_parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    few = shared_parts.settings.model_copy(update={"api_workers": 1, "api_waiting": 1})
    monkeypatch.setattr(shared_parts, "settings", few)
    assistant = shared_parts.assistant()
    leave, ask = threading.Event(), assistant.ask

    def slow(*arguments: Any, **named: Any) -> Any:
        assert leave.wait(30)
        return ask(*arguments, **named)

    monkeypatch.setattr(assistant, "ask", slow)
    client = TestClient(make_api(shared_parts), raise_server_exceptions=False)
    answered: list[tuple[int, str | None]] = []

    def send(path: str) -> None:
        response = client.post(path, json={"question": GAP})
        answered.append((response.status_code, response.headers.get("retry-after")))

    senders = [threading.Thread(target=send, args=(path,)) for path in ["/v1/ask"] * 6]
    for sender in senders:
        sender.start()
    for _ in range(600):
        if len(answered) == 4:
            break
        threading.Event().wait(0.05)
    assert answered == [(503, "2")] * 4
    send("/v1/ask/stream")
    assert answered[4:] == [(503, "2")]
    leave.set()
    for sender in senders:
        sender.join(60)
    assert answered[5:] == [(200, None)] * 2


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/health"), ("GET", "/v1/nothing"), ("POST", "/v1/ask"), ("PUT", "/v1/ask"), ("GET", "/v1/documents")],
)
def test_every_response_has_an_id(client: TestClient, method: str, path: str) -> None:
    first, second = (client.request(method, path).headers["x-request-id"] for _ in range(2))
    assert first != second


def test_an_id_that_the_caller_sends_is_taken_over(client: TestClient) -> None:
    sent = "trace-4711-of-mine"
    assert client.get("/health", headers={"x-request-id": sent}).headers["x-request-id"] == sent
    for bad in ("x", "a b c d e f g h", "x" * 65, "<script>alert(1)</script>"):
        assert client.get("/health", headers={"x-request-id": bad}).headers["x-request-id"] != bad


def test_what_nobody_foresaw_has_an_id_too(shared_parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_named: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(shared_parts.assistant(), "search", broken)
    client = TestClient(make_api(shared_parts), raise_server_exceptions=False)
    response = client.post("/v1/search", json={"question": GAP})
    assert response.status_code == 500
    assert response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"
