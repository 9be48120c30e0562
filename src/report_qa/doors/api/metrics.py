"""What is counted for Prometheus: requests, answers by how they ended, and how long each stage took. Never what was asked."""

from __future__ import annotations

import copy
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from report_qa.records.answer import Provenance

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one application; where it serves several libraries (`by_library`), with the library that each is about."""

    def __init__(self, *, by_library: bool = False) -> None:
        self.by_library = by_library
        self._library = ""
        self._registry = CollectorRegistry()
        more = ("library",) if by_library else ()
        self._requests = Counter(
            "report_qa_requests",
            "Requests by operation and status",
            ("operation", "status", *more),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "report_qa_request_seconds",
            "Seconds until a request was answered",
            ("operation", *more),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter("report_qa_answers", "Answers by status", ("status", *more), registry=self._registry)
        self._stage_seconds = Histogram(
            "report_qa_stage_seconds",
            "Seconds in a stage",
            ("stage", *more),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._inside = Gauge(
            "report_qa_questions_inside", "Questions being answered or waiting", registry=self._registry
        )

    def of(self, library: str) -> Self:
        """Return the same counters for what is about a library, "" for what is about none."""
        if not self.by_library or library == self._library:
            return self
        other = copy.copy(self)
        other._library = library  # noqa: SLF001
        return other

    def request(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(operation, str(status), *self._more).inc()
        self._request_seconds.labels(operation, *self._more).observe(seconds)

    def answered(self, status: str, provenance: Provenance) -> None:
        """Count an answer, or a check under its verdict."""
        self._answers.labels(status, *self._more).inc()
        for stage, ms in provenance.stage_ms:
            self._stage_seconds.labels(stage, *self._more).observe(ms / 1000)

    def page(self, *, inside: int) -> bytes:
        """Return the counters as Prometheus reads them."""
        self._inside.set(inside)
        return generate_latest(self._registry)

    @property
    def _more(self) -> tuple[str, ...]:
        return (self._library,) if self.by_library else ()
