"""The cookie that tells browsers apart."""

from __future__ import annotations

import asyncio
import re
from http.cookies import SimpleCookie

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from report_qa.doors.chat.owner import COOKIE, OwnerCookie, new_token, owner_in, owner_of

PAGE = "text/html,application/xhtml+xml"


def set_cookies(*, cookie: str = "", accept: str = PAGE, method: str = "GET", scheme: str = "http") -> list[str]:
    """Return the Set-Cookie headers of the answer to one request."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "path": "/",
        "headers": [(b"accept", accept.encode()), (b"cookie", cookie.encode())],
    }
    asyncio.run(OwnerCookie(PlainTextResponse("page"))(scope, receive, send))
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def token_in(header: str) -> str:
    return SimpleCookie(header)[COOKIE].value


def test_a_first_page_brings_a_token_that_no_script_can_read() -> None:
    (header,) = set_cookies()
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Lax; Max-Age=\d+", header), header
    assert token_in(header) != token_in(set_cookies()[0])


def test_a_token_is_kept() -> None:
    token = new_token()
    (header,) = set_cookies(cookie=f"other=1; {COOKIE}={token}")
    assert token_in(header) == token


@pytest.mark.parametrize("forged", ["short", "x" * 44, "../../etc/passwd" + "a" * 27, "é" * 43, ""])
def test_what_is_no_token_of_ours_is_replaced(forged: str) -> None:
    (header,) = set_cookies(cookie=f"{COOKIE}={forged}")
    assert token_in(header) != forged
    assert owner_of(forged) is None


def test_only_opened_pages_bring_a_cookie() -> None:
    assert set_cookies(accept="image/jpeg") == []
    assert set_cookies(method="POST") == []


def test_over_https_the_cookie_is_secure() -> None:
    assert set_cookies(scheme="https")[0].endswith("; Secure")


def test_the_owner_is_not_the_token() -> None:
    token = new_token()
    owner = owner_of(token)
    assert owner is not None
    assert token not in owner
    assert owner == owner_of(token)
    assert owner_of(None) is None


def test_a_request_is_its_cookies_owners() -> None:
    token = new_token()
    assert owner_in(f"other=1; {COOKIE}={token}") == owner_of(token)
    assert owner_in("") is None
    assert owner_in(f"{COOKIE}=short") is None
