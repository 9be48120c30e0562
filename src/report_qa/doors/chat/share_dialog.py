"""Sharing, on the side of who shares: the dialog in which a link is made, and their links, each to be withdrawn.

What is to be shared is frozen when Share is pressed. The link's secret stays in this session until the dialog is closed: it is
never in the address, and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from report_qa import Conversation, ReportQAError, Shelf
from report_qa.audit import Deed
from report_qa.doors.chat import components, visitor
from report_qa.doors.chat.evidence_view import spoken_day
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import counted, text
from report_qa.doors.quoting import as_quoted
from report_qa.records.shared import (
    Share,
    Shared,
    SharedAnswer,
    SharedConversation,
    SharedKind,
    SharedQuote,
    shown_evidence,
)

_STATE, _STATE_NEW = "share_offer", "share_offer_is_new"
_LEADS = {
    SharedKind.QUOTE: "sharing.quote",
    SharedKind.ANSWER: "sharing.answer",
    SharedKind.CONVERSATION: "sharing.conversation",
    SharedKind.COMPARISON: "sharing.comparison",
}
_KINDS = {
    SharedKind.QUOTE: "sharing.kind_quote",
    SharedKind.ANSWER: "sharing.kind_answer",
    SharedKind.CONVERSATION: "sharing.kind_conversation",
    SharedKind.COMPARISON: "sharing.kind_comparison",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """What the open dialog is about: what may be shared (None: nothing yet), and the link's secret once it is made."""

    shared: Shared | None
    conversation_id: str | None = None
    token: str = field(default="", repr=False)
    problem: str = ""


def offer(shared: Shared | None, *, conversation_id: str | None = None) -> None:
    """Have the dialog opened for this; a link to it is withdrawn with the conversation that is named."""
    st.session_state[_STATE] = _Offer(shared=shared, conversation_id=conversation_id)
    st.session_state[_STATE_NEW] = True


def offer_answer(conversation: Conversation | None, turn_id: str) -> None:
    """Offer one answer of a conversation."""
    for turn in conversation.turns if conversation is not None else ():
        if turn.turn_id == turn_id and conversation is not None:
            offer(SharedAnswer(title=turn.answer.question, turn=turn), conversation_id=conversation.conversation_id)


def offer_quote(shelf: Shelf, conversation: Conversation | None, cite: str) -> None:
    """Offer a quotation: as an answer of the conversation quotes it, else as it stands on the shelf."""
    turns = conversation.turns if conversation is not None else ()
    spans = (span for turn in turns for span in shown_evidence(turn.answer))
    found = next((span for span in spans if span.cite == cite), None)
    if found is None:
        try:
            view = shelf.evidence(cite)
        except ReportQAError:
            return
        found = as_quoted(view) if view is not None and view.located else None
    if found is not None:
        offer(SharedQuote(title=found.document_title, evidence=found))


def button(read: Callable[[], Conversation | None]) -> None:
    """Draw the button that shares the conversation, as it is when it is pressed, and leads to the reader's links."""
    st.button(
        text("sharing.button"),
        key="share-conversation",
        icon=":material/share:",
        type="tertiary",
        help=text("sharing.help"),
        on_click=lambda: _offer_conversation(read()),
    )


def is_wanted() -> bool:
    """Whether Share was pressed and the dialog has not been drawn since: it stands outside the panes, so the page is drawn."""
    return bool(st.session_state.get(_STATE_NEW))


def show(held: Service, reader: Reader) -> None:
    """Draw the dialog, if it is open."""
    st.session_state.pop(_STATE_NEW, None)
    if _STATE in st.session_state:
        st.dialog(text("sharing.dialog"), on_dismiss=_forget)(_dialog)(held, reader)


def _forget() -> None:
    st.session_state.pop(_STATE, None)


def _offer_conversation(conversation: Conversation | None) -> None:
    if conversation is None or not conversation.turns:
        offer(None)
        return
    shared = SharedConversation(title=conversation.title, turns=conversation.turns)
    offer(shared, conversation_id=conversation.conversation_id)


def _dialog(held: Service, reader: Reader) -> None:
    offered: _Offer = st.session_state.get(_STATE, _Offer(shared=None))
    problem = offered.problem
    try:
        links = held.shares().list(reader.owner)
    except ReportQAError as error:
        links, problem = (), str(visitor.told(held, error))
    components.sharing(
        {
            "what": _what(offered),
            "link": f"/shared?link={offered.token}" if offered.token else "",
            "problem": problem,
            "links": [_entry(share) for share in links],
        },
        key="sharing",
        on_make=lambda _: _make(held, reader),
        on_revoke=lambda share_id: _revoke(held, reader, share_id),
    )


def _make(held: Service, reader: Reader) -> None:
    offered: _Offer | None = st.session_state.get(_STATE)
    if offered is None or offered.shared is None or offered.token:
        return
    try:
        made = held.shares().make(reader.owner, offered.shared, conversation_id=offered.conversation_id)
        reader.note(Deed.SHARED, made.share.share_id)
    except ReportQAError as error:
        st.session_state[_STATE] = replace(offered, problem=str(visitor.told(held, error)))
    else:
        st.session_state[_STATE] = replace(offered, token=made.token, problem="")


def _revoke(held: Service, reader: Reader, share_id: str) -> None:
    offered: _Offer = st.session_state.get(_STATE, _Offer(shared=None))
    try:
        held.shares().revoke(reader.owner, share_id)
        reader.note(Deed.WITHDREW, share_id)
        problem = ""
    except ReportQAError as error:
        problem = str(visitor.told(held, error))
    # The link above may be the one that is gone now.
    st.session_state[_STATE] = replace(offered, token="", problem=problem)


def _what(offered: _Offer) -> dict[str, Any] | None:
    shared = offered.shared
    if shared is None:
        return None
    return {
        "lead": text(_LEADS[shared.kind]),
        "title": shared.title,
        "note": counted("sharing.answers", len(shared.answers)) if shared.kind is SharedKind.CONVERSATION else "",
        "withdrawn": text("sharing.withdrawn_with" if offered.conversation_id else "sharing.withdrawn_apart"),
    }


def _entry(share: Share) -> dict[str, str]:
    kind, day = text(_KINDS[share.kind]), spoken_day(share.made_at)
    note = (
        text("sharing.entry_opened", kind=kind, day=day, opened=spoken_day(share.opened_on))
        if share.opened_on
        else text("sharing.entry", kind=kind, day=day)
    )
    return {"id": share.share_id, "title": share.title, "note": note}
