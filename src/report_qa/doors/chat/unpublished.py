"""What the pages show as long as there is no edition: what is missing, and the command that makes one."""

from __future__ import annotations

import shlex
from pathlib import Path

import streamlit as st

from report_qa import ReportQAError
from report_qa.doors.chat import seeing
from report_qa.doors.chat.texts import text


def show(error: ReportQAError, library: Path) -> None:
    """Say what is missing, and look again every few seconds: a published library needs no restart."""

    @st.fragment(run_every=3)
    def look_again() -> None:
        try:
            _ = seeing.page().shelf().title
        except ReportQAError:
            return
        st.rerun()

    with st.container(key="unpublished"):
        st.title(text("unpublished.title"), anchor=False)
        st.text(error.message)
        st.text(error.hint)
        st.code(f"python -m ingest corpus/ --library {shlex.quote(str(library))}", language=None)
        st.text(text("unpublished.goes_on"))
        look_again()
