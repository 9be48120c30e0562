"""What stands above a page while no questions are taken. Its words are a steward's: they are shown as text."""

from __future__ import annotations

import streamlit as st

from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text


def show(held: Service) -> bool:
    """Draw the banner where questions are stopped; returns whether they are."""
    off = held.switch.state()
    if off is None:
        return False
    with st.container(key="off"):
        st.text(off.message)
        st.caption(text("page.off"))
    return True
