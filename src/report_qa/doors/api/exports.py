"""Answers, conversations and chosen quotations as files. Writing one takes a processor for a while, so few are written at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.exceptions import HTTPException

from report_qa.audit import Deed
from report_qa.doors.api.context import Context, Here, Keeping, Reading
from report_qa.doors.api.keeping import Id, turn_of
from report_qa.doors.api.problems import responses
from report_qa.doors.api.shapes import EvidenceExportRequest, FileFormat
from report_qa.doors.downloads import download
from report_qa.errors import ConversationNotFound
from report_qa.exporting.collect import of_answer, of_conversation, of_evidence
from report_qa.exporting.content import Content
from report_qa.exporting.formats import format_named, offered

router = APIRouter(tags=["exports"])
Form = Annotated[FileFormat, Query(alias="format")]
Pages = Annotated[bool, Query(description="add pictures of the cited pages, in formats that can show them")]
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        # A file of JSON is whatever JSON its format prescribes.
        "content": {
            media_type: {} if media_type.endswith("json") else _BYTES
            for media_type in (each.media_type.partition(";")[0] for each in offered())
        },
    }
}
# What is printed of a file's origin is its shelf; nobody can have other words put there.
_TITLE = "Evidence from {shelf}"


@router.get("/conversations/{conversation_id}/export", response_class=Response, responses=_FILE | responses(404))
def export_conversation(
    conversation_id: Id, here: Here, caller: Keeping, form: Form = "docx", pages: Pages = False
) -> Response:
    """Return a conversation as a file."""
    loaded = here.parts.conversations().load(caller.owner, conversation_id)
    if not loaded.turns:
        raise ConversationNotFound("This conversation has no answers yet.", hint="Ask something in it first.")
    file = _file(here, partial(of_conversation, loaded), form, pages=pages)
    here.note(caller, Deed.EXPORTED, f"conversation/{conversation_id} {form}")
    return file


@router.get(
    "/conversations/{conversation_id}/turns/{turn_id}/export",
    response_class=Response,
    responses=_FILE | responses(404),
)
def export_answer(
    conversation_id: Id,
    turn_id: Id,
    here: Here,
    caller: Keeping,
    form: Form = "docx",
    pages: Pages = False,
) -> Response:
    """Return one answer as a file."""
    turn = turn_of(here, caller, conversation_id, turn_id)
    file = _file(here, partial(of_answer, turn.answer), form, pages=pages)
    here.note(caller, Deed.EXPORTED, f"answer/{turn_id} {form}")
    return file


@router.post("/evidence/export", response_class=Response, responses=_FILE | responses(404, 413))
def export_evidence(chosen: EvidenceExportRequest, here: Here, caller: Reading) -> Response:
    """Return chosen quotations as a file, in their order; those that open nothing any more are listed as missing."""
    shelf = here.parts.shelf()
    if not any(shelf.evidence(cite) for cite in chosen.cites):
        raise HTTPException(404)
    collect = partial(of_evidence, chosen.cites, title=_TITLE.format(shelf=shelf.title), chosen_at=datetime.now(UTC))
    file = _file(here, collect, chosen.format, pages=chosen.pages)
    here.note(caller, Deed.EXPORTED, f"evidence {chosen.format}")
    return file


def _file(here: Context, collect: Callable[..., Content], name: FileFormat, *, pages: bool) -> Response:
    form, shelf = format_named(name), here.parts.shelf()
    with here.exports.entered():
        written, disposition = download(collect(shelf.evidence, shelf=shelf.title), form, shelf, pages=pages)
    return Response(written, media_type=form.media_type, headers={"content-disposition": disposition})
