"""OpenTelemetry: a span for each thing that the assistant did, with a child for each stage, sent by OTLP over gRPC.

Spans are sent by a thread of their own, some seconds later and several at once; a collector that doesn't answer costs nobody an
answer. What is left is sent when the process ends, for five seconds at the most.
"""

from __future__ import annotations

import atexit
from datetime import timedelta
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode, set_span_in_context

from report_qa.clock import Ended

_TIMEOUT_S = 5
_NS_IN_MS = 1_000_000


class Traces:
    """Sends spans to one collector. Safe to share between threads."""

    def __init__(self, endpoint: str) -> None:
        resource = Resource.create({"service.name": "report-qa", "service.version": version("report-qa")})
        # Nothing but these attributes is told of the machine, and the process ends without waiting for the library's own handler.
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"), timeout=_TIMEOUT_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, export_timeout_millis=_TIMEOUT_S * 1000))
        self._tracer = self._provider.get_tracer("report_qa")
        atexit.register(self.close)

    def send(self, ended: Ended, request: str = "") -> None:
        """Send what ended, with its stages; it is over, so the spans carry their own times."""
        began = _nanoseconds(ended, 0.0)
        attributes = {"report_qa.status": ended.status, "report_qa.edition": ended.edition_id}
        if request:
            attributes["report_qa.request"] = request
        span = self._tracer.start_span(f"report_qa.{ended.what}", start_time=began, attributes=attributes)
        inside = set_span_in_context(span)
        for (name, ms), began_ms in zip(ended.clock.stage_ms, ended.clock.began_ms, strict=True):
            stage = self._tracer.start_span(name, context=inside, start_time=_nanoseconds(ended, began_ms))
            stage.end(_nanoseconds(ended, began_ms + ms))
        if ended.status.startswith("error"):
            span.set_status(Status(StatusCode.ERROR))
        span.end(_nanoseconds(ended, ended.clock.ms))

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
        atexit.unregister(self.close)


def _nanoseconds(ended: Ended, ms: float) -> int:
    """Return a moment, `ms` after the asking, as nanoseconds since 1970."""
    seconds = (ended.clock.asked_at + timedelta(milliseconds=ms)).timestamp()
    return round(seconds * 1000 * _NS_IN_MS)
