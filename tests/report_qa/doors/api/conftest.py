"""An interface over the small library, with the hashing embedder in place of a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from report_qa.doors.api.application import make_api
from report_qa.doors.parts import Parts
from report_qa.settings import load_settings
from tests.small_library import SmallLibrary


def parts_over(small: SmallLibrary, **settings: object) -> Parts:
    """Return the parts of a process over a small library."""
    loaded = load_settings(library=small.library.folder, **settings)
    return Parts(loaded, assistant=lambda _settings: small.assistant())


@pytest.fixture(scope="session")
def shared_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    small = SmallLibrary(tmp_path_factory.mktemp("api"))
    small.ingest()
    parts = parts_over(small)
    parts.assistant()
    yield parts
    parts.close()


@pytest.fixture
def client(shared_parts: Parts) -> TestClient:
    """Return a client whose requests need no key."""
    return TestClient(make_api(shared_parts), raise_server_exceptions=False)
