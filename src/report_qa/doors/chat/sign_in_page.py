"""What somebody sees who isn't signed in: one button that leads to the organisation's own sign-in, or why they may not come in."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page

from report_qa.doors.chat import no_library, seeing, which_library
from report_qa.doors.chat.texts import text
from report_qa.errors import AccessError, LibraryNotFound, NotAllowed


def show_unless_signed_in(page: Page) -> None:
    """Draw a page of the chat for whoever may see it, and for others this one in its place, or the one that leads to their libraries."""
    try:
        held = seeing.page()
    except AccessError as refused:
        show(refused)
    except LibraryNotFound:
        no_library.show()
    else:
        which_library.keep_in_address(held)
        page.run()


def show(refused: AccessError) -> None:
    """Draw the page. It says nothing of what is behind it."""
    with st.container(key="unpublished"):
        st.title(text("page.name"), anchor=False)
        if isinstance(refused, NotAllowed):
            st.text(text("sign_in.not_allowed"))
            st.text(str(refused))
            st.button(text("sign_in.other"), on_click=st.logout)
            return
        st.text(text("sign_in.lead"))
        st.button(text("sign_in.button"), on_click=st.login)
