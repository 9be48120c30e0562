"""Answers in the making: each question is answered by a worker of its own, whatever becomes of the page that asked it.

A click, a reload or a closed tab ends the run of a page's script. So the worker, not the script, stores the finished
answer. Questions of one conversation are answered in their order, since a later one may lean on an earlier one; a few
workers serve all conversations, and beyond a fixed number of waiting questions new ones are turned away.

The work is in this process's memory. Beside it stands a line in the database, so that a reader whom another replica serves next sees
that a question is being answered, or that it was cut off with the process that answered it.

What a model writes is shown while it goes on: the worker hands each sentence to its job as soon as it is verified, and
whatever page shows the conversation reads it there.
"""

from __future__ import annotations

import copy
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from report_qa import Answer, Claim, Conversations, EvidenceSpan, Exchange, ReportQAError, Turn, logs
from report_qa.doors.chat.texts import text
from report_qa.errors import QuestionRejected
from report_qa.records.audience import EVERYTHING, Audience
from report_qa.under_way import SPEAKS_S, QuestionUnderWay, UnderWay

_log = logging.getLogger(__name__)
_Key = tuple[str, str]
# More than a few people ask that fast together.
_MANY, _MANY_WITHIN_S = 6, 10.0
# What a stopped answer may still take to be stored.
_LAST_WORDS_S = 5.0


