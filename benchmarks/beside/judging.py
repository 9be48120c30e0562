"""Figures of a system from what its process wrote: times, and what it found and said judged as ours is (benchmarks.peers)."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.peers import Line, Peer, Reply, measure
from report_qa.evaluation.found import Found
from report_qa.evaluation.questions import GoldQuestion
from report_qa.records.conversation import Exchange

# What is kept of the shares that benchmarks.peers measures.
_SHARES = ("page_hit_1", "page_hit_5", "right", "wrong_of_shown", "refused_answerable", "refused_unanswerable")


class _Finding:
    """A system's process as a peer that finds: for each question it gives what the process wrote."""

    name = "replayed"

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        self._answers = answers

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        return _found(self._answers[question]["found"][:top])


class _Answering(_Finding):
    """One that answers, too."""

    def answer(self, question: str, history: Sequence[Exchange] = ()) -> Reply:
        given = self._answers[question]
        return Reply(said=given["said"], quoted=tuple(_found(given["quoted"])))


def figures(questions: Sequence[GoldQuestion], answers: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Return the shares by their names in an outcome's scores (without those that don't apply), and times in milliseconds.

    `ms_50` and `ms_95` are those of an answer where a system answers, else of its search; `find_ms_50` always of its search.
    """
    by_id = {str(given["id"]): given for given in answers}
    by_question = {gold.question: by_id[gold.question_id] for gold in questions}
    answering = all("said" in given for given in answers)
    peer: Peer = (_Answering if answering else _Finding)(by_question)
    shares = Line(name=peer.name, measured=measure(peer, questions)).figures()
    times = sorted(float(given["answer_ms" if answering else "find_ms"]) for given in answers)
    return {
        **{name: shares[name] for name in _SHARES if name in shares},
        "ms_50": round(statistics.median(times), 1),
        "ms_95": round(percentile(times, 95), 1),
        "find_ms_50": round(statistics.median(float(given["find_ms"]) for given in answers), 1),
    }


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` percent of ascending values do not exceed (nearest rank)."""
    rank = -(-len(ordered) * share // 100)
    return ordered[max(int(rank), 1) - 1]


def _found(written: Sequence[Sequence[Any]]) -> list[Found]:
    return [Found(path=path, page=page, text=text) for path, page, text in written]
