"""The chat's server: Streamlit on loopback, with the owner's cookie, the routes, and models loading from the start."""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TextIO

import streamlit as st
import streamlit.logger
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web import bootstrap

from report_qa import ReportQAError, Settings, logs
from report_qa.doors.chat import service
from report_qa.doors.chat.browse_routes import BROWSE_ROUTES
from report_qa.doors.chat.export_routes import EXPORT_ROUTES
from report_qa.doors.chat.owner import OwnerCookie
from report_qa.doors.chat.routes import ROUTES

HOST = "127.0.0.1"
# What a browser sends us are clicks and questions; the longest question is a few kilobytes.
_MOST_BYTES_RECEIVED = 1_000_000
# Said to the browser as well as kept to: whatever a document holds, the page can't make a request to anywhere else.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def run(settings: Settings) -> int:
    """Serve the chat until it is interrupted and return the exit status."""
    listener = _listen(settings.port)
    if listener is None:
        _say(
            sys.stderr,
            f"Port {settings.port} is taken, perhaps by another chat. Stop that one, or choose another port: "
            "report-qa chat --port 8502.",
        )
        return 1
    logs.configure(settings.log_format, settings.log_level)
    # Streamlit hands each of its loggers to this function, also those that it makes later.
    streamlit.logger.setup_formatter = logs.adopt
    streamlit.logger.update_formatter()
    with listener:
        held = service.Service(settings)
        service.install(held)
        try:
            held.shelf()
        except ReportQAError as error:
            _say(sys.stderr, f"{error} The chat opens all the same and will answer as soon as there is an edition.")
        app = make_app()
        _say(sys.stdout, f"The chat is open at http://{HOST}:{settings.port} (Ctrl+C ends it).")
        config = uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=_MOST_BYTES_RECEIVED,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        # Ctrl+C is how it is meant to end; uvicorn hands it on once everything is closed.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    return 0


def make_app() -> st.App:
    """Return the chat as an ASGI application over the installed service."""
    app = st.App(
        entry_script(),
        lifespan=_lifespan,
        routes=(*ROUTES, *BROWSE_ROUTES, *EXPORT_ROUTES),
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(_Policy),
            Middleware(OwnerCookie),
        ],
    )
    # Read only now that Streamlit knows its script, beside which the configuration stands. Whatever a file of the
    # account says, the chat stays on this machine and tells nobody.
    bootstrap.load_config_options(
        {
            "browser.gatherUsageStats": False,
            "server.address": HOST,
            "server.port": service.current().settings.port,
            "server.headless": True,
            "server.fileWatcherType": "none",
            # Streamlit would collect all garbage after every run of a page; with models being loaded that takes a
            # quarter of a second each time, for everybody. Python collects by itself, as it always does.
            "runner.postScriptGC": False,
        }
    )
    return app


def entry_script() -> Path:
    """Return app.py: at the root of the repository, or beside this module in an installed wheel."""
    here = Path(__file__).resolve()
    in_repository = here.parents[4] / "app.py"
    return in_repository if in_repository.is_file() else here.with_name("app.py")


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[None]:
    service.current().start_loading()
    yield
    service.current().close()


class _Policy:
    """Middleware that sends the security headers with every page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", _POLICY)
                headers.setdefault("referrer-policy", "no-referrer")
                headers.setdefault("x-content-type-options", "nosniff")
                if scope["path"].startswith("/shared"):
                    # Its address holds a secret: no cache keeps what was read under it.
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_policy)


def _listen(port: int) -> socket.socket | None:
    """Return a socket that listens on the port, or None where it is taken."""
    listener = socket.socket(socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        return None
    return listener


def _say(stream: TextIO, sentence: str) -> None:
    stream.write(f"{sentence}\n")
    stream.flush()
