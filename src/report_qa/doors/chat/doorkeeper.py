"""Stands before everything that the chat serves: who isn't signed in gets the page to sign in with, and nothing else.

The page's script asks for itself (see `visitor`), since its connection outlives a request. All other paths are closed unless they
are listed here, so that a route that somebody adds is closed to strangers without their thinking of it.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from report_qa.doors.chat.identity import CALLBACK, Identity, LocalIdentity, ProviderIdentity
from report_qa.doors.chat.texts import text
from report_qa.doors.proxy import Carried
from report_qa.errors import AccessError, NotAllowed
from report_qa.records.person import Person, Role

_PERSON = "report_qa.person"
# Says nothing of anybody: whether the process is alive and ready.
_OPEN = frozenset({"/health", "/ready", "/_stcore/health"})
# The page to sign in with: Streamlit's own program, what it asks for before it connects, and the way to the provider.
_PAGES = r"(?:ask|check|library|evidence|shared|upload|audit|insights)"
_SIGN_IN = re.compile(
    rf"/|/{_PAGES}|(?:/{_PAGES})?/_stcore/(?:health|host-config)|/static/.*|/favicon\.png|/auth/(?:login|logout)"
    rf"|{CALLBACK}|/_stcore/stream"
)
_UPLOADS = re.compile(r"/_stcore/upload_file/")
# Where somebody wanted to go who had to sign in first.
_WANTED, _WANTED_S = "report_qa_wanted", 600
_KNOWN_PLACE = re.compile(rf"/{_PAGES}(?:\?[!-~]{{0,2000}})?|/\?[!-~]{{1,2000}}")


def person_of(request: Request) -> Person:
    """Return whose request this is. Only for routes behind the doorkeeper, which lets nobody else through."""
    person: Person = request.scope[_PERSON]
    return person


def carried_by(scope: Scope) -> Carried:
    """Return what a connection brings along."""
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    client = scope.get("client")
    return Carried(headers=headers, peer=client[0] if client else None)


class Doorkeeper:
    """Middleware that finds out whose each connection is, and sends strangers away."""

    def __init__(self, app: ASGIApp, identity: Identity, public_url: str = "") -> None:
        self._app = app
        self._identity = identity
        self._scheme = urlsplit(public_url).scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = self._as_reached(scope)
        try:
            person: Person | None = self._identity.person(carried_by(scope))
            refused: AccessError | None = None
        except AccessError as error:
            person, refused = None, error
        if person is not None and _UPLOADS.match(scope["path"]) and not person.may(Role.CONTRIBUTOR):
            refused = NotAllowed(text("sign_in.not_yours"))
        if refused is not None and not self._is_open(scope["path"]):
            await _send_away(refused, scope, receive, send)
            return
        scope[_PERSON] = person
        await self._app(scope, receive, self._sending(scope, send, refused))

    def _is_open(self, path: str) -> bool:
        if path in _OPEN:
            return True
        return isinstance(self._identity, ProviderIdentity) and _SIGN_IN.fullmatch(path) is not None

    def _as_reached(self, scope: Scope) -> Scope:
        """Return the connection with the scheme that browsers use: before this process another one may have ended TLS."""
        if not self._scheme:
            return scope
        secure = self._scheme == "https"
        schemes = ("http", "https") if scope["type"] == "http" else ("ws", "wss")
        return {**scope, "scheme": schemes[secure]}

    def _sending(self, scope: Scope, send: Send, refused: AccessError | None) -> Send:
        if isinstance(self._identity, LocalIdentity):
            return send

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._keep_place(scope, message, refused)
                if scope.get("scheme") == "https":
                    _make_cookies_secure(message)
            await send(message)

        return changed

    def _keep_place(self, scope: Scope, message: Message, refused: AccessError | None) -> None:
        """Bring somebody who opened a link and had to sign in first to where it leads."""
        headers = MutableHeaders(scope=message)
        request_headers = Headers(scope=scope)
        if scope["path"] == CALLBACK and message["status"] == 302:
            place = _place_in(request_headers.get("cookie", ""))
            if place:
                headers["location"] = place
                headers.append("set-cookie", f"{_WANTED}=; Path={CALLBACK}; HttpOnly; SameSite=Lax; Max-Age=0")
        elif refused is not None and "text/html" in request_headers.get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            place = f"{scope['path']}?{query}" if query else scope["path"]
            if _KNOWN_PLACE.fullmatch(place):
                kept = (
                    f"{_WANTED}={quote(place, safe='')}; Path={CALLBACK}; HttpOnly; SameSite=Lax; Max-Age={_WANTED_S}"
                )
                headers.append("set-cookie", kept)


async def _send_away(refused: AccessError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": refused.code})
        return
    status = 403 if isinstance(refused, NotAllowed) else 401
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    await PlainTextResponse(str(refused), status_code=status, headers=headers)(scope, receive, send)


def _place_in(cookies: str) -> str:
    """Return the place of ours that a cookie names, "" for none: nobody is sent anywhere else from here."""
    try:
        morsel = SimpleCookie(cookies).get(_WANTED)
    except CookieError:
        return ""
    place = unquote(morsel.value) if morsel is not None else ""
    return place if _KNOWN_PLACE.fullmatch(place) else ""


def _make_cookies_secure(message: MutableMapping[str, Any]) -> None:
    message["headers"] = [
        (name, value + b"; Secure")
        if name.lower() == b"set-cookie" and b"; secure" not in value.lower()
        else (name, value)
        for name, value in message["headers"]
    ]
