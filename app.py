"""The chat's entry for Streamlit: its pages and their look. `report-qa chat` serves it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from report_qa.doors.chat import (
    audit_page,
    check_page,
    desk,
    evidence_page,
    insights_page,
    library_page,
    shared_page,
    sign_in_page,
    style,
    upload_page,
)
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.texts import text

st.set_page_config(page_title=text("page.name"), page_icon=style.icon(Path(__file__).parent), layout="wide")
style.apply()
places: Places = Places(
    ask=st.Page(lambda: desk.show(places), title=text("page.name"), url_path="ask", default=True),
    check=st.Page(lambda: check_page.show(places), title=text("page.check"), url_path="check"),
    library=st.Page(lambda: library_page.show(places), title=text("page.library"), url_path="library"),
    insights=st.Page(
        lambda: insights_page.show(places), title=text("page.insights"), url_path="insights", visibility="hidden"
    ),
    upload=st.Page(lambda: upload_page.show(places), title=text("page.upload"), url_path="upload", visibility="hidden"),
    audit=st.Page(lambda: audit_page.show(places), title=text("page.audit"), url_path="audit", visibility="hidden"),
)
evidence = st.Page(evidence_page.show, title=text("page.evidence"), url_path="evidence", visibility="hidden")
shared = st.Page(shared_page.show, title=text("page.shared"), url_path="shared", visibility="hidden")
hidden = [places.insights, places.audit, places.upload, evidence, shared]
page = st.navigation([places.ask, places.check, places.library, *hidden], position="hidden")
sign_in_page.show_unless_signed_in(page)
