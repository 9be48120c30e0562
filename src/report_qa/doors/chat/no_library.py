"""What somebody sees who came to a library that is not there, or not for them: the ways to those that are."""

from __future__ import annotations

import streamlit as st

from report_qa.doors.chat import library_chooser, seeing
from report_qa.doors.chat.texts import text


def show() -> None:
    """Draw the page. Nothing on it tells a library that is hidden from one that never was."""
    there = seeing.others(None)
    with st.container(key="unpublished"):
        st.title(text("libraries.absent"), anchor=False)
        st.text(text("libraries.there_are" if there else "libraries.there_are_none"))
        library_chooser.links(there)
