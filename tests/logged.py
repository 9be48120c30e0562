"""Everything that this process logs, caught as it would be written; logging is put back afterwards."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from report_qa import logs


class Logged:
    """What was written until now."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines as JSON; each has to be JSON."""
        return [json.loads(line) for line in self.text.splitlines()]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == name]


@contextmanager
def logging_to(form: logs.Format = "json", level: logs.Level | None = None) -> Iterator[Logged]:
    """Configure logging for a while."""
    root, caught = logging.getLogger(), Logged()
    before = (list(root.handlers), root.level, threading.excepthook, sys.excepthook)
    logs.configure(form, level, caught.stream)
    try:
        yield caught
    finally:
        root.handlers[:], threading.excepthook, sys.excepthook = before[0], before[2], before[3]
        root.setLevel(before[1])
        logging.captureWarnings(False)
