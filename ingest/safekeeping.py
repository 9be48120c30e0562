"""The commands that keep a copy of a library, and bring it back."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from ingest.upkeep import JsonOption, LibraryOption, cited_editions
from report_qa import logs


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (backup, restore):
        app.command()(command)


def backup(
    target: Annotated[Path, typer.Argument(help="File to write, or a folder for a file that is named by the time.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy what is published, what answers cite, and the conversations into one file; readers and ingests go on."""
    from ingest.backup import back_up
    from report_qa.settings import load_settings
    from report_qa.wiring import open_library

    settings = load_settings(library=library)

    def cited(copy: Path | None) -> Collection[str]:
        return cited_editions(settings if copy is None else settings.model_copy(update={"library": copy}))

    made = back_up(open_library(settings), target, cited=cited, database_url=settings.database_url.get_secret_value())
    logs.note("backup", edition=made.edition, size=made.size, ms=round(made.seconds * 1000))
    print(json.dumps(made.as_json(), ensure_ascii=False) if as_json else made.as_text())


def restore(
    file: Annotated[Path, typer.Argument(help="File that `backup` wrote.")],
    library: Annotated[Path, typer.Option("--library", help="Folder to make: a new or an empty one.")],
    as_json: JsonOption = False,
) -> None:
    """Make the library of a backup in a folder of its own; nothing is replaced."""
    from ingest.restore import restore as bring_back

    restored = bring_back(file, library)
    print(json.dumps(restored.as_json(), ensure_ascii=False) if as_json else restored.as_text())
