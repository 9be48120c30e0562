"""Waits for folders to change. Polling by size and time works on every file system, network shares included."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

Snapshot = frozenset[tuple[str, int, int]]


def changes(paths: Sequence[Path], *, every_seconds: float) -> Iterator[None]:
    """Yield at once, then each time that the files under these paths have changed and come to rest."""
    done: Snapshot | None = None
    before = snapshot(paths)
    while True:
        if before != done:
            done = before
            yield
        time.sleep(every_seconds)
        now = snapshot(paths)
        # A file that is still being written looks different each time: its turn comes when it stays the same.
        while now != before:
            before = now
            time.sleep(every_seconds)
            now = snapshot(paths)


def snapshot(paths: Sequence[Path]) -> Snapshot:
    """Return each file's path, size and time of its last change; what can't be looked at is left out."""
    found = set()
    for path in paths:
        files = [Path(folder, name) for folder, _, names in os.walk(path) for name in names] or [path]
        for file in files:
            try:
                status = file.stat()
            except OSError:
                continue
            found.add((str(file), status.st_size, status.st_mtime_ns))
    return frozenset(found)
