"""What one process opens once for everybody."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from report_qa import Assistant, load_settings
from report_qa.doors.parts import Parts

_MODELS_OBJECTS, _KEPT_A_WHILE, _MADE = 600_000, 12_000, 300_000


@pytest.fixture
def unfrozen() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    gc.collect()


class Left:
    """One of what pages leave behind: it refers to itself, as the frames of a run of a script do."""

    alive = 0

    def __init__(self) -> None:
        self.itself = self
        Left.alive += 1

    def __del__(self) -> None:
        Left.alive -= 1


@pytest.mark.usefixtures("unfrozen")
def test_beside_loaded_models_what_pages_leave_behind_is_still_collected(tmp_path: Path) -> None:
    models: list[list[Any]] = []

    def load(_settings: object) -> Assistant:
        models.extend([] for _ in range(_MODELS_OBJECTS))
        return cast(Assistant, models)

    parts = Parts(load_settings(library=tmp_path), assistant=load)
    parts.assistant()
    # Each lives through the looks at young objects, and is left behind after that.
    lately: deque[Left] = deque(maxlen=_KEPT_A_WHILE)
    most = 0
    for _ in range(_MADE):
        lately.append(Left())
        most = max(most, Left.alive)
    assert most < 4 * _KEPT_A_WHILE
