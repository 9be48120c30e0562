"""The page behind a permanent link: one citation, without the conversation that it came from."""

from __future__ import annotations

from html import escape

import streamlit as st

from report_qa import ReportQAError
from report_qa.doors.chat import components, seeing, visitor, which_library
from report_qa.doors.chat.evidence_view import open_data
from report_qa.doors.chat.texts import text


def show() -> None:
    """Draw the page."""
    cite = str(st.query_params.get("cite", ""))
    held = seeing.page()
    try:
        shelf = held.shelf()
        title = held.tenant.title or shelf.title
    except ReportQAError as error:
        with st.container(key="unpublished"):
            st.text(str(visitor.told(held, error)))
        return
    data = open_data(shelf, cite)
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        with st.container(key="shelf-title"):
            st.text(title)
        # A plain link: the conversation is kept in the store, so loading the page anew loses nothing.
        st.html(
            f'<a class="to-chat" href="{escape(which_library.home(held))}" target="_self">{escape(text("page.ask_these"))}</a>'
        )
    with st.container(key="alone"):
        components.evidence(data | {"alone": True}, key="evidence", on_cite=_nothing, on_close=_nothing)


def _nothing(_: str) -> None:
    """A citation that stands alone has no neighbours, and nothing to be closed to."""
