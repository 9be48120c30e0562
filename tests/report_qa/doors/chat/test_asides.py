"""What is worked out beside the answers is made once, and made anew only where it was broken off."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from report_qa.doors.chat.asides import Aside, Asides
from report_qa.errors import NothingPublished
from tests.waiting import wait_until


@pytest.fixture
def asides() -> Iterator[Asides[str]]:
    made: Asides[str] = Asides()
    yield made
    made.close()


def test_it_is_made_once_and_says_how_far_it_is(asides: Asides[str]) -> None:
    gate, begun, calls = threading.Event(), threading.Event(), []

    def make(aside: Aside[str]) -> str:
        calls.append(1)
        aside.advance(1, 3)
        begun.set()
        gate.wait(5)
        return "made"

    assert asides.of("a") is None
    first = asides.ask("a", make)
    assert asides.ask("a", make) is first
    assert begun.wait(5)
    assert (first.pending, first.done, first.count) == (True, 1, 3)
    gate.set()
    wait_until(lambda: not first.pending)
    assert (first.made, first.pending) == ("made", False)
    assert calls == [1]
    assert asides.of("a") is first
    asides.drop("a")
    assert asides.of("a") is None


def test_what_fails_is_said(asides: Asides[str]) -> None:
    def gone(_: Aside[str]) -> str:
        raise NothingPublished("Gone.", hint="Ingest.")

    def unforeseen(_: Aside[str]) -> str:
        raise ZeroDivisionError

    one, two = asides.ask("one", gone), asides.ask("two", unforeseen)
    wait_until(lambda: not one.pending and not two.pending)
    assert str(one.problem) == "Gone. Ingest."
    assert str(two.problem) == "Something went wrong while answering. Please ask again."
    assert not one.pending


def test_what_was_broken_off_is_made_anew(asides: Asides[str]) -> None:
    done = threading.Event()

    def broken(aside: Aside[str]) -> str:
        aside.broken_off = True
        done.set()
        return "half"

    first = asides.ask("a", broken)
    assert done.wait(5)
    assert not first.pending
    second = asides.ask("a", lambda _: "whole")
    wait_until(lambda: not second.pending)
    assert second is not first
    assert second.made == "whole"


def test_what_waits_when_the_chat_ends_is_said_to_be_stopped() -> None:
    gate, asides = threading.Event(), Asides[str]()

    def slow(_: Aside[str]) -> str:
        gate.wait(5)
        return "made"

    running, waiting = asides.ask("a", slow), asides.ask("b", slow)
    threading.Timer(0, gate.set).start()
    asides.close()
    assert running.made == "made"
    assert waiting.made == "made" or str(waiting.problem) == "The chat was stopped. Please ask again."
