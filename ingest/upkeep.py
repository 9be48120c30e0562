"""The commands that look after a library: what is published, going back, taking out, checking and mending."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from report_qa.errors import NothingPublished

if TYPE_CHECKING:
    from ingest.doctor import Report
    from ingest.gate import Gate
    from ingest.receipt import Receipt
    from report_qa.library.edition import Library
    from report_qa.settings import Settings

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", help="Folder of the library (default: ./library), or the name of one of several."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
GateOption = Annotated[bool, typer.Option("--allow-gate", help="Publish although too many golden questions fail.")]
Documents = Annotated[
    list[str], typer.Argument(help="Ids or paths of documents, or the beginning of a file's SHA-256.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (status, receipt, rollback, withdraw, purge, doctor, rebuild, reembed):
        app.command()(command)


def status(
    library: LibraryOption = None,
    as_json: JsonOption = False,
    documents: Annotated[bool, typer.Option("--documents", help="List the documents, too.")] = False,
) -> None:
    """Say what is published, what is kept, and what is in quarantine; of several libraries, in each."""
    every = _each(library)
    if as_json:
        found = {
            name: _state(opened, settings, documents=documents)
            for name, opened, settings in every
            if len(every) == 1 or opened.has_current()
        }
        print_json(found, several=len(every) > 1)
        return
    for _, opened, settings in every:
        _say_state(opened, settings, documents=documents, alone=len(every) == 1)


def _state(opened: Library, settings: Settings, *, documents: bool) -> dict[str, Any]:
    from ingest.ledger import Ledger
    from report_qa.wiring import database_name

    edition = opened.open(opened.current_edition_id())
    ledger = Ledger(opened.folder)
    state = {
        **asdict(edition.manifest),
        "editions": opened.editions(),
        "database": database_name(settings),
        "quarantine": [asdict(item) for item in ledger.quarantined.values()],
        "withdrawn": [asdict(item) for item in ledger.withdrawn.values()],
    }
    if documents:
        state["document_list"] = [
            {"document_id": item.document_id, "path": item.path, "title": item.title, "state": item.state.value}
            for item in edition.store.documents()
        ]
    return state


def _say_state(opened: Library, settings: Settings, *, documents: bool, alone: bool) -> None:
    from ingest.ledger import Ledger
    from report_qa.wiring import database_name

    if not alone and not opened.has_current():
        print(f"{opened.folder}: nothing is published")
        return
    edition_id = opened.current_edition_id()
    edition = opened.open(edition_id)
    manifest = edition.manifest
    ledger = Ledger(opened.folder)
    print(f"{opened.folder}: edition {edition_id}, published {manifest.created_at}")
    print(
        f"  {manifest.documents} documents, {manifest.pages} pages, {manifest.characters:,} characters, "
        f"{manifest.passages:,} passages, embedded by {manifest.embedder_name}"
    )
    print(f"  editions kept: {', '.join(opened.editions())}")
    print(f"  conversations, links and feedback: {database_name(settings)}")
    for withdrawal in ledger.withdrawn.values():
        print(f"  {'purged' if withdrawal.purged else 'withdrawn'} on {withdrawal.on}: {withdrawal.document_id}")
    for item in ledger.quarantined.values():
        print(f"  in quarantine since {item.since}: {item.message} {item.hint}")
    if documents:
        for document in edition.store.documents():
            marked = "" if document.state.value == "published" else f" ({document.state.value})"
            print(f"  {document.document_id}  {document.title}{marked}")


def receipt(
    edition: Annotated[str, typer.Argument(help="Edition; the current one by default.")] = "",
    library: LibraryOption = None,
) -> None:
    """Print the receipt of an edition as JSON."""
    opened, _ = _open(library)
    folder = opened.open(edition or opened.current_edition_id()).folder
    print((folder / "receipt.json").read_text(encoding="utf-8"))


def rollback(
    edition: Annotated[str, typer.Argument(help="Edition to go back to; the one before by default.")] = "",
    library: LibraryOption = None,
) -> None:
    """Make an earlier edition the current one."""
    from report_qa.errors import ManifestMismatch

    opened, _ = _open(library)
    with opened.lock():
        editions = opened.editions()
        try:
            current = opened.current_edition_id()
        except ManifestMismatch:
            # The pointer is broken: the last whole edition takes its place.
            current = f"{int(editions[-1]) + 1:06d}" if editions else ""
        earlier = [name for name in editions if name < current]
        target = edition or (earlier[-1] if earlier else "")
        if not target:
            raise NothingPublished(f"There is no edition before {current}.", hint="See python -m ingest status.")
        opened.open(target).store.close()
        opened.publish(target)
    print(f"Edition {target} is current again; it was {current}.")


def withdraw(names: Documents, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Publish an edition without these documents; earlier editions keep them."""
    from ingest.withdraw import withdraw as take_out

    opened, _ = _open(library)
    _print(take_out(opened, names), as_json=as_json)


