"""Uploads on their way into the library: one after the other, each by `python -m ingest` in a process of its own.

The page that brought the files may be gone meanwhile; what becomes of them is kept here as long as the server runs. What the
ingest says is handed on in its own words.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from report_qa.doors.upload_folder import NewDocuments, refuse, store

_log = logging.getLogger(__name__)
_LOCKED = "library_locked"
# A quarter of an hour: as long as a large shelf may take.
_TRIES, _WAIT_S = 180, 5.0
# What an ingest needs of nobody's secrets, and its readers least of all.
_SECRET = ("_SECRET", "_KEY", "_TOKEN")
Receipt = Mapping[str, Any]
Told = Callable[[Mapping[str, Any]], None]
# Runs an ingest of a folder, told what it prints line by line, and hands out how to stop it; returns its status and what it said
# on standard error.
Ingesting = Callable[[Path, Path, Told, Callable[[Callable[[], None]], None]], tuple[int, str]]


@dataclass(kw_only=True)
class Upload:
    """One upload: `doing` says what the ingest is at, `receipt` what came of it, `problem` why nothing did.

    A worker writes and pages read; each field is written whole.
    """

    owner: str
    upload_id: str
    names: tuple[str, ...]
    started: bool = False
    doing: str = ""
    done: int = 0
    total: int = 0
    receipt: Receipt | None = None
    problem: str = ""
    # Another ingest held the library when this one came.
    locked: bool = False
    # The reasons why files of this upload could not be read, as the ingest says them.
    unreadable: tuple[str, ...] = field(default=())

    @property
    def pending(self) -> bool:
        """True until there is a receipt or a problem."""
        return self.receipt is None and not self.problem

    def told(self, event: Mapping[str, Any]) -> None:
        """Take in one line of what the ingest prints."""
        if event.get("event") == "progress":
            self.doing, self.done, self.total = str(event["what"]), int(event["done"]), int(event["total"])
        elif event.get("event") == "failed":
            self.locked = event.get("code") == _LOCKED
        elif event.get("event") == "receipt":
            own = f"{self.upload_id}/"
            refused = [
                item for item in event.get("unreadable", ()) if own in f"{item.get('path', '')}{item.get('reason', '')}"
            ]
            self.unreadable = tuple(str(item["reason"]) for item in refused)
            self.receipt = event


class Uploads:
    """The uploads of one server, in the order in which they came."""

    def __init__(self, folder: Path, library: Path, *, most_mb: int, most_kept: int = 100) -> None:
        self._folder, self._library = folder, library
        self._most_mb, self._most_kept = most_mb, most_kept
        self._ingest: Ingesting = run_ingest
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="upload")
        self._lock = threading.Lock()
        self._uploads: list[Upload] = []
        self._stop: Callable[[], None] | None = None
        self._closed = threading.Event()

    def bring(self, owner: str, brought: NewDocuments) -> Upload:
        """Store documents and have them ingested once those before are.

        Raises:
            UploadRefused: they may not be stored.
        """
        refuse(brought, most_mb=self._most_mb)
        upload_id = store(self._folder, brought)
        upload = Upload(owner=owner, upload_id=upload_id, names=tuple(file.name for file in brought.files))
        with self._lock:
            ended = [each for each in self._uploads if not each.pending]
            for old in ended[: max(0, len(self._uploads) + 1 - self._most_kept)]:
                self._uploads.remove(old)
            self._uploads.append(upload)
        self._pool.submit(self._run, upload).add_done_callback(partial(_ended, upload))
        return upload

    def of(self, owner: str) -> tuple[Upload, ...]:
        """Return somebody's uploads, the last one first."""
        with self._lock:
            return tuple(upload for upload in reversed(self._uploads) if upload.owner == owner)

    def close(self) -> None:
        """Stop the ingest that runs, which leaves the live edition as it is; the next ingest of the folder takes all of it up."""
        with self._lock:
            self._closed.set()
            if self._stop is not None:
                self._stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _may_be_stopped_by(self, stop: Callable[[], None]) -> None:
        with self._lock:
            self._stop = stop
            if self._closed.is_set():
                stop()

    def _run(self, upload: Upload) -> None:
        status, said = 0, ""
        for _ in range(_TRIES):
            upload.started, upload.locked = True, False
            status, said = self._ingest(self._folder, self._library, upload.told, self._may_be_stopped_by)
            with self._lock:
                self._stop = None
            # By another server's upload, or by somebody at the command line.
            if not upload.locked:
                break
            upload.started = False
            if self._closed.wait(_WAIT_S):
                break
        if upload.receipt is None and not self._closed.is_set():
            upload.problem = (
                said.strip().splitlines()[-1] if said.strip() else f"The ingest ended with status {status}."
            )


def run_ingest(
    folder: Path, library: Path, told: Told, may_be_stopped_by: Callable[[Callable[[], None]], None] = lambda _: None
) -> tuple[int, str]:
    """Run an ingest of a folder in a process of its own."""
    command = [sys.executable, "-m", "ingest", "add", str(folder), "--library", str(library), "--json-lines"]
    environment = {name: value for name, value in os.environ.items() if not name.endswith(_SECRET)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    ) as process:
        may_be_stopped_by(process.terminate)
        assert process.stdout is not None
        assert process.stderr is not None
        said: list[str] = []
        # Both are read at once, so that neither fills up and holds the process.
        hearing = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
        hearing.start()
        for event in _events(process.stdout):
            told(event)
        status = process.wait()
        hearing.join(timeout=10)
    return status, "".join(said)


def _events(lines: Iterator[str] | Sequence[str] | Any) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def _ended(upload: Upload, ended: Future[None]) -> None:
    error = None if ended.cancelled() else ended.exception()
    if error is not None:
        _log.error("an upload could not be ingested", exc_info=error)
    if upload.pending:
        upload.problem = "The server was stopped before this was read; it is read with the next upload."
