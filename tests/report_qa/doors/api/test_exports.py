"""Exports over HTTP: every format, of one's own answers and of the shelf's quotations, and no more at a time than can be borne."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from report_qa.doors import downloads
from report_qa.doors.api import exports
from report_qa.doors.api.application import make_api
from report_qa.doors.api.shapes import FileFormat
from report_qa.doors.parts import Parts
from report_qa.exporting.formats import offered
from tests.small_library import GAP, GAP_ANSWER

BEGINS = {"docx": b"PK", "pdf": b"%PDF", "json": b"{", "csl": b"[", "bibtex": b"@", "ris": b"TY  -"}


@pytest.fixture
def turn(client: TestClient) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of a conversation, and its one turn."""
    address = f"/v1/conversations/{client.post('/v1/conversations').json()['conversation_id']}"
    yield address, client.post(f"{address}/turns", json={"question": GAP}).json()
    client.delete(address)


def cite_of(asked: dict[str, Any]) -> str:
    cite: str = asked["answer"]["claims"][0]["citations"][0]["cite"]
    return cite


def test_the_schema_has_the_formats_that_there_are() -> None:
    assert get_args(FileFormat) == tuple(each.name for each in offered())


@pytest.mark.parametrize("form", offered(), ids=lambda form: form.name)
def test_each_format_of_each_thing(client: TestClient, turn: tuple[str, dict[str, Any]], form: Any) -> None:
    address, asked = turn
    cites = {"cites": [cite_of(asked)], "format": form.name, "pages": True}
    files = [
        client.get(f"{address}/export", params={"format": form.name}),
        client.get(f"{address}/turns/{asked['turn_id']}/export", params={"format": form.name, "pages": True}),
        client.post("/v1/evidence/export", json=cites),
    ]
    for file in files:
        assert file.status_code == 200
        assert file.headers["content-type"] == form.media_type
        assert file.headers["cache-control"] == "no-store"
        assert form.extension in file.headers["content-disposition"]
        assert file.content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(BEGINS.get(form.name, b""))
        if form.name in ("markdown", "csv", "json"):
            assert GAP_ANSWER in file.text


@pytest.mark.parametrize("chosen", [{"cites": []}, {"cites": ["x"] * 201}, {"format": "exe"}, {"pages": "perhaps"}])
def test_what_cannot_be_exported_is_refused(client: TestClient, chosen: dict[str, Any]) -> None:
    sent = {"cites": ["000001~x~0-5~00000000"], "format": "csv", **chosen}
    assert client.post("/v1/evidence/export", json=sent).status_code == 422


def test_what_is_not_there_is_no_file(client: TestClient) -> None:
    gone = {"cites": ["000001~nothing~0-5~00000000"], "format": "csv"}
    assert client.post("/v1/evidence/export", json=gone).status_code == 404
    empty = client.post("/v1/conversations").json()["conversation_id"]
    assert client.get(f"/v1/conversations/{empty}/export").status_code == 404


def test_no_more_files_are_written_at_a_time_than_can_be_borne(
    shared_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(make_api(shared_parts), raise_server_exceptions=False)
    asked = client.post("/v1/ask", json={"question": GAP}).json()
    chosen = {"cites": [asked["claims"][0]["citations"][0]["cite"]], "format": "csv"}
    leave, began = threading.Event(), threading.Semaphore(0)
    most, statuses = 0, []
    inside, lock = 0, threading.Lock()
    download = downloads.download

    def slow(*arguments: Any, **named: Any) -> Any:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        began.release()
        assert leave.wait(30)
        with lock:
            inside -= 1
        return download(*arguments, **named)

    monkeypatch.setattr(exports, "download", slow)

    def send() -> None:
        response = client.post("/v1/evidence/export", json=chosen)
        statuses.append((response.status_code, response.headers.get("retry-after")))

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    assert began.acquire(timeout=30)
    # One is being written and four wait: the others are told at once.
    for _ in range(600):
        if len(statuses) == 3:
            break
        threading.Event().wait(0.05)
    assert statuses == [(503, "2")] * 3
    leave.set()
    for sender in senders:
        sender.join(60)
    assert sorted(status for status, _ in statuses) == [200] * 5 + [503] * 3
    assert most == 1
