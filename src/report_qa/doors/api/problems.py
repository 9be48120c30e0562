"""Errors as problem details (RFC 9457): one shape for all, the status from the one table, and nothing of the inside."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from report_qa import ReportQAError
from report_qa.doors import outward
from report_qa.doors.statuses import http_status
from report_qa.errors import KeyRefused, TooManyRequests

_log = logging.getLogger(__name__)
_TYPE = "application/problem+json"
_BUSY_WAIT_S = 2
_WAITED_FOR = (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)


class Problem(BaseModel):
    """`code` is the stable name of the error, `detail` one sentence, `hint` what to do next, `retryable` whether to try again."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    hint: str = ""
    retryable: bool = False


def problem_of(error: ReportQAError) -> Problem:
    """Return an error of the family as a problem."""
    status = http_status(error)
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=error.code,
        detail=error.message,
        hint=error.hint,
        retryable=error.retryable,
    )


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the schema says of an operation's problems; what takes a body (413) may get one that can't be read (400)."""
    unread = {400} if HTTPStatus.REQUEST_ENTITY_TOO_LARGE in statuses else set()
    return {
        status: {"model": Problem, "content": {_TYPE: {}}, "description": HTTPStatus(status).phrase}
        for status in sorted({*statuses, *unread, 401, 403, 422, 429, 503})
    }


def plain(status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return a problem of HTTP's own, told by its status alone."""
    phrase = HTTPStatus(status).phrase
    return _answered(Problem(title=phrase, status=status, code="http", detail=f"{phrase}."), headers)


def install(api: FastAPI, *, at_home: bool) -> None:
    """Have every error of an application answered as a problem; `at_home` says whether callers are told of what is within."""

    @api.exception_handler(ReportQAError)
    async def known(_request: Request, error: ReportQAError) -> JSONResponse:
        headers = {}
        if isinstance(error, KeyRefused):
            headers["www-authenticate"] = "Bearer"
        elif isinstance(error, TooManyRequests):
            headers["retry-after"] = str(error.wait_s)
        elif error.retryable and http_status(error) in _WAITED_FOR:
            headers["retry-after"] = str(_BUSY_WAIT_S)
        return _answered(problem_of(outward.told(error, at_home=at_home)), headers)

    @api.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        # What was sent is not sent back.
        problem = Problem(
            title="Unprocessable Content", status=422, code="request_invalid", detail=f"{place}: {first['msg']}."
        )
        return _answered(problem)

    @api.exception_handler(HTTPException)
    async def of_http(_request: Request, error: HTTPException) -> JSONResponse:
        return plain(error.status_code, dict(error.headers or {}))

    @api.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        # Its path may hold the secret of a link.
        _log.error("%s failed", getattr(request.scope.get("route"), "name", "unknown"), exc_info=error)
        detail = "Something went wrong here. It has been noted."
        return _answered(Problem(title="Internal Server Error", status=500, code="error", detail=detail))


def _answered(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(), status_code=problem.status, media_type=_TYPE, headers=headers)
