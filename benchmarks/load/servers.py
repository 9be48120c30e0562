"""The servers beside the replicas under load, as in a real place: Chroma for vectors, PostgreSQL where it is installed, and where it
is wanted a provider's chat model that writes the answers.
"""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from benchmarks.load.faults import Fault
from benchmarks.load.stand_in import StandIn
from tests import postgresql
from tests.chroma_server import ChromaServer

PROVIDER_DOWN = "provider down"


class Servers:
    """Started for a run and ended after it; the settings that lead to them. `writing` brings a stand-in for a chat model."""

    def __init__(self, folder: Path, *, writing: bool = False) -> None:
        folder.mkdir(parents=True)
        self._chroma = ChromaServer(folder / "chroma")
        self._postgresql = postgresql.PostgreSQLServer() if postgresql.installed() else None
        self._database = self._postgresql.make_database() if self._postgresql is not None else ""
        self._provider = StandIn() if writing else None

    def __str__(self) -> str:
        kept = "PostgreSQL" if self._postgresql is not None else "SQLite (PostgreSQL is not installed)"
        written = ", answers written by a stand-in for a chat model" if self._provider is not None else ""
        return f"vectors on a Chroma server, conversations in {kept}{written}"

    def __enter__(self) -> Servers:
        try:
            self.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._remove()

    def start(self) -> None:
        """Start what does not run."""
        self._chroma.start()
        if self._postgresql is not None:
            self._postgresql.start()
        if self._provider is not None:
            self._provider.start()

    def _remove(self) -> None:
        with ExitStack() as ending:
            # What it holds is thrown away.
            ending.callback(self._chroma.stop, signal.SIGKILL)
            if self._postgresql is not None:
                ending.callback(self._postgresql.remove)
            if self._provider is not None:
                ending.callback(self._provider.kill)

    @property
    def overrides(self) -> dict[str, Any]:
        """Settings by their names."""
        settings = {"chroma_url": self._chroma.url}
        if self._postgresql is not None:
            settings["database_url"] = self._postgresql.url(self._database)
        return settings | (self._provider.settings if self._provider is not None else {})

    @property
    def settings(self) -> dict[str, str]:
        """Settings as environment variables."""
        return {f"REPORT_QA_{name.upper()}": str(value) for name, value in self.overrides.items()}

    def memory(self) -> dict[str, int]:
        """Return resident memory by server, in bytes."""
        return {"chroma": psutil.Process(self._chroma.pid).memory_info().rss if self._chroma.running else 0}

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
        if (provider := self._provider) is not None:
            faults.append(Fault(name=PROVIDER_DOWN, breaks=provider.kill, mends=provider.start))
        return faults
