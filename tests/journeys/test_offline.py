"""Without a provider or a download in the settings nothing leaves the machine: every socket that is opened is counted.

The commands run as their users run them, with the real model of the package, in processes that write down whom they connect
to and which names they look up.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

# Python imports a module of this name by itself when it starts.
WATCH = """
import os, socket

def told(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        address = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        family = getattr(args[0], "family", None)
        if family != getattr(socket, "AF_UNIX", -1):
            with open(os.environ["SOCKETS_SEEN"], "a") as file:
                file.write(f"{event} {address}\\n")

import sys
sys.addaudithook(told)
"""
COMMAND = [sys.executable, "-c", "import sys; from report_qa.doors.cli import main; sys.exit(main(sys.argv[1:]))"]


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which processes write down whom they talk to."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("REPORT_QA_", "HF_", "ANONYMIZED"))
    }
    paths = [str(tmp_path / "watch"), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    return inherited | {
        "PYTHONPATH": os.pathsep.join(paths),
        "SOCKETS_SEEN": str(tmp_path / "seen"),
        "REPORT_QA_LIBRARY": str(tmp_path / "library"),
    }


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def seen(environment: dict[str, str]) -> str:
    path = Path(environment["SOCKETS_SEEN"])
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.mark.slow
def test_threat_32_ingesting_asking_and_checking_open_no_socket(tmp_path: Path, watched: dict[str, str]) -> None:
    (tmp_path / "shelf").mkdir()
    notes = SmallLibrary(tmp_path / "shelf").notes
    run(watched, sys.executable, "-m", "ingest", str(notes))
    assert GAP_ANSWER in run(watched, *COMMAND, "ask", GAP)
    assert "SUPPORTED" in run(watched, *COMMAND, "check", GAP_ANSWER)
    assert seen(watched) == ""


def test_threat_32_what_is_opened_would_be_seen(watched: dict[str, str]) -> None:
    look = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    run(watched, sys.executable, "-c", look)
    assert seen(watched) == "socket.connect ('127.0.0.1', 9)\n"
