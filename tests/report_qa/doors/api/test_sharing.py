"""Feedback and links over HTTP: said of one's own answers, and shown to whoever has the link, as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.small_library import GAP, GAP_ANSWER

ABSENT = "0" * 32


@pytest.fixture
def turn(client: TestClient) -> Iterator[tuple[str, dict[str, Any]]]:
    """A conversation's id, and its one turn."""
    conversation_id = client.post("/v1/conversations").json()["conversation_id"]
    made = client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP})
    yield conversation_id, made.json()
    client.delete(f"/v1/conversations/{conversation_id}")


def test_what_is_said_of_an_answer_is_kept_changed_and_taken_back(
    client: TestClient, turn: tuple[str, dict[str, Any]]
) -> None:
    conversation_id, asked = turn
    address = f"/v1/conversations/{conversation_id}/turns/{asked['turn_id']}/feedback"
    cite = asked["answer"]["claims"][0]["citations"][0]["cite"]
    wrong = client.post(address, json={"kind": "wrong", "note": "No."})
    assert wrong.status_code == 201
    right = client.post(address, json={"kind": "right"}).json()
    bad = client.post(address, json={"kind": "bad citation", "cite": cite}).json()
    said = f"/v1/conversations/{conversation_id}/feedback"
    assert client.get(said).json() == {"feedback": [right, bad]}
    assert client.delete(address, params={"cite": cite}).status_code == 204
    assert client.get(said).json() == {"feedback": [right]}
    assert client.delete(address).status_code == 204
    assert client.get(said).json() == {"feedback": []}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kind": "bad citation", "cite": "000001~other~0-5~00000000"}, 404),
        ({"kind": "bad citation"}, 422),
        ({"kind": "right", "cite": "x"}, 422),
        ({"kind": "splendid"}, 422),
        ({"kind": "right", "note": "x" * 1_001}, 422),
    ],
)
def test_feedback_that_cannot_be_is_refused(
    client: TestClient, turn: tuple[str, dict[str, Any]], said: dict[str, Any], status: int
) -> None:
    conversation_id, asked = turn
    address = f"/v1/conversations/{conversation_id}/turns/{asked['turn_id']}/feedback"
    assert client.post(address, json=said).status_code == status
    assert client.get(f"/v1/conversations/{conversation_id}/feedback").json() == {"feedback": []}


def test_a_link_shows_what_was_shared_until_it_is_withdrawn(
    client: TestClient, turn: tuple[str, dict[str, Any]]
) -> None:
    conversation_id, asked = turn
    cite = asked["answer"]["claims"][0]["citations"][0]["cite"]
    wanted: list[dict[str, Any]] = [
        {"kind": "conversation", "conversation_id": conversation_id},
        {"kind": "answer", "conversation_id": conversation_id, "turn_id": asked["turn_id"]},
        {"kind": "quote", "cite": cite},
    ]
    for asked_for in wanted:
        made = client.post("/v1/links", json=asked_for)
        assert made.status_code == 201
        link = made.json()
        token = link.pop("token")
        assert link.pop("chat_path") == f"/shared?link={token}"
        assert link in client.get("/v1/links").json()["links"]
        assert token not in client.get("/v1/links").text

        shown = client.get(f"/v1/shared/{token}").json()
        assert (shown["kind"], shown["title"]) == (asked_for["kind"], link["title"])
        if asked_for["kind"] == "quote":
            assert shown["quotation"]["quote"] == GAP_ANSWER
        else:
            assert shown["turns"] == [asked]
        assert shown["changes"] == []

        assert client.delete(f"/v1/links/{link['link_id']}").status_code == 204
        assert client.get(f"/v1/shared/{token}").status_code == 404
        assert client.delete(f"/v1/links/{link['link_id']}").status_code == 404


def test_what_is_not_there_cannot_be_shared(client: TestClient, turn: tuple[str, dict[str, Any]]) -> None:
    conversation_id, asked = turn
    empty = client.post("/v1/conversations").json()["conversation_id"]
    for wanted in (
        {"kind": "conversation", "conversation_id": ABSENT},
        {"kind": "conversation", "conversation_id": empty},
        {"kind": "answer", "conversation_id": conversation_id, "turn_id": ABSENT},
        {"kind": "answer", "conversation_id": empty, "turn_id": asked["turn_id"]},
        {"kind": "quote", "cite": "000001~nothing~0-5~00000000"},
    ):
        assert client.post("/v1/links", json=wanted).status_code == 404
    assert client.get(f"/v1/shared/{'x' * 43}").status_code == 404
