"""What whoever runs the service looks at: is it alive, is it ready, and what has it done."""

from __future__ import annotations

from fastapi import APIRouter, Response

from report_qa import ReportQAError
from report_qa.doors import outward
from report_qa.doors.api.context import Whole
from report_qa.doors.api.metrics import CONTENT_TYPE
from report_qa.doors.api.shapes import HealthShape, Json, ReadyShape

router = APIRouter(tags=["operation"])


@router.get("/health", response_model=HealthShape)
def health() -> Json:
    """Say that the process is alive."""
    return {"status": "ok"}


@router.get("/ready", response_model=ReadyShape, responses={503: {"model": ReadyShape}})
def ready(whole: Whole, response: Response) -> Json:
    """Say whether a question would be answered at once: 200 where it would, 503 where something is missing.

    Of several libraries one has to be there; a library without an edition keeps nobody from the others.
    """
    libraries, edition, detail = whole.libraries, None, ""
    try:
        edition = libraries.first_edition()
        libraries.start_loading()
        if libraries.ending:
            detail = "This server is about to end."
        elif not libraries.ready:
            detail = "The models are being loaded."
    except ReportQAError as error:
        detail = str(outward.told(error, at_home=whole.at_home))
    response.status_code = 503 if detail else 200
    return {"ready": not detail, "edition": edition, "detail": detail}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(whole: Whole) -> Response:
    """Return the counters for Prometheus."""
    return Response(whole.metrics.page(inside=whole.gate.inside), media_type=CONTENT_TYPE)
