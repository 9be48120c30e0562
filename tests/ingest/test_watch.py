"""Waiting for folders to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import watch


def test_each_change_that_came_to_rest_is_seen_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.md"
    file.write_text("one")
    # What happens in each pause: nothing, two writes in a row (still being written), then rest; then nothing more.
    writes = iter(["", "two", "three!", ""])
    pauses = 0

    def sleep(seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        if words := next(writes):
            file.write_text(words)

    monkeypatch.setattr("ingest.watch.time.sleep", sleep)
    seen = watch.changes([tmp_path], every_seconds=1)
    next(seen)
    next(seen)
    assert pauses == 4
    assert file.read_text() == "three!"


def test_a_single_file_and_a_vanished_one_are_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    assert watch.snapshot([file]) == frozenset()
    file.write_text("one")
    assert len(watch.snapshot([file])) == 1
