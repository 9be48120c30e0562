"""What a system found or quoted, ours or another: all that is judged of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Words that a system found or quoted, with their document's path and their page from 1 (None: it has none)."""

    path: str
    page: int | None
    text: str
