"""The list of documents on the shelf, and the words of the empty page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report_qa import Shelf
from report_qa.conversations import ConversationEntry
from report_qa.doors.chat.evidence_view import source_line
from report_qa.doors.chat.routes import original_address


def opening_data(shelf: Shelf) -> dict[str, Any]:
    """Return what the page shows before the first question."""
    count = len(shelf.documents())
    return {
        "title": shelf.title,
        "lead": (
            f"Ask in your own words. Answers are quotations from {count} document{'' if count == 1 else 's'}, each with "
            "the page it stands on. Where the documents do not answer, you are told so."
        ),
        "examples": list(shelf.examples()),
    }


def documents_data(shelf: Shelf) -> dict[str, Any]:
    """Return the documents, the report first."""
    return {
        "documents": [
            {
                "title": document.title,
                "role": document.role.value,
                "superseded": document.state.value == "superseded",
                "source": source_line(document),
                "original": original_address(document.sha256),
            }
            for document in shelf.documents()
        ]
    }


def history_data(entries: Sequence[ConversationEntry], shown: str) -> dict[str, Any]:
    """Return a reader's conversations, the last one first."""
    return {
        "shown": shown,
        "conversations": [
            {
                "id": entry.conversation_id,
                "title": entry.title,
                "note": f"{_questions(entry.turn_count)} · {entry.last_turn_at.day} {entry.last_turn_at:%B %Y}",
            }
            for entry in entries
        ],
    }


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"
