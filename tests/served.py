"""An application served on loopback, by a server in a thread of the test, for clients that speak to a real one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

_TRIES, _WAIT_S = 200, 0.05


@contextmanager
def served(make: Callable[[int], ASGIApp]) -> Iterator[str]:
    """Serve what `make` makes for a port, and yield its address."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(make(port), log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        try:
            for _ in range(_TRIES):
                if server.started or not thread.is_alive():
                    break
                time.sleep(_WAIT_S)
            assert server.started, "the server did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(10)
