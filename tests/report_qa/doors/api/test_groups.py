"""Over HTTP a key reads what is for its groups, in files, links and repeated writes too; what is for others there never was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from report_qa.doors.api.application import make_api
from report_qa.doors.api.keys import add_key
from report_qa.doors.parts import Parts
from report_qa.settings import load_settings
from tests.guarded_shelf import STAFF_ANSWER, STAFF_QUESTION, STAFF_WORD, guarded

ONCE = {"idempotency-key": "one-write-of-this-test"}


@pytest.fixture
def callers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str], dict[str, str]]]:
    """A client, what a member of staff sends with each request, and what anybody does."""
    folder = tmp_path_factory.mktemp("groups")
    small, keys_file = guarded(folder), folder / "keys.toml"
    staff, anybody = (
        {"authorization": f"Bearer {add_key(keys_file, name, None, per_minute=10_000, groups=groups)}"}
        for name, groups in (("staff", ["staff"]), ("anybody", []))
    )
    settings = load_settings(library=small.library.folder, api_keys_file=keys_file)
    with closing(Parts(settings, assistant=lambda _settings: small.assistant())) as parts:
        yield TestClient(make_api(parts), raise_server_exceptions=False), staff, anybody


def asked(client: TestClient, key: dict[str, str]) -> tuple[str, dict[str, Any]]:
    address = f"/v1/conversations/{client.post('/v1/conversations', headers=key).json()['conversation_id']}"
    turn = client.post(f"{address}/turns", json={"question": STAFF_QUESTION}, headers=key | ONCE)
    made: dict[str, Any] = turn.json()
    return address, made


def test_what_is_for_others_is_absent_in_every_operation(
    callers: tuple[TestClient, dict[str, str], dict[str, str]],
) -> None:
    client, staff, anybody = callers
    _, turn = asked(client, staff)
    assert STAFF_ANSWER in turn["answer"]["text"]
    cite = turn["answer"]["claims"][0]["citations"][0]["cite"]
    listed = client.get("/v1/documents", headers=staff).json()["documents"]
    (sha256,) = (each["sha256"] for each in listed if STAFF_WORD in each["title"])
    link = client.post("/v1/links", json={"kind": "quote", "cite": cite}, headers=staff).json()
    assert STAFF_ANSWER in client.get(f"/v1/shared/{link['token']}", headers=staff).text

    for method, path, body in (
        ("GET", f"/v1/evidence?cite={cite}", None),
        ("GET", f"/v1/documents/{sha256}", None),
        ("GET", f"/v1/documents/{sha256}/text", None),
        ("POST", "/v1/evidence/export", {"cites": [cite], "format": "json"}),
        ("POST", "/v1/links", {"kind": "quote", "cite": cite}),
    ):
        assert client.request(method, path, json=body, headers=staff).status_code in (200, 201), path
        assert client.request(method, path, json=body, headers=anybody).status_code == 404, path
    told = [
        client.get("/v1/documents", headers=anybody),
        client.get(f"/v1/shared/{link['token']}", headers=anybody),
        client.post("/v1/search", json={"question": "programme costs"}, headers=anybody),
        client.post("/v1/check", json={"text": "Twelve libraries close."}, headers=anybody),
        client.post("/v1/ask/stream", json={"question": "What closes libraries?"}, headers=anybody),
    ]
    assert [STAFF_WORD.lower() in response.text.lower() for response in told] == [False] * len(told)


def test_what_a_caller_may_no_longer_see_is_in_no_repeated_write(
    callers: tuple[TestClient, dict[str, str], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, staff, _ = callers
    address, turn = asked(client, staff)
    keys_file = client.app.state.context.parts.settings.api_keys_file  # type: ignore[attr-defined]
    # Their key is no longer one of the staff's.
    keys_file.write_text(keys_file.read_text().replace('groups = ["staff"]', "groups = []"))

    again = client.post(f"{address}/turns", json={"question": STAFF_QUESTION}, headers=staff | ONCE)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["turn_id"] == turn["turn_id"]
    for response in (
        again,
        client.get(address, headers=staff),
        client.get(f"{address}/export?format=json", headers=staff),
        client.get(f"{address}/turns/{turn['turn_id']}/export?format=markdown", headers=staff),
    ):
        assert response.is_success
        assert STAFF_ANSWER not in response.text
