"""The HTTP interface as an application: operations, problems, keys, and what every response carries."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from report_qa import Settings, logs
from report_qa.doors.api import asking, keeping, operation, problems, reading
from report_qa.doors.api.context import Context
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import Keys
from report_qa.doors.api.metrics import Metrics
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.errors import SettingInvalid

VERSION = "1"
# A caller may send a name of its own; it comes back with the response and stands in every line of the log.
REQUEST_ID = "x-request-id"
_MOST_BYTES = 1_000_000
_DESCRIPTION = (
    "Answers questions about a shelf of reports in the documents' own words, each sentence with the exact place it stands "
    "at, or says that the documents do not answer. Errors are problem details (RFC 9457)."
)


def make_api(parts: Parts) -> FastAPI:
    """Return the application over the parts of this process.

    Raises:
        SettingInvalid: the file of keys can't be read.
    """
    settings = parts.settings
    api = FastAPI(
        title="Report Q&A",
        version=VERSION,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        max_body_size=_MOST_BYTES,
        separate_input_output_schemas=False,
    )
    api.state.context = Context(
        parts=parts,
        keys=Keys(settings.api_keys_file),
        gate=Gate(workers=settings.api_workers, waiting=settings.api_waiting),
        metrics=Metrics(),
        pictures=Pictures(),
    )
    problems.install(api)
    for part in (asking.router, reading.router, keeping.router):
        api.include_router(part, prefix="/v1")
    api.include_router(operation.router)
    api.add_middleware(_Watched, metrics=api.state.context.metrics)
    return api


def serve(settings: Settings) -> None:
    """Serve until it is interrupted.

    Raises:
        SettingInvalid: it would listen beyond this machine without keys.
    """
    if settings.api_keys_file is None and not _is_loopback(settings.api_host):
        raise SettingInvalid(
            f"Listening on {settings.api_host} needs keys.",
            hint="Make one with `report-qa key NAME` and set REPORT_QA_API_KEYS_FILE, or listen on 127.0.0.1.",
        )
    logs.configure(settings.log_format, settings.log_level)
    api = make_api(Parts(settings))
    uvicorn.run(api, host=settings.api_host, port=settings.api_port, log_config=None, access_log=False)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    context: Context = api.state.context
    context.parts.start_loading()
    yield
    context.parts.close()


class _Watched:
    """Middleware that counts and logs requests by operation, and says with each response that it is for its caller alone."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with logs.request(Headers(scope=scope).get(REQUEST_ID, "")) as request_id:
            await self._answer(scope, receive, send, request_id)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                headers.setdefault("cache-control", "no-store")
                headers.setdefault("x-content-type-options", "nosniff")
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = scope.get("route")
            operation = getattr(route, "name", "unknown")
            seconds = time.perf_counter() - began
            self._metrics.request(operation, status, seconds)
            logs.note("request", operation=operation, status=status, ms=round(seconds * 1000, 2))
