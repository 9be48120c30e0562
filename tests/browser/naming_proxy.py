"""A proxy as an organisation runs one before the chat: it names who is behind it, and proves itself."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_END = b"\r\n\r\n"


@contextmanager
def naming(chat: str, headers: Mapping[str, str]) -> Iterator[str]:
    """Serve the chat on an address of its own, with these headers in place of whatever a browser sends under their names."""
    there = urlsplit(chat)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closing = threading.Event()

        def accept() -> None:
            while not closing.is_set():
                with suppress(OSError):
                    browser, _ = listener.accept()
                    threading.Thread(target=_served, args=(browser, there.hostname, there.port, headers)).start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            closing.set()
            # Wakes the thread that waits for the next connection.
            with suppress(OSError), socket.create_connection(listener.getsockname(), timeout=5):
                pass
            accepting.join(timeout=10)


def _served(browser: socket.socket, host: str, port: int, headers: Mapping[str, str]) -> None:
    with browser, suppress(OSError):
        browser.settimeout(60)
        head = b""
        while _END not in head:
            got = browser.recv(65_536)
            if not got:
                return
            head += got
        head, _, body = head.partition(_END)
        own = "|".join(re.escape(name) for name in (*headers, "connection") if name)
        upgrades = b"upgrade: websocket" in head.lower()
        kept = [line for line in head.split(b"\r\n") if not re.match(rf"(?i)(?:{own}):".encode(), line)]
        added = [f"{name}: {value}".encode() for name, value in headers.items()]
        # One request a connection is enough for a test, but for the one that stays open.
        added.append(b"Connection: Upgrade" if upgrades else b"Connection: close")
        with socket.create_connection((host, port), timeout=60) as chat:
            chat.sendall(b"\r\n".join([*kept, *added]) + _END + body)
            back = threading.Thread(target=_piped, args=(chat, browser))
            back.start()
            _piped(browser, chat)
            back.join(timeout=60)


def _piped(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while got := source.recv(65_536):
            target.sendall(got)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
