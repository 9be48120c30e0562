"""The panel in the line at the top that exports the whole conversation."""

from __future__ import annotations

from typing import Any

import streamlit as st

from report_qa import Conversation
from report_qa.doors.chat import components
from report_qa.doors.chat.export_view import formats_data, sources_data
from report_qa.doors.chat.texts import text
from report_qa.records.shared import shown_evidence


def button(conversation: Conversation | None) -> None:
    """Draw the button and what it opens."""
    # Another key is another popover: with another conversation it is closed again.
    name = conversation.conversation_id if conversation is not None else ""
    with st.popover(
        text("export.export"),
        key=f"export-{name}",
        icon=":material/download:",
        type="tertiary",
        help=text("export.export_conversation"),
    ):
        components.exporting({"what": _what(conversation), "exporting": formats_data()}, key="exporting")


def _what(conversation: Conversation | None) -> dict[str, Any] | None:
    if conversation is None or not conversation.turns:
        return None
    return {
        "conversation": conversation.conversation_id,
        "answers": len(conversation.turns),
        "choosable": sources_data(span for turn in conversation.turns for span in shown_evidence(turn.answer)),
    }
