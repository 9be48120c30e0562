"""Two libraries behind every door: what is of one is not there in the other, and a library is not there for whom it is not for.

The operations and routes are walked; one that is added without a case here fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from fastapi.testclient import TestClient
from mcp import Client
from mcp.shared.exceptions import MCPError

from report_qa import Settings, wiring
from report_qa.doors.api.application import make_api
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import ANYBODY_HERE, add_key
from report_qa.doors.libraries import Libraries, open_libraries
from report_qa.doors.mcp import desk
from report_qa.doors.mcp.desk import Desk
from report_qa.doors.mcp.server import make_server
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.errors import LibraryNotFound, NothingPublished
from report_qa.libraries import Tenant
from report_qa.records.audience import EVERYTHING, PUBLIC
from report_qa.records.shared import SharedConversation
from report_qa.settings import load_settings
from tests.small_library import GAP, GAP_ANSWER
from tests.two_libraries import (
    CLOSED,
    HARBOUR_ANSWER,
    HARBOUR_CLAIM,
    HARBOUR_QUESTION,
    HARBOUR_SECRET,
    HARBOUR_TITLE,
    OPEN,
    READERS,
    TEAM,
    TEAM_READER,
    TwoLibraries,
)

CORPUS_PDF = Path(__file__).resolve().parents[3] / "corpus" / "policy-spotlight-2.pdf"
WITHIN = f"/v1/libraries/{CLOSED}"
NEVER = "/v1/libraries/never"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> TwoLibraries:
    return TwoLibraries(tmp_path_factory.mktemp("two"))


def parts_over(two: TwoLibraries, settings: Settings) -> Libraries[Parts]:
    return open_libraries(settings, lambda own, tenant, _: Parts(own, tenant, assistant=two.assistant))


@dataclass(kw_only=True)
class Callers:
    """A client of an interface with keys, and what each caller sends."""

    client: TestClient
    libraries: Libraries[Parts]
    team: dict[str, str]
    public: dict[str, str]
    only_open: dict[str, str]


@pytest.fixture(scope="module")
def callers(two: TwoLibraries, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    keys_file = tmp_path_factory.mktemp("keys") / "keys.toml"
    made: dict[str, tuple[list[str], list[str]]] = {
        "team": ([TEAM], []),
        "public": ([], []),
        "only-open": ([TEAM], [OPEN]),
    }
    sent = {
        name.replace("-", "_"): {
            "authorization": f"Bearer {add_key(keys_file, name, None, 10_000, groups=groups, libraries=only)}"
        }
        for name, (groups, only) in made.items()
    }
    with closing(parts_over(two, two.settings(api_keys_file=keys_file))) as libraries:
        api = make_api(libraries)
        yield Callers(client=TestClient(api, raise_server_exceptions=False), libraries=libraries, **sent)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the team's key has in a library: ids as addresses have them."""

    ids: dict[str, str]
    cite: str

    def cases(self) -> dict[tuple[str, str], Any]:
        """Return the body that each operation takes, with this library's ids in it, by its method and its path."""
        conversation, turn = self.ids["conversation_id"], self.ids["turn_id"]
        return {
            ("post", "/ask"): {"question": HARBOUR_QUESTION},
            ("post", "/ask/stream"): {"question": HARBOUR_QUESTION},
            ("post", "/search"): {"question": HARBOUR_QUESTION, "top": 50},
            ("post", "/check"): {"text": HARBOUR_CLAIM},
            ("get", "/documents"): None,
            ("get", "/documents/{sha256}"): None,
            ("get", "/documents/{sha256}/text"): None,
            ("get", "/documents/{sha256}/pages/{page}.jpg"): None,
            ("get", "/evidence"): None,
            ("post", "/evidence/export"): {"cites": [self.cite], "format": "csv"},
            ("get", "/conversations"): None,
            ("post", "/conversations"): None,
            ("get", "/conversations/{conversation_id}"): None,
            ("delete", "/conversations/{conversation_id}"): None,
            ("post", "/conversations/{conversation_id}/turns"): {"question": HARBOUR_QUESTION},
            ("get", "/conversations/{conversation_id}/export"): None,
            ("get", "/conversations/{conversation_id}/turns/{turn_id}/export"): None,
            ("get", "/conversations/{conversation_id}/feedback"): None,
            ("post", "/conversations/{conversation_id}/turns/{turn_id}/feedback"): {"kind": "wrong", "note": ""},
            ("delete", "/conversations/{conversation_id}/turns/{turn_id}/feedback"): None,
            ("get", "/links"): None,
            ("post", "/links"): {"kind": "answer", "conversation_id": conversation, "turn_id": turn},
            ("delete", "/links/{link_id}"): None,
            ("get", "/shared/{token}"): None,
        }

    def address(self, start: str, path: str) -> str:
        """Return the address of something of this library, below `start`."""
        filled = re.sub(r"\{(\w+)\}", lambda match: self.ids[match[1]], path)
        return start + filled + (f"?cite={quote(self.cite, safe='')}" if path == "/evidence" else "")


