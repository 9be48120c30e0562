"""Far more searches than can be answered: none may hang, and who is sent away is told when to come again."""

from __future__ import annotations

import http.client
import json
import random
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import gevent

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
    """Send searches at a steady pace, each on a connection of its own, whether or not the earlier ones are answered; wait for all ends."""
    found, under_way = Overload(), []
    began = time.monotonic()
    for number in range(SEARCHES_A_SECOND * SECONDS):
        due = began + number / SEARCHES_A_SECOND
        gevent.sleep(max(0.0, due - time.monotonic()))
        under_way.append(gevent.spawn(_search, address, random.choice(questions), found))
    gevent.joinall(under_way, timeout=BOUND_S)
    found.sent = len(under_way)
    found.hung = sum(not each.ready() for each in under_way)
    gevent.killall([each for each in under_way if not each.ready()])
    return found


def _search(address: str, question: str, found: Overload) -> None:
    began = time.monotonic()
    request = urllib.request.Request(
        f"{address}/v1/search",
        data=json.dumps({"question": question, "top": 5}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=BOUND_S) as answer:
            answer.read()
            status, again = answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            status, again = error.code, error.headers.get("retry-after", "")
    except (OSError, http.client.HTTPException) as error:
        found.broken[type(error).__name__] += 1
        return
    found.seconds.append(time.monotonic() - began)
    found.statuses[status] += 1
    if status in (429, 503) and not again:
        found.without_retry_after += 1
