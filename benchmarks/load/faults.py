"""What goes wrong during a run, one thing after the other, each put right again before the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gevent

Step = Callable[[], None]
# How long a server stays away.
AWAY_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`breaks` is done, and after `away_s` seconds `mends`."""

    name: str
    breaks: Step
    mends: Step | None = None
    away_s: float = AWAY_S


def run_faults(faults: Sequence[Fault], seconds: float) -> list[str]:
    """Spread the faults over a time; returns what was done, with the second at which it was."""
    began, done = time.monotonic(), list[str]()
    for number, fault in enumerate(faults, 1):
        due = began + seconds * number / (len(faults) + 1)
        gevent.sleep(max(0.0, due - time.monotonic()))
        done.append(f"{fault.name} at {time.monotonic() - began:.0f} s")
        fault.breaks()
        if fault.mends is not None:
            gevent.sleep(fault.away_s)
            fault.mends()
    return done