@pytest.fixture
def kept(callers: Callers) -> Kept:
    client, team = callers.client, callers.team
    conversation = client.post(f"{WITHIN}/conversations", headers=team).json()["conversation_id"]
    turns = f"{WITHIN}/conversations/{conversation}/turns"
    turn = client.post(turns, json={"question": HARBOUR_QUESTION}, headers=team).json()
    assert HARBOUR_ANSWER in turn["answer"]["text"]
    shared = {"kind": "conversation", "conversation_id": conversation}
    link = client.post(f"{WITHIN}/links", json=shared, headers=team).json()
    assert link["chat_path"] == f"/shared?link={link['token']}&library={CLOSED}"
    listed = client.get(f"{WITHIN}/documents", headers=team).json()["documents"]
    return Kept(
        ids={
            "conversation_id": conversation,
            "turn_id": turn["turn_id"],
            "link_id": link["link_id"],
            "token": link["token"],
            "sha256": listed[0]["sha256"],
            "page": "1",
        },
        cite=turn["answer"]["claims"][0]["citations"][0]["cite"],
    )


def told_of_it(text: str) -> bool:
    """Return whether something says what only the harbour's library holds."""
    return HARBOUR_SECRET in text or HARBOUR_TITLE in text


def under_a_library(client: TestClient) -> set[tuple[str, str]]:
    """Return the operations that name a library, each by its method and its path below that name."""
    schema = client.get("/openapi.json").json()["paths"]
    start = "/v1/libraries/{library}"
    return {
        (method, path[len(start) :]) for path, methods in schema.items() if path.startswith(start) for method in methods
    }


