"""The page behind a link that somebody made to share something: what was shared, to be read, with its sources beside it.

The link's secret stays in the address, so that whoever was given it can load the page anew. A reader of this page has a
conversation of their own, which the link neither shows nor touches.
"""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from report_qa import ReportQAError, Shelf
from report_qa.changes import Change
from report_qa.doors.chat import components, seeing, visitor, which_library
from report_qa.doors.chat.evidence_view import open_data
from report_qa.doors.chat.export_view import formats_data
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.shared_view import absent_data, beside, head_data, turns_data, unreadable_data
from report_qa.doors.chat.texts import text
from report_qa.errors import ShareNotFound
from report_qa.records.shared import OpenedShare, SharedAnswer, SharedConversation

_LINK = "link"
_STATE_CHANGES = "shared_changes"


def show() -> None:
    """Draw the page."""
    held = seeing.page()
    try:
        shelf = held.shelf()
        title = held.tenant.title or shelf.title
    except ReportQAError as error:
        with st.container(key="unpublished"):
            st.text(str(visitor.told(held, error)))
        return
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        with st.container(key="shelf-title"):
            st.text(title)
        # A plain link, so that the secret does not come along.
        st.html(
            f'<a class="to-chat" href="{escape(which_library.home(held))}" target="_self">{escape(text("page.ask_these"))}</a>'
        )
    st.fragment(_panes)(held, shelf, Reader(held))


def _panes(held: Service, shelf: Shelf, reader: Reader) -> None:
    visitor.stay(held)
    # Of now: who reads, and what they may see, may have changed since the page was drawn.
    held = seeing.page()
    shelf = held.shelf()
    # Opened anew at each click: a link that was withdrawn meanwhile shows nothing more.
    opened, head = _opened(held)
    with st.container(key="desk"):
        with st.container(key="talk"), st.container(key="turns"):
            if opened is None:
                components.shared(head, key="shared", on_cite=reader.select)
                return
            changes = _changes(shelf, opened)
            head = head_data(opened, changes, shelf.edition_id) | {"selected": reader.cite}
            components.shared(head, key="shared", on_cite=reader.select)
            if opened.shared.answers:
                components.conversation(
                    _conversation_data(opened, changes, reader),
                    key="conversation",
                    on_cite=reader.select,
                    on_earlier=lambda _: reader.show_earlier(),
                )
        with st.container(key="proof"):
            if reader.cite:
                with st.container(key="sheet"):
                    components.evidence(
                        open_data(shelf, reader.cite, beside(opened.shared, reader.cite)) | {"read_only": True},
                        key="evidence",
                        on_cite=reader.select,
                        on_close=lambda _: reader.select(""),
                    )


def _opened(held: Service) -> tuple[OpenedShare | None, dict[str, Any]]:
    """Return what the link in the address shows, or what is to be said instead."""
    try:
        return held.shares().open(str(st.query_params.get(_LINK, ""))), {}
    except ShareNotFound:
        return None, absent_data()
    except ReportQAError:
        # Its message names files of the server.
        return None, unreadable_data()


def _changes(shelf: Shelf, opened: OpenedShare) -> dict[str, Change]:
    """Return what has become of what is quoted; looked up once for each edition."""
    key = (opened.share_id, shelf.edition_id, shelf.audience)
    known, changes = st.session_state.get(_STATE_CHANGES, (None, {}))
    if known != key:
        changes = shelf.changes(opened.shared.cited)
        st.session_state[_STATE_CHANGES] = (key, changes)
    found: dict[str, Change] = changes
    return found


def _conversation_data(opened: OpenedShare, changes: dict[str, Change], reader: Reader) -> dict[str, Any]:
    shared = opened.shared
    turns = shared.turns if isinstance(shared, SharedConversation) else ()
    if isinstance(shared, SharedAnswer):
        turns = (shared.turn,)
    return {
        "turns": turns_data(turns[-reader.turns_shown :], changes),
        "earlier": max(0, len(turns) - reader.turns_shown),
        "selected": reader.cite,
        "exporting": formats_data(),
        "read_only": True,
    }
