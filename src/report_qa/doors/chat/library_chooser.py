"""The choice between libraries in the line at the top: drawn only for somebody who may see more than one.

Each way is a real link: another library is another page, with a session of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from report_qa import ReportQAError
from report_qa.doors.chat import seeing, which_library
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text


def show(held: Service) -> None:
    """Draw the choice, with the library that the reader is in marked as such."""
    there = seeing.others(held)
    if not there:
        return
    with st.popover(text("libraries.choose"), key="libraries", icon=":material/unfold_more:", type="tertiary"):
        links(there, here=held.tenant.name)


def links(there: Sequence[Service], *, here: str = "") -> None:
    """Draw a link to each library; titles are escaped, whoever wrote them."""
    entries = [
        f'<li><a href="{escape(which_library.home(held))}" target="_self"'
        + (' aria-current="page"' if held.tenant.name == here else "")
        + f">{escape(title_of(held))}</a></li>"
        for held in there
    ]
    if entries:
        st.html(f'<ul class="libraries">{"".join(entries)}</ul>')


def title_of(held: Service) -> str:
    """Return what a library is called: by the settings, else by its catalogue, else by its name in addresses."""
    if held.tenant.title:
        return held.tenant.title
    try:
        return held.shelf().title or held.tenant.name
    except ReportQAError:
        return held.tenant.name
