"""The check of claims: a text on the left with a verdict on each of its sentences, and the evidence beside it.

It needs no chat model. The panes are those of the conversation; while a text is being checked they redraw themselves.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from report_qa import Shelf
from report_qa.doors.chat import components, masthead, off_banner, seeing, share_dialog, unpublished, visitor
from report_qa.doors.chat.check_view import draft_data, evidence_beside
from report_qa.doors.chat.drafts import Draft
from report_qa.doors.chat.evidence_view import open_data
from report_qa.doors.chat.export_view import formats_data
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text

_LOOKS_S = 0.3
# Longer texts than this the box does not take; what a browser sends in one piece is bounded (see `server`).
_MOST_TYPED = 200_000


def show(places: Places) -> None:
    """Draw the page."""
    held = seeing.page()
    opened = unpublished.shelf_of(held)
    if opened is None:
        return
    _, title = opened
    held.start_loading()
    reader = Reader(held)
    with masthead.line(title, places, places.check):
        pass
    share_dialog.show(held, reader)
    waiting = _waiting(reader)
    st.fragment(_panes)(held, reader, waiting)


def _panes(held: Service, reader: Reader, waiting: str) -> None:
    with components.looking_again(_LOOKS_S if waiting else None):
        visitor.stay(held)
        # Of now: who reads, and what they may see, may have changed since the page was drawn.
        held = seeing.page()
        reader.hold_selection()
        if _waiting(reader) != waiting or share_dialog.is_wanted():
            # A text came, or its verdicts are there: the pace is set anew.
            st.rerun()
        _draw(held, held.shelf(), reader)


def _draw(held: Service, shelf: Shelf, reader: Reader) -> None:
    draft = reader.draft()
    with st.container(key="desk"):
        with st.container(key="talk"):
            off = off_banner.show(held)
            with st.container(key="turns"), st.container(key="checking"):
                _form(reader, draft, off)
                components.check(
                    _check_data(held, reader, draft),
                    key="check",
                    on_cite=reader.select,
                    on_stop=lambda _: reader.drop_draft(),
                    on_clear=lambda _: _clear(reader),
                )
        with st.container(key="proof"):
            if reader.cite:
                with st.container(key="sheet"):
                    components.evidence(
                        _evidence_data(shelf, reader, draft),
                        key="evidence",
                        on_cite=reader.select,
                        on_close=lambda _: reader.select(""),
                        on_share=lambda cite: share_dialog.offer_quote(shelf, None, cite),
                    )


def _form(reader: Reader, draft: Draft | None, off: bool) -> None:
    st.title(text("check.title"), anchor=False)
    st.text(text("check.lead"))
    with st.form("draft", border=False, enter_to_submit=False):
        st.text_area(
            text("check.text"),
            value=draft.text if draft is not None else "",
            key="text",
            height=132,
            max_chars=_MOST_TYPED,
            placeholder=text("check.placeholder"),
        )
        st.form_submit_button(
            text("check.begin"),
            disabled=off,
            on_click=lambda: reader.check(str(st.session_state["text"] or "")),
        )


def _clear(reader: Reader) -> None:
    reader.drop_draft()
    st.session_state["text"] = ""


def _check_data(held: Service, reader: Reader, draft: Draft | None) -> dict[str, Any]:
    shown, problem = None, reader.draft_problem
    if problem is not None:
        shown = {"id": "problem", "kind": "failure", "lead": str(visitor.told(held, problem))}
    elif draft is not None:
        shown = draft_data(visitor.with_problem_told(held, draft), ready=held.ready)
    return {"draft": shown, "selected": reader.cite, "exporting": formats_data()}


def _evidence_data(shelf: Shelf, reader: Reader, draft: Draft | None) -> dict[str, Any]:
    return open_data(shelf, reader.cite, evidence_beside(draft).get(reader.cite, ()))


def _waiting(reader: Reader) -> str:
    """Return what the page waits for, "" for nothing."""
    draft = reader.draft()
    return draft.draft_id if draft is not None and draft.pending else ""
