"""When a question was asked, and how long each stage took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


class Clock:
    """Runs from its making; `stage_ms` are the stages in the order in which they ended, in milliseconds."""

    def __init__(self) -> None:
        self.asked_at = datetime.now(UTC)
        self.stage_ms: list[tuple[str, float]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stage_ms.append((name, round((time.perf_counter() - started) * 1000, 2)))
