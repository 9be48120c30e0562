"""The commands that look after what runs: libraries, keys, the audit log, erasing, moving, the off switch, and what is asked.

Where several libraries are set, what has to hold for all of them (erasing, retention, moving, the switch) is done in each; `--library`
narrows it to one. What shows something of one library shows the default one's without it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from report_qa.errors import ReportQAError, SettingInvalid
from report_qa.records.person import Role

if TYPE_CHECKING:
    from report_qa.audit import AuditLog
    from report_qa.database import Database
    from report_qa.settings import Settings

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", help="Folder of the library (default: ./library), or the name of one of several."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    commands: dict[str, Callable[..., None]] = {
        "libraries": libraries,
        "key": key,
        "audit": audit,
        "erase": erase,
        "retention": retention,
        "move-state": move_state,
        "off": off,
        "on": on,
        "insights": insights,
    }
    for name, command in commands.items():
        app.command(name)(command)


def libraries(as_json: JsonOption = False) -> None:
    """List the libraries that the settings name, the default one first: what is published, and who may see each."""
    from report_qa.settings import load_settings

    found = [
        {
            "name": tenant.name,
            "title": tenant.title,
            "folder": str(settings.library),
            "audience": list(tenant.visible_to),
            **_published(settings),
        }
        for tenant, settings in load_settings().tenants().values()
    ]
    if as_json:
        _print({"libraries": found})
        return
    for each in found:
        counted = f"{each['documents']} document{'' if each['documents'] == 1 else 's'}"
        state = f"edition {each['edition']}, {counted}" if each["edition"] else "nothing published"
        print(
            f"{each['name']}: {each['title'] or each['shelf'] or '(no title)'}; {state}; for {', '.join(each['audience'])}"
        )
        print(f"  {each['folder']}")


def key(
    name: Annotated[str, typer.Argument(help="Whose key it is: small letters, digits, hyphens.")],
    scopes: Annotated[
        list[str] | None, typer.Option("--may", help="What it is for: read, ask, keep; again for more (default: all).")
    ] = None,
    per_minute: Annotated[
        int, typer.Option("--per-minute", min=1, help="Requests that it may send in a minute.")
    ] = 120,
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", help="Group whose documents it may read, besides those for all; again for more."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--library", help="Name of a library that it is for, of several; again for more (default: all)."),
    ] = None,
    role: Annotated[Role, typer.Option("--role", help="What else it may do.")] = Role.READER,
) -> None:
    """Make a key for the HTTP interface and the MCP server: it is printed once; the file of keys holds its hash alone."""
    from report_qa.audit import Deed
    from report_qa.doors.api.keys import add_key
    from report_qa.settings import load_settings

    settings = load_settings()
    known = settings.tenants()
    for library in only or ():
        if library not in known:
            raise SettingInvalid(f"There is no library “{library}”.", hint=f"There are {', '.join(known)}.")
    made = add_key(
        settings.api_keys_file, name, scopes, per_minute, groups=groups or (), libraries=only or (), role=role
    )
    _print(made)
    with _audited(settings) as (_, log):
        log.note("", "command line", Deed.KEY_MADE, name)


def audit(
    library: LibraryOption = None,
    most: Annotated[int | None, typer.Option("--most", min=1, help="Only so many of the last entries.")] = None,
) -> None:
    """Print the audit log as CSV, the newest entry first: who did what, when, and to which object."""
    import csv

    from report_qa.doors.deeds import audit_rows
    from report_qa.settings import load_settings

    with _audited(load_settings(library=library)) as (_, log):
        csv.writer(sys.stdout, lineterminator="\n").writerows(audit_rows(log, most))


def erase(
    owner: Annotated[str, typer.Argument(help="Whose everything is deleted: the owner, as the audit log names them.")],
    library: LibraryOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is really wanted.")] = False,
) -> None:
    """Delete everything of one person: conversations, links and feedback; their audit entries stay under a made-up name."""
    from report_qa.erasure import Erased
    from report_qa.erasure import erase as erase_everything

    if not yes:
        typer.confirm("This can't be brought back. Delete everything of this person?", abort=True, err=True)
    gone = Erased()
    for _, settings in _each(library):
        with _audited(settings) as (database, _log):
            gone += erase_everything(database, owner)
    if gone.nothing:
        raise typer.BadParameter("There is nothing under this owner.")
    _print(
        f"Deleted: {gone.conversations} conversations, {gone.links} links, {gone.feedback} notes of feedback. "
        f"{gone.audit_entries} audit entries stay under a made-up name."
    )


def retention(library: LibraryOption = None) -> None:
    """Delete conversations that nobody used for longer than REPORT_QA_RETENTION_DAYS; servers do so once a day."""
    from report_qa.erasure import expire

    for said, settings in _each(library):
        if settings.retention_days is None:
            _print("All conversations are kept: REPORT_QA_RETENTION_DAYS is not set.")
            return
        with _audited(settings) as (database, _):
            gone = expire(database, settings.retention_days)
        _print(f"{said}Deleted: {gone} conversations that nobody used for {settings.retention_days} days.")


def move_state(library: LibraryOption = None) -> None:
    """Move conversations, links and feedback from the SQLite file into the PostgreSQL database that the settings name."""
    from report_qa.moving import move_state as move
    from report_qa.wiring import database_file, open_database

    every = _each(library)
    # Of several libraries those that nobody has used yet have no file; of one it is missing.
    with_file = [(said, settings) for said, settings in every if database_file(settings).is_file()]
    for said, settings in with_file or every:
        if not settings.secret("database_url"):
            raise SettingInvalid(
                "No database is named to move to.", hint="Set REPORT_QA_DATABASE_URL to an empty PostgreSQL database."
            )
        with closing(open_database(settings)) as target:
            moved = move(database_file(settings), target)
            counted = ", ".join(f"{count} in {table}" for table, count in moved.rows.items() if count)
            print(f"{said}Moved into {target.name}: {counted or 'nothing, there was nothing'}.")
        print(f"The file is now {moved.kept_at}. Delete it once all is well: a purge doesn't change it.")


def off(
    message: Annotated[str, typer.Argument(help="What readers are told, in quotes; at most 500 characters.")] = "",
    library: LibraryOption = None,
) -> None:
    """Take no questions, in every process that answers from this library, until `report-qa on`."""
    from report_qa.wiring import open_switch

    for said, settings in _each(library):
        switched = open_switch(settings).turn_off(message)
        _print(f"{said}No questions are taken since {switched.since}: {switched.message}")


def on(library: LibraryOption = None) -> None:
    """Take questions again."""
    from report_qa.wiring import open_switch

    for said, settings in _each(library):
        was_off = open_switch(settings).turn_on()
        _print(f"{said}{'Questions are taken again.' if was_off else 'Questions were not switched off.'}")


def insights(
    library: LibraryOption = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3_650, help="So many days back, today included.")] = 30,
    as_json: JsonOption = False,
) -> None:
    """Say what was asked, what stayed unanswered, what readers marked wrong, and which documents are cited or never."""
    from report_qa.doors.insights import spoken_insights
    from report_qa.settings import load_settings
    from report_qa.wiring import open_insights, open_shelf

    settings = load_settings(library=library)
    found = open_insights(settings).read(days)
    documents = open_shelf(settings).documents()
    titles = {document.document_id: document.title for document in documents}
    uses = found.with_documents(titles)
    if as_json:
        never = [use.document_id for use in uses if not use.count]
        _print(found.as_json() | {"never_cited": never})
    else:
        _print(spoken_insights(found, uses, titles))


def _each(library: Path | None) -> list[tuple[str, Settings]]:
    """Return what stands before a line about a library, "" where there is one, and its settings, for each that is meant."""
    from report_qa.settings import load_settings

    every = load_settings(library=library).tenants()
    return [(f"{name}: " if len(every) > 1 else "", settings) for name, (_, settings) in every.items()]


def _published(settings: Settings) -> dict[str, Any]:
    """Return what a library has published, and what its catalogue calls it."""
    from report_qa.wiring import open_shelf

    try:
        shelf = open_shelf(settings)
        return {"edition": shelf.edition_id, "documents": len(shelf.documents()), "shelf": shelf.title}
    except ReportQAError:
        return {"edition": None, "documents": 0, "shelf": ""}


@contextmanager
def _audited(settings: Settings) -> Iterator[tuple[Database, AuditLog]]:
    """Yield the database of what people make, and its audit log."""
    from report_qa.audit import AuditLog
    from report_qa.wiring import open_conversations

    with closing(open_conversations(settings)) as kept:
        yield kept.database, AuditLog(kept.database)


def _print(result: dict[str, Any] | str) -> None:
    print(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2))
