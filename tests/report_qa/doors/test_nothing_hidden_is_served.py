"""Every operation of every door, asked by somebody who may not see a document: nothing of it comes back.

The operations are walked: one that is added without a case here fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import anyio
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from mcp import Client
from mcp.shared.exceptions import MCPError

from report_qa.doors.api import context
from report_qa.doors.api.application import make_api
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import ANYBODY_HERE
from report_qa.doors.chat import seeing, service
from report_qa.doors.chat.browse_routes import BROWSE_ROUTES
from report_qa.doors.chat.export_routes import EXPORT_ROUTES
from report_qa.doors.chat.owner import COOKIE, new_token, owner_of
from report_qa.doors.chat.routes import ROUTES
from report_qa.doors.chat.service import Service
from report_qa.doors.libraries import Libraries
from report_qa.doors.mcp import desk
from report_qa.doors.mcp.desk import Desk
from report_qa.doors.mcp.server import make_server
from report_qa.doors.pictures import Pictures
from report_qa.settings import load_settings
from tests.guarded_ground import HIDDEN_FROM, Ground, hidden_in, made_ground
from tests.guarded_shelf import READERS, guarded
from tests.report_qa.doors.chat import asked
from tests.small_library import SmallLibrary
from tests.waiting import wait_until

TOKEN = new_token()
DOORS = Path(seeing.__file__).parents[1]
# The modules that hold the whole of what a process has open; all others are handed what their reader may see.
HOLD_THE_WHOLE = {
    "parts", "libraries", "service", "seeing", "server", "context", "application", "desk", "serving", "cli", "upkeep",
    # What goes over every library shows nothing of any: it deletes what is old, ends, and says whether the process is ready.
    "sweeping", "draining", "operation",
}  # fmt: skip
WHOLE = (
    "service.current", "service.libraries", "libraries.default", "libraries.every", "app.state.context", "context.libraries", "desk.whole"
)  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    return guarded(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="module")
def held(library: SmallLibrary) -> Iterator[Service]:
    settings = load_settings(library=library.library.folder)
    made = Service(settings, assistant=lambda _settings: library.assistant())
    service.install(made)
    yield made
    service.install(None)
    made.close()


def api_cases(ground: Ground) -> dict[str, tuple[str, str, object]]:
    """Return for each operation its method, the address of something hidden, and what is sent."""
    sha256, cite = ground.document.sha256, quote(ground.cited.cite, safe="")
    conversation = f"/v1/conversations/{ground.conversation_id}"
    turn = f"{conversation}/turns/{ground.turn.turn_id}"
    quoted = {"kind": "quote", "cite": ground.cited.cite}
    return {
        "ask": ("POST", "/v1/ask", {"question": ground.asked}),
        "ask_streaming": ("POST", "/v1/ask/stream", {"question": ground.asked}),
        "search": ("POST", "/v1/search", {"question": ground.asked, "top": 50}),
        "check": ("POST", "/v1/check", {"text": "A programme closes 12 libraries. A merger was agreed on 3 May 2021."}),
        "documents": ("GET", "/v1/documents", None),
        "document": ("GET", f"/v1/documents/{sha256}", None),
        "text": ("GET", f"/v1/documents/{sha256}/text", None),
        "page": ("GET", f"/v1/documents/{sha256}/pages/1.jpg?cite={cite}", None),
        "evidence": ("GET", f"/v1/evidence?cite={cite}", None),
        "export_evidence": ("POST", "/v1/evidence/export", {"cites": [ground.cited.cite], "format": "csv"}),
        "conversations": ("GET", "/v1/conversations", None),
        "begin": ("POST", "/v1/conversations", None),
        "conversation": ("GET", conversation, None),
        "add_turn": ("POST", f"{conversation}/turns", {"question": ground.asked}),
        "export_conversation": ("GET", f"{conversation}/export?form=markdown", None),
        "export_answer": ("GET", f"{turn}/export?form=json", None),
        "feedback": ("GET", f"{conversation}/feedback", None),
        "give_feedback": ("POST", f"{turn}/feedback", {"kind": "wrong", "note": ""}),
        "take_feedback_back": ("DELETE", f"{turn}/feedback", None),
        "links": ("GET", "/v1/links", None),
        "make_link": ("POST", "/v1/links", quoted),
        "shared": ("GET", f"/v1/shared/{ground.tokens[-1]}", None),
        "withdraw_link": ("DELETE", f"/v1/links/{'0' * 32}", None),
        "delete": ("DELETE", f"/v1/conversations/{'0' * 32}", None),
        "health": ("GET", "/health", None),
        "ready": ("GET", "/ready", None),
        "metrics": ("GET", "/metrics", None),
        "libraries": ("GET", "/v1/libraries", None),
    }


@pytest.mark.parametrize("reader", HIDDEN_FROM)
def test_no_operation_of_the_interface_hands_out_anything_hidden(
    held: Service, library: SmallLibrary, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "audience_of", lambda _request: READERS[reader])
    ground = made_ground(library, held, reader, ANYBODY_HERE.owner)
    api = make_api(held)
    cases = api_cases(ground)
    operations = {route.name for route in _routes(api.routes)}
    assert operations == cases.keys()
    client = TestClient(api, raise_server_exceptions=False)
    for name, (method, address, sent) in cases.items():
        response = client.request(method, address, json=sent)
        assert response.status_code not in (405, 422, 500), (name, response.text)
        assert hidden_in([response.content, list(response.headers.items())], ground) == [], name
    for token in ground.tokens:
        assert hidden_in(client.get(f"/v1/shared/{token}").content, ground) == []
    absent = "0" * 64
    for address in ("/v1/documents/{}", "/v1/documents/{}/text", "/v1/documents/{}/pages/1.jpg"):
        hidden, never = (client.get(address.format(sha256)) for sha256 in (ground.document.sha256, absent))
        assert (hidden.status_code, hidden.content) == (never.status_code, never.content) == (404, never.content)


def _routes(routes: Iterable[object]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _routes(getattr(getattr(route, "original_router", None), "routes", ()))


@pytest.mark.parametrize("reader", HIDDEN_FROM)
def test_no_route_of_the_chat_hands_out_anything_hidden(
    held: Service, library: SmallLibrary, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = made_ground(library, held, reader, str(owner_of(TOKEN)))
    monkeypatch.setattr(seeing, "route", lambda _request: held.for_(READERS[reader]))
    sha256, cite = ground.document.sha256, quote(ground.cited.cite, safe="")
    draft = held.drafts.check(ground.owner, "A programme closes 12 libraries. A merger was agreed on 3 May 2021.")
    wait_until(lambda: not draft.pending)
    assert draft.checked is not None
    cases = {
        "/page/{sha256}/{page}": f"/page/{sha256}/0.jpg?cite={cite}",
        "/original/{sha256}": f"/original/{sha256}?cite={cite}",
        "/ready": "/ready",
        "/pages/{sha256}": f"/pages/{sha256}?cite={cite}",
        "/leaf/{sha256}/{page}": f"/leaf/{sha256}/0?cite={cite}",
        "/find/{sha256}": f"/find/{sha256}?q=programme&cite={cite}",
        "/text/{sha256}": f"/text/{sha256}?at=0&cite={cite}",
        "/export/answer/{turn_id}": f"/export/answer/{ground.turn.turn_id}?format=markdown",
        "/export/conversation/{conversation_id}": f"/export/conversation/{ground.conversation_id}?format=csv",
        "/export/check": "/export/check?format=json",
        "/export/evidence": f"/export/evidence?format=json&cite={cite}&cite={quote(ground.visible.cite, safe='')}",
    }
    routes = (*ROUTES, *BROWSE_ROUTES, *EXPORT_ROUTES)
    assert {route.path for route in routes} == cases.keys()
    for path, address in cases.items():
        status, headers, body = asked.get(address, routes, cookie=f"{COOKIE}={TOKEN}")
        assert status == (404 if "sha256" in path else 200), (path, body)
        # What was asked for by its name is listed as missing by that name.
        said = body.replace(ground.cited.cite.encode(), b"")
        assert hidden_in([said, list(headers.items())], ground) == [], path


@pytest.mark.parametrize("reader", HIDDEN_FROM)
def test_no_tool_of_the_mcp_server_hands_out_anything_hidden(
    held: Service, library: SmallLibrary, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "audience_of", lambda _caller: READERS[reader])
    ground = made_ground(library, held, reader, "ana-mcp")
    server = make_server(
        Desk(whole=Libraries([held]), gate=Gate(workers=2, waiting=8), pictures=Pictures(), local=True, at_home=True)
    )
    sha256, cite = ground.document.sha256, ground.cited.cite
    tools: dict[str, dict[str, object]] = {
        "ask": {"question": ground.asked},
        "search": {"question": ground.asked, "top": 50},
        "read_evidence": {"cite": cite},
        "check_claim": {"text": "A programme closes 12 libraries. A merger was agreed on 3 May 2021."},
        "list_documents": {},
        "list_libraries": {},
    }
    addresses = {
        "report-qa://evidence/{cite}{?library}": f"report-qa://evidence/{quote(cite, safe='')}",
        "report-qa://documents/{sha256}/text{?library}": f"report-qa://documents/{sha256}/text",
        "report-qa://documents/{sha256}/pages/{page}/text{?library}": f"report-qa://documents/{sha256}/pages/1/text",
        "report-qa://documents/{sha256}/pages/{page}{?library}": f"report-qa://documents/{sha256}/pages/1",
    }

    async def walked() -> None:
        async with Client(server) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == tools.keys()
            listed = (await client.list_resource_templates()).resource_templates
            assert {each.uri_template for each in listed} == addresses.keys()
            for name, arguments in tools.items():
                told = await client.call_tool(name, arguments)
                assert hidden_in(told.model_dump_json(), ground) == [], name
            for address in addresses.values():
                with pytest.raises(MCPError) as refused:
                    await client.read_resource(address)
                assert hidden_in(str(refused.value), ground) == []

    anyio.run(walked)


def test_only_the_places_that_make_views_hold_the_whole() -> None:
    """Whoever else wants a part takes it from what they are handed, so that a page or an operation can't forget whose it is."""
    walked = 0
    for path in DOORS.rglob("*.py"):
        walked += 1
        if path.stem in HOLD_THE_WHOLE:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        # Whether the models are loaded is no secret, and asked before anybody signs in.
        ready = (each for each in ast.walk(tree) if isinstance(each, ast.AsyncFunctionDef) and each.name == "ready")
        allowed = {id(node) for function in ready for node in ast.walk(function)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and id(node) not in allowed:
                assert not ast.unparse(node).endswith(WHOLE), path
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in (
                    "Parts",
                    "Service",
                    "open_shelf",
                    "open_assistant",
                    "open_holdings",
                ), path
    assert walked > 60
