"""To each their own: whatever operation of the schema takes an id, another caller's id is as absent as one that never was.

The walk goes over the schema that is served, so a new operation with an id and without a case here fails.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from report_qa.doors.api.application import make_api
from report_qa.doors.api.keys import add_key
from report_qa.doors.parts import Parts
from tests.small_library import GAP

# The shelf's own, and links, which whoever has one may read: no caller owns these.
NOBODYS = {"sha256", "page", "token"}
ABSENT = "0" * 32
# What is sent along with an id, by operation; operations without a body need no entry.
BODIES: dict[tuple[str, str], tuple[dict[str, Any], ...]] = {
    ("post", "/v1/conversations/{conversation_id}/turns"): ({"question": GAP},),
    ("post", "/v1/conversations/{conversation_id}/turns/{turn_id}/feedback"): (
        {"kind": "right", "note": "mine"},
        {"kind": "bad citation", "cite": "{cite}"},
    ),
    ("post", "/v1/links"): (
        {"kind": "answer", "conversation_id": "{conversation_id}", "turn_id": "{turn_id}"},
        {"kind": "conversation", "conversation_id": "{conversation_id}"},
    ),
}


@dataclass(frozen=True)
class Case:
    """One request that takes ids, with their places in braces."""

    method: str
    path: str
    body: dict[str, Any] | None

    def send(self, client: TestClient, key: dict[str, str], ids: dict[str, str]) -> Any:
        path, body = self.path, json.dumps(self.body)
        for name, value in ids.items():
            path, body = path.replace(f"{{{name}}}", value), body.replace(f"{{{name}}}", value)
        assert "{" not in path, f"{self.path} has an id that no case knows"
        sent = None if self.body is None else json.loads(body)
        return client.request(self.method, path, json=sent, headers=key)


def owned_ids(schema: dict[str, Any], path: str, operation: dict[str, Any]) -> set[str]:
    """Return the ids of somebody's own that an operation takes: in its path, its query or its body."""
    found = {each["name"] for each in operation.get("parameters", []) if each["in"] in ("path", "query")}
    found |= set(_fields(schema, operation.get("requestBody", {})))
    return {name for name in found if name.endswith("_id")} | {
        name for name in found if f"{{{name}}}" in path and name not in NOBODYS
    }


def _fields(schema: dict[str, Any], part: Any) -> list[str]:
    if isinstance(part, list):
        return [name for each in part for name in _fields(schema, each)]
    if not isinstance(part, dict):
        return []
    if "$ref" in part:
        return _fields(schema, schema["components"]["schemas"][part["$ref"].rpartition("/")[2]])
    own = list(part.get("properties", {}))
    return own + [name for key, each in part.items() if key != "mapping" for name in _fields(schema, each)]


def cases(schema: dict[str, Any]) -> list[Case]:
    """Return every request of the schema that takes an id of somebody's own; deletions last, the conversation's at the very end."""
    found = []
    for path, operations in schema["paths"].items():
        if "{library}" in path:
            # The same operations; `test_libraries` walks them.
            continue
        for method, operation in operations.items():
            if not owned_ids(schema, path, operation):
                continue
            bodies = BODIES.get((method, path))
            assert bodies or "requestBody" not in operation, f"{method} {path} takes an id and has no case"
            found += [Case(method, path, body) for body in bodies or (None,)]
    return sorted(found, key=lambda case: (case.method == "delete", case.path.endswith("{conversation_id}")))


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


def test_threat_23_another_s_id_is_absent_in_every_operation_that_takes_one(
    shared_parts: Parts, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_parts, "settings", shared_parts.settings.model_copy(update={"api_keys_file": keys_file}))
    ana, ben = (
        {"authorization": f"Bearer {add_key(keys_file, name, None, per_minute=10_000)}"} for name in ("ana", "ben")
    )
    client = TestClient(make_api(shared_parts), raise_server_exceptions=False)
    conversation_id = client.post("/v1/conversations", headers=ana).json()["conversation_id"]
    turn = client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP}, headers=ana).json()
    shared = {"kind": "conversation", "conversation_id": conversation_id}
    link = client.post("/v1/links", json=shared, headers=ana).json()
    hers = {
        "conversation_id": conversation_id,
        "turn_id": turn["turn_id"],
        "link_id": link["link_id"],
        "cite": turn["answer"]["claims"][0]["citations"][0]["cite"],
    }
    absent = dict.fromkeys(hers, ABSENT) | {"cite": hers["cite"]}

    walked = cases(client.get("/openapi.json").json())
    assert len(walked) >= 12
    for case in walked:
        stranger = case.send(client, ben, hers)
        assert stranger.status_code == 404, case
        assert stranger.json() == case.send(client, ben, absent).json(), case
    assert client.get("/v1/conversations", headers=ben).json() == {"conversations": []}
    assert client.get("/v1/links", headers=ben).json() == {"links": []}

    # Nothing of it changed, and every case was one that its owner can do.
    assert client.get(f"/v1/conversations/{conversation_id}/feedback", headers=ana).json() == {"feedback": []}
    assert client.get(f"/v1/conversations/{conversation_id}", headers=ana).json()["turns"] == [turn]
    for case in walked:
        assert case.send(client, ana, hers).status_code in (200, 201, 204), case


def test_one_s_own_ids_of_different_things_do_not_go_together(client: TestClient) -> None:
    first, second = _with_a_turn(client), _with_a_turn(client)
    turn_id = client.get(f"/v1/conversations/{first}").json()["turns"][0]["turn_id"]
    assert client.get(f"/v1/conversations/{first}/turns/{turn_id}/export?format=csv").status_code == 200
    assert client.get(f"/v1/conversations/{second}/turns/{turn_id}/export?format=csv").status_code == 404
    assert client.delete(f"/v1/conversations/{second}/turns/{turn_id}/feedback").status_code == 404


def test_an_operation_without_a_case_is_found() -> None:
    operation: dict[str, Any] = {
        "parameters": [{"name": "conversation_id", "in": "path"}],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
    }
    schema: dict[str, Any] = {
        "paths": {"/v1/conversations/{conversation_id}/new": {"post": operation}},
        "components": {"schemas": {"New": {"properties": {"note": {}}}}},
    }
    with pytest.raises(AssertionError, match="has no case"):
        cases(schema)
    schema["components"]["schemas"]["New"] = {"anyOf": [{"properties": {"folder_id": {}}}]}
    assert owned_ids(schema, "/v1/new", {"requestBody": operation["requestBody"]}) == {"folder_id"}


def _with_a_turn(client: TestClient) -> str:
    conversation_id: str = client.post("/v1/conversations").json()["conversation_id"]
    client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP})
    return conversation_id
