"""The HTTP interface as an application: operations, problems, keys, and what every response carries."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from fastapi import Depends, FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from report_qa import Settings, logs
from report_qa.doors.addresses import is_loopback
from report_qa.doors.api import asking, exports, judging, keeping, listing, operation, problems, reading, sharing
from report_qa.doors.api.bounds import Bounded
from report_qa.doors.api.context import LIBRARY, Context, named
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import keys_of
from report_qa.doors.api.metrics import Metrics
from report_qa.doors.draining import DrainingServer
from report_qa.doors.libraries import Libraries, parts_of
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.doors.sweeping import swept_daily
from report_qa.errors import SettingInvalid

VERSION = "1"
_MOST_BYTES = 1_000_000
_REQUEST_ID, _ID = "x-request-id", re.compile(r"[A-Za-z0-9._-]{8,64}")
_DESCRIPTION = (
    "Answers questions about a shelf of reports in the documents' own words, each sentence with the exact place it stands "
    "at, or says that the documents do not answer. Errors are problem details (RFC 9457)."
)


def make_api(served: Parts | Libraries[Parts]) -> FastAPI:
    """Return the application over the libraries of this process, or over the parts of its only one.

    Raises:
        SettingInvalid: the file of keys can't be read.
    """
    libraries = Libraries([served]) if isinstance(served, Parts) else served
    settings = libraries.default.settings
    api = _Api(
        title="Report Q&A",
        version=VERSION,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        separate_input_output_schemas=False,
    )
    context = api.state.context = Context(
        libraries=libraries,
        parts=libraries.default,
        keys=keys_of(settings),
        gate=Gate(workers=settings.api_workers, waiting=settings.api_waiting),
        exports=Gate(
            workers=settings.api_exports,
            waiting=4 * settings.api_exports,
            refusal="Too many files are being written already.",
        ),
        metrics=Metrics(by_library=libraries.several),
        pictures=Pictures(),
    )
    problems.install(api, at_home=context.at_home)
    api.add_middleware(Bounded, most_bytes=_MOST_BYTES)
    for part in (asking.router, reading.router, keeping.router, judging.router, sharing.router, exports.router):
        # A library may be absent on each of them: also the default one is, for whom it is not for.
        api.include_router(part, prefix="/v1", responses=problems.responses(404))
        within = f"/v1/libraries/{{{LIBRARY}}}"
        api.include_router(part, prefix=within, dependencies=[Depends(named)], responses=problems.responses(404))
    api.include_router(listing.router, prefix="/v1")
    api.include_router(operation.router)
    return api


def serve(settings: Settings) -> None:
    """Serve until it is interrupted.

    Raises:
        SettingInvalid: it would listen beyond this machine without keys or sign-in by a proxy.
    """
    if settings.api_keys_file is None and settings.sign_in != "proxy" and not is_loopback(settings.api_host):
        raise SettingInvalid(
            f"Listening on {settings.api_host} needs keys.",
            hint="Make one with `report-qa key NAME` and set REPORT_QA_API_KEYS_FILE, have a proxy sign people in, or listen on 127.0.0.1.",
        )
    logs.configure(settings.log_format, settings.log_level)
    libraries = parts_of(settings)
    config = uvicorn.Config(
        make_api(libraries),
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        # Who is at the other end is what the connection says, not what a header does.
        proxy_headers=False,
        # As whole seconds, since that is what uvicorn takes.
        timeout_graceful_shutdown=round(settings.stop_s),
    )
    # Ctrl+C is how it is meant to end; uvicorn hands it on once everything is closed.
    with suppress(KeyboardInterrupt):
        # Who comes after the models are there is answered at once. nginx sends a replica questions as soon as it listens, and
        # those would wait for its models while another one could answer.
        libraries.load()
        DrainingServer(config, libraries).run()


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    context: Context = api.state.context
    context.libraries.start_loading()
    async with swept_daily(context.libraries):
        yield
    context.libraries.close()


class _Api(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        # Around everything: what nobody foresaw is answered outside of added middleware.
        return _Watched(super().build_middleware_stack(), self.state.context.metrics)


class _Watched:
    """Middleware that counts and logs requests by operation, and gives each response an id and what its caller alone may do with it.

    An id that the caller sends is taken over, so that it finds its request again in its own records and in ours.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(_REQUEST_ID, "")
        request_id = sent if _ID.fullmatch(sent) else secrets.token_hex(16)
        with logs.request(request_id):
            await self._answer(scope, receive, send, request_id)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began, status = time.perf_counter(), 500
        scope.setdefault("state", {})["request_id"] = request_id

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[_REQUEST_ID] = request_id
                headers.setdefault("cache-control", "no-store")
                headers.setdefault("x-content-type-options", "nosniff")
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = scope.get("route")
            operation = getattr(route, "name", "unknown")
            seconds = time.perf_counter() - began
            library = scope.get("state", {}).get("library", "")
            self._metrics.of(library).request(operation, status, seconds)
            several = library if self._metrics.by_library else None
            logs.note("request", operation=operation, status=status, ms=round(seconds * 1000, 2), library=several)
