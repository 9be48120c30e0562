"""The line at the top of the page: whose documents these are, the list of them, and the reader's conversations."""

from __future__ import annotations

import streamlit as st

from report_qa import ReportQAError, Shelf
from report_qa.doors.chat import components
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.shelf_view import documents_data, history_data


def show(title: str, shelf: Shelf, held: Service, reader: Reader) -> None:
    """Draw the line."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        with st.container(key="shelf-title"):
            st.text(title)
        with st.popover("Documents", icon=":material/library_books:", type="tertiary"):
            components.documents(documents_data(shelf), key="documents")
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
