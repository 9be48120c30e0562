"""Texts whose claims are being checked: each reader's last one, checked by a worker whatever becomes of the page.

A sentence takes a fraction of a second, a long draft minutes; meanwhile the page reads how far it has come. A reader has one
text at a time: a new one takes the place of the one before, whose checking ends. Nothing is stored: results live as long as
the server, and those of the readers who were here last.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

from report_qa import ReportQAError
from report_qa.errors import QuestionRejected
from report_qa.records.audience import EVERYTHING, Audience
from report_qa.records.checked import Checked

_log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Draft:
    """One text on its way to its verdicts: `checked` at the end, `problem` where it failed.

    `done` of `count` sentences are checked; `count` is 0 until the first one is begun. Workers write and pages read; each field
    is written whole.
    """

    text: str
    audience: Audience = EVERYTHING
    draft_id: str = field(default_factory=lambda: uuid4().hex)
    done: int = 0
    count: int = 0
    stopped: bool = False
    checked: Checked | None = None
    problem: ReportQAError | None = None

    @property
    def pending(self) -> bool:
        """True until there are verdicts or a reason why there are none."""
        return self.checked is None and self.problem is None

    def advance(self, done: int, count: int) -> None:
        """Note how far the checking has come.

        Raises:
            CancelledError: nobody wants the rest.
        """
        if self.stopped:
            raise CancelledError
        self.done, self.count = done, count


class Drafts:
    """The last text of each reader."""

    audience = EVERYTHING

    def __init__(
        self, check: Callable[[Draft], Checked], *, longest: int, workers: int = 2, most_kept: int = 100
    ) -> None:
        self._check = check
        self._conceal: Callable[[Checked], Checked] = lambda checked: checked
        self._longest = longest
        self._most_kept = most_kept
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="check")
        self._lock = threading.Lock()
        self._drafts: OrderedDict[str, Draft] = OrderedDict()

    def for_(self, audience: Audience, conceal: Callable[[Checked], Checked]) -> Drafts:
        """Return the same texts for an audience; `conceal` takes from verdicts what it may not see now."""
        other = copy.copy(self)
        other.audience, other._conceal = audience, conceal  # noqa: SLF001
        return other

    def check(self, owner: str, text: str) -> Draft:
        """Have a text checked in place of the reader's last one.

        Raises:
            QuestionRejected: the text is empty or too long, or too many are waiting.
        """
        if not text.strip():
            raise QuestionRejected("There is no text to check.", hint="Paste a sentence or a draft.")
        if len(text) > self._longest:
            raise QuestionRejected(
                f"The text has {len(text):,} characters; {self._longest:,} can be checked at once.",
                hint="Check it in parts.",
            )
        draft = Draft(text=text, audience=self.audience)
        with self._lock:
            previous = self._drafts.pop(owner, None)
            if previous is not None:
                previous.stopped = True
            self._make_room()
            self._drafts[owner] = draft
        self._pool.submit(self._check, draft).add_done_callback(partial(self._finished, draft))
        return draft

    def of(self, owner: str) -> Draft | None:
        """Return the reader's last text."""
        with self._lock:
            draft = self._drafts.get(owner)
        if draft is None or draft.checked is None:
            return draft
        concealed = self._conceal(draft.checked)
        return draft if concealed is draft.checked else replace(draft, checked=concealed)

    def drop(self, owner: str) -> None:
        """Forget the reader's last text; its checking ends."""
        with self._lock:
            draft = self._drafts.pop(owner, None)
        if draft is not None:
            draft.stopped = True

    def close(self) -> None:
        """End what is being checked."""
        with self._lock:
            for draft in self._drafts.values():
                draft.stopped = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _make_room(self) -> None:
        """Forget the oldest finished texts; those that wait are nobody's to forget. The lock is held."""
        finished = [owner for owner, draft in self._drafts.items() if not draft.pending]
        for owner in finished[: max(0, len(self._drafts) + 1 - self._most_kept)]:
            del self._drafts[owner]
        if len(self._drafts) >= self._most_kept:
            raise QuestionRejected("Too many texts are waiting to be checked already.", hint="Try again in a moment.")

    def _finished(self, draft: Draft, ended: Future[Checked]) -> None:
        error = CancelledError() if ended.cancelled() else ended.exception()
        if error is None:
            draft.checked = ended.result()
        elif isinstance(error, ReportQAError):
            draft.problem = error
        elif isinstance(error, CancelledError):
            draft.problem = ReportQAError("The check was stopped.", hint="Please check it again.")
        else:
            # What nobody foresaw is said too: a text must never wait for ever.
            _log.error("a text could not be checked", exc_info=error)
            draft.problem = ReportQAError("Something went wrong while checking.", hint="Please check it again.")