def test_every_operation_is_there_once_more_under_the_name_of_a_library(callers: Callers, kept: Kept) -> None:
    schema = callers.client.get("/openapi.json").json()["paths"]
    plain = {(method, path[3:]) for path, methods in schema.items() for method in methods if path.startswith("/v1/")}
    named = under_a_library(callers.client)
    assert {each for each in plain if not each[1].startswith("/libraries")} == named == kept.cases().keys()
    ids = [operation["operationId"] for methods in schema.values() for operation in methods.values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("who", ["public", "only_open"])
def test_threat_34_a_library_that_is_not_for_somebody_is_no_library_to_them(
    callers: Callers, kept: Kept, who: str
) -> None:
    sent: dict[str, str] = getattr(callers, who)
    for (method, path), body in kept.cases().items():
        hidden, never = (
            callers.client.request(method, kept.address(start, path), json=body, headers=sent)
            for start in (WITHIN, NEVER)
        )
        assert (hidden.status_code, hidden.json()) == (404, never.json()), (method, path)
        assert hidden.json()["code"] == "library_not_found"
        assert not told_of_it(hidden.text)


def test_threat_34_what_is_of_one_library_is_not_there_in_another(callers: Callers, kept: Kept) -> None:
    for (method, path), body in kept.cases().items():
        of_it = "{" in path or path == "/evidence" or (method == "post" and path in ("/evidence/export", "/links"))
        for start in ("/v1", f"/v1/libraries/{OPEN}"):
            response = callers.client.request(method, kept.address(start, path), json=body, headers=callers.team)
            assert not told_of_it(response.text), (method, path)
            if of_it:
                assert response.status_code == 404, (method, path, response.text)
            else:
                assert response.status_code in (200, 201), (method, path, response.text)
    # All of it is still there, and every case was one that its owner can do.
    last = sorted(
        kept.cases().items(), key=lambda case: (case[0][0] == "delete", case[0][1].endswith("{conversation_id}"))
    )
    for (method, path), body in last:
        response = callers.client.request(method, kept.address(WITHIN, path), json=body, headers=callers.team)
        # A note has no pages to be drawn.
        assert response.status_code in ((404,) if "pages" in path else (200, 201, 204)), (method, path, response.text)


def test_somebody_without_a_key_is_told_nothing_of_which_libraries_there_are(callers: Callers) -> None:
    for start in (WITHIN, NEVER, "/v1", f"/v1/libraries/{OPEN}"):
        response = callers.client.get(f"{start}/documents")
        assert (response.status_code, response.json()["code"]) == (401, "key_refused")
    assert callers.client.get("/v1/libraries").status_code == 401


def test_each_is_told_of_the_libraries_that_they_may_see(callers: Callers) -> None:
    def names(sent: dict[str, str]) -> list[str]:
        return [each["name"] for each in callers.client.get("/v1/libraries", headers=sent).json()["libraries"]]

    assert [names(sent) for sent in (callers.team, callers.public, callers.only_open)] == [
        [OPEN, CLOSED],
        [OPEN],
        [OPEN],
    ]
    listed = callers.client.get("/v1/libraries", headers=callers.team).json()["libraries"]
    assert listed == [
        {"name": OPEN, "title": "Places", "default": True, "edition": "000001", "documents": 3},
        {"name": CLOSED, "title": HARBOUR_TITLE, "default": False, "edition": "000001", "documents": 1},
    ]


def test_addresses_in_what_is_told_stay_in_the_library(tmp_path: Path) -> None:
    two = TwoLibraries(tmp_path)
    (two.closed.notes / "spotlight.pdf").write_bytes(CORPUS_PDF.read_bytes())
    two.closed.ingest()
    with closing(parts_over(two, two.settings())) as libraries:
        client = TestClient(make_api(libraries))
        asked = {"question": "What is the total productivity gap of the most deprived communities?"}
        answer = client.post(f"{WITHIN}/ask", json=asked).json()
        cite = answer["claims"][0]["citations"][0]["cite"]
        evidence = client.get(f"{WITHIN}/evidence", params={"cite": cite}).json()
        picture = evidence["pages"][0]["picture"]
        assert picture.startswith(f"{WITHIN}/documents/")
        assert client.get(picture).headers["content-type"] == "image/jpeg"
        assert client.get(picture.replace(f"/libraries/{CLOSED}", "")).status_code == 404


def test_counters_name_the_library_only_where_there_are_several(two: TwoLibraries, callers: Callers) -> None:
    callers.client.post(f"{WITHIN}/ask", json={"question": HARBOUR_QUESTION}, headers=callers.team)
    callers.client.get(f"{NEVER}/documents", headers=callers.team)
    page = callers.client.get("/metrics").text
    assert f'report_qa_answers_total{{library="{CLOSED}",status="answered"}}' in page
    assert f'library="{CLOSED}",operation="ask"' in page
    assert "never" not in page
    with closing(Parts(load_settings(library=two.open.library.folder), assistant=two.assistant)) as alone:
        client = TestClient(make_api(alone))
        client.post("/v1/ask", json={"question": GAP})
        assert "library" not in client.get("/metrics").text


def test_a_service_is_ready_although_one_of_its_libraries_has_nothing_yet(two: TwoLibraries, tmp_path: Path) -> None:
    tables = {"new": {"folder": tmp_path / "new"}, OPEN: {"folder": two.open.library.folder}}
    with closing(parts_over(two, load_settings(libraries=tables))) as libraries:
        client = TestClient(make_api(libraries), raise_server_exceptions=False)
        client.get("/ready")
        libraries.every[1].assistant()
        assert client.get("/ready").json() == {"ready": True, "edition": "000001", "detail": ""}
        assert client.get("/v1/documents").json()["code"] == NothingPublished.code
        listed = client.get("/v1/libraries").json()["libraries"]
        assert [(each["name"], each["edition"]) for each in listed] == [("new", None), (OPEN, "000001")]


def test_the_same_key_of_a_repeated_write_is_another_write_in_another_library(callers: Callers) -> None:
    key = callers.team | {"idempotency-key": "the-same-key-of-two-writes"}
    made = [callers.client.post(f"{start}/conversations", headers=key) for start in (WITHIN, f"/v1/libraries/{OPEN}")]
    assert [each.status_code for each in made] == [201, 201]
    assert "idempotency-replayed" not in made[1].headers
    assert callers.client.post(f"{WITHIN}/conversations", headers=key).headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(("reader", "libraries"), [("public", [OPEN]), ("team", [OPEN, CLOSED])])
def test_threat_34_a_tool_or_resource_of_a_library_that_is_not_for_somebody_is_of_none(
    two: TwoLibraries, reader: str, libraries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "audience_of", lambda _caller: READERS[reader])
    whole = parts_over(two, two.settings())
    cite = two.closed.assistant().ask(HARBOUR_QUESTION).evidence[0].cite
    (document,) = two.closed.shelf().documents()
    server = make_server(
        Desk(whole=whole, gate=Gate(workers=2, waiting=8), pictures=Pictures(), local=True, at_home=True)
    )
    tools: dict[str, dict[str, object]] = {
        "ask": {"question": HARBOUR_QUESTION},
        "search": {"question": HARBOUR_QUESTION},
        "read_evidence": {"cite": cite},
        "check_claim": {"text": HARBOUR_CLAIM},
        "list_documents": {},
    }
    addresses = [f"evidence/{quote(cite, safe='')}", f"documents/{document.sha256}/text"]

    async def walked() -> None:
        async with Client(server) as client:
            named = {tool.name for tool in (await client.list_tools()).tools}
            assert named == {*tools, "list_libraries"}
            listed = (await client.call_tool("list_libraries", {})).structured_content or {}
            assert [each["name"] for each in listed["libraries"]] == libraries
            for name, arguments in tools.items():
                told = await client.call_tool(name, arguments | {"library": CLOSED})
                assert told.is_error == (reader == "public"), name
                assert told_of_it(told.model_dump_json()) == (reader == "team"), name
                never = await client.call_tool(name, arguments | {"library": "never"})
                if reader == "public":
                    assert told.model_dump_json() == never.model_dump_json()
                here = await client.call_tool(name, arguments)
                assert not told_of_it(here.model_dump_json()), name
            for address in addresses:
                for other in ("", f"?library={OPEN}", "?library=never"):
                    with pytest.raises(MCPError):
                        await client.read_resource(f"report-qa://{address}{other}")
                if reader == "public":
                    with pytest.raises(MCPError):
                        await client.read_resource(f"report-qa://{address}?library={CLOSED}")
                else:
                    (read,) = (await client.read_resource(f"report-qa://{address}?library={CLOSED}")).contents
                    assert told_of_it(read.text)  # type: ignore[union-attr]

    anyio.run(walked)
    whole.close()


def test_there_is_one_way_to_the_parts_of_a_library(two: TwoLibraries) -> None:
    with closing(parts_over(two, two.settings())) as libraries:
        assert libraries.open("", PUBLIC).tenant.name == OPEN
        assert libraries.open(CLOSED, TEAM_READER).shelf().title == HARBOUR_TITLE
        assert libraries.open(CLOSED, EVERYTHING).tenant.name == CLOSED
        said = set()
        for name, audience, among in ((CLOSED, PUBLIC, None), ("never", PUBLIC, None), (CLOSED, TEAM_READER, {OPEN})):
            with pytest.raises(LibraryNotFound) as refused:
                libraries.open(name, audience, among)
            said.add(str(refused.value))
        assert len(said) == 1
        # Who has the parts of a library can't widen them to somebody whom it is not for.
        with pytest.raises(LibraryNotFound):
            libraries.open(CLOSED, TEAM_READER).for_(PUBLIC)


def test_a_default_library_that_is_not_for_somebody_is_not_there_either(two: TwoLibraries) -> None:
    tables = {
        CLOSED: {"folder": two.closed.library.folder, "audience": [TEAM]},
        OPEN: {"folder": two.open.library.folder},
    }
    with closing(parts_over(two, load_settings(libraries=tables))) as libraries:
        with pytest.raises(LibraryNotFound):
            libraries.open("", PUBLIC)
        assert [parts.tenant.name for parts in libraries.seen_by(PUBLIC)] == [OPEN]


def test_conversations_links_and_the_switch_are_each_librarys_own(two: TwoLibraries) -> None:
    with closing(parts_over(two, two.settings())) as libraries:
        first, second = libraries.every
        conversation_id = first.conversations().begin("ana")
        turn = first.conversations().append("ana", conversation_id, first.assistant().ask(GAP), None)
        shared = SharedConversation(title=GAP, turns=(turn,))
        token = first.shares().make("ana", shared, conversation_id=conversation_id).token
        assert first.shares().open(token).shared == shared
        assert second.conversations().list("ana") == ()
        assert second.shares().list("ana") == ()
        first.switch.turn_off("Closed.")
        assert (first.switch.state() is not None, second.switch.state()) == (True, None)
        first.switch.turn_on()

        second.conversations().begin("ana")
        gone = libraries.erase("ana")
        assert (gone.conversations, gone.links) == (2, 1)
        assert [parts.conversations().list("ana") for parts in libraries.every] == [(), ()]
        assert libraries.erase("ana").nothing


def test_models_are_loaded_once_for_all_libraries(two: TwoLibraries, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    def load(_settings: Settings) -> object:
        loaded.append(two.open.embedder)
        return two.open.embedder

    monkeypatch.setattr(wiring, "make_embedder", load)
    made = open_libraries(two.settings(), lambda own, tenant, opened: Parts(own, tenant, assistant=opened))
    with closing(made) as libraries:
        first, second = (parts.assistant() for parts in libraries.every)
        assert GAP_ANSWER in first.ask(GAP).text
        assert HARBOUR_ANSWER in second.ask(HARBOUR_QUESTION).text
    assert len(loaded) == 1


def test_a_service_of_one_library_has_one(two: TwoLibraries) -> None:
    settings = load_settings(library=two.open.library.folder)
    with closing(parts_over(two, settings)) as libraries:
        assert [parts.tenant for parts in libraries.every] == [Tenant()]
        assert not libraries.several
        client = TestClient(make_api(libraries))
        assert client.get("/v1/libraries").json()["libraries"][0]["name"] == "default"
        plain, named = (client.get(f"{start}/documents").json() for start in ("/v1", "/v1/libraries/default"))
        assert plain == named
        assert ANYBODY_HERE.libraries is None
