"""Answers in the making: each question is answered by a worker of its own, whatever becomes of the page that asked it.

A click, a reload or a closed tab ends the run of a page's script. So the worker, not the script, stores the finished
answer. Questions of one conversation are answered in their order, since a later one may lean on an earlier one; a few
workers serve all conversations, and beyond a fixed number of waiting questions new ones are turned away.

What a model writes is shown while it goes on: the worker hands each sentence to its job as soon as it is verified, and
whatever page shows the conversation reads it there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from report_qa import Answer, Claim, Conversations, EvidenceSpan, Exchange, ReportQAError, Turn, logs
from report_qa.doors.chat.texts import text
from report_qa.errors import QuestionRejected

_log = logging.getLogger(__name__)
_Key = tuple[str, str]


@dataclass(kw_only=True)
class Job:
    """One question on its way to an answer: `turn` once it is answered and stored, `problem` where it failed.

    `claims` are those that are verified so far, and `evidence` is what they cite, in the order in which it is first
    cited. `instead_of` is the turn whose question is asked again in other words, "" for a question that goes on from the last
    turn. Workers write and pages read; each field is written whole.
    """

    question: str
    extracts_only: bool = False
    instead_of: str = ""
    job_id: str = field(default_factory=lambda: uuid4().hex)
    started: bool = False
    stopped: bool = False
    claims: tuple[Claim, ...] = ()
    evidence: tuple[EvidenceSpan, ...] = ()
    turn: Turn | None = None
    problem: ReportQAError | None = None
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def pending(self) -> bool:
        """True until there is an answer or a reason why there is none."""
        return self.turn is None and self.problem is None

    def show(self, claim: Claim, evidence: Sequence[EvidenceSpan]) -> None:
        """Add a verified claim and what it cites."""
        known = {span.evidence_id for span in self.evidence}
        by_id = {span.evidence_id: span for span in evidence}
        new = [by_id[cited.evidence_id] for cited in claim.citations if cited.evidence_id not in known]
        # The evidence first: a page that reads in between then finds whatever a claim cites.
        self.evidence = (*self.evidence, *new)
        self.claims = (*self.claims, claim)


Answering = Callable[[Job, Sequence[Exchange]], Answer]


class Jobs:
    """The questions that are being answered, by owner and conversation."""

    def __init__(
        self,
        answer: Answering,
        conversations: Callable[[], Conversations],
        *,
        workers: int = 2,
        most_waiting: int = 32,
    ) -> None:
        self._answer = answer
        self._conversations = conversations
        self._most_waiting = most_waiting
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="answer")
        # A question may have failed before anyone waits for it; then its end is told on this very thread.
        self._lock = threading.RLock()
        self._queues: dict[_Key, list[Job]] = {}
        self._busy: set[_Key] = set()
        self._closed = False

    def ask(
        self,
        owner: str,
        conversation_id: str,
        question: str,
        *,
        extracts_only: bool = False,
        instead_of: str = "",
    ) -> Job:
        """Have a question answered and its answer appended to the conversation; it goes on from where `instead_of` did.

        Raises:
            QuestionRejected: too many questions are waiting already.
        """
        key = (owner, conversation_id)
        job = Job(question=question, extracts_only=extracts_only, instead_of=instead_of)
        with self._lock:
            waiting = sum(job.pending for queue in self._queues.values() for job in queue)
            if waiting >= self._most_waiting:
                raise QuestionRejected(
                    text("conversation.too_many", count=waiting), hint=text("conversation.too_many_hint")
                )
            # A new question is the reader's answer to a failed one: it has been read and goes.
            queue = [earlier for earlier in self._queues.get(key, ()) if earlier.pending]
            if queue and (queue[-1].question, queue[-1].instead_of) == (question, instead_of):
                # Sent twice: one answer to it is on its way.
                return queue[-1]
            self._queues[key] = [*queue, job]
            self._start_next(key)
        return job

    def of(self, owner: str, conversation_id: str) -> tuple[Job, ...]:
        """Return the questions of a conversation that are waiting, being answered, or failed, in their order."""
        with self._lock:
            return tuple(job for job in self._queues.get((owner, conversation_id), ()) if job.turn is None)

    @property
    def busy(self) -> bool:
        """True while any question waits for its answer."""
        with self._lock:
            return any(job.pending for queue in self._queues.values() for job in queue)

    def stop(self, owner: str, conversation_id: str, job_id: str) -> None:
        """Have no more written of an answer; what is verified stays, and is the answer."""
        for job in self.of(owner, conversation_id):
            if job.job_id == job_id:
                job.stopped = True

    def close(self) -> None:
        """Let the questions being answered come to their end and drop those that wait."""
        with self._lock:
            self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start_next(self, key: _Key) -> None:
        """Give a conversation's next question to a worker, unless one has an earlier one; the lock is held."""
        job = next((job for job in self._queues[key] if job.pending), None)
        if job is None or key in self._busy or self._closed:
            return
        self._busy.add(key)
        self._pool.submit(self._answered, key, job).add_done_callback(partial(self._finished, key, job))

    def _answered(self, key: _Key, job: Job) -> Turn:
        job.started = True
        owner, conversation_id = key
        conversations = self._conversations()
        conversation = conversations.load(owner, conversation_id)
        parent = conversation.parent_of(job.instead_of)
        answer = self._answer(job, tuple(turn.as_exchange() for turn in conversation.thread(parent)))
        return conversations.append(owner, conversation_id, answer, parent)

    def _finished(self, key: _Key, job: Job, ended: Future[Turn]) -> None:
        error = None if ended.cancelled() else ended.exception()
        if ended.cancelled():
            job.problem = ReportQAError(text("conversation.chat_stopped"), hint=text("conversation.ask_again_hint"))
        elif error is None:
            job.turn = ended.result()
        elif isinstance(error, ReportQAError):
            logs.note("ask_failed", code=error.code)
            job.problem = error
        else:
            # What nobody foresaw is said too: a question must never wait for ever.
            _log.error("a question could not be answered", exc_info=error)
            job.problem = ReportQAError(text("conversation.went_wrong"), hint=text("conversation.ask_again_hint"))
        with self._lock:
            self._busy.discard(key)
            self._queues[key] = [job for job in self._queues[key] if job.turn is None]
            self._start_next(key)
            if not self._queues[key]:
                del self._queues[key]
