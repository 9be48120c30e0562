"""The line at the top of the pages: whose documents these are, the list of them, and the way to the other page."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page

from report_qa import ReportQAError, Shelf
from report_qa.doors.chat import components
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.shelf_view import documents_data, history_data


def show(title: str, shelf: Shelf, held: Service, reader: Reader, check: Page) -> None:
    """Draw the line over the conversation, with the reader's other conversations."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        _title(title)
        st.page_link(check, label="Check a claim", icon=":material/fact_check:")
        _documents(shelf)
        # Another key is another popover: it closes when a conversation was chosen from it.
        with st.popover("History", key=f"history-{reader.conversation_id}", icon=":material/history:", type="tertiary"):
            try:
                entries = held.conversations().list(reader.owner)
            except ReportQAError as error:
                st.text(str(error))
            else:
                components.history(
                    history_data(entries, reader.conversation_id),
                    key="history",
                    on_open=reader.resume,
                    on_delete=reader.delete,
                )
        st.button("New", icon=":material/edit_square:", type="tertiary", help="New conversation", on_click=reader.begin)


def show_check(title: str, shelf: Shelf, ask: Page) -> None:
    """Draw the line over the check of claims."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        _title(title)
        st.page_link(ask, label="Ask a question", icon=":material/forum:")
        _documents(shelf)


def _title(title: str) -> None:
    with st.container(key="shelf-title"):
        st.text(title)


def _documents(shelf: Shelf) -> None:
    with st.popover("Documents", icon=":material/library_books:", type="tertiary"):
        components.documents(documents_data(shelf), key="documents")
