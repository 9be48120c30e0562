"""Reads documents in worker processes, so that no file can do more harm than to be left out.

A worker that crashes, hangs or needs too much memory is ended and replaced; its file is named with the reason, and the
other files go on. Texts come back in the order in which they were asked for, and no more of them than the caller can take
are held.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from ingest import worker
from ingest.sandbox import Confinement
from report_qa.errors import DocumentEncrypted, DocumentTooLarge, DocumentUnreadable, NoTextLayer
from report_qa.records.document import DocumentText
from report_qa.settings import Settings

Outcome = DocumentText | DocumentUnreadable

_ERRORS = {error.code: error for error in (DocumentUnreadable, DocumentEncrypted, DocumentTooLarge, NoTextLayer)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file to read. `password` is tried if it is encrypted."""

    content: bytes
    media_type: str
    name: str
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost: memory of its worker in MB, seconds, and pages; `ocr` allows text recognition."""

    memory_mb: int = 3_000
    seconds: float = 300
    max_pages: int = 5_000
    max_file_mb: int = 200
    ocr: bool = True

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that the settings ask for."""
        return cls(
            memory_mb=settings.parser_memory_mb,
            seconds=settings.parser_seconds,
            max_pages=settings.max_pages,
            max_file_mb=settings.max_file_mb,
            ocr=settings.ocr,
        )


class Readers(Protocol):
    """Reads documents, in this process or in others."""

    limits: Limits

    def read(self, jobs: Iterator[Job]) -> Iterator[Outcome]:
        """Yield the outcome of each job, in order."""
        ...

    def close(self) -> None: ...


class ReaderPool:
    """Implements `Readers` with worker processes, started when they are first needed."""

    def __init__(self, limits: Limits | None = None, workers: int | None = None) -> None:
        self.limits = limits or Limits()
        self._count = workers or max(1, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(max_workers=self._count, thread_name_prefix="reader")
        self._idle: list[_Worker] = []
        self._started: list[_Worker] = []
        self._lock = threading.Lock()

    def read(self, jobs: Iterator[Job]) -> Iterator[Outcome]:
        waiting: list[Future[Outcome]] = []
        try:
            for job in jobs:
                waiting.append(self._threads.submit(self._read_one, job))
                # Two for each worker: one that is read, one that waits for its turn or for the caller.
                if len(waiting) > 2 * self._count:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()

    @property
    def confinement(self) -> Confinement | None:
        """What could be taken from the workers on this platform; None before the first of them ran."""
        known = [each.confinement for each in self._started if each.confinement]
        return Confinement(*known[0]) if known else None

    def close(self) -> None:
        """End the workers; a second call does nothing."""
        with self._lock:
            started, self._started = self._started, []
        for each in started:
            each.end()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _read_one(self, job: Job) -> Outcome:
        if len(job.content) > self.limits.max_file_mb * 1_000_000:
            return too_large(job.name, len(job.content), self.limits)
        with self._lock:
            one = self._idle.pop() if self._idle else self._start()
        outcome = one.read(job)
        with self._lock:
            if one.alive:
                self._idle.append(one)
            elif one in self._started:
                self._started.remove(one)
        return outcome

    def _start(self) -> _Worker:
        self._started.append(_Worker(self.limits))
        return self._started[-1]


class ReadHere:
    """Implements `Readers` in this process, without its protection: for files that one has written oneself."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    def read(self, jobs: Iterator[Job]) -> Iterator[Outcome]:
        from ingest.readers import read_document

        for job in jobs:
            try:
                if len(job.content) > self.limits.max_file_mb * 1_000_000:
                    yield too_large(job.name, len(job.content), self.limits)
                    continue
                yield read_document(
                    job.content,
                    job.media_type,
                    job.name,
                    password=job.password,
                    ocr=self.limits.ocr,
                    max_pages=self.limits.max_pages,
                )
            except DocumentUnreadable as error:
                yield error

    def close(self) -> None:
        """Nothing is held."""


def too_large(name: str, size: int, limits: Limits) -> DocumentTooLarge:
    """Return the error for a file beyond the limit."""
    return DocumentTooLarge(
        f"{name} has {size / 1_000_000:,.0f} MB; at most {limits.max_file_mb} are read.",
        hint="Split it, or raise REPORT_QA_MAX_FILE_MB.",
    )


class _Worker:
    """One process and the pipe to it. A thread at a time uses it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._expired = False
        # No secret of this process's environment goes along; the path says where the same code is.
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        environment |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.worker", str(limits.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self.confinement: Sequence[bool] = ()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and not self._expired

    def read(self, job: Job) -> Outcome:
        """Return a document's text, or why there is none."""
        reply = self._ask(job)
        while reply == worker.PROGRESS:
            reply = self._reply()
        if reply is None:
            self._process.kill()
            return self._died(job.name)
        kind, payload = reply[:1], reply[1:]
        if kind == worker.ERROR:
            code, message, hint = json.loads(payload)
            return _ERRORS.get(code, DocumentUnreadable)(message, hint=hint)
        try:
            text = worker.unpickle_text(payload)
        except (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError):
            text = None
        if not isinstance(text, DocumentText):
            self._process.kill()
            return DocumentUnreadable(f"{job.name} made its reader answer nonsense.", hint="Leave it out.")
        return text

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ask(self, job: Job) -> bytes | None:
        asked = {
            "media_type": job.media_type,
            "name": job.name,
            "password": job.password,
            "ocr": self._limits.ocr,
            "max_pages": self._limits.max_pages,
        }
        if not self.confinement:
            ready = self._reply()
            if ready is None:
                return None
            self.confinement = json.loads(ready[1:])
        return self._reply(json.dumps(asked).encode(), b"\n", job.content)

    def _reply(self, *request: bytes) -> bytes | None:
        """Send a request, if there is one, and wait for a message; None where the process ends or takes too long.

        Recognising the text of a page takes seconds, so that each page that is done gives the next one the whole time.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(self._limits.seconds, self._expire)
        timer.start()
        try:
            if request:
                worker.send(self._process.stdin, *request)
            return worker.receive(self._process.stdout)
        except OSError:
            return None
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()

    def _died(self, name: str) -> DocumentUnreadable:
        code = self._process.wait()
        self.end()
        if self._expired:
            return DocumentTooLarge(
                f"{name} was not read within {self._limits.seconds:g} seconds.",
                hint="Split it, or raise REPORT_QA_PARSER_SECONDS.",
            )
        reason = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return DocumentUnreadable(
            f"{name} made its reader crash ({reason}).", hint="Open it in its own program and save it again."
        )
