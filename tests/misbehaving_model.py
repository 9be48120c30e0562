"""A server that speaks the stream of OpenAI's chat completions, on loopback, and misbehaves as a test wants it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Request"], None]


class Request:
    """One request, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, server: ModelServer) -> None:
        self._handler = handler
        self._server = server

    def fail(self, status: int, words: str = "no", headers: dict[str, str] | None = None) -> None:
        body = json.dumps({"error": {"message": words, "type": "invalid", "code": None}}).encode()
        self._handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self._handler.send_header(name, value)
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def begin(self) -> None:
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()

    def send(self, line: str) -> None:
        data = f"{line}\n\n".encode()
        self._handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self._handler.wfile.flush()

    def say(self, text: str) -> None:
        self.send("data: " + json.dumps(_chunk({"role": "assistant", "content": text}, None)))

    def finish(self, reason: str = "stop") -> None:
        self.send("data: " + json.dumps(_chunk({}, reason)))
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        self.send("data: " + json.dumps({**_chunk({}, None), "choices": [], "usage": usage}))
        self.send("data: [DONE]")
        self._handler.wfile.write(b"0\r\n\r\n")

    def wait(self) -> None:
        """Hang until the test is over."""
        self._server.over.wait(30)

    def drop(self) -> None:
        """Cut the connection in the middle of what is being sent."""
        self._handler.close_connection = True
        self._handler.connection.close()


class ModelServer:
    """Answers each request as the next behaviour says; the last one goes on for ever."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.hung_up = threading.Event()
        self.over = threading.Event()
        self._behaviours = list(behaviours)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ModelServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                owner.requests.append(json.loads(body))
                owner.keys.append(self.headers.get("Authorization", ""))
                behave = owner._behaviours.pop(0) if len(owner._behaviours) > 1 else owner._behaviours[0]
                try:
                    behave(Request(self, owner))
                except OSError:
                    owner.hung_up.set()
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _chunk(delta: dict[str, str], reason: str | None) -> dict[str, Any]:
    return {
        "id": "reply",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "tested",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }


def pieces_of(text: str, size: int = 7) -> Iterator[str]:
    """Yield a text in pieces, as models send it."""
    for start in range(0, len(text), size):
        yield text[start : start + size]


def says(text: str, *, reason: str = "stop") -> Behaviour:
    """Answer as a model should."""

    def behave(request: Request) -> None:
        request.begin()
        for piece in pieces_of(text):
            request.say(piece)
        request.finish(reason)

    return behave


def hangs_before_headers(request: Request) -> None:
    request.wait()


def hangs_after(text: str) -> Behaviour:
    def behave(request: Request) -> None:
        request.begin()
        for piece in pieces_of(text):
            request.say(piece)
        request.wait()

    return behave


def fails(status: int, words: str = "no", **headers: str) -> Behaviour:
    return lambda request: request.fail(status, words, headers)


def drops_after(text: str) -> Behaviour:
    def behave(request: Request) -> None:
        request.begin()
        for piece in pieces_of(text):
            request.say(piece)
        request.drop()

    return behave


def ends_without_saying_so(text: str) -> Behaviour:
    """End the stream as if it were whole, without a reason to finish or the mark of the end."""

    def behave(request: Request) -> None:
        request.begin()
        for piece in pieces_of(text):
            request.say(piece)
        request._handler.wfile.write(b"0\r\n\r\n")

    return behave


def malformed_events(request: Request) -> None:
    request.begin()
    request.send('data: {"choices": [{"delta": {"content": "half')
    request.send("data: [DONE]")
    request._handler.wfile.write(b"0\r\n\r\n")


def malformed_body(request: Request) -> None:
    body = b"<html>It works!</html>"
    request._handler.send_response(200)
    request._handler.send_header("Content-Type", "text/html")
    request._handler.send_header("Content-Length", str(len(body)))
    request._handler.end_headers()
    request._handler.wfile.write(body)


def says_for_ever(text: str, *, pause_s: float = 0.0) -> Behaviour:
    """Say the same again and again until the reader hangs up."""

    def behave(request: Request) -> None:
        request.begin()
        while not request._server.over.is_set():
            request.say(text)
            time.sleep(pause_s)

    return behave
