"""How a server ends when it is told to: it says that it isn't ready, answers what still comes for a while, then finishes.

Whoever spreads requests over replicas asks each whether it is ready, every few seconds. Between the word to end (SIGTERM) and the
end, a server therefore answers as before, for `drain_s` seconds; then it takes no connections any more and what is under way
has `stop_s` seconds. A second word, or Ctrl+C, skips the wait.
"""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

import uvicorn

from report_qa.doors.libraries import Libraries
from report_qa.doors.parts import Parts


class DrainingServer(uvicorn.Server):
    """A server that drains before it ends."""

    def __init__(self, config: uvicorn.Config, libraries: Libraries[Parts]) -> None:
        super().__init__(config)
        self._libraries = libraries

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; called by a signal."""
        first, self._libraries.ending = not self._libraries.ending, True
        wait_s = self._libraries.default.settings.drain_s
        if not first or sig != signal.SIGTERM or wait_s == 0:
            super().handle_exit(sig, frame)
            return
        # Noted on standard error without a log, which a signal could have interrupted.
        sys.stderr.write(f"Told to end: no longer ready, ending in {wait_s:g} s.\n")
        later = threading.Timer(wait_s, super().handle_exit, (sig, frame))
        later.daemon = True
        later.start()
