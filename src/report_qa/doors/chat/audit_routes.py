"""The audit log as a file, for stewards alone."""

from __future__ import annotations

import csv
import io

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from report_qa.audit import Deed
from report_qa.doors.chat import seeing
from report_qa.doors.chat.doorkeeper import person_of
from report_qa.doors.chat.routes import absent
from report_qa.doors.chat.texts import text
from report_qa.doors.deeds import audit_rows, note
from report_qa.errors import LibraryNotFound
from report_qa.records.person import Role

_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


async def log(request: Request) -> Response:
    """Return all entries as CSV, the newest first."""
    return await run_in_threadpool(_log, request)


AUDIT_ROUTES = (Route("/audit/log.csv", log),)


def _log(request: Request) -> Response:
    person = person_of(request)
    try:
        held = seeing.route(request)
    except LibraryNotFound:
        return absent()
    if not person.may(Role.STEWARD):
        note(held, person, Deed.REFUSED, "/audit/log.csv")
        return PlainTextResponse(text("sign_in.not_yours"), status_code=403, headers=_HEADERS)
    written = io.StringIO()
    csv.writer(written).writerows(audit_rows(held.audit()))
    note(held, person, Deed.EXPORTED, "audit log")
    disposition = {"content-disposition": 'attachment; filename="audit-log.csv"'}
    return Response("\ufeff" + written.getvalue(), media_type="text/csv; charset=utf-8", headers=_HEADERS | disposition)
