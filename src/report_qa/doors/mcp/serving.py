"""How the server is reached: standard input and output by default, or streamable HTTP on this machine.

Over standard input and output whoever starts the process is its one caller, and nothing but the protocol is written to
standard output. Over HTTP callers show the same keys as at the HTTP interface (`api.keys`), and requests that a web page
sent by way of a name that it made point here (DNS rebinding) are refused by their Host and Origin. No state is kept
between requests, so any number of processes may answer.
"""

from __future__ import annotations

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from report_qa import ReportQAError, Settings, logs
from report_qa.doors import outward
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import Keys, keys_of
from report_qa.doors.api.keys import Scope as KeyScope
from report_qa.doors.libraries import Libraries, parts_of
from report_qa.doors.mcp.desk import Desk
from report_qa.doors.mcp.server import make_server
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.doors.proxy import Carried
from report_qa.doors.statuses import http_status
from report_qa.errors import KeyRefused, TooManyRequests

_HOST = "127.0.0.1"
_MOST_BYTES = 1_000_000
_NAMES = ("127.0.0.1", "localhost")


def serve_stdio(settings: Settings) -> None:
    """Answer on standard input and output until the input ends; the log goes to standard error."""
    logs.configure(settings.log_format, settings.log_level)
    libraries = parts_of(settings)
    libraries.start_loading()
    try:
        anyio.run(make_server(_desk(libraries, local=True, at_home=True)).run_stdio_async)
    finally:
        libraries.close()


def serve_http(settings: Settings) -> None:
    """Answer over HTTP, on this machine alone, until it is interrupted.

    Raises:
        SettingInvalid: the file of keys can't be read.
    """
    logs.configure(settings.log_format, settings.log_level)
    libraries = parts_of(settings)
    app = http_app(libraries, settings.mcp_port)
    libraries.start_loading()
    try:
        uvicorn.run(app, host=_HOST, port=settings.mcp_port, log_config=None, access_log=False, proxy_headers=False)
    finally:
        libraries.close()


def http_app(served: Parts | Libraries[Parts], port: int) -> ASGIApp:
    """Return the server as an application that answers at /mcp to those whom the keys let in.

    Raises:
        SettingInvalid: the file of keys can't be read.
    """
    libraries = Libraries([served]) if isinstance(served, Parts) else served
    keys = keys_of(libraries.default.settings)
    server = make_server(_desk(libraries, local=False, at_home=not keys.required))
    app = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=_MOST_BYTES,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[f"{name}:{port}" for name in _NAMES],
            allowed_origins=[f"http://{name}:{port}" for name in _NAMES],
        ),
    )
    return _Guarded(app, keys)


def _desk(libraries: Libraries[Parts], *, local: bool, at_home: bool) -> Desk:
    settings = libraries.default.settings
    gate = Gate(workers=settings.api_workers, waiting=settings.api_waiting)
    return Desk(whole=libraries, gate=gate, pictures=Pictures(), local=local, at_home=at_home)


class _Guarded:
    """Middleware that lets in who shows a key that may read; what else a key may do, each tool asks (`Desk.caller`)."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                headers, client = Headers(scope=scope), scope.get("client")
                carried = Carried(headers=headers.items(), peer=client[0] if client else None)
                caller = self._keys.admit(headers.get("authorization", ""), KeyScope.READ, carried)
            except ReportQAError as error:
                await _refusal(outward.told(error, at_home=False))(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


def _refusal(error: ReportQAError) -> JSONResponse:
    headers = {}
    if isinstance(error, KeyRefused):
        headers["www-authenticate"] = "Bearer"
    elif isinstance(error, TooManyRequests):
        headers["retry-after"] = str(error.wait_s)
    return JSONResponse(
        {"code": error.code, "detail": error.message, "hint": error.hint},
        status_code=http_status(error),
        headers=headers,
    )
