"""Write docs/cli.md from the commands' own help: `.venv/bin/python docs/make_cli.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import typer.main

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cli.md"
WIDTH = 90

_HEAD = """# Commands

What `--help` says. This page is written by [docs/make_cli.py](make_cli.py); a test compares the two.
"""


def page() -> str:
    """Return the page: both programs, each with its commands."""
    sys.path[:0] = [entry for entry in (str(ROOT),) if entry not in sys.path]
    from ingest.__main__ import app as ingest
    from report_qa.doors.cli import app as report_qa

    return "\n".join([_HEAD, *_program("report-qa", report_qa), *_program("python -m ingest", ingest)])


def _program(name: str, app: typer.Typer) -> list[str]:
    group = typer.main.get_command(app)
    context = group.make_context(name, [], resilient_parsing=True, terminal_width=WIDTH)
    parts = [f"## {name}", "", _block(group.get_help(context))]
    for command_name, command in getattr(group, "commands", {}).items():
        inner = command.make_context(command_name, [], parent=context, resilient_parsing=True, terminal_width=WIDTH)
        parts += [f"### {name} {command_name}", "", _block(command.get_help(inner))]
    return parts


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
