"""The off switch: a file in the library's folder that stops all questions, with a sentence for those who would ask.

Every process that answers from this library looks for the file at each question, so that one command stops and starts all of
them at once, whatever machine they run on. What is there to be read goes on being read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from report_qa.errors import ServiceOff
from report_qa.library.durable import sync, write_durably

FILE_NAME = "OFF"
LONGEST_MESSAGE = 500
_DEFAULT = "Questions are not being answered for now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Off:
    """What is said instead of an answer, and since when (ISO 8601, UTC; "" where the file doesn't say)."""

    message: str
    since: str


class Switch:
    """The switch of the library in a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def state(self) -> Off | None:
        """Return what is said, None where questions are answered. A file that says nothing readable counts: it is there."""
        try:
            content = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            # Somebody put it there, and would not want it overlooked.
            return Off(message=_DEFAULT, since="")
        try:
            stored = json.loads(content)
            return Off(message=str(stored["message"])[:LONGEST_MESSAGE] or _DEFAULT, since=str(stored["since"]))
        except (ValueError, KeyError, TypeError):
            return Off(message=" ".join(content.split())[:LONGEST_MESSAGE] or _DEFAULT, since="")

    def require_on(self) -> None:
        """Do nothing where questions are answered.

        Raises:
            ServiceOff: they are not; its message is what the switch says.
        """
        off = self.state()
        if off is not None:
            raise ServiceOff(off.message, hint="What was answered before, and the documents, can be read all the same.")

    def turn_off(self, message: str = "") -> Off:
        """Stop all questions; `message` is cut at LONGEST_MESSAGE characters."""
        said = " ".join(message.split())[:LONGEST_MESSAGE] or _DEFAULT
        off = Off(message=said, since=datetime.now(UTC).isoformat(timespec="seconds"))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(self._path, json.dumps({"message": off.message, "since": off.since}, ensure_ascii=False) + "\n")
        return off

    def turn_on(self) -> bool:
        """Take questions again; returns whether they were stopped."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        sync(self._path.parent)
        return True
