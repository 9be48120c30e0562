"""Waiting for what another thread does, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable

_WITHIN_S, _EVERY_S = 10, 0.01


def wait_until(reached: Callable[[], bool]) -> None:
    """Return once something is so; fail where that takes ten seconds."""
    end = time.monotonic() + _WITHIN_S
    while not reached():
        assert time.monotonic() < end, f"not reached within {_WITHIN_S} seconds"
        time.sleep(_EVERY_S)
