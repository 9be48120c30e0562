"""A request to the chat's routes behind the doorkeeper, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import Message

from report_qa.doors.chat import service
from report_qa.doors.chat.doorkeeper import Doorkeeper


def get(address: str, routes: Sequence[Route], **sent_headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body."""
    sent: list[Message] = []
    parts = urlsplit(address)

    async def receive() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent_headers.items()],
        "http_version": "1.1",
    }
    doorkeeper = Middleware(Doorkeeper, identity=service.current().identity)
    asyncio.run(Starlette(routes=routes, middleware=[doorkeeper])(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])
