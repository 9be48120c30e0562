"""The small chat model of `make local-model`, served for the tests that want a real one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.local_model import NAME


class LocalModel:
    """A running server. Starting it takes a second or two; `address` is where it answers."""

    name = NAME

    def __init__(self) -> None:
        # What llama.cpp says of itself goes nowhere: a pipe that nobody reads would stop it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.local_model"],
            cwd=Path(__file__).resolve().parents[1],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = ""
        for line in self._process.stdout:
            found = re.search(r"BASE_URL=(\S+)", line)
            self.address = found[1] if found else self.address
            if line.startswith("Ready"):
                return
        raise RuntimeError("the local model did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()
