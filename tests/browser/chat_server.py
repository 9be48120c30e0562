"""A real chat over a small real library: one PDF and one Markdown file of corpus/."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PDF = ROOT / "corpus" / "policy-spotlight-2.pdf"
NOTE = ROOT / "corpus" / "local-economic-growth.md"
START = [sys.executable, "-c", "import sys; from report_qa.doors.cli import main; sys.exit(main(['chat']))"]
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
    environment = {**os.environ, "REPORT_QA_LIBRARY": str(library), "HF_HUB_OFFLINE": "1"}
    ingest = [sys.executable, "-m", "ingest", str(corpus)]
    subprocess.run(ingest, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=300)
    return library


@contextmanager
def serving(library: Path, **settings: str) -> Iterator[str]:
    """Run a chat over a library and yield its address once its models are loaded; {address} in a setting is that address."""
    port = free_port()
    settings = {name: value.replace("{address}", f"http://127.0.0.1:{port}") for name, value in settings.items()}
    own = {"REPORT_QA_LIBRARY": str(library), "REPORT_QA_PORT": str(port), "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(START, cwd=library.parent, env={**os.environ, **own, **settings}) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


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


def _wait_until_ready(address: str) -> None:
    for _ in range(600):
        if status(f"{address}/ready") == 200:
            return
        time.sleep(0.2)
    raise AssertionError("the chat was not ready within two minutes")
