"""What is counted for Prometheus: requests, answers by how they ended, and how long each stage took. Never what was asked."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from report_qa.records.answer import Provenance

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "report_qa_requests", "Requests by operation and status", ("operation", "status"), registry=self._registry
        )
        self._request_seconds = Histogram(
            "report_qa_request_seconds",
            "Seconds until a request was answered",
            ("operation",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter("report_qa_answers", "Answers by status", ("status",), registry=self._registry)
        self._stage_seconds = Histogram(
            "report_qa_stage_seconds", "Seconds in a stage", ("stage",), buckets=_SECONDS, registry=self._registry
        )
        self._inside = Gauge(
            "report_qa_questions_inside", "Questions being answered or waiting", registry=self._registry
        )

    def request(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(operation, str(status)).inc()
        self._request_seconds.labels(operation).observe(seconds)

    def answered(self, status: str, provenance: Provenance) -> None:
        """Count an answer, or a check under its verdict."""
        self._answers.labels(status).inc()
        for stage, ms in provenance.stage_ms:
            self._stage_seconds.labels(stage).observe(ms / 1000)

    def page(self, *, inside: int) -> bytes:
        """Return the counters as Prometheus reads them."""
        self._inside.set(inside)
        return generate_latest(self._registry)
