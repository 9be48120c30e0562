"""Who uses the product under load: readers of the chat with their pages open, and programs that search over HTTP."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import gevent
import websocket
from locust import FastHttpUser, User, constant, constant_throughput, task

from benchmarks.load.faults import Request
from benchmarks.load.page import Page, PageError
from benchmarks.load.stored import Finished

EVERY_S = 20.0
QUESTIONS_A_CONVERSATION = 6
_TRIES = 30
_PROBLEM_CHARS = 100
_BROKEN = (PageError, OSError, websocket.WebSocketException)


@dataclass
class Course:
    """What all users share: the questions, which part of the run it is, and what they saw."""

    questions: Sequence[str] = ()
    # Appended to the names of the measurements, so that each part is counted by itself.
    part: str = ""
    finished: list[Finished] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    reconnected: int = 0
    asked_again: int = 0

    def note(self, *, name: str, exception: BaseException | None, **_more: object) -> None:
        """Write down one request as it ends: a listener of Locust's."""
        problem = " ".join(str(exception or "").split())[:_PROBLEM_CHARS] or type(exception).__name__
        self.requests.append(Request(name=name, ended=time.time(), problem=problem if exception else ""))


COURSE = Course()


class Reader(User):
    """Keeps a page of the chat open and asks a question every twenty seconds."""

    wait_time = constant(0)
    fixed_count: ClassVar[int] = 50

    def on_start(self) -> None:
        """Open the page at a moment of one's own, as people do."""
        self._chance = random.Random(self.__class__.__name__ + str(id(self)))
        self._asked = 0
        self._page = Page(str(self.host))
        gevent.sleep(self._chance.uniform(0, EVERY_S))
        self._measured("page opened", self._page.open)

    @task
    def ask(self) -> None:
        """Ask and read until the next question."""
        until = time.monotonic() + EVERY_S
        question = self._chance.choice(COURSE.questions)
        if not self._page.is_open:
            self._come_back()
        elif self._asked and self._asked % QUESTIONS_A_CONVERSATION == 0:
            self._measured("new conversation", self._page.begin)
        self._asked += 1
        turn = self._measured("question answered", lambda: self._page.ask(question))
        if turn is None and self._page.is_open is False:
            turn = self._after_a_break(question)
        if turn is not None:
            COURSE.finished.append(Finished(owner=self._page.owner, turn_id=turn["id"], question=question))
        try:
            self._page.rest(max(0.0, until - time.monotonic()))
        except _BROKEN:
            self._page.close()
            self._come_back()

    def on_stop(self) -> None:
        """Close the page."""
        self._page.close()

    def _after_a_break(self, question: str) -> dict[str, Any] | None:
        """Come back and look: the answer is there, or the question is said to be cut off and is asked again."""
        self._come_back()
        for _ in range(_TRIES):
            last = self._page.turns[-1] if self._page.turns else None
            if last is not None and last["question"] == question and last["kind"] in ("pending", "writing"):
                try:
                    self._page.rest(1)
                except _BROKEN:
                    self._come_back()
                continue
            if last is not None and last["question"] == question and last["kind"] != "failure":
                return last
            COURSE.asked_again += 1
            return self._measured("asked again after a break", lambda: self._page.ask(question))
        return None

    def _come_back(self) -> None:
        """Connect again, as a browser does until somebody answers."""
        COURSE.reconnected += 1
        for _ in range(_TRIES):
            try:
                self._page.connect()
            except _BROKEN:
                gevent.sleep(1)
            else:
                return

    def _measured(self, name: str, do: Any) -> Any:
        """Do something and report how long it took, and whether it failed; a page that broke is closed."""
        began, problem, done = time.perf_counter(), None, None
        try:
            done = do()
        except _BROKEN as error:
            problem = error
            if not isinstance(error, PageError):
                self._page.close()
        self.environment.events.request.fire(
            request_type="chat",
            name=name + COURSE.part,
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=problem,
            context={},
        )
        return done


class Searcher(FastHttpUser):
    """A program that searches once a second."""

    wait_time = constant_throughput(1)
    fixed_count: ClassVar[int] = 20
    connection_timeout = 10.0
    network_timeout = 60.0

    @task
    def search(self) -> None:
        """Search, and look at what came."""
        asked = {"question": random.choice(COURSE.questions), "top": 5}
        with self.client.post("/v1/search", json=asked, name="search" + COURSE.part, catch_response=True) as answer:
            if answer.status_code == 200 and not answer.json()["passages"]:
                answer.failure("no passages")
            elif answer.status_code > 200:
                answer.failure(f"HTTP {answer.status_code} {_code(answer.text)}")


def _code(problem: str) -> str:
    """Return which problem a body tells of, as far as it does."""
    try:
        return str(json.loads(problem)["code"])
    except (ValueError, KeyError, TypeError):
        return ""
