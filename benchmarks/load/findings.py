"""What a run under load found: the measurements as one table, and what the database says about every answer afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from locust.stats import RequestStats
from rich.console import Console
from rich.table import Table

from benchmarks.load.faults import Happened, Toll
from benchmarks.load.overload import BOUND_S, Overload
from benchmarks.load.stored import Stored

MOST_GROWTH, MOST_P95_S = 0.05, 1.0
QUESTION = "question answered"
_MOST_LINES, _MOST_KINDS = 12, 4


@dataclass(kw_only=True)
class Findings:
    """Everything that is printed. Memory is in bytes by server, at the end of the warm-up and at the end.

    `absent` are the replicas that were not ready at the end, `logged` what replicas and proxy said of errors, with how often.
    """

    minutes: float
    faults: tuple[Happened, ...] = ()
    tolls: tuple[Toll, ...] = ()
    absent: tuple[str, ...] = ()
    logged: Counter[str] = field(default_factory=Counter)
    warm: dict[str, int] = field(default_factory=dict)
    end: dict[str, int] = field(default_factory=dict)
    overload: Overload = field(default_factory=Overload)
    stored: Stored
    reconnected: int = 0
    asked_again: int = 0


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
        if number < _MOST_LINES:
            console.print(
                f"failed {error.occurrences}×: {error.method} {error.name}: {str(error.error)[:160]}", markup=False
            )
    for said, count in findings.logged.most_common(_MOST_LINES):
        console.print(f"logged {count}×: {said[:600]}", markup=False)
    if findings.faults:
        _print_faults(findings, console)
    stored = findings.stored
    console.print(
        f"stored answers {stored.turns:,} ({stored.written:,} written by a model, {stored.failed} failures,"
        f" {stored.leaning} asked again with their history, {stored.noted} with a note that the provider was away);"
        f" wrong {len(stored.wrong)}; finished answers lost {len(stored.lost)}"
    )
    for line in (*stored.wrong, *stored.lost)[:10]:
        console.print(f"  {line}", markup=False)
    targets = _targets(findings, stats)
    for name, met in targets.items():
        console.print(f"{'met   ' if met else 'MISSED'} {name}", markup=False)
    return all(targets.values())


def _print_faults(findings: Findings, console: Console) -> None:
    """Print what each fault cost, and which fault itself went wrong."""
    table = Table(title="While servers were away, and shortly after", title_justify="left")
    for name in ("fault", "lasted s", "requests", "failed"):
        table.add_column(name, justify="left" if name == "fault" else "right")
    lasted = [f"{each.ended - each.began:.0f}" for each in findings.faults]
    for toll, seconds in zip(findings.tolls, [*lasted, ""], strict=True):
        table.add_row(toll.name, seconds, f"{toll.requests:,}", f"{toll.failed:,}")
    console.print(table)
    for toll in findings.tolls:
        for kind, count in toll.failures.most_common(_MOST_KINDS):
            console.print(f"{toll.name}: {count}× {kind}", markup=False)
    for each in findings.faults:
        if each.problem:
            console.print(f"{each.name} did not go as it should: {each.problem}", markup=False)
    console.print(f"pages connected again {findings.reconnected}×, questions asked again {findings.asked_again}×")


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
        happened = not any(each.problem for each in findings.faults)
        return targets | {
            "every fault happened as it should": happened,
            f"every replica is back{''.join(f', not {name}' for name in findings.absent)}": not findings.absent,
        }
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
