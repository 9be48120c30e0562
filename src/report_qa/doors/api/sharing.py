"""Links that show others a copy of something, as it is when the link is made: whoever has the link may read it.

A link's token is told once, to who makes it. To withdraw a link its maker uses the id, which opens nothing.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException

from report_qa.audit import Deed
from report_qa.changes import Change
from report_qa.doors.api.context import Context, Here, Keeping, Reading
from report_qa.doors.api.keeping import Id, turn_json, turn_of
from report_qa.doors.api.keys import Caller
from report_qa.doors.api.once import Repeatable
from report_qa.doors.api.problems import responses
from report_qa.doors.api.shapes import (
    AnswerLink,
    ConversationLink,
    Json,
    LinkRequest,
    LinksShape,
    MadeLinkShape,
    SharedShape,
)
from report_qa.doors.quoting import as_quoted
from report_qa.errors import ConversationNotFound
from report_qa.projection import citation_json
from report_qa.records.shared import (
    Share,
    Shared,
    SharedAnswer,
    SharedComparison,
    SharedConversation,
    SharedQuote,
)

router = APIRouter(tags=["links"])


@router.get("/links", response_model=LinksShape, responses=responses())
def links(here: Here, caller: Keeping) -> Json:
    """List the links that the caller made, the last one first."""
    return {"links": [_link(share) for share in here.parts.shares().list(caller.owner)]}


@router.post("/links", response_model=MadeLinkShape, status_code=201, responses=responses(404, 409, 413))
def make_link(asked: LinkRequest, here: Here, caller: Keeping, once: Repeatable) -> Json | None:
    """Make a link to a quotation, an answer or a conversation, as it is now; its token is told this once."""
    conversation_id = None if asked.kind == "quote" else asked.conversation_id

    def made() -> Json:
        shared = _to_share(here, caller, asked)
        link = here.parts.shares().make(caller.owner, shared, conversation_id=conversation_id)
        here.note(caller, Deed.SHARED, link.share.share_id)
        return _link(link.share) | {"token": link.token, "chat_path": _chat_path(here, link.token)}

    return once(made, conversation_id=conversation_id)


@router.delete("/links/{link_id}", status_code=204, responses=responses(404, 409))
def withdraw_link(link_id: Id, here: Here, caller: Keeping, once: Repeatable) -> None:
    """Withdraw a link: what it showed is deleted."""

    def withdrawn() -> None:
        here.parts.shares().revoke(caller.owner, link_id)
        here.note(caller, Deed.WITHDREW, link_id)

    once(withdrawn)


@router.get("/shared/{token}", response_model=SharedShape, responses=responses(404))
def shared(token: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")], here: Here, _caller: Reading) -> Json:
    """Return what a link shows, as it was when it was shared, and what has become since of the words that it quotes."""
    opened = here.parts.shares().open(token)
    shown = opened.shared
    return {
        "kind": shown.kind.value,
        "title": shown.title,
        "made_at": opened.made_at.isoformat(timespec="seconds"),
        **_content(shown),
        "changes": [
            {"cite": cite, **_change(change)}
            for cite, change in here.parts.shelf().changes(shown.cited).items()
            if change.notable
        ],
    }


def _chat_path(here: Context, token: str) -> str:
    library = here.parts.tenant.in_addresses
    return f"/shared?link={token}" + (f"&library={library}" if library else "")


def _to_share(here: Context, caller: Caller, asked: LinkRequest) -> Shared:
    if isinstance(asked, AnswerLink):
        turn = turn_of(here, caller, asked.conversation_id, asked.turn_id)
        return SharedAnswer(title=turn.answer.question, turn=turn)
    if isinstance(asked, ConversationLink):
        conversation = here.parts.conversations().load(caller.owner, asked.conversation_id)
        if not conversation.turns:
            raise ConversationNotFound("This conversation has no answers yet.", hint="Ask something in it first.")
        return SharedConversation(title=conversation.title, turns=conversation.turns)
    view = here.parts.shelf().evidence(asked.cite)
    if view is None or not view.located:
        raise HTTPException(404)
    return SharedQuote(title=view.document.title, evidence=as_quoted(view))


def _content(shown: Shared) -> Json:
    turns = shown.turns if isinstance(shown, SharedConversation) else ()
    columns, rows = (shown.columns, shown.rows) if isinstance(shown, SharedComparison) else ((), ())
    return {
        "turns": [turn_json(turn) for turn in ((shown.turn,) if isinstance(shown, SharedAnswer) else turns)],
        "quotation": citation_json(shown.evidence) if isinstance(shown, SharedQuote) else None,
        "columns": list(columns),
        "rows": [
            {"heading": row.heading, "cells": [[citation_json(span) for span in cell] for cell in row.cells]}
            for row in rows
        ],
    }


def _change(change: Change) -> Json:
    return {
        "kind": change.kind.value,
        "edition": change.edition_id,
        "words_now": change.after or None,
        "cite_now": change.cite or None,
        "superseded": change.superseded,
        "superseded_by": change.superseded_by or None,
    }


def _link(share: Share) -> Json:
    return {
        "link_id": share.share_id,
        "kind": share.kind.value,
        "title": share.title,
        "made_at": share.made_at.isoformat(timespec="seconds"),
        "opened_on": share.opened_on.isoformat() if share.opened_on else None,
    }
