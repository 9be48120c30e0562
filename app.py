"""The chat's entry for Streamlit: its two pages and their look. `report-qa chat` serves it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from report_qa.doors.chat import desk, evidence_page, style

# As a file: for a named icon the browser would ask a font host on the internet.
st.set_page_config(page_title="Report Q&A", page_icon=Path(__file__).parent / "static" / "icon.png", layout="wide")
style.apply()
pages = [
    st.Page(desk.show, title="Report Q&A", url_path="ask", default=True),
    st.Page(evidence_page.show, title="Evidence", url_path="evidence", visibility="hidden"),
]
st.navigation(pages, position="hidden").run()
