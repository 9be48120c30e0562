"""What the pages show as long as there is no edition: what is missing, and on somebody's own machine the command that makes one."""

from __future__ import annotations

import shlex
from contextlib import suppress

import streamlit as st

from report_qa import ReportQAError, Shelf
from report_qa.doors.chat import components, library_chooser, seeing, visitor
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text

_LOOKS_S = 3.0


def shelf_of(held: Service) -> tuple[Shelf, str] | None:
    """Return the shelf and its title; None where there is no edition, and that is what the page shows now."""
    try:
        shelf = held.shelf()
        return shelf, held.tenant.title or shelf.title
    except ReportQAError as error:
        _show(error, held)
        return None


def _show(error: ReportQAError, held: Service) -> None:
    """Say what is missing, and look again every few seconds: a published library needs no restart. Other libraries may have an edition."""

    @st.fragment
    def until_published() -> None:
        with components.looking_again(_LOOKS_S), suppress(ReportQAError):
            _ = seeing.page().shelf().title
            st.rerun()

    with st.container(key="unpublished"):
        st.title(text("unpublished.title"), anchor=False)
        said = visitor.told(held, error)
        st.text(said.message)
        st.text(said.hint)
        if visitor.at_home(held):
            st.code(f"python -m ingest corpus/ --library {shlex.quote(str(held.settings.library))}", language=None)
        st.text(text("unpublished.goes_on"))
        until_published()
        there = seeing.others(held)
        if there:
            st.text(text("libraries.others"))
            library_chooser.links(there, here=held.tenant.name)
