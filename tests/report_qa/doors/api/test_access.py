"""Who is let in: keys by their scopes and quotas, no more at a time than the machine can bear, and each to their own."""

from __future__ import annotations

import inspect
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from report_qa.doors.api.application import make_api, serve
from report_qa.doors.api.asking import room
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import Keys, Scope, add_key
from report_qa.doors.parts import Parts
from report_qa.errors import Busy, KeyNotAllowed, KeyRefused, NothingPublished, SettingInvalid, TooManyRequests
from report_qa.records.audience import ALL, PUBLIC, STAFF, Audience
from report_qa.records.person import Role
from report_qa.settings import load_settings
from tests.small_library import GAP


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


def guarded(shared_parts: Parts, keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client of an interface that needs keys."""
    monkeypatch.setattr(shared_parts, "settings", shared_parts.settings.model_copy(update={"api_keys_file": keys_file}))
    return TestClient(make_api(shared_parts), raise_server_exceptions=False)


def bearing(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_whoever_needs_a_key_is_told_nothing_of_folders_and_commands(tmp_path: Path, keys_file: Path) -> None:
    key = add_key(keys_file, "ana", None)

    def missing(_settings: object) -> Any:
        raise NothingPublished(f"Nothing is in {tmp_path}.", hint="Run python -m ingest PATH first.")

    empty = Parts(load_settings(library=tmp_path, api_keys_file=keys_file), shelf=missing, assistant=missing)
    client = TestClient(make_api(empty), raise_server_exceptions=False)
    whole = client.post("/v1/ask", json={"question": GAP}, headers=bearing(key))
    assert (whole.status_code, whole.json()["code"]) == (503, "nothing_published")
    streamed = client.post("/v1/ask/stream", json={"question": GAP}, headers=bearing(key))
    for said in (whole.text, streamed.text):
        assert "No documents are published here yet." in said
        assert str(tmp_path) not in said
        assert "ingest" not in said
    ready = client.get("/ready")
    assert (ready.status_code, str(tmp_path) in ready.text) == (503, False)


@pytest.mark.parametrize("written", [None, "[[key]]\nname = 3\n", '[[key]]\nname = "a"\nhash = "x"\nscopes = []\n'])
def test_a_file_of_keys_that_is_gone_or_damaged_is_not_the_callers_business(
    shared_parts: Parts, keys_file: Path, monkeypatch: pytest.MonkeyPatch, written: str | None
) -> None:
    add_key(keys_file, "ana", None)
    client = guarded(shared_parts, keys_file, monkeypatch)
    if written is None:
        keys_file.unlink()
    else:
        keys_file.write_text(written)
    said = client.get("/v1/documents", headers=bearing("x"))
    assert (said.status_code, said.json()["code"]) == (500, "service_misconfigured")
    assert "keys" not in said.text.lower()
    assert str(keys_file) not in said.text


def test_a_key_is_known_by_its_hash_alone(keys_file: Path) -> None:
    key = add_key(keys_file, "ana", ["read"])

    assert key not in keys_file.read_text()
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    assert Keys(keys_file).admit(f"Bearer {key}", Scope.READ).name == "ana"


def test_without_a_known_key_nobody_is_let_in(keys_file: Path) -> None:
    key = add_key(keys_file, "ana", ["read"])
    keys = Keys(keys_file)

    for sent in ("", "Bearer", f"Basic {key}", f"Bearer {key}x", "Bearer rqa_", key):
        with pytest.raises(KeyRefused):
            keys.admit(sent, Scope.READ)
    with pytest.raises(KeyNotAllowed):
        keys.admit(f"Bearer {key}", Scope.ASK)


def test_a_key_is_withdrawn_without_a_restart(keys_file: Path) -> None:
    key = add_key(keys_file, "ana", None)
    keys = Keys(keys_file)
    keys.admit(f"Bearer {key}", Scope.KEEP)
    keys_file.write_text("")
    with pytest.raises(KeyRefused):
        keys.admit(f"Bearer {key}", Scope.KEEP)


def test_a_quota_counts_for_each_key(keys_file: Path) -> None:
    ana, ben = (add_key(keys_file, name, None, per_minute=2) for name in ("ana", "ben"))
    keys = Keys(keys_file)
    for _ in range(2):
        keys.admit(f"Bearer {ana}", Scope.READ)
    with pytest.raises(TooManyRequests):
        keys.admit(f"Bearer {ana}", Scope.READ)
    keys.admit(f"Bearer {ben}", Scope.READ)


@pytest.mark.parametrize(
    ("name", "scopes", "said"),
    [("Ana", None, "can't name"), ("ana", ["all"], "can't be for"), ("taken", None, "already")],
)
def test_a_key_that_cannot_be_is_one_sentence(keys_file: Path, name: str, scopes: list[str] | None, said: str) -> None:
    add_key(keys_file, "taken", None)
    with pytest.raises(SettingInvalid, match=said):
        add_key(keys_file, name, scopes)


def test_a_file_that_is_none_of_keys_is_said(keys_file: Path) -> None:
    keys_file.write_text("[[key]]\nname = 1\n")
    with pytest.raises(SettingInvalid, match="is not one"):
        Keys(keys_file)
    with pytest.raises(SettingInvalid, match="can't be read"):
        Keys(keys_file.with_name("absent.toml"))


def test_every_operation_but_the_operator_s_needs_a_key(
    shared_parts: Parts, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_key(keys_file, "ana", None)
    client = guarded(shared_parts, keys_file, monkeypatch)
    schema = client.get("/openapi.json").json()
    tried = 0
    for path, operations in schema["paths"].items():
        for method in operations:
            address = path.replace("{conversation_id}", "0" * 32).replace("{sha256}", "0" * 64).replace("{page}", "1")
            response = client.request(method, address)
            expected = 200 if path in ("/health", "/ready", "/metrics") else 401
            assert response.status_code == expected, (method, path)
            tried += 1
    assert tried > 12
    refused = client.post("/v1/ask", json={"question": GAP})
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["code"] == "key_refused"


def test_a_used_up_quota_says_how_long_to_wait(
    shared_parts: Parts, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = bearing(add_key(keys_file, "ana", None, per_minute=1))
    client = guarded(shared_parts, keys_file, monkeypatch)
    assert client.get("/v1/documents", headers=ana).status_code == 200
    refused = client.get("/v1/documents", headers=ana)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "61")


def test_threat_29_a_full_line_sends_away_at_once() -> None:
    gate = Gate(workers=1, waiting=1, patience_s=30)
    inside, leave = threading.Event(), threading.Event()

    def ask() -> None:
        with gate.entered():
            inside.set()
            leave.wait(10)

    first, second = threading.Thread(target=ask), threading.Thread(target=ask)
    first.start()
    assert inside.wait(10)
    second.start()
    deadline = time.monotonic() + 10
    while gate.inside < 2:
        assert time.monotonic() < deadline
    with pytest.raises(Busy), gate.entered():
        raise AssertionError
    leave.set()
    first.join(10)
    second.join(10)
    assert gate.inside == 0


def test_nobody_waits_for_ever() -> None:
    gate = Gate(workers=1, waiting=1, patience_s=0.01)
    with gate.entered(), pytest.raises(Busy), gate.entered():
        raise AssertionError
    assert gate.inside == 0


def test_beyond_this_machine_keys_are_needed(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="needs keys"):
        serve(load_settings(library=tmp_path, api_host="0.0.0.0"))


def test_a_key_reads_what_is_for_its_groups(keys_file: Path) -> None:
    plain = add_key(keys_file, "plain", None)
    board = add_key(keys_file, "board", None, groups=['the "board"', "staff"], role=Role.STEWARD)
    keys = Keys(keys_file)

    assert keys.admit(f"Bearer {plain}", Scope.READ).audience == PUBLIC
    caller = keys.admit(f"Bearer {board}", Scope.READ)
    assert caller.role is Role.STEWARD
    assert caller.audience == Audience(groups=frozenset({ALL, STAFF, 'the "board"'}))


def test_a_key_from_before_there_were_groups_reads_what_is_for_all(keys_file: Path) -> None:
    key = add_key(keys_file, "old", None)
    kept = [line for line in keys_file.read_text().splitlines() if not line.startswith(("groups", "role"))]
    keys_file.write_text("\n".join(kept))
    old = Keys(keys_file).admit(f"Bearer {key}", Scope.READ)
    assert (old.audience, old.role) == (PUBLIC, Role.READER)


def test_whom_a_proxy_names_needs_no_key(shared_parts: Parts, keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "a-secret-between-two"
    changed = {"sign_in": "proxy", "proxy_secret": SecretStr(secret), "api_keys_file": keys_file}
    key = add_key(keys_file, "program", None)
    monkeypatch.setattr(shared_parts, "settings", shared_parts.settings.model_copy(update=changed))
    named = {"x-report-qa-proxy-secret": secret, "x-forwarded-user": "ana-1"}
    api = make_api(shared_parts)

    inside = TestClient(api, client=("127.0.0.1", 4711))
    begun = inside.post("/v1/conversations", headers=named)
    assert begun.status_code == 201
    address = f"/v1/conversations/{begun.json()['conversation_id']}"
    assert inside.get(address, headers=named | {"authorization": "Bearer of-the-proxy"}).status_code == 200
    assert inside.get(address, headers=named | {"x-forwarded-user": "ben-2"}).status_code == 404
    assert inside.get(address, headers=bearing(key)).status_code == 404
    assert inside.get("/v1/documents", headers=bearing(key)).status_code == 200
    for refused in ({}, named | {"x-report-qa-proxy-secret": "x"}, {"x-forwarded-user": "ana-1"}):
        assert inside.get(address, headers=refused).status_code == 401
    outside = TestClient(api, client=("192.0.2.1", 4711))
    assert outside.get(address, headers=named).status_code == 401


def test_where_people_sign_in_programs_need_keys(shared_parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_parts, "settings", shared_parts.settings.model_copy(update={"sign_in": "oidc"}))
    with pytest.raises(SettingInvalid, match="programs need keys"):
        make_api(shared_parts)


def test_who_finds_the_line_full_is_sent_away_without_a_thread(shared_parts: Parts) -> None:
    api = make_api(shared_parts)
    gate = Gate(workers=1, waiting=0)
    api.state.context = replace(api.state.context, gate=gate)
    client = TestClient(api)
    with gate.entered():
        for path in ("ask", "ask/stream", "search", "check", f"conversations/{'0' * 32}/turns"):
            refused = client.post(f"/v1/{path}", json={"question": "How large is the gap?", "text": "It is large."})
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2"), path
    assert inspect.iscoroutinefunction(room)
