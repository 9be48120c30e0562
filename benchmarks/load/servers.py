"""The servers beside the replicas under load, as in a real place: Chroma for vectors, and PostgreSQL where it is installed."""

from __future__ import annotations

import signal
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from benchmarks.load.faults import Fault
from tests import postgresql
from tests.chroma_server import ChromaServer


class Servers:
    """Started for a run and ended after it; the settings that lead to them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._chroma = ChromaServer(folder / "chroma")
        self._postgresql = postgresql.PostgreSQLServer() if postgresql.installed() else None
        self._database = self._postgresql.make_database() if self._postgresql is not None else ""

    def __str__(self) -> str:
        kept = "PostgreSQL" if self._postgresql is not None else "SQLite (PostgreSQL is not installed)"
        return f"vectors on a Chroma server, conversations in {kept}"

    def __enter__(self) -> Servers:
        self._chroma.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._chroma.stop()
        if self._postgresql is not None:
            self._postgresql.remove()

    def _stop(self) -> None:
        # What it holds is thrown away.
        self._chroma.stop(signal.SIGKILL)
        if self._postgresql is not None:
            self._postgresql.remove()

    @property
    def overrides(self) -> dict[str, Any]:
        """Settings by their names."""
        settings = {"chroma_url": self._chroma.url}
        if self._postgresql is not None:
            settings["database_url"] = self._postgresql.url(self._database)
        return settings

    @property
    def settings(self) -> dict[str, str]:
        """Settings as environment variables."""
        return {f"REPORT_QA_{name.upper()}": str(value) for name, value in self.overrides.items()}

    def memory(self) -> dict[str, int]:
        """Return resident memory by server, in bytes."""
        return {"chroma": psutil.Process(self._chroma.pid).memory_info().rss}

    def faults(self) -> list[Fault]:
        """Return what may happen to them."""
        faults = [
            Fault(
                name="Chroma server killed",
                breaks=lambda: self._chroma.stop(signal.SIGKILL),
                mends=self._chroma.start,
            )
        ]
        if (server := self._postgresql) is not None:
            faults.append(Fault(name="PostgreSQL restarted", breaks=server.stop, mends=server.start, away_s=2.0))
        return faults