def purge(names: Documents, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Destroy the words of these documents in every edition, kept file, stored answer and shared link."""
    from ingest.withdraw import purge as destroy
    from report_qa.wiring import redacting

    opened, settings = _open(library)
    with redacting(settings) as redact:
        done = destroy(opened, names, redact)
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
    else:
        print(f"Purged {', '.join(done.documents)} from editions {', '.join(done.editions) or '(none)'}.")
        print(f"  stored answers redacted: {done.answers}")
        print(f"  not reached: {'; '.join(_out_of_reach(settings))}")
        for file in done.files:
            print(f"  not the library's to remove: {file}")
    if done.remaining:
        print(f"Its words are still in {', '.join(done.remaining)}.")
        raise typer.Exit(1)


def doctor(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Check everything that readers rely on, and name the command that mends what is wrong; of several libraries, in each."""
    every = _each(library)
    reports = {name: _examined(opened, settings) for name, opened, settings in every}
    if as_json:
        found = {name: report.as_json() for name, report in reports.items()}
        print_json(found, several=len(every) > 1)
    else:
        for name, opened, _ in every:
            if len(every) > 1:
                print(f"{name} ({opened.folder}), for which each command takes --library {name}:")
            print(reports[name].as_text())
    if not all(report.healthy for report in reports.values()):
        raise typer.Exit(1)


def _examined(opened: Library, settings: Settings) -> Report:
    from ingest.checkup import with_service
    from ingest.doctor import examine
    from report_qa.errors import ModelUnavailable
    from report_qa.wiring import database_name, embedder_digest

    try:
        digest = embedder_digest(settings)
    except ModelUnavailable:
        # Said below, with all else; no edition can be compared with a model that is not there.
        digest = ""
    report = examine(
        opened,
        embedder_digest=digest,
        cited=lambda: cited_editions(settings),
        database=database_name(settings),
    )
    return with_service(report, settings)


def rebuild(library: LibraryOption = None, as_json: JsonOption = False, allow_gate: GateOption = False) -> None:
    """Make the indexes anew from the stored passages and vectors, without reading or embedding anything."""
    from ingest.remake import rebuild as make_anew

    opened, settings = _open(library)
    _print(make_anew(opened, gate=gate_of(settings, allowed=allow_gate)), as_json=as_json)


def reembed(library: LibraryOption = None, as_json: JsonOption = False, allow_gate: GateOption = False) -> None:
    """Split and embed all stored texts anew, after a change of the model or of the program."""
    from ingest.remake import reembed as embed_anew
    from report_qa.wiring import make_embedder

    opened, settings = _open(library)
    opened.current_edition_id()
    gate = gate_of(settings, allowed=allow_gate)
    _print(embed_anew(opened, make_embedder(settings), gate=gate), as_json=as_json)


def gate_of(settings: Settings, *, allowed: bool) -> Gate | None:
    """Return the gate that the settings ask for, None where they name no golden questions."""
    from functools import partial

    from ingest.gate import Gate
    from report_qa.wiring import ask_golden

    if settings.gate_file is None:
        return None
    ask = partial(ask_golden, settings, settings.gate_file)
    return Gate(file=settings.gate_file, share=settings.gate_share, ask=ask, allowed=allowed)


def cited_editions(settings: Settings) -> Collection[str]:
    """Return the editions that stored answers and links cite, without making a file where there is none."""
    from report_qa.wiring import database_file, open_conversations, open_shares

    if not settings.secret("database_url") and not database_file(settings).exists():
        return ()
    with closing(open_conversations(settings)) as conversations, closing(open_shares(settings)) as shares:
        return conversations.cited_editions() | shares.cited_editions()


def _out_of_reach(settings: Settings) -> list[str]:
    places = ["exports, backups and copies made of the library", "what a running chat shows until its next question"]
    if settings.secret("database_url"):
        places += ["the database server's write-ahead log and backups (docs/operations.md, “State”)"]
    return places


def print_json(found: Mapping[str, Any], *, several: bool) -> None:
    """Print as one JSON object what was found of each library by its name; of one library alone, only that."""
    print(json.dumps({"libraries": found} if several else next(iter(found.values())), ensure_ascii=False))


def _each(folder: Path | None) -> list[tuple[str, Library, Settings]]:
    """Return each library that is meant, with its name and its settings: the one of a folder or name, else all."""
    from report_qa.settings import load_settings
    from report_qa.wiring import open_library

    every = load_settings(library=folder).tenants()
    return [(name, open_library(settings), settings) for name, (_, settings) in every.items()]


def _open(folder: Path | None) -> tuple[Library, Settings]:
    from report_qa.settings import load_settings
    from report_qa.wiring import open_library

    settings = load_settings(library=folder)
    return open_library(settings), settings


def _print(made: Receipt, *, as_json: bool) -> None:
    print(json.dumps(made.as_json(), ensure_ascii=False) if as_json else made.as_text())
