"""A server deletes old conversations when it starts and from time to time, and ends at once all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from report_qa import Conversations, Settings, load_settings
from report_qa.database import Database
from report_qa.doors import sweeping
from report_qa.doors.libraries import Libraries
from report_qa.doors.parts import Parts
from report_qa.doors.sweeping import swept_daily
from report_qa.errors import ConversationError
from report_qa.libraries import Tenant


def served(database: Database, days: int | None, until: Callable[[], bool]) -> bool:
    """Serve with a sweep every hundredth of a second until something holds; return whether it did."""
    settings = load_settings(retention_days=days)
    parts = Parts(settings, conversations=lambda _: Conversations(database))

    async def serve() -> bool:
        async with swept_daily(Libraries([parts]), every_s=0.01):
            for _ in range(500):
                if until():
                    return True
                await asyncio.sleep(0.01)
        return False

    return asyncio.run(serve())


def test_it_sweeps_again_and_again_also_after_one_that_failed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[int] = []

    def expire(swept_database: Database, days: int) -> int:
        assert swept_database is database
        swept.append(days)
        if len(swept) == 1:
            raise ConversationError("The database is away.")
        return 0

    monkeypatch.setattr(sweeping, "expire", expire)
    assert served(database, 30, lambda: len(swept) > 2)
    assert set(swept) == {30}


def test_where_everything_is_kept_nothing_is_swept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def expire(*_: object) -> int:
        raise AssertionError

    monkeypatch.setattr(sweeping, "expire", expire)
    assert served(database, None, lambda: True)


def test_every_library_is_swept_also_after_one_that_failed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[Database] = []
    monkeypatch.setattr(sweeping, "expire", lambda swept_database, _days: swept.append(swept_database))
    settings = load_settings(retention_days=1)

    def lost(_settings: Settings) -> Conversations:
        raise ConversationError("The database does not answer.")

    first = Parts(settings, conversations=lost)
    second = Parts(settings, Tenant(name="second", is_default=False), conversations=lambda _: Conversations(database))

    async def serve() -> None:
        async with swept_daily(Libraries([first, second])):
            for _ in range(500):
                if swept:
                    return
                await asyncio.sleep(0.01)

    asyncio.run(serve())
    assert swept == [database]
