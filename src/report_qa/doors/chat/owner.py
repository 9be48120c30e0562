"""Whose conversation it is: each browser carries a random token in a cookie that no script can read.

The token never stands in an address, so that an address copied from the bar hands nothing over, and it is never stored:
conversations know their owner by the token's hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "report_qa_owner"
# Browsers keep cookies for 400 days at the most; every visit begins that time anew.
_MAX_AGE_S = 400 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return 32 random bytes as text."""
    return secrets.token_urlsafe(32)


def owner_of(token: str | None) -> str | None:
    """Return the owner that a cookie's token stands for, or None where it is no token of ours."""
    if token is None or not _TOKEN.fullmatch(token):
        return None
    return hashlib.sha256(f"report-qa owner {token}".encode()).hexdigest()


def owner_in(cookies: str) -> str | None:
    """Return the owner whose token a request's Cookie header carries, or None where it carries none of ours."""
    return owner_of(_token_in(cookies))


class OwnerCookie:
    """Middleware that gives each browser its token with the first page it opens, before its WebSocket begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _opens_page(scope):
            await self._app(scope, receive, send)
            return
        token = _token_in(Headers(scope=scope).get("cookie", "")) or new_token()
        secure = "; Secure" if scope["scheme"] == "https" else ""
        cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_MAX_AGE_S}{secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _opens_page(scope: Scope) -> bool:
    """Return whether a person opens a page; pictures, scripts and the like must not race each other for the cookie."""
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _token_in(cookies: str) -> str | None:
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel is not None and _TOKEN.fullmatch(morsel.value) else None
