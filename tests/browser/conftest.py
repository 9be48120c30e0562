"""What the browser tests share: one Chromium, one small library, and a chat over it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chat_server import serving, small_library
from tests.browser.visit import QUIET

# How fast something comes is measured in benchmarks; here it only has to come, also on a machine that does other work.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "the browser tests need Chromium: set CHROMIUM to its program"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_library(tmp_path_factory.mktemp("chat"))


@pytest.fixture(scope="session")
def chat(library: Path) -> Iterator[str]:
    """The address of a chat over the small library, its models loaded: tests leave the library and the chat's state as they were."""
    with serving(library) as address:
        yield address
