"""How large a request may be. One that says of itself that it is too large is refused before any of it is read."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from report_qa.doors.api.problems import plain

TOO_LARGE = 413


class Bounded:
    """Middleware that lets no more than `most_bytes` of a request's body in, whether it says its length or not."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > self._most_bytes:
            await plain(TOO_LARGE)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most_bytes:
                # Raised where the body is read, so it is answered like every error there.
                raise HTTPException(TOO_LARGE)
            return message

        await self._app(scope, counted, send)
