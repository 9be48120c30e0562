"""What goes wrong during a run, one thing after the other, each put right again before the next, and what each of them cost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import gevent

Step = Callable[[], None]
# In seconds: how long a server stays away, how long after its return what fails still counts as its absence's doing, and how long
# nothing happens between two faults at the least.
AWAY_S, AFTER_S, CALM_S = 8.0, 5.0, 8.0
_PROBLEM_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`breaks` is done, after `away_s` seconds `mends`, and `settles` waits until all is as it was before."""

    name: str
    breaks: Step
    mends: Step | None = None
    settles: Step | None = None
    away_s: float = AWAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A fault that was: from when until when, in seconds of the clock (`time.time`), and what went wrong with the fault itself."""

    name: str
    began: float
    ended: float
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a reader or a program, when it ended, and why it failed ("" where it did not)."""

    name: str
    ended: float
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """What ended in the time of one fault: how many requests, and how many of them failed, by what failed."""

    name: str
    requests: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        """How many failed."""
        return self.failures.total()


def run_faults(faults: Sequence[Fault], seconds: float, *, calm_s: float = CALM_S) -> list[Happened]:
    """Spread the faults over a time, or more where servers take long to come back; returns what happened.

    A step that raises is noted, and what comes next is done all the same.
    """
    began, done = time.monotonic(), list[Happened]()
    for number, fault in enumerate(faults, 1):
        due = began + seconds * number / (len(faults) + 1)
        gevent.sleep(max(calm_s, due - time.monotonic()))
        done.append(_happen(fault))
    return done


def tolls(happened: Sequence[Happened], requests: Sequence[Request]) -> list[Toll]:
    """Return what each fault cost, in their order, and last what ended at other times; every request is counted once."""
    following = [*(each.began for each in happened[1:]), float("inf")]
    until = [min(each.ended + AFTER_S, next_one) for each, next_one in zip(happened, following, strict=False)]
    found: list[list[Request]] = [[] for _ in (*happened, None)]
    for request in requests:
        during = (
            number
            for number, each in enumerate(happened)
            if each.began <= request.ended and request.ended < until[number]
        )
        found[next(during, len(happened))].append(request)
    names = [*(each.name for each in happened), "at other times"]
    return [
        Toll(
            name=name,
            requests=len(those),
            failures=Counter(f"{request.name}: {request.problem}" for request in those if request.problem),
        )
        for name, those in zip(names, found, strict=True)
    ]


def _happen(fault: Fault) -> Happened:
    began = time.time()
    problems = _tried(fault.breaks)
    if fault.mends is not None:
        gevent.sleep(fault.away_s)
        problems += _tried(fault.mends)
    if fault.settles is not None:
        problems += _tried(fault.settles)
    return Happened(name=fault.name, began=began, ended=time.time(), problem="; ".join(problems))


def _tried(step: Step) -> list[str]:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - whatever a server does when it is ended or started, the run goes on
        said = " ".join(str(error).split())[:_PROBLEM_CHARS]
        return [f"{type(error).__name__}: {said}" if said else type(error).__name__]
    return []
