"""Writes that may be sent again: with the same Idempotency-Key the same write is done once, and answered alike every time.

The header is that of the IETF draft (draft-ietf-httpapi-idempotency-key-header-07): a key with another request is refused with
422, one whose first sending is still under way with 409. A write that failed changed nothing and may be tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from report_qa import ReportQAError
from report_qa.doors.api.context import Here, Keeping
from report_qa.doors.api.shapes import Json
from report_qa.replies import Replies

REPLAYED = "idempotency-replayed"
_KEY = r'^("[!#-~]{16,200}"|[!#-~]{16,200})$'
_SAID = (
    "A key of the caller's own for this one write, 16 to 200 visible characters that nobody guesses, such as a UUID. Sent "
    "again within a day, the same request is not done twice."
)


class Once:
    """One write under its key; without a key it is done each time that it is sent."""

    def __init__(
        self, replies: Callable[[], Replies], *, owner: str, key: str, request: str, response: Response
    ) -> None:
        self._replies, self._owner, self._key, self._request = replies, owner, key, request
        self._response = response

    def __call__(
        self,
        write: Callable[[], Json | None],
        *,
        conversation_id: str | None = None,
        shown: Callable[[Json | None], Json | None] = lambda kept: kept,
    ) -> Json | None:
        """Return what a write returns, or returned when it was sent first; that is kept no longer than the conversation.

        `shown` makes the response of what is kept, where that only names something that is kept elsewhere.

        Raises:
            KeyReused, StillRunning, TooManyRequests: see `Replies.begin`; and whatever the write raises.
        """
        if not self._key:
            return shown(write())
        replies = self._replies()
        before = replies.begin(self._owner, self._key, self._request)
        if before is not None:
            self._response.headers[REPLAYED] = "true"
            return shown(json.loads(before))
        try:
            done = write()
        except BaseException:
            with suppress(ReportQAError):
                replies.give_up(self._owner, self._key)
            raise
        replies.keep(self._owner, self._key, json.dumps(done), conversation_id=conversation_id)
        return shown(done)


async def _once(
    request: Request,
    response: Response,
    here: Here,
    caller: Keeping,
    idempotency_key: Annotated[str, Header(pattern=_KEY, description=_SAID)] = "",
) -> Once:
    meant = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    meant.update(await request.body())
    return Once(
        here.parts.replies,
        owner=caller.owner,
        key=idempotency_key.strip('"'),
        request=meant.hexdigest(),
        response=response,
    )


Repeatable = Annotated[Once, Depends(_once)]
