"""`python -m ingest PATH…`: the developers' door.

Exit status: 0 when everything was done (also when there was nothing to do), 1 for an error or when a document could not
be read (the rest is published all the same), 2 for wrong usage. Errors are one sentence each on standard error.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import safekeeping, upkeep
from ingest.upkeep import JsonOption, LibraryOption, cited_editions, gate_of
from report_qa import logs
from report_qa.errors import ReportQAError, SettingInvalid

if TYPE_CHECKING:
    from ingest.difference import Asked
    from ingest.gate import Gate
    from ingest.pool import Readers
    from ingest.receipt import Receipt
    from report_qa.ports import Embedder
    from report_qa.settings import Settings

app = typer.Typer(
    name="python -m ingest",
    help="Bring documents into the library and publish them. PATH… alone is the same as `add PATH…`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_COMMANDS = (
    "add", "fetch", "status", "receipt", "rollback", "withdraw", "purge", "doctor", "rebuild", "reembed", "backup", "restore",
)  # fmt: skip
_WATCH_SECONDS = 2.0


class Engine(StrEnum):
    """What reads and embeds."""

    LOCAL = "local"
    RAY = "ray"


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Folders or files; each is a root of its own.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
    json_lines: Annotated[
        bool, typer.Option("--json-lines", help="Print progress and receipt, or why there is none, as lines of JSON.")
    ] = False,
    allow_withdraw: Annotated[
        bool, typer.Option("--allow-withdraw", help="Allow an empty root, or to withdraw more than a third.")
    ] = False,
    allow_gate: Annotated[
        bool, typer.Option("--allow-gate", help="Publish although too many golden questions fail.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try files in quarantine again.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Take up documents again that were withdrawn or purged.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on and ingest whenever a file changes.")] = False,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Where files are read and passages embedded: here, or on a Ray cluster.")
    ] = Engine.LOCAL,
    if_nothing_published: Annotated[
        bool, typer.Option("--if-nothing-published", help="End at once when the library has an edition.")
    ] = False,
) -> None:
    """Read what changed in these roots, and publish a new edition."""
    from ingest.difference import Asked
    from ingest.progress import print_event
    from ingest.watch import changes
    from report_qa.settings import load_settings
    from report_qa.wiring import open_library

    settings = load_settings(library=library)
    if if_nothing_published and open_library(settings).has_current():
        return
    gate = gate_of(settings, allowed=allow_gate)
    asked = Asked(allow_withdraw=allow_withdraw, retry=retry, restore=restore)
    try:
        if not watch:
            receipt = _ingest(paths, settings, asked, gate, engine, dry_run=dry_run, json_lines=json_lines)
            _print(receipt, as_json=as_json, json_lines=json_lines)
            if receipt.unreadable:
                raise typer.Exit(1)
            return
        for _ in changes(paths, every_seconds=_WATCH_SECONDS):
            try:
                receipt = _ingest(paths, settings, asked, gate, engine, dry_run=dry_run, json_lines=json_lines)
                _print(receipt, as_json=as_json, json_lines=json_lines)
            except ReportQAError as error:
                # Whoever watches mends the folder and saves again.
                print(error, file=sys.stderr)
    except ReportQAError as error:
        if json_lines:
            print_event("failed", code=error.code, message=error.message, hint=error.hint, retryable=error.retryable)
        raise
    except KeyboardInterrupt as stop:
        print("Stopped; the live edition is untouched.", file=sys.stderr)
        raise typer.Exit(0 if watch else 1) from stop


def _ingest(
    paths: Sequence[Path],
    settings: Settings,
    asked: Asked,
    gate: Gate | None,
    engine: Engine,
    *,
    dry_run: bool,
    json_lines: bool,
) -> Receipt:
    from ingest.progress import show_progress
    from ingest.run import Retention, ingest
    from report_qa.wiring import embedder_digest, open_library

    logs.configure(settings.log_format, settings.log_level)
    password = settings.document_password.get_secret_value() if settings.document_password else ""
    with _started(engine, settings) as (readers, make_embedder), show_progress(as_json_lines=json_lines) as progress:
        receipt = ingest(
            paths,
            library=open_library(settings),
            embedder_digest=embedder_digest(settings),
            make_embedder=make_embedder,
            asked=asked,
            readers=readers,
            password=password,
            dry_run=dry_run,
            retention=Retention(keep=settings.keep_editions, cited=lambda: cited_editions(settings)),
            progress=progress,
            gate=gate,
        )
    _note(receipt)
    return receipt


def _note(receipt: Receipt) -> None:
    counted = ("added", "changed", "withdrawn", "moved", "unreadable", "retired")
    logs.note(
        "ingest",
        edition=receipt.edition or receipt.parent,
        status="published" if receipt.edition else "dry_run" if receipt.dry_run else "unchanged",
        ms=round(receipt.seconds * 1000),
        **{name: len(getattr(receipt, name)) for name in counted},
    )


@contextmanager
def _started(engine: Engine, settings: Settings) -> Iterator[tuple[Readers, Callable[[], Embedder]]]:
    """Yield what reads files, and what makes the embedder."""
    from ingest.pool import Limits, ReaderPool
    from report_qa.wiring import make_embedder

    limits = Limits.of(settings)
    if engine is Engine.LOCAL:
        pool = ReaderPool(limits, settings.workers)
        try:
            yield pool, lambda: make_embedder(settings)
        finally:
            pool.close()
        return
    from ingest.engine_ray import RayCluster, RayEmbedder, RayReaders

    cluster = RayCluster(settings.ray_address, settings.workers)
    try:
        yield RayReaders(cluster, limits), lambda: RayEmbedder(cluster, settings)
    finally:
        cluster.close()


def _print(receipt: Receipt, *, as_json: bool, json_lines: bool) -> None:
    from ingest.progress import print_event

    if json_lines:
        print_event("receipt", **receipt.as_json())
    else:
        print(json.dumps(receipt.as_json(), ensure_ascii=False) if as_json else receipt.as_text())
    for item in receipt.unreadable:
        print(item["reason"], file=sys.stderr)


@app.command()
def fetch(
    paths: Annotated[list[Path], typer.Argument(help="Folders whose catalogue.toml lists originals.")],
    as_json: JsonOption = False,
) -> None:
    """Download the originals that a catalogue lists into its folder; ingest the folder afterwards."""
    from ingest.fetch import fetch_originals

    failed = False
    for path in paths:
        report = fetch_originals(path)
        print(json.dumps(report.as_json(), ensure_ascii=False) if as_json else report.as_text())
        failed = failed or bool(report.failed)
    if failed:
        raise typer.Exit(1)


upkeep.register(app)
safekeeping.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    # pypdf and pdfium report each oddity of a file; the receipt says what matters.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    given = _with_command(list(sys.argv[1:] if arguments is None else arguments))
    try:
        # typer prints wrong usage itself, and always ends with SystemExit.
        app(given)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ReportQAError as error:
        print(error, file=sys.stderr)
        # A person has just read it; who collects lines as JSON gets the event, too.
        logs.note("ingest_failed", code=error.code, level=logging.INFO)
        return 2 if isinstance(error, SettingInvalid) else 1
    return 0


def _with_command(given: list[str]) -> list[str]:
    """Put `add` in front unless the first word that is no option names a command.

    A folder with the name of a command is written ./status.
    """
    index = 0
    while index < len(given) and given[index].startswith("-"):
        if given[index] in ("--help", "--version"):
            return given
        index += 2 if given[index] == "--library" else 1
    if index < len(given) and given[index] in _COMMANDS:
        # Options may stand before the command; typer wants them after it.
        return [given[index], *given[:index], *given[index + 1 :]]
    return ["add", *given] if given else given


if __name__ == "__main__":
    raise SystemExit(main())
