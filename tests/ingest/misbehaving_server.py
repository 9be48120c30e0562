"""A real HTTP server on loopback that misbehaves in every way that a download has to survive, one path for each."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PDF = b"%PDF-1.7\n" + b"A report on pubs. " * 500
OTHER_PDF = b"%PDF-1.7\n" + b"Another report. " * 500
PAGE = b"<!doctype html><title>Pubs</title><p>The pub is open."
DATE = formatdate(0, usegmt=True)


class Server(ThreadingHTTPServer):
    """`asked` counts requests by path; `headers_of` keeps the last request's headers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.headers_of: dict[str, dict[str, str]] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def misbehaving() -> Iterator[Server]:
    """Run the server while the test runs."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing is printed."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked[path] += 1
        self.server.headers_of[path] = dict(self.headers)
        self.close_connection = True
        getattr(self, "_" + path.strip("/").replace("-", "_").replace(".", "_"), self._missing)()

    def _send(self, body: bytes, kind: str = "application/pdf", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, target: str) -> None:
        self._send(b"", status=302, Location=target)

    def _missing(self) -> None:
        self._send(b"<!doctype html><title>Not found</title>", "text/html", 404)

    def _report_pdf(self) -> None:
        if self.headers.get("If-None-Match") == '"one"':
            self._send(b"", status=304, ETag='"one"')
        else:
            self._send(PDF, ETag='"one"')

    def _dated_pdf(self) -> None:
        if self.headers.get("If-Modified-Since") == DATE:
            self._send(b"", status=304)
        else:
            self._send(PDF, Last_Modified=DATE)

    def _new_pdf(self) -> None:
        self._send(PDF if self.server.asked["/new.pdf"] == 1 else OTHER_PDF)

    def _moved(self) -> None:
        self._redirect("/report.pdf")

    def _to_loopback(self) -> None:
        self._redirect(f"http://127.0.0.2:{self.server.port}/report.pdf")

    def _to_link_local(self) -> None:
        self._redirect("http://169.254.169.254/latest/meta-data")

    def _to_private(self) -> None:
        self._redirect("http://10.0.0.1/report.pdf")

    def _to_file(self) -> None:
        self._redirect("file:///etc/passwd")

    def _loop(self) -> None:
        self._redirect("/loop")

    def _stairs(self) -> None:
        self._redirect(f"/stairs?{self.server.asked['/stairs']}")

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/pdf")
        self.end_headers()
        self.wfile.write(PDF)
        while True:
            self.wfile.write(b"x" * 65_536)

    def _silent(self) -> None:
        threading.Event().wait(2)

    def _slow(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/pdf")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(40):
            self.wfile.write(b"x")
            threading.Event().wait(0.05)

    def _cut_pdf(self) -> None:
        """Cut off in the middle the first time; goes on where it was cut, if asked to."""
        begin = self.headers.get("Range", "")
        if begin and self.headers.get("If-Range") == '"cut"':
            start = int(begin.removeprefix("bytes=").removesuffix("-"))
            where = f"bytes {start}-{len(PDF) - 1}/{len(PDF)}"
            self._send(PDF[start:], status=206, ETag='"cut"', Content_Range=where)
        else:
            self._send(PDF[:4000], ETag='"cut"', Content_Length=str(len(PDF)))

    def _cut_changed_pdf(self) -> None:
        """Cut off, and another file afterwards: what is asked to go on begins anew."""
        if self.server.asked["/cut-changed.pdf"] == 1:
            self._send(PDF[:4000], ETag='"old"', Content_Length=str(len(PDF)))
        else:
            self._send(OTHER_PDF, ETag='"new"')

    def _always_cut_pdf(self) -> None:
        self._send(PDF[:4000], Content_Length=str(len(PDF)))

    def _no_length_pdf(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/pdf")
        self.end_headers()
        self.wfile.write(PDF)

    def _bomb_pdf(self) -> None:
        self._send(gzip.compress(b"0" * 10_000_000), Content_Encoding="gzip")

    def _empty_pdf(self) -> None:
        self._send(b"")

    def _busy_pdf(self) -> None:
        if self.server.asked["/busy.pdf"] < 3:
            self._send(b"", status=429, Retry_After="7")
        else:
            self._send(PDF)

    def _broken_pdf(self) -> None:
        self._send(b"", status=503)

    def _secret_pdf(self) -> None:
        self._send(b"", status=401)

    def _headers_pdf(self) -> None:
        self.send_response(200)
        for number in range(300):
            self.send_header(f"X-{number}", "x" * 1000)
        self.end_headers()

    def _turned_pdf(self) -> None:
        self._send(PDF) if self.server.asked["/turned.pdf"] == 1 else self._send(PAGE, "text/html")

    def _turned(self) -> None:
        self._send(PDF) if self.server.asked["/turned"] == 1 else self._send(PAGE, "text/html")

    def _soft_404(self) -> None:
        self._send(b"<!doctype html><title>Page not found - Pubs</title>", "text/html")

    def _page(self) -> None:
        self._send(PAGE, "text/html; charset=utf-8")

    def _program(self) -> None:
        self._send(b"MZ\x00\x00", "application/octet-stream")
