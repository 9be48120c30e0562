"""The servers beside the replicas under load: a Chroma server, and whatever else is at hand here."""

from __future__ import annotations

import signal
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from benchmarks.load.faults import Fault
from tests.chroma_server import ChromaServer


class Servers:
    """Started for a run and ended after it; the settings that lead to them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._chroma = ChromaServer(folder / "chroma")

    def __str__(self) -> str:
        return "vectors on a Chroma server, conversations in SQLite"

    def __enter__(self) -> Servers:
        self._chroma.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._chroma.stop()

    @property
    def overrides(self) -> dict[str, Any]:
        """Settings by their names."""
        return {"chroma_url": self._chroma.url}

    @property
    def settings(self) -> dict[str, str]:
        """Settings as environment variables."""
        return {f"REPORT_QA_{name.upper()}": str(value) for name, value in self.overrides.items()}

    def memory(self) -> dict[str, int]:
        """Return resident memory by server, in bytes."""
        return {"chroma": psutil.Process(self._chroma.pid).memory_info().rss}

    def faults(self) -> list[Fault]:
        """Return what may happen to them."""
        return [
            Fault(
                name="Chroma server killed",
                breaks=lambda: self._chroma.stop(signal.SIGKILL),
                mends=self._chroma.start,
            )
        ]