@dataclass(kw_only=True)
class Job:
    """One question on its way to an answer: `turn` once it is answered and stored, `problem` where it failed.

    `claims` are those that are verified so far, and `evidence` is what they cite, in the order in which it is first
    cited. `instead_of` is the turn whose question is asked again in other words, "" for a question that goes on from the last
    turn. `audience` is who asks, and `conversations` those that they see; `noted` says that the database knows of it. Workers
    write and pages read; each field is written whole.
    """

    question: str
    extracts_only: bool = False
    instead_of: str = ""
    audience: Audience = EVERYTHING
    conversations: Callable[[], Conversations] | None = field(default=None, repr=False)
    job_id: str = field(default_factory=lambda: uuid4().hex)
    noted: bool = False
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

    audience = EVERYTHING

    def __init__(
        self,
        answer: Answering,
        conversations: Callable[[], Conversations],
        *,
        workers: int = 2,
        most_waiting: int = 32,
        speaks_s: float = SPEAKS_S,
    ) -> None:
        self._answer = answer
        self._conversations = conversations
        self._most_waiting = most_waiting
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="answer")
        # A question may have failed before anyone waits for it; then its end is told on this very thread.
        self._lock = threading.RLock()
        self._queues: dict[_Key, list[Job]] = {}
        self._busy: set[_Key] = set()
        self._running: set[Future[Turn]] = set()
        self._asked: deque[float] = deque(maxlen=_MANY)
        self._closed = threading.Event()
        self._over = threading.Event()
        self._speaker = threading.Thread(target=self._speak, args=(speaks_s,), name="speak-for-jobs", daemon=True)
        self._speaker.start()

    def for_(self, audience: Audience, conversations: Callable[[], Conversations]) -> Jobs:
        """Return the same questions, to which an audience adds its own; `conversations` are those that it sees."""
        other = copy.copy(self)
        other.audience, other._conversations = audience, conversations  # noqa: SLF001
        return other

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
        job.audience, job.conversations = self.audience, self._conversations
        with self._lock:
            waiting = sum(job.pending for queue in self._queues.values() for job in queue)
            if waiting >= self._most_waiting:
                raise QuestionRejected(
                    text("conversation.too_many", count=waiting), hint=text("conversation.too_many_hint")
                )
            # A new question is the reader's answer to a failed one: it has been read and goes.
            before = self._queues.get(key, ())
            queue = [earlier for earlier in before if earlier.pending]
            if queue and (queue[-1].question, queue[-1].instead_of) == (question, instead_of):
                # Sent twice: one answer to it is on its way.
                return queue[-1]
            self._queues[key] = [*queue, job]
            self._asked.append(time.monotonic())
        failed = [each.job_id for each in before if each not in queue]
        try:
            # Not while the lock is held: the database may keep one waiting.
            self._noted().begin(owner, conversation_id, job.job_id, question, forget=failed)
        except ReportQAError as error:
            # What can't be noted can't be stored either; the worker finds that out, and its reader is told.
            _log.warning("a question is answered without a note of it: %s", error)
        with self._lock:
            job.noted = True
            self._start_next(key)
        return job

    def of(self, owner: str, conversation_id: str) -> tuple[Job, ...]:
        """Return the questions of a conversation that are waiting, being answered, or failed, in their order."""
        with self._lock:
            return tuple(job for job in self._queues.get((owner, conversation_id), ()) if job.turn is None)

    def seen(self, owner: str, conversation_id: str) -> tuple[Job, ...]:
        """Return what `of` returns, after the questions that other processes answer, or answered until they were gone.

        Raises:
            ConversationError: the database can't be used.
        """
        # First those of this process: one that is answered in between is then no longer among the others' either.
        own = self.of(owner, conversation_id)
        known = {job.job_id for job in own}
        others = self._noted().of(owner, conversation_id)
        return (*(_elsewhere(each) for each in others if each.question_id not in known), *own)

    @property
    def pressed(self) -> bool:
        """True while so many questions come that what nobody asked for is better left undone."""
        with self._lock:
            return len(self._asked) == _MANY and time.monotonic() - self._asked[0] < _MANY_WITHIN_S

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

    def close(self, *, within_s: float = 30.0) -> None:
        """Let the questions being answered come to their end and drop those that wait.

        After `within_s` seconds no more is written of them. What isn't answered then is said to be cut off.
        """
        with self._lock:
            self._closed.set()
            left = [job for queue in self._queues.values() for job in queue if job.pending]
            running = list(self._running)
        self._pool.shutdown(wait=False, cancel_futures=True)
        # What no worker had begun is cancelled, and `wait` would wait for it to the end of its time.
        running = [each for each in running if not each.cancelled()]
        wait(running, timeout=within_s)
        for job in left:
            job.stopped = True
        wait(running, timeout=_LAST_WORDS_S)
        self._over.set()
        self._speaker.join()
        with suppress(ReportQAError):
            self._noted().cut_off([job.job_id for job in left if job.turn is None])

    def _noted(self) -> UnderWay:
        return UnderWay(self._conversations().database)

    def _speak(self, every_s: float) -> None:
        """Say every few seconds that the questions of this process are being answered."""
        while not self._over.wait(every_s):
            with self._lock:
                pending = [job.job_id for queue in self._queues.values() for job in queue if job.pending]
            if pending:
                try:
                    self._noted().speak_for(pending)
                except ReportQAError as error:
                    _log.warning("it could not be said that questions are being answered: %s", error)

    def _start_next(self, key: _Key) -> None:
        """Give a conversation's next question to a worker, unless one has an earlier one; the lock is held."""
        job = next((job for job in self._queues[key] if job.pending), None)
        if job is None or not job.noted or key in self._busy or self._closed.is_set():
            return
        self._busy.add(key)
        running = self._pool.submit(self._answered, key, job)
        self._running.add(running)
        running.add_done_callback(partial(self._finished, key, job))

    def _answered(self, key: _Key, job: Job) -> Turn:
        job.started = True
        owner, conversation_id = key
        conversations = (job.conversations or self._conversations)()
        conversation = conversations.load(owner, conversation_id)
        parent = conversation.parent_of(job.instead_of)
        answer = self._answer(job, tuple(turn.as_exchange() for turn in conversation.thread(parent)))
        return conversations.append(owner, conversation_id, answer, parent, question_id=job.job_id)

    def _finished(self, key: _Key, job: Job, ended: Future[Turn]) -> None:
        error = None if ended.cancelled() else ended.exception()
        if error is not None:
            # It failed, and its reader is told here; to others it must not seem to be under way.
            with suppress(ReportQAError):
                self._noted().end(job.job_id)
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
            self._running.discard(ended)
            self._busy.discard(key)
            self._queues[key] = [job for job in self._queues[key] if job.turn is None]
            self._start_next(key)
            if not self._queues[key]:
                del self._queues[key]


def _elsewhere(noted: QuestionUnderWay) -> Job:
    """Return a question of another process as a job that is under way, or was cut off."""
    problem = None
    if noted.cut_off:
        problem = ReportQAError(text("conversation.cut_off"), hint=text("conversation.ask_again_hint"))
    return Job(
        question=noted.question,
        job_id=noted.question_id,
        started=True,
        problem=problem,
        asked_at=noted.asked_at,
    )
