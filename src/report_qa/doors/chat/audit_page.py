"""The audit log, for stewards: who did what, and when; never what anybody asked."""

from __future__ import annotations

from typing import Any

import streamlit as st

from report_qa.audit import AuditEntry, Deed
from report_qa.doors.chat import components, masthead, seeing, visitor
from report_qa.doors.chat.library_view import spoken_time
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text
from report_qa.records.person import Role

_AT_ONCE = 200
_STATE_SHOWN = "audit_shown"
_SAID = {
    Deed.SIGNED_IN: "audit.signed_in",
    Deed.SHARED: "audit.shared",
    Deed.WITHDREW: "audit.withdrew",
    Deed.EXPORTED: "audit.exported",
    Deed.UPLOADED: "audit.uploaded",
    Deed.DELETED: "audit.deleted",
    Deed.ERASED: "audit.erased",
    Deed.EXPIRED: "audit.expired",
    Deed.KEY_MADE: "audit.key_made",
    Deed.REFUSED: "audit.refused",
}


def show(places: Places) -> None:
    """Draw the page, for stewards; whoever else came here is told so, and that they tried is noted."""
    held = seeing.page()
    with masthead.line(text("page.audit"), places, places.audit):
        pass
    if not visitor.admitted(held, Role.STEWARD, "/audit"):
        return
    st.fragment(_panes)(held)


def _panes(held: Service) -> None:
    visitor.stay(held)
    shown = int(st.session_state.get(_STATE_SHOWN, _AT_ONCE))
    with st.container(key="desk"), st.container(key="talk"), st.container(key="turns"), st.container(key="holdings"):
        components.audit(audit_data(held, shown), key="audit", on_earlier=lambda _: _show_earlier(shown))


def audit_data(held: Service, most: int) -> dict[str, Any]:
    """Return the last entries, and whether there are earlier ones."""
    entries = held.audit().entries(most=most + 1)
    return {"entries": [_line(entry) for entry in entries[:most]], "earlier": len(entries) > most}


def _line(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": str(entry.number),
        "at": spoken_time(entry.at),
        "who": entry.name or text("audit.nobody"),
        "owner": entry.owner[:12],
        "deed": text(_SAID[entry.deed]),
        "object": entry.object_id,
    }


def _show_earlier(shown: int) -> None:
    st.session_state[_STATE_SHOWN] = shown + _AT_ONCE
