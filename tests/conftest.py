"""Fixtures that several folders of tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

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
