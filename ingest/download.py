"""Downloads one address into a file: every hop checked, size and time limited, cut connections resumed.

The body arrives in a hidden file beside the target, with a note of what it belongs to, so that a later run can go on where
this one was cut off; the target is replaced only when all of it is there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

import httpx

from ingest.addresses import AddressRefused, Reach, check_url, transport
from report_qa.library.durable import sync

_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 500, 502, 503, 504)
_REASONS = {
    401: "it asks for a sign-in",
    403: "the server refuses it",
    404: "it is not there any more",
    410: "it was taken down",
}


class DownloadFailed(Exception):
    """A download that did not succeed; the message says why, without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one download may cost. Times are seconds; `longest_wait` is the most that a busy server is waited for."""

    most_bytes: int = 200_000_000
    seconds: float = 600
    silence: float = 30
    redirects: int = 5
    attempts: int = 4
    longest_wait: float = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """What a server said with a body. `path` is the hidden file that holds it, None where nothing changed since."""

    path: Path | None
    url: str
    hops: tuple[str, ...]
    content_type: str
    etag: str
    last_modified: str


@dataclass(kw_only=True)
class _Partial:
    """A body that is on its way: the file, and the validator by which the server knows whether it is still the same."""

    path: Path
    url: str
    validator: str = ""
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._note = self.path.with_name(self.path.name + ".json")
        try:
            noted = json.loads(self._note.read_text(encoding="utf-8"))
            if noted["url"] == self.url and noted["validator"]:
                self.validator = str(noted["validator"])
                self.size = self.path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            self.restart("")

    def restart(self, validator: str) -> None:
        self.validator, self.size = validator, 0
        self.path.write_bytes(b"")
        self._note.write_text(json.dumps({"url": self.url, "validator": validator}), encoding="utf-8")

    def done(self) -> None:
        self._note.unlink(missing_ok=True)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self.done()


class Downloader:
    """Downloads one address after the other. `sleep` waits for a busy server."""

    def __init__(
        self, limits: Limits | None = None, reach: Reach | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._limits = limits or Limits()
        self._sleep = sleep
        self._client = httpx.Client(
            transport=transport(reach or Reach()),
            timeout=self._limits.silence,
            follow_redirects=False,
            trust_env=False,
            # A body that unpacks to more than it is can't be sent where nothing is unpacked.
            headers={"User-Agent": f"report-qa/{version('report-qa')}", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(self, url: str, target: Path, *, etag: str = "", last_modified: str = "") -> Downloaded:
        """Download an address beside `target`, unless it is as it was when it had this ETag or date.

        Raises:
            DownloadFailed: it can't be had, or not within the limits.
        """
        deadline = time.monotonic() + self._limits.seconds
        partial = _Partial(path=target.with_name(f".{target.name}.part"), url=url)
        known = {"If-None-Match": etag} if etag else {"If-Modified-Since": last_modified} if last_modified else {}
        why = ""
        for attempt in range(self._limits.attempts):
            try:
                return self._attempt(url, partial, {} if partial.size else known, deadline)
            except AddressRefused as error:
                partial.forget()
                raise DownloadFailed(str(error)) from error
            except _Busy as busy:
                why = str(busy)
                wait = min(busy.seconds if busy.seconds is not None else 2.0**attempt, self._limits.longest_wait)
            except httpx.TimeoutException:
                why, wait = "the server stopped answering", 0.0
            except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
                why, wait = f"the connection failed ({type(error).__name__})", 0.0
            if attempt + 1 < self._limits.attempts:
                self._sleep(wait)
        raise DownloadFailed(f"{why}, {self._limits.attempts} times")

    def _attempt(self, url: str, partial: _Partial, known: dict[str, str], deadline: float) -> Downloaded:
        hops: list[str] = []
        while True:
            check_url(url)
            headers = dict(known)
            if partial.size:
                headers |= {"Range": f"bytes={partial.size}-", "If-Range": partial.validator}
            with self._client.stream("GET", url, headers=headers) as response:
                if response.status_code not in _REDIRECTS:
                    return self._take(response, url, hops, partial, deadline)
                hops.append(url)
                url = urljoin(url, response.headers.get("Location", ""))
            if len(hops) > self._limits.redirects or url in hops:
                partial.forget()
                raise DownloadFailed(f"it leads from address to address, {len(hops)} times")

    def _take(
        self, response: httpx.Response, url: str, hops: list[str], partial: _Partial, deadline: float
    ) -> Downloaded:
        status = response.status_code
        headers = response.headers
        said = Downloaded(
            path=None,
            url=url,
            hops=tuple(hops),
            content_type=headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            etag=headers.get("ETag", ""),
            last_modified=headers.get("Last-Modified", ""),
        )
        if status == 304:
            partial.forget()
            return said
        if status in _BUSY:
            raise _Busy(f"the server is busy or broken ({status})", headers.get("Retry-After", ""))
        if status == 416:
            partial.restart("")
            raise httpx.RemoteProtocolError("the server has less than was received")
        if status not in (200, 206):
            partial.forget()
            raise DownloadFailed(_REASONS.get(status, f"the server answered with status {status}"))
        if headers.get("Content-Encoding", "identity").lower() != "identity":
            raise DownloadFailed("it was sent compressed, which was not asked for")
        resumed = status == 206 and headers.get("Content-Range", "").startswith(f"bytes {partial.size}-")
        if not resumed:
            # A weak ETag doesn't promise the same bytes.
            strong = said.etag if not said.etag.startswith("W/") else ""
            partial.restart(strong or said.last_modified)
        self._receive(response, partial, deadline)
        partial.done()
        return Downloaded(
            path=partial.path,
            url=url,
            hops=tuple(hops),
            content_type=said.content_type,
            etag=said.etag,
            last_modified=said.last_modified,
        )

    def _receive(self, response: httpx.Response, partial: _Partial, deadline: float) -> None:
        with partial.path.open("ab") as file:
            for part in response.iter_raw():
                partial.size += len(part)
                if partial.size > self._limits.most_bytes:
                    partial.forget()
                    raise DownloadFailed(f"it is larger than {self._limits.most_bytes / 1_000_000:g} MB")
                file.write(part)
                if time.monotonic() > deadline:
                    raise DownloadFailed(f"it was not there within {self._limits.seconds:g} seconds")
            file.flush()
            os.fsync(file.fileno())
        if not partial.size:
            partial.forget()
            raise DownloadFailed("the server sent nothing")
        sync(partial.path.parent)


class _Busy(Exception):
    def __init__(self, message: str, retry_after: str) -> None:
        super().__init__(message)
        self.seconds = float(retry_after) if retry_after.isdecimal() else None
