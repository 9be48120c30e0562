"""The commands that keep a copy of a library, and bring it back."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.upkeep import JsonOption, LibraryOption, cited_editions, print_json
from report_qa import logs
from report_qa.errors import SettingInvalid

if TYPE_CHECKING:
    from ingest.backup import OnServer
    from report_qa.settings import Settings


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

    every = load_settings(library=library).tenants()
    if len(every) > 1 and not target.is_dir():
        raise SettingInvalid(
            f"{target} is no folder, and there are {len(every)} libraries to back up.",
            hint="Name a folder, or one library with --library.",
        )
    made = {}
    for name, (_, settings) in every.items():
        cited = partial(_cited, settings)
        called = name if len(every) > 1 else ""
        made[name] = back_up(open_library(settings), target, cited=cited, database=_server(settings), name=called)
        logs.note("backup", edition=made[name].edition, size=made[name].size, ms=round(made[name].seconds * 1000))
    if not as_json:
        print("\n".join(each.as_text() for each in made.values()))
    else:
        print_json({name: each.as_json() for name, each in made.items()}, several=len(every) > 1)


def _cited(settings: Settings, copy: Path | None) -> Collection[str]:
    # What is cited is looked up in the copy, where there is one: it stands still.
    return cited_editions(settings if copy is None else settings.model_copy(update={"library": copy}))


def _server(settings: Settings) -> OnServer | None:
    """Return where a library's conversations are, None where they are in its folder."""
    from ingest.backup import OnServer
    from report_qa.settings import load_settings

    url, own = settings.secret("database_url"), settings.database_schema
    if not url:
        return None
    every = {each.database_schema for each in load_settings().libraries.values()}
    return OnServer(url=url, schema=own, others=tuple(sorted(every - {own})))


def restore(
    file: Annotated[Path, typer.Argument(help="File that `backup` wrote.")],
    library: Annotated[Path, typer.Option("--library", help="Folder to make: a new or an empty one.")],
    as_json: JsonOption = False,
) -> None:
    """Make the library of a backup in a folder of its own; nothing is replaced."""
    from ingest.restore import restore as bring_back

    restored = bring_back(file, library)
    print(json.dumps(restored.as_json(), ensure_ascii=False) if as_json else restored.as_text())
