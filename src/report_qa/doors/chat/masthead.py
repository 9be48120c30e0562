"""The line at the top of the pages: whose documents these are, the ways to the other pages, and what a page adds of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.navigation.page import Page

from report_qa import ReportQAError
from report_qa.doors.chat import account, components, library_chooser, seeing, visitor, which_library
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.shelf_view import history_data
from report_qa.doors.chat.texts import text
from report_qa.records.person import Role


@contextmanager
def line(title: str, places: Places, here: Page) -> Iterator[None]:
    """Draw the line; what the caller draws within it comes last."""
    held = seeing.page()
    within = which_library.parameters(held)
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        with st.container(key="shelf-title"):
            st.text(title)
        library_chooser.show(held)
        if here is not places.ask:
            st.page_link(places.ask, label=text("page.ask"), icon=":material/forum:", query_params=within)
        if here is not places.check:
            st.page_link(places.check, label=text("page.check"), icon=":material/fact_check:", query_params=within)
        if here is not places.library:
            st.page_link(
                places.library, label=text("page.library"), icon=":material/library_books:", query_params=within
            )
        if here is places.library and visitor.person(held).may(Role.STEWARD):
            # For those who keep the library; on the other pages it would only take room.
            st.page_link(places.insights, label=text("page.insights"), icon=":material/insights:", query_params=within)
        yield
        account.sign(held, visitor.person(held), places)
    account.show(held)


def conversations(held: Service, reader: Reader) -> None:
    """Draw the reader's other conversations and the way to a new one."""
    # Another key is another popover: it closes when a conversation was chosen from it.
    with st.popover(
        text("page.history"), key=f"history-{reader.conversation_id}", icon=":material/history:", type="tertiary"
    ):
        try:
            entries = held.conversations().search(reader.owner, reader.sought)
        except ReportQAError as error:
            st.text(str(visitor.told(held, error)))
        else:
            components.history(
                history_data(entries, reader.conversation_id, reader.sought),
                key="history",
                on_open=reader.resume,
                on_delete=reader.delete,
                on_rename=lambda told: reader.rename(told["id"], told["name"]),
                on_search=reader.seek,
            )
    st.button(
        text("page.new"),
        icon=":material/edit_square:",
        type="tertiary",
        help=text("page.new_help"),
        on_click=reader.begin,
    )
