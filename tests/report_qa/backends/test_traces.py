"""Traces reach a real collector's protocol, with times and names and nothing else; without the setting nothing is sent."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

from report_qa import logs
from report_qa.clock import Clock, Ended
from report_qa.observing import Observing
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary


class Collector(TraceServiceServicer):
    """Receives OTLP over gRPC on loopback, as a collector does."""

    def __init__(self) -> None:
        self.requests: list[ExportTraceServiceRequest] = []
        self.got = threading.Event()
        self._server = grpc.server(ThreadPoolExecutor(max_workers=1))
        add_TraceServiceServicer_to_server(self, self._server)  # type: ignore[no-untyped-call]
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:  # noqa: N802
        self.requests.append(request)
        self.got.set()
        return ExportTraceServiceResponse()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def spans(self) -> list[Any]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def stop(self) -> None:
        self._server.stop(grace=None).wait(5)


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.stop()


def close(observing: Observing) -> None:
    assert observing._traces is not None
    observing._traces.close()


def test_a_question_is_a_span_with_a_child_for_each_stage(small: SmallLibrary, collector: Collector) -> None:
    observing = Observing(collector.endpoint)
    assistant = small.assistant()
    assistant._observe = observing
    with logs.request("flow-7"):
        answer = assistant.ask(GAP)
    close(observing)
    assert collector.got.wait(10)

    (question,) = [span for span in collector.spans if not span.parent_span_id]
    stages = [span for span in collector.spans if span.parent_span_id == question.span_id]
    assert question.name == "report_qa.ask"
    assert {each.key: each.value.string_value for each in question.attributes} == {
        "report_qa.status": "answered",
        "report_qa.edition": answer.provenance.edition_id,
        "report_qa.request": "flow-7",
    }
    assert sorted(span.name for span in stages) == sorted(name for name, _ in answer.provenance.stage_ms)
    assert all(span.trace_id == question.trace_id for span in stages)
    assert all(
        question.start_time_unix_nano
        <= span.start_time_unix_nano
        <= span.end_time_unix_nano
        <= question.end_time_unix_nano
        for span in stages
    )


def test_no_word_of_a_question_or_a_document_is_sent(small: SmallLibrary, collector: Collector) -> None:
    observing = Observing(collector.endpoint)
    assistant = small.assistant()
    assistant._observe = observing
    assistant.ask(GAP)
    assistant.check(GAP_ANSWER)
    assistant.search(GAP)
    close(observing)
    assert collector.got.wait(10)
    assert {span.name for span in collector.spans} >= {"report_qa.ask", "report_qa.check", "report_qa.search"}
    sent = str(collector.requests)
    assert not any(word in sent for word in ("productivity", "gap", "neighbourhood", "big-plan"))


def test_an_answer_that_failed_is_marked(collector: Collector) -> None:
    observing = Observing(collector.endpoint)
    observing(Ended(what="ask", status="error_model", edition_id="000001", clock=Clock()))
    close(observing)
    assert collector.got.wait(10)
    assert [span.status.code for span in collector.spans] == [2]


def test_a_collector_that_is_not_there_costs_no_answer(collector: Collector) -> None:
    collector.stop()
    observing = Observing(collector.endpoint)
    observing(Ended(what="ask", status="answered", edition_id="000001", clock=Clock()))
    close(observing)


def test_without_the_setting_nothing_of_it_is_even_loaded() -> None:
    code = "import sys; from report_qa.observing import Observing; Observing(); print([m for m in sys.modules if 'opentelemetry' in m])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"
