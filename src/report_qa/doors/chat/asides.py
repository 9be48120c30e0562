"""What is worked out beside the answers, and shown when it is there: suggestions, examples, and answers by source.

Each is asked for by a name and made once, by a worker of its own that keeps no question waiting. Nothing is stored: what was made
lives as long as the server, the last ones of it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from report_qa import ReportQAError
from report_qa.doors.chat.texts import text

_log = logging.getLogger(__name__)
_MOST = 500
Made = TypeVar("Made")


@dataclass(kw_only=True)
class Aside(Generic[Made]):
    """One thing on its way: `made` at the end, `problem` where it failed; `done` of `count` steps are behind it.

    One that was `broken_off` is made anew when it is asked for again.
    """

    made: Made | None = None
    problem: ReportQAError | None = None
    done: int = 0
    count: int = 0
    broken_off: bool = False

    @property
    def pending(self) -> bool:
        """True until it is made, or there is a reason why it is not."""
        return self.made is None and self.problem is None and not self.broken_off

    def advance(self, done: int, count: int) -> None:
        """Say how far it has come."""
        self.done, self.count = done, count


class Asides(Generic[Made]):
    """Makes things once each, by their names. Safe to share between threads."""

    def __init__(self, *, workers: int = 1, name: str = "aside") -> None:
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=name)
        self._lock = threading.RLock()
        self._asides: OrderedDict[Hashable, Aside[Made]] = OrderedDict()
        self._closed = False

    def ask(self, name: Hashable, make: Callable[[Aside[Made]], Made]) -> Aside[Made]:
        """Return what has this name, and have it made where it isn't yet."""
        with self._lock:
            aside = self._asides.get(name)
            if aside is None or aside.broken_off:
                aside = self._asides[name] = Aside()
                if not self._closed:
                    self._pool.submit(make, aside).add_done_callback(partial(self._finished, aside))
            self._asides.move_to_end(name)
            while len(self._asides) > _MOST:
                self._asides.popitem(last=False)
            return aside

    def of(self, name: Hashable) -> Aside[Made] | None:
        """Return what has this name, None where nobody asked for it."""
        with self._lock:
            return self._asides.get(name)

    def drop(self, name: Hashable) -> None:
        """Forget what has this name."""
        with self._lock:
            self._asides.pop(name, None)

    def close(self) -> None:
        """Let what is being made come to its end and drop what waits."""
        with self._lock:
            self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _finished(self, aside: Aside[Made], ended: Future[Made]) -> None:
        error = None if ended.cancelled() else ended.exception()
        if ended.cancelled():
            aside.problem = ReportQAError(text("conversation.chat_stopped"), hint=text("conversation.ask_again_hint"))
        elif error is None:
            aside.made = ended.result()
        elif isinstance(error, ReportQAError):
            aside.problem = error
        else:
            # What nobody foresaw is said too: nothing must be on its way for ever.
            _log.error("something beside an answer could not be made", exc_info=error)
            aside.problem = ReportQAError(text("conversation.went_wrong"), hint=text("conversation.ask_again_hint"))
