"""A real chat over a small real library: one PDF and one Markdown file of corpus/."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from streamlit.runtime import Runtime

from ingest.__main__ import main as ingest
from report_qa.doors.chat import server as chat_app
from report_qa.doors.chat import service

ROOT = Path(__file__).resolve().parents[2]
PDF = ROOT / "corpus" / "policy-spotlight-2.pdf"
NOTE = ROOT / "corpus" / "local-economic-growth.md"
START = [sys.executable, "-c", "import sys; from report_qa.doors.cli import main; sys.exit(main(['chat']))"]
_ENDED: list[Runtime] = []
CATALOGUE = """
schema = 1
title = "Two briefing notes"
examples = ["What is the total productivity gap of the most deprived communities?"]

[[document]]
id = "policy-spotlight-2"
path = "policy-spotlight-2.pdf"
title = "Note on <i>Policy spotlight 2</i>"
publisher = "Report Q&A briefing notes"
published_on = 2026-11-24
source_url = "https://example.org/original"
role = "report"
state = "published"

[[document]]
id = "local-economic-growth"
path = "local-economic-growth.md"
title = "Note on local economic growth"
publisher = "Report Q&A briefing notes"
published_on = 2026-11-24
source_url = ""
role = "evidence"
state = "published"
"""


def small_library(folder: Path) -> Path:
    """Ingest the two documents and return their library."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for path in (PDF, NOTE):
        shutil.copy(path, corpus)
    (corpus / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    return ingested(corpus, folder / "library")


def ingested(corpus: Path, library: Path) -> Path:
    """Ingest a folder as its owner does, and return the library."""
    assert run_ingest(library, str(corpus)) == 0
    return library


def run_ingest(library: Path, *arguments: str) -> int:
    """Run `python -m ingest` in this process, which loads the model's libraries once, and return its exit status."""
    return ingest(["--library", str(library), *arguments])


@contextmanager
def serving(library: Path, **settings: str) -> Iterator[str]:
    """Run a chat over a library and yield its address once its models are loaded; {address} in a setting is that address."""
    port = free_port()
    settings = {name: value.replace("{address}", f"http://127.0.0.1:{port}") for name, value in settings.items()}
    own = {"REPORT_QA_LIBRARY": str(library), "REPORT_QA_PORT": str(port), "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(START, cwd=library.parent, env={**os.environ, **own, **settings}) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, lambda: server.poll() is None)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


@contextmanager
def serving_here(held: service.Service, port: int) -> Iterator[str]:
    """Run a chat over a service in a thread of this process, and yield its address."""
    service.install(held)
    config = uvicorn.Config(
        chat_app.make_app(),
        port=port,
        ws="websockets-sansio",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="chat", daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, thread.is_alive)
        yield address
    finally:
        server.should_exit = True
        thread.join(20)
        service.install(None)
        # Streamlit refuses to make a second runtime in a process, though the first has ended. That one is kept: collected,
        # it would complain of the loops that its sessions left open.
        if Runtime.exists():
            _ENDED.append(Runtime.instance())
            Runtime._instance = None
    assert not thread.is_alive(), "the chat did not end"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(address: str, **headers: str) -> int:
    """Return the status of a plain request, 0 where nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def wait_until_ready(address: str, alive: Callable[[], bool]) -> None:
    """Return once the models of a chat are loaded; fail where that takes a minute and a half, or the chat has ended."""
    end = time.monotonic() + 90
    answered = 0
    while time.monotonic() < end:
        answered = status(f"{address}/ready")
        if answered == 200:
            return
        assert alive(), "the chat ended before it was ready"
        time.sleep(0.2)
    raise AssertionError(f"the chat was not ready within a minute and a half; asked, it said {answered or 'nothing'}")
