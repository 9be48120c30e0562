"""How much is answered at the same time. More than that waits in a short line; who finds it full is told at once.

A machine that takes everything answers nobody: beyond what its cores can do each further question only slows all others.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from report_qa.errors import Busy


class Gate:
    """Lets `workers` in at a time and `waiting` more stand in line, each for `patience_s` seconds at the most.

    `refusal` is what is said to who finds the line full.
    """

    def __init__(
        self,
        *,
        workers: int,
        waiting: int,
        patience_s: float = 30.0,
        refusal: str = "Too many questions are being answered already.",
    ) -> None:
        self._refusal = refusal
        self._places = threading.BoundedSemaphore(workers)
        self._most = workers + waiting
        self._patience_s = patience_s
        self._inside = 0
        self._lock = threading.Lock()

    @property
    def inside(self) -> int:
        """How many are being answered or wait."""
        return self._inside

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Hold a place.

        Raises:
            Busy: the line is full, or no place became free in time.
        """
        with self._lock:
            if self._inside >= self._most:
                raise self._busy()
            self._inside += 1
        try:
            if not self._places.acquire(timeout=self._patience_s):
                raise self._busy()
            try:
                yield
            finally:
                self._places.release()
        finally:
            with self._lock:
                self._inside -= 1

    def refuse_if_full(self) -> None:
        """Tell who would find the line full, before anything is sent that can't be taken back.

        Raises:
            Busy: it is full now.
        """
        with self._lock:
            if self._inside >= self._most:
                raise self._busy()

    def _busy(self) -> Busy:
        return Busy(self._refusal, hint="Try again in a moment.")
