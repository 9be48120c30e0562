"""What a run under load found: the measurements as one table, and what the database says about every answer afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from locust.stats import RequestStats
from rich.console import Console
from rich.table import Table

from benchmarks.load.overload import BOUND_S, Overload
from benchmarks.load.readers import Finished
from benchmarks.load.shelf import Shelf
from report_qa import AnswerStatus, Conversations, ReportQAError

MOST_GROWTH, MOST_P95_S = 0.05, 1.0
QUESTION = "question answered"
Asked = dict[str, Any]
# Returns what each question is answered in its edition, with its history.
Replay = Callable[[Sequence[Asked]], Sequence[str]]
_FAILURES = (AnswerStatus.ERROR_MODEL, AnswerStatus.ERROR_INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of the answers: turns stored, of those the ones that say that there is no answer because something failed,
    those that say something else than their edition does, and those that were seen and are gone.
    """

    turns: int
    failed: int
    # Asked again with what was asked before.
    leaning: int
    wrong: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(kw_only=True)
class Findings:
    """Everything that is printed. Memory is in bytes by server, at the end of the warm-up and at the end."""

    minutes: float
    faults: tuple[str, ...] = ()
    warm: dict[str, int] = field(default_factory=dict)
    end: dict[str, int] = field(default_factory=dict)
    overload: Overload = field(default_factory=Overload)
    stored: Stored
    reconnected: int = 0
    asked_again: int = 0


def check_stored(conversations: Conversations, shelf: Shelf, finished: Sequence[Finished], again: Replay) -> Stored:
    """Hold every stored turn of the readers against what its edition answers, and every seen one against what is stored.

    An answer may lean on what was asked before: one that isn't what its question alone is answered is asked `again` with its history.
    """
    ids: set[str] = set()
    failed, other, lost = 0, list[Asked](), list[str]()
    for owner in {each.owner for each in finished}:
        for entry in conversations.list(owner):
            conversation = conversations.load(owner, entry.conversation_id)
            for turn in conversation.turns:
                ids.add(turn.turn_id)
                answer, edition = turn.answer, turn.answer.provenance.edition_id
                if answer.status in _FAILURES:
                    failed += 1
                elif answer.text != shelf.expected[edition].get(answer.question):
                    before = [each.as_exchange() for each in conversation.thread(turn.parent_id)]
                    history = [asdict(each) for each in before]
                    other.append(
                        {"edition": edition, "question": answer.question, "history": history, "text": answer.text}
                    )
    wrong = [
        f"edition {asked['edition']}: {asked['question']}\n  said     {asked['text'][:200]!r}\n  expected {right[:200]!r}"
        for asked, right in zip(other, again(other), strict=True)
        if asked["text"] != right
    ]
    for each in finished:
        try:
            conversations.turn(each.owner, each.turn_id)
        except ReportQAError as error:
            lost.append(f"{each.question}: {error}")
    return Stored(turns=len(ids), failed=failed, leaning=len(other), wrong=tuple(wrong), lost=tuple(lost))


def print_table(findings: Findings, stats: RequestStats) -> bool:
    """Print the table and the targets; return whether all targets are met."""
    table = Table(title=f"{findings.minutes:g} minutes on loopback", title_justify="left")
    for name in ("", "count", "failed", "p50 ms", "p95 ms", "p99 ms", "longest ms"):
        table.add_column(name, justify="left" if not name else "right")
    for (name, _), entry in sorted(stats.entries.items()):
        shares = [entry.get_response_time_percentile(share) for share in (0.5, 0.95, 0.99)]
        figures = [entry.num_requests, entry.num_failures, *shares, entry.max_response_time]
        table.add_row(name, *(f"{figure:,.0f}" for figure in figures))
    console = Console(width=140)
    console.print(table)
    memory = Table(title="Resident memory, MB", title_justify="left")
    for name in ("server", "warm", "end", "growth"):
        memory.add_column(name, justify="left" if name == "server" else "right")
    for name, warm in findings.warm.items():
        end = findings.end.get(name, 0)
        memory.add_row(name, f"{warm / 1e6:,.0f}", f"{end / 1e6:,.0f}", f"{end / warm - 1:+.1%}" if warm else "")
    console.print(memory)
    over = findings.overload
    said = ", ".join(f"{status} {count:,}×" for status, count in sorted(over.statuses.items()))
    console.print(
        f"overload: {over.sent:,} searches sent; {said or 'none'}; {dict(over.broken) or 0} broken; {over.hung} hung;"
        f" {over.without_retry_after} sent away without Retry-After; longest wait {over.longest_s:.1f} s (bound {BOUND_S:g} s)"
    )
    for number, error in enumerate(sorted(stats.errors.values(), key=lambda each: -each.occurrences)):
        if number < 12:
            console.print(
                f"failed {error.occurrences}×: {error.method} {error.name}: {str(error.error)[:160]}", markup=False
            )
    if findings.faults:
        console.print("faults: " + "; ".join(findings.faults), markup=False)
        console.print(f"pages connected again {findings.reconnected}×, questions asked again {findings.asked_again}×")
    stored = findings.stored
    console.print(
        f"stored answers {stored.turns:,} ({stored.failed} failures, {stored.leaning} asked again with their history);"
        f" wrong {len(stored.wrong)}; finished answers lost {len(stored.lost)}"
    )
    for line in (*stored.wrong, *stored.lost)[:10]:
        console.print(f"  {line}", markup=False)
    targets = _targets(findings, stats)
    for name, met in targets.items():
        console.print(f"{'met   ' if met else 'MISSED'} {name}", markup=False)
    return all(targets.values())


def _targets(findings: Findings, stats: RequestStats) -> dict[str, bool]:
    over, stored = findings.overload, findings.stored
    targets = {
        "no wrong answer, no finished answer lost": not stored.wrong and not stored.lost and stored.turns > 0,
        "overload: every request answered in time, with Retry-After where it was sent away": not over.hung
        and not over.without_retry_after
        and set(over.statuses) <= {200, 429, 503}
        and not over.broken,
    }
    if findings.faults:
        return targets
    growth = [findings.end[name] / warm - 1 for name, warm in findings.warm.items() if warm]
    calm = [entry for (name, _), entry in stats.entries.items() if "overload" not in name]
    p95 = max(
        (e.get_response_time_percentile(0.95) for (name, _), e in stats.entries.items() if name == QUESTION), default=0
    )
    return targets | {
        "no error": not sum(entry.num_failures for entry in calm) and bool(calm),
        f"memory grows by {MOST_GROWTH:.0%} at the most after the warm-up": max(growth, default=1) <= MOST_GROWTH,
        f"p95 from question to finished answer under {MOST_P95_S:g} s": 0 < p95 < MOST_P95_S * 1000,
    }
