"""Who isn't signed in is served the page to sign in with, and nothing else."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from report_qa import Settings
from report_qa.doors.chat import doorkeeper
from report_qa.doors.chat.doorkeeper import Doorkeeper
from report_qa.doors.chat.identity import identity_of
from tests.report_qa.doors.chat.signed import SETTINGS, cookie

PROXY: dict[str, Any] = {"sign_in": "proxy", "proxy_secret": "a-secret-between-two"}
APP = Path(__file__).resolve().parents[4] / "app.py"
PAGE = {"accept": "text/html"}


def reach(
    path: str,
    settings: dict[str, Any] = SETTINGS,
    *,
    kind: str = "http",
    method: str = "GET",
    answer: tuple[int, dict[str, str]] = (200, {}),
    **headers: str,
) -> tuple[Scope | None, list[Message]]:
    """Return what came through to the chat behind the doorkeeper, None for nothing, and what was sent back."""
    through: list[Scope] = []
    sent: list[Message] = []

    async def chat(scope: Scope, _receive: Receive, send: Send) -> None:
        through.append(scope)
        if kind == "http":
            sending = [(name.encode(), value.encode()) for name, value in answer[1].items()]
            await send({"type": "http.response.start", "status": answer[0], "headers": sending})

    async def receive() -> Message:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    plain, _, query = path.partition("?")
    scope = {
        "type": kind,
        "method": method,
        "scheme": "http" if kind == "http" else "ws",
        "path": plain,
        "query_string": query.encode(),
        "client": ("127.0.0.1", 4711),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    made = Settings(**settings)
    asyncio.run(Doorkeeper(chat, identity_of(made), made.public_url)(scope, receive, send))
    return (through[0] if through else None), sent


CLOSED = (
    "/page/x/1.jpg", "/original/x", "/pages/x", "/leaf/x/1", "/find/x", "/text/x", "/export/answer/x", "/export/evidence",
    "/media/x.png", "/component/x/y", "/_stcore/upload_file/s/f", "/_stcore/metrics", "/_stcore/agent/interact",
    "/_stcore/bidi-components/x", "/app/static/x", "/anything", "/a/route/that/comes/tomorrow", "/ask/export/answer/x",
    "//page/x/1.jpg", "/static", "/auth/loginx", "/ready/x",
)  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("settings", [SETTINGS, PROXY], ids=["provider", "proxy"])
def test_what_is_not_listed_is_closed_to_strangers(path: str, settings: dict[str, Any]) -> None:
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        through, sent = reach(path, settings, method=method)
        assert through is None
        assert sent[0]["status"] == 401
        assert Headers(raw=sent[0]["headers"])["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/library?document=x", "/static/js/x.js", "/auth/login?provider=x", "/oauth2callback?code=x"]
)
def test_the_page_to_sign_in_with_is_open(path: str) -> None:
    assert reach(path)[0] is not None
    assert reach(path, PROXY)[0] is None


@pytest.mark.parametrize("path", ["/health", "/ready", "/_stcore/health"])
def test_whether_it_is_alive_is_everybodys_to_know(path: str) -> None:
    assert reach(path)[0] is not None
    assert reach(path, PROXY)[0] is not None


def test_a_connection_of_a_page_is_open_where_it_shows_the_sign_in_alone() -> None:
    assert reach("/_stcore/stream", kind="websocket")[0] is not None
    through, sent = reach("/_stcore/stream", PROXY, kind="websocket")
    assert through is None
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "sign_in_needed"}]
    assert reach("/another", kind="websocket")[0] is None


def test_who_is_signed_in_comes_through_as_a_person() -> None:
    through, _ = reach("/export/answer/x", cookie=cookie("ana"))
    assert through is not None
    assert through[doorkeeper._PERSON].name == "Ana"


def test_who_may_not_read_is_told_so() -> None:
    through, sent = reach("/page/x/1.jpg", SETTINGS | {"reader_groups": "policy"}, cookie=cookie("ana"))
    assert (through, sent[0]["status"]) == (None, 403)


def test_only_contributors_send_files() -> None:
    settings = SETTINGS | {"contributor_groups": "authors"}
    path = "/_stcore/upload_file/session/file"
    assert reach(path, settings, method="PUT", cookie=cookie("ana"))[1][0]["status"] == 403
    assert reach(path, settings, method="PUT", cookie=cookie("ana", groups=["authors"]))[0] is not None


def test_after_the_sign_in_a_link_leads_where_it_was_to_lead() -> None:
    _, sent = reach("/evidence?cite=000001~a%20b", accept="text/html")
    kept = Headers(raw=sent[0]["headers"])["set-cookie"]
    assert re.fullmatch(r"report_qa_wanted=\S+; Path=/oauth2callback; HttpOnly; SameSite=Lax; Max-Age=600", kept)
    _, sent = reach("/oauth2callback?code=x", cookie=kept.partition(";")[0], answer=(302, {"location": "/"}))
    assert Headers(raw=sent[0]["headers"])["location"] == "/evidence?cite=000001~a%20b"


@pytest.mark.parametrize(
    "wanted", ["https://evil.test/", "//evil.test", "/auth/logout", "/library?x=\r\nset-cookie: a=b", "%"]
)
def test_nobody_is_sent_anywhere_else(wanted: str) -> None:
    from urllib.parse import quote

    sending = f"report_qa_wanted={quote(wanted, safe='')}"
    _, sent = reach("/oauth2callback", cookie=sending, answer=(302, {"location": "/"}))
    assert Headers(raw=sent[0]["headers"])["location"] == "/"


def test_behind_tls_everything_is_https() -> None:
    settings = SETTINGS | {"public_url": "https://reports.example.org"}
    through, sent = reach("/", settings, answer=(200, {"set-cookie": "_streamlit_user=x; HttpOnly"}))
    assert through is not None
    assert through["scheme"] == "https"
    assert Headers(raw=sent[0]["headers"])["set-cookie"] == "_streamlit_user=x; HttpOnly; Secure"
    through, _ = reach("/_stcore/stream", settings, kind="websocket")
    assert through is not None
    assert through["scheme"] == "wss"


def test_every_page_of_the_chat_has_its_sign_in() -> None:
    paths = re.findall(r'url_path="(\w+)"', APP.read_text(encoding="utf-8"))
    assert len(paths) > 4
    assert [path for path in paths if not doorkeeper._SIGN_IN.fullmatch(f"/{path}")] == []
