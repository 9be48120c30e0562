"""Faults under load: one that goes wrong ends nothing, and what each cost is counted once."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.load.faults import AFTER_S, Fault, Happened, Request, Toll, run_faults, tolls


def breaking(_: str = "") -> None:
    raise AssertionError("the server did not end\nin time")


def test_a_fault_that_raises_is_noted_and_the_next_ones_happen() -> None:
    done: list[str] = []
    faults = [
        Fault(name="stays", breaks=breaking, mends=lambda: done.append("mended"), away_s=0),
        Fault(name="unmended", breaks=lambda: done.append("broken"), mends=breaking, settles=breaking, away_s=0),
        Fault(name="last", breaks=lambda: done.append("last")),
    ]
    stays, unmended, last = run_faults(faults, 0.0, calm_s=0.0)
    assert done == ["mended", "broken", "last"]
    assert stays.problem == "AssertionError: the server did not end in time"
    assert unmended.problem == f"{stays.problem}; {stays.problem}"
    assert (last.name, last.problem) == ("last", "")
    assert stays.began <= stays.ended <= unmended.began <= unmended.ended <= last.began


def test_an_end_from_outside_ends_the_faults() -> None:
    def ended() -> None:
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        run_faults([Fault(name="first", breaks=ended), Fault(name="never", breaks=breaking)], 0.0, calm_s=0.0)


def test_each_request_is_counted_for_the_fault_in_whose_time_it_ended() -> None:
    happened = [
        Happened(name="a chat killed", began=100, ended=110),
        Happened(name="Chroma server killed", began=112, ended=120),
    ]
    requests = [
        Request(name="search", ended=99.9, problem="HTTP 500 error"),
        Request(name="search", ended=100),
        Request(name="question answered", ended=104, problem="closed"),
        # Within some seconds of the first one's end, but the second one has begun.
        Request(name="search", ended=112, problem="HTTP 503 index_unavailable"),
        Request(name="search", ended=113, problem="HTTP 503 index_unavailable"),
        Request(name="search", ended=120 + AFTER_S - 0.1, problem="HTTP 503 busy"),
        Request(name="search", ended=120 + AFTER_S),
    ]
    chat, chroma, other = tolls(happened, requests)
    assert chat == Toll(name="a chat killed", requests=2, failures=Counter({"question answered: closed": 1}))
    kinds = {"search: HTTP 503 index_unavailable": 2, "search: HTTP 503 busy": 1}
    assert chroma == Toll(name="Chroma server killed", requests=3, failures=Counter(kinds))
    assert chroma.failed == 3
    assert (other.name, other.requests, other.failures) == ("at other times", 2, {"search: HTTP 500 error": 1})


def test_without_faults_everything_ended_at_other_times() -> None:
    assert tolls([], [Request(name="search", ended=1.0)]) == [Toll(name="at other times", requests=1)]
