"""Who hears of what the assistant did: the log always, and a collector of traces where one is named.

Both get names and durations. A question's span has a child for each stage, made when the question has ended from what its
clock measured, so that answering knows nothing of traces; the words of questions, answers and documents are in no attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from report_qa import logs
from report_qa.clock import Ended

if TYPE_CHECKING:
    from report_qa.backends.traces import Traces


class Observing:
    """Tells of what ended. Safe to share between threads; without an endpoint nothing is sent and no library loaded."""

    def __init__(self, endpoint: str = "") -> None:
        self._traces: Traces | None = None
        if endpoint:
            from report_qa.backends.traces import Traces

            self._traces = Traces(endpoint)

    def __call__(self, ended: Ended) -> None:
        """Tell of one thing that ended."""
        logs.note(
            ended.what,
            status=ended.status,
            edition=ended.edition_id,
            ms=ended.clock.ms,
            stage_ms=_summed(ended),
        )
        if self._traces is not None:
            self._traces.send(ended, logs.current_request())


def _summed(ended: Ended) -> dict[str, float]:
    """Return the milliseconds of each stage; a question of several parts goes through one more than once."""
    total: dict[str, float] = {}
    for name, ms in ended.clock.stage_ms:
        total[name] = total.get(name, 0.0) + ms
    return {name: round(ms, 2) for name, ms in total.items()}
