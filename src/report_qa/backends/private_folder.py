"""A folder of this process alone, for what must not be opened where it is published.

It is removed when it is released or the process ends. What a killed process left behind is removed by the next one:
each folder holds a file that its process keeps locked, so a folder whose lock is free belongs to nobody.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
import weakref
from pathlib import Path

_PREFIX = "report-qa-"
_LOCK = ".in-use"
# Between making a folder and locking it a process can be interrupted: nobody removes a folder this young.
_YOUNG_SECONDS = 120.0


class PrivateFolder:
    """`path` is empty at first and readable by this user only."""

    def __init__(self, purpose: str) -> None:
        _sweep(Path(tempfile.gettempdir()))
        holder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-"))
        self._lock = os.open(holder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = holder / "content"
        self.path.mkdir()
        self._remove = weakref.finalize(self, _remove, holder, self._lock, os.getpid())

    def release(self) -> None:
        """Remove the folder; a second call does nothing."""
        self._remove()


def _remove(holder: Path, lock: int, owner: int) -> None:
    # A forked child inherits this finalizer, and must not pull the folder from under its parent.
    if os.getpid() == owner:
        shutil.rmtree(holder, ignore_errors=True)
        os.close(lock)


def _sweep(parent: Path) -> None:
    """Remove the folders of processes that are gone."""
    for holder in parent.glob(f"{_PREFIX}*-*"):
        # Another user's folder, or one that vanishes meanwhile, is none of our business.
        with contextlib.suppress(OSError):
            if holder.is_symlink() or time.time() - holder.stat().st_mtime < _YOUNG_SECONDS:
                continue
            lock = os.open(holder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(holder, ignore_errors=True)
            finally:
                os.close(lock)
