"""Conversations that nobody used for longer than they are kept, deleted when a server starts and once a day from then on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from report_qa import ReportQAError
from report_qa.doors.libraries import Libraries
from report_qa.doors.parts import Parts
from report_qa.erasure import expire

_log = logging.getLogger(__name__)
_A_DAY_S = 24 * 3600


@asynccontextmanager
async def swept_daily(libraries: Libraries[Parts], every_s: float = _A_DAY_S) -> AsyncIterator[None]:
    """Sweep every library while something is served; where everything is kept, do nothing."""
    days = libraries.default.settings.retention_days
    if days is None:
        yield
        return
    sweeping = asyncio.create_task(_sweep(libraries, days, every_s))
    try:
        yield
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping


async def _sweep(libraries: Libraries[Parts], days: int, every_s: float) -> None:
    while True:
        for parts in libraries.every:
            await asyncio.to_thread(_expire, parts, days)
        await asyncio.sleep(every_s)


def _expire(parts: Parts, days: int) -> None:
    try:
        expire(parts.conversations().database, days)
    except ReportQAError as error:
        # The next sweep finds what this one did not; another library's are deleted all the same.
        _log.warning("old conversations were not deleted: %s", error)
