"""Far more searches than can be answered: none may hang, and who is sent away is told when to come again."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import gevent
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPSocketPoolResponse

SEARCHES_A_SECOND, SECONDS = 200, 20
# By then every request has to have got its answer, whatever it is.
BOUND_S = 45.0


@dataclass
class Overload:
    """How the searches ended: by status, those sent away without a time to come again, and those that never ended."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    hung: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def longest_s(self) -> float:
        """The longest that anybody waited."""
        return max(self.seconds, default=0.0)


def overload(address: str, questions: Sequence[str]) -> Overload:
    """Send searches at a steady pace, whether or not the earlier ones are answered, and wait for all ends."""
    place = urlsplit(address)
    client = HTTPClient(
        str(place.hostname), place.port, concurrency=2_000, connection_timeout=BOUND_S, network_timeout=BOUND_S
    )
    found, under_way = Overload(), []
    began = time.monotonic()
    for number in range(SEARCHES_A_SECOND * SECONDS):
        due = began + number / SEARCHES_A_SECOND
        gevent.sleep(max(0.0, due - time.monotonic()))
        under_way.append(gevent.spawn(_search, client, random.choice(questions), found))
    gevent.joinall(under_way, timeout=BOUND_S)
    found.sent = len(under_way)
    found.hung = sum(not each.ready() for each in under_way)
    gevent.killall([each for each in under_way if not each.ready()])
    client.close()
    return found


def _search(client: HTTPClient, question: str, found: Overload) -> None:
    began = time.monotonic()
    try:
        answer: HTTPSocketPoolResponse = client.post(
            "/v1/search",
            body=json.dumps({"question": question, "top": 5}).encode(),
            headers={"Content-Type": "application/json"},
        )
        status, again = answer.status_code, answer.get("retry-after")
        answer.read()
    except OSError as error:
        found.broken[type(error).__name__] += 1
        return
    found.seconds.append(time.monotonic() - began)
    found.statuses[status] += 1
    if status in (429, 503) and not again:
        found.without_retry_after += 1
