"""Shows how far an ingest is: a bar for a person, lines of JSON for a machine, nothing where nobody looks."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]


@contextmanager
def show_progress(*, as_json_lines: bool = False) -> Iterator[Progress]:
    """Give a function that is told what is being done, how many of it are done, and of how many."""
    if as_json_lines:
        yield _json_lines()
    elif sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield lambda what, done, total: None


def print_event(event: str, **fields: object) -> None:
    """Print one line of JSON on standard output."""
    print(json.dumps({"event": event, **fields}, ensure_ascii=False), flush=True)


def _json_lines() -> Progress:
    started = time.perf_counter()

    def show(what: str, done: int, total: int) -> None:
        seconds = time.perf_counter() - started
        left = round(seconds / done * (total - done), 1) if done else None
        print_event("progress", what=what, done=done, total=total, seconds=round(seconds, 2), seconds_left=left)

    return show


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Documents in a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    columns = (
        TextColumn("{task.description:<21}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show
