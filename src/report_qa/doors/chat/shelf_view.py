"""The words of the empty page, and the list of a reader's conversations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report_qa import Shelf
from report_qa.conversations import ConversationEntry
from report_qa.doors.chat.texts import counted, text


def opening_data(shelf: Shelf, *, writes: bool = False) -> dict[str, Any]:
    """Return what the page shows before the first question; `writes` says whether a model writes the answers."""
    documents = counted("count.documents", len(shelf.documents()))
    answers = text("opening.written" if writes else "opening.extracts", documents=documents)
    return {
        "title": shelf.title,
        "lead": text("opening.lead", answers=answers),
        "examples": list(shelf.examples()),
    }


def history_data(entries: Sequence[ConversationEntry], shown: str, sought: str = "") -> dict[str, Any]:
    """Return a reader's conversations, the last one first: all, or those that hold the words that were sought."""
    return {
        "shown": shown,
        "sought": sought,
        "conversations": [
            {
                "id": entry.conversation_id,
                "title": entry.title,
                "questions": counted("count.questions", entry.turn_count),
                "count": entry.turn_count,
                # The browser knows the reader's own days and hours.
                "at": entry.last_turn_at.isoformat(),
                "found": entry.found,
            }
            for entry in entries
        ],
    }
