"""When a question was asked, how long each stage took, and who is told of it when it has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime


class Clock:
    """Runs from its making; `stage_ms` are the stages in the order in which they ended, in milliseconds.

    `began_ms` says of each, in the same order, how long after the clock's start it began.
    """

    def __init__(self) -> None:
        self.asked_at = datetime.now(UTC)
        self.stage_ms: list[tuple[str, float]] = []
        self.began_ms: list[float] = []
        self._started = time.perf_counter()

    @property
    def ms(self) -> float:
        """Milliseconds since the clock was started."""
        return round((time.perf_counter() - self._started) * 1000, 2)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        began_ms, started = self.ms, time.perf_counter()
        try:
            yield
        finally:
            self.began_ms.append(began_ms)
            self.stage_ms.append((name, round((time.perf_counter() - started) * 1000, 2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One thing that the assistant did (`what`: ask, search, check, …), how it ended, and from which edition."""

    what: str
    status: str
    edition_id: str
    clock: Clock


Observer = Callable[[Ended], None]


def unobserved(_: Ended) -> None:
    """Tell nobody."""
