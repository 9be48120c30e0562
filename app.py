"""The chat's entry for Streamlit: its three pages and their look. `report-qa chat` serves it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from report_qa.doors.chat import check_page, desk, evidence_page, style

# As a file: for a named icon the browser would ask a font host on the internet.
st.set_page_config(page_title="Report Q&A", page_icon=Path(__file__).parent / "static" / "icon.png", layout="wide")
style.apply()
ask: Page = st.Page(lambda: desk.show(check), title="Report Q&A", url_path="ask", default=True)
check: Page = st.Page(lambda: check_page.show(ask), title="Check a claim", url_path="check")
evidence = st.Page(evidence_page.show, title="Evidence", url_path="evidence", visibility="hidden")
st.navigation([ask, check, evidence], position="hidden").run()
