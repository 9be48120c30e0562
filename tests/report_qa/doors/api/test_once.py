"""A write that is sent again is done once: by the same process, by another one, and however often."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from report_qa.doors.api.application import make_api
from report_qa.doors.parts import Parts
from tests.report_qa.doors.api.conftest import parts_over
from tests.small_library import GAP, SmallLibrary

KEY = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


def kept(client: TestClient) -> str:
    conversation_id: str = client.post("/v1/conversations").json()["conversation_id"]
    return conversation_id


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    made = SmallLibrary(tmp_path_factory.mktemp("once"))
    made.ingest()
    return made


@pytest.fixture
def replicas(own: SmallLibrary) -> Iterator[tuple[TestClient, TestClient]]:
    """Two processes' worth of the interface over one library."""
    both = (parts_over(own), parts_over(own))
    yield tuple(TestClient(make_api(parts), raise_server_exceptions=False) for parts in both)  # type: ignore[misc]
    for parts in both:
        parts.close()


def test_every_write_is_done_once_and_answered_alike(replicas: tuple[TestClient, TestClient]) -> None:
    first, second = replicas
    conversation_id = kept(first)
    turns = f"/v1/conversations/{conversation_id}/turns"
    turn_id = first.post(turns, json={"question": GAP}).json()["turn_id"]
    link = {"kind": "conversation", "conversation_id": conversation_id}
    link_id = first.post("/v1/links", json=link).json()["link_id"]
    said = {"kind": "right", "note": "yes"}
    writes: list[tuple[str, str, Any, int]] = [
        ("POST", "/v1/conversations", None, 201),
        ("POST", turns, {"question": GAP}, 201),
        ("POST", f"{turns}/{turn_id}/feedback", said, 201),
        ("DELETE", f"{turns}/{turn_id}/feedback", None, 204),
        ("POST", "/v1/links", link, 201),
        ("DELETE", f"/v1/links/{link_id}", None, 204),
        ("DELETE", f"/v1/conversations/{conversation_id}", None, 204),
    ]
    schema = first.get("/openapi.json").json()
    takes_a_key = {
        (method, path)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if any(each["name"] == "idempotency-key" for each in operation.get("parameters", []))
    }
    # Each once more under the name of a library.
    assert len(takes_a_key) == 2 * len(writes)
    for number, (method, path, body, status) in enumerate(writes):
        key = {"idempotency-key": f"a-key-of-this-write-{number}"}
        done = first.request(method, path, json=body, headers=key)
        again = second.request(method, path, json=body, headers=key)
        assert done.status_code == again.status_code == status, path
        assert done.content == again.content, path
        assert "idempotency-replayed" not in done.headers
        assert again.headers["idempotency-replayed"] == "true"


def test_what_is_sent_again_is_not_done_again(client: TestClient) -> None:
    conversation_id = kept(client)
    for _ in range(3):
        client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP}, headers=KEY)
    assert len(client.get(f"/v1/conversations/{conversation_id}").json()["turns"]) == 1
    client.delete(f"/v1/conversations/{conversation_id}")


def test_a_key_with_another_request_is_refused(client: TestClient) -> None:
    conversation_id = kept(client)
    address = f"/v1/conversations/{conversation_id}/turns"
    assert client.post(address, json={"question": GAP}, headers=KEY).status_code == 201
    for path, body in (
        (address, {"question": "And in 2019?"}),
        (f"{address}?x=1", {"question": GAP}),
        ("/v1/links", {}),
    ):
        refused = client.post(path, json=body, headers=KEY)
        assert refused.status_code == 422
    assert client.post(address, json={"question": "And?"}, headers=KEY).json()["code"] == "key_reused"
    client.delete(f"/v1/conversations/{conversation_id}")


def test_a_repeat_is_told_to_wait_while_the_first_is_under_way(
    client: TestClient, shared_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = kept(client)
    assistant = shared_parts.assistant()
    entered, leave = threading.Event(), threading.Event()
    ask = assistant.ask

    def slow(*arguments: Any, **named: Any) -> Any:
        entered.set()
        assert leave.wait(30)
        return ask(*arguments, **named)

    monkeypatch.setattr(assistant, "ask", slow)
    done: list[int] = []

    def send() -> int:
        response = client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP}, headers=KEY)
        return response.status_code

    first = threading.Thread(target=lambda: done.append(send()))
    first.start()
    assert entered.wait(30)
    repeated = client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP}, headers=KEY)
    leave.set()
    first.join(30)
    assert (repeated.status_code, repeated.json()["code"]) == (409, "still_running")
    assert int(repeated.headers["retry-after"]) > 0
    assert done == [201]
    assert send() == 201
    client.delete(f"/v1/conversations/{conversation_id}")


def test_a_write_that_failed_may_be_tried_again(
    client: TestClient, shared_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = kept(client)
    address = f"/v1/conversations/{conversation_id}/turns"

    def broken(*_arguments: Any, **_named: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(shared_parts.assistant(), "ask", broken)
        assert client.post(address, json={"question": GAP}, headers=KEY).status_code == 500
    assert client.post(address, json={"question": GAP}, headers=KEY).status_code == 201
    client.delete(f"/v1/conversations/{conversation_id}")


@pytest.mark.parametrize("key", ["short", "with a space in it, long", "x" * 201, '"unclosed-but-long-enough'])
def test_a_key_that_can_be_guessed_or_is_none_is_refused(client: TestClient, key: str) -> None:
    refused = client.post("/v1/conversations", headers={"idempotency-key": key})
    assert refused.status_code == 422
    assert "idempotency-key" in refused.json()["detail"]


def test_without_a_key_each_sending_is_a_write(client: TestClient) -> None:
    conversation_id = kept(client)
    for _ in range(2):
        client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP})
    assert len(client.get(f"/v1/conversations/{conversation_id}").json()["turns"]) == 2
    client.delete(f"/v1/conversations/{conversation_id}")
