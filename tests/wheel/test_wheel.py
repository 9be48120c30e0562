"""The wheel alone, from a folder outside of the repository: command line, ingest, chat and HTTP interface."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.browser.chat_server import free_port
from tests.wheel.installation import ROOT, Installation, build_wheel, install_short, install_whole

# Each program loads the model, which on a busy machine takes minutes.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NOTE = """# Ferries

The ferry between Arden and Belmouth carried 412 passengers a day in 2024.

Its pier was repaired in March 2023 at a cost of £3.1 million.
"""
_TRIES, _PAUSE = 600, 0.2


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in an environment of its own, with a note ingested. WHEEL=whole installs its packages from the lock files."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = build_wheel(folder)
    install = install_whole if os.environ.get("WHEEL") == "whole" else install_short
    made = install(wheel, folder)
    (made.folder / "shelf").mkdir()
    (made.folder / "shelf" / "ferries.md").write_text(NOTE, encoding="utf-8")
    made.run([str(made.python), "-m", "ingest", "shelf"])
    return made


def test_nothing_comes_from_the_repository(installed: Installation) -> None:
    printed = installed.run(
        [str(installed.python), "-c", "import report_qa, ingest; print(report_qa.__file__, ingest.__file__)"]
    )
    assert len(printed.split()) == 2
    for path in printed.split():
        assert path.startswith(str(installed.environment))
    assert not str(installed.environment).startswith(f"{ROOT}/")


def test_the_command_line_helps(installed: Installation) -> None:
    printed = installed.run(installed.command("--help"))
    for command in ("ask", "search", "check", "chat", "serve", "mcp"):
        assert command in printed
    assert "Model Context Protocol" in " ".join(installed.run(installed.command("mcp", "--help")).split())


def test_an_answer_quotes_what_was_ingested(installed: Installation) -> None:
    printed = installed.run(installed.command("ask", "How many passengers did the ferry carry a day?", "--json"))
    answer = json.loads(printed)
    assert answer["status"] == "answered"
    assert answer["claims"][0]["citations"][0]["document"] == "ferries.md"
    assert "412 passengers" in answer["text"]


def test_the_chat_becomes_ready_and_serves_its_page(installed: Installation) -> None:
    port = free_port()
    with _serving(installed, installed.command("chat", "--port", str(port)), f"http://127.0.0.1:{port}/ready") as log:
        page = httpx.get(f"http://127.0.0.1:{port}/")
        assert page.status_code == 200
        assert "<html" in page.text
        assert "Traceback" not in log.read_text(encoding="utf-8")


def test_the_page_itself_runs_with_its_icon_and_colours(installed: Installation) -> None:
    chat = installed.run([str(installed.python), "-c", _RUN_THE_PAGE]).strip().splitlines()[-1]
    assert json.loads(chat) == {"exceptions": [], "primary": "#1f4e8c"}


def test_the_http_interface_answers(installed: Installation) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with _serving(installed, installed.command("serve"), f"{address}/ready", REPORT_QA_API_PORT=str(port)):
        answer = httpx.post(f"{address}/v1/ask", json={"question": "What did the pier's repair cost?"}, timeout=60)
        assert answer.status_code == 200
        assert "£3.1 million" in answer.json()["text"]


# What a browser's session would run: the page itself, over the configuration that stands beside it. Nothing is published in its
# library, so that no model is loaded for it.
_RUN_THE_PAGE = """
import json
from pathlib import Path
from report_qa.doors.chat import server, service, visitor
from report_qa.settings import load_settings
from streamlit.testing.v1 import AppTest
visitor.cookie_token = lambda: None
held = service.Service(load_settings(library=Path("nothing")))
service.install(held)
server.make_app()
from streamlit import config
ran = AppTest.from_file(str(server.entry_script()), default_timeout=120).run()
print(json.dumps({"exceptions": [each.message for each in ran.exception],
                  "primary": config.get_option("theme.light.primaryColor")}))
held.close()
"""


@contextmanager
def _serving(installed: Installation, command: list[str], ready: str, **settings: str) -> Iterator[Path]:
    """Run a server until the block ends; yields the file of what it says."""
    log = installed.folder / "said.txt"
    with log.open("w", encoding="utf-8") as said:
        server = subprocess.Popen(
            command, cwd=installed.folder, env=installed.settings(**settings), stdout=said, stderr=subprocess.STDOUT
        )
    try:
        for _ in range(_TRIES):
            assert server.poll() is None, log.read_text(encoding="utf-8")
            try:
                if httpx.get(ready).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(_PAUSE)
        else:
            pytest.fail(f"{ready} was not reached:\n{log.read_text(encoding='utf-8')}")
        yield log
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(timeout=15)
