"""A real Chroma server on loopback, which can be stopped, killed and started again on the same data."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

# All that the program `chroma` does, but for importing a client that it does not use, which takes it five seconds.
_CHROMA = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(sys.argv)"


class ChromaServer:
    """`chroma run` with its data in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The running server's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it answers; nothing happens where it runs."""
        if self.running:
            return
        command = [sys.executable, "-c", _CHROMA]
        command += ["run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(1_200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, "chroma run ended"
                time.sleep(0.05)
            else:
                return
        raise AssertionError("chroma run does not listen")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, politely or not; nothing happens where it does not run."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None
