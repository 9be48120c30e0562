"""The chat's server: Streamlit behind the doorkeeper, with the routes, and models loading from the start.

It listens on this machine alone unless people sign in.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import streamlit as st
import streamlit.logger
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web import bootstrap

from report_qa import ReportQAError, Settings, logs
from report_qa.doors.addresses import is_loopback
from report_qa.doors.chat import service
from report_qa.doors.chat.audit_routes import AUDIT_ROUTES
from report_qa.doors.chat.browse_routes import BROWSE_ROUTES
from report_qa.doors.chat.doorkeeper import Doorkeeper
from report_qa.doors.chat.export_routes import EXPORT_ROUTES
from report_qa.doors.chat.identity import LocalIdentity, ProviderIdentity
from report_qa.doors.chat.owner import OwnerCookie
from report_qa.doors.chat.routes import ROUTES
from report_qa.doors.draining import DrainingServer
from report_qa.doors.sweeping import swept_daily
from report_qa.errors import SettingInvalid

# All that the chat serves besides Streamlit's own; whose each of them is, tests ask for every one.
ALL_ROUTES = (*ROUTES, *BROWSE_ROUTES, *EXPORT_ROUTES, *AUDIT_ROUTES)
_LOOPBACK = ("127.0.0.1", "localhost")
# What a browser sends us are clicks and questions; the longest question is a few kilobytes.
_MOST_BYTES_RECEIVED = 1_000_000
# No message is as large.
_MOST_BYTES_SENT = 1 << 40
# Said to the browser as well as kept to: whatever a document holds, the page can't make a request to anywhere else.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def run(settings: Settings) -> int:
    """Serve the chat until it is interrupted and return the exit status.

    Raises:
        SettingInvalid: it would be open to others without sign-in, or something that sign-in needs is not set.
    """
    refuse_strangers(settings)
    listener = _listen(settings.host, settings.port)
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
        held = service.opened(settings)
        service.install(held)
        for each in held.every:
            try:
                each.shelf()
            except ReportQAError as error:
                _say(sys.stderr, f"{error} The chat opens all the same and will answer as soon as there is an edition.")
        app = make_app()
        _say(sys.stdout, f"The chat is open at {settings.public_url or _address(settings)} (Ctrl+C ends it).")
        config = uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=_MOST_BYTES_RECEIVED,
            log_config=None,
            access_log=False,
            # Who is at the other end is what the connection says, not what a header does.
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        # Ctrl+C is how it is meant to end; uvicorn hands it on once everything is closed.
        with suppress(KeyboardInterrupt):
            DrainingServer(config, held).run(sockets=[listener])
    return 0


def make_app() -> st.App:
    """Return the chat as an ASGI application over the installed service."""
    held = service.current()
    settings, identity = held.settings, held.identity
    hosts = answers_to(settings)
    provider = identity if isinstance(identity, ProviderIdentity) else None
    app = st.App(
        entry_script(),
        secrets=provider.streamlit_secrets() if provider else None,
        lifespan=_lifespan,
        routes=ALL_ROUTES,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
            Middleware(_Policy),
            Middleware(Doorkeeper, identity=identity, public_url=settings.public_url),
            *([Middleware(OwnerCookie)] if isinstance(identity, LocalIdentity) else []),
        ],
    )
    # Read only now that Streamlit knows its script, beside which the configuration stands. Whatever a file of the
    # account says, the chat stays where it was put and tells nobody.
    bootstrap.load_config_options(
        {
            "browser.gatherUsageStats": False,
            "server.address": settings.host,
            "server.port": settings.port,
            "server.allowedHosts": hosts,
            "server.enableXsrfProtection": True,
            "server.maxUploadSize": settings.upload_mb,
            # Streamlit signs the way to the provider and back with it; the same for all processes behind one address.
            "server.cookieSecret": provider.cookie_secret if provider else secrets.token_urlsafe(48),
            "server.headless": True,
            "server.fileWatcherType": "none",
            # Streamlit would collect all garbage after every run of a page; with models being loaded that takes a
            # quarter of a second each time, for everybody. Python collects by itself, as it always does.
            "runner.postScriptGC": False,
            # No large message is named instead of sent: when a fragment runs again before all of its last run was sent,
            # Streamlit drops what was not but for those names, and a name without what is around it breaks the page.
            "global.minCachedMessageSize": _MOST_BYTES_SENT,
        }
    )
    return app


def refuse_strangers(settings: Settings) -> None:
    """Let nothing be served beyond this machine to people whom nobody knows.

    Raises:
        SettingInvalid: without sign-in, the settings open the chat to others.
    """
    if settings.sign_in != "none":
        return
    public = [host for host in answers_to(settings) if not is_loopback(host)]
    if not is_loopback(settings.host) or public:
        reached = settings.host if not is_loopback(settings.host) else public[0]
        raise SettingInvalid(
            f"A chat that others reach as {reached} needs sign-in.",
            hint="Set REPORT_QA_SIGN_IN to oidc or proxy (docs/sign-in.md), or keep it on 127.0.0.1.",
        )


def answers_to(settings: Settings) -> list[str]:
    """Return the names that browsers may call the chat by."""
    named = urlsplit(settings.public_url).hostname
    own = settings.host if not ipaddress.ip_address(settings.host).is_unspecified else None
    return list(dict.fromkeys(name for name in (*_LOOPBACK, own, named, *settings.allowed_hosts) if name))


def entry_script() -> Path:
    """Return app.py: at the root of the repository, or beside this module in an installed wheel."""
    here = Path(__file__).resolve()
    in_repository = here.parents[4] / "app.py"
    return in_repository if in_repository.is_file() else here.with_name("app.py")


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[None]:
    held = service.libraries()
    held.start_loading()
    async with swept_daily(held):
        yield
    held.close()


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


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _listen(host: str, port: int) -> socket.socket | None:
    """Return a socket that listens on the port, or None where it is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        return None
    return listener


def _say(stream: TextIO, sentence: str) -> None:
    stream.write(f"{sentence}\n")
    stream.flush()
