"""Fixtures of the tests of ingest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.note_shelf import NoteShelf


@pytest.fixture
def shelf(tmp_path: Path) -> NoteShelf:
    """A shelf of the test's own, not ingested yet."""
    return NoteShelf(tmp_path)
