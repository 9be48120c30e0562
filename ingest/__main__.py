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
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from report_qa.errors import NothingPublished, ReportQAError

if TYPE_CHECKING:
    from report_qa.library.edition import Library

app = typer.Typer(
    name="python -m ingest",
    help="Bring documents into the library and publish them. PATH… alone is the same as `add PATH…`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# Names that are kept for commands to come, so that no script uses them for folders.
_RESERVED = ("withdraw", "purge", "doctor", "rebuild", "reembed", "fetch")
_COMMANDS = ("add", "status", "receipt", "rollback", *_RESERVED)

LibraryOption = Annotated[Path | None, typer.Option("--library", help="Folder of the library (default: ./library).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Folders or files; each is a root of its own.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
    allow_withdraw: Annotated[
        bool, typer.Option("--allow-withdraw", help="Allow an empty root, or to withdraw more than a third.")
    ] = False,
    if_nothing_published: Annotated[
        bool, typer.Option("--if-nothing-published", help="End at once when the library has an edition.")
    ] = False,
) -> None:
    """Read what changed in these roots, and publish a new edition."""
    from ingest.run import ingest
    from report_qa.library.edition import Library
    from report_qa.settings import load_settings
    from report_qa.wiring import embedder_digest, make_embedder

    settings = load_settings(library=library)
    opened = Library(settings.library)
    if if_nothing_published and opened.has_current():
        return
    try:
        with _progress() as progress:
            receipt = ingest(
                paths,
                library=opened,
                embedder_digest=embedder_digest(settings),
                make_embedder=lambda: make_embedder(settings),
                allow_withdraw=allow_withdraw,
                progress=progress,
            )
    except KeyboardInterrupt as stop:
        print("Stopped; the live edition is untouched.", file=sys.stderr)
        raise typer.Exit(1) from stop
    print(json.dumps(receipt.as_json(), ensure_ascii=False) if as_json else receipt.as_text())
    for item in receipt.unreadable:
        print(item["reason"], file=sys.stderr)
    if receipt.unreadable:
        raise typer.Exit(1)


@app.command()
def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Say what is published."""
    from dataclasses import asdict

    opened = _library(library)
    edition_id = opened.current_edition_id()
    manifest = opened.open(edition_id).manifest
    if as_json:
        print(json.dumps({**asdict(manifest), "editions": opened.editions()}, ensure_ascii=False))
        return
    print(f"{opened.folder}: edition {edition_id}, published {manifest.created_at}")
    print(
        f"  {manifest.documents} documents, {manifest.pages} pages, {manifest.characters:,} characters, "
        f"{manifest.passages:,} passages, embedded by {manifest.embedder_name}"
    )
    print(f"  editions kept: {', '.join(opened.editions())}")


@app.command()
def receipt(
    edition: Annotated[str, typer.Argument(help="Edition; the current one by default.")] = "",
    library: LibraryOption = None,
) -> None:
    """Print the receipt of an edition as JSON."""
    opened = _library(library)
    folder = opened.open(edition or opened.current_edition_id()).folder
    print((folder / "receipt.json").read_text(encoding="utf-8"))


@app.command()
def rollback(
    edition: Annotated[str, typer.Argument(help="Edition to go back to; the one before by default.")] = "",
    library: LibraryOption = None,
) -> None:
    """Make an earlier edition the current one."""
    opened = _library(library)
    with opened.lock():
        current = opened.current_edition_id()
        earlier = [name for name in opened.editions() if name < current]
        target = edition or (earlier[-1] if earlier else "")
        if not target:
            raise NothingPublished(f"There is no edition before {current}.", hint="See python -m ingest status.")
        opened.open(target)
        opened.publish(target)
    print(f"Edition {target} is current again; it was {current}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    # pypdf and pdfium report each oddity of a file; the receipt says what matters.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    given = _with_command(list(sys.argv[1:] if arguments is None else arguments))
    if given[:1] and given[0] in _RESERVED:
        print(f"{given[0]} is not available yet.", file=sys.stderr)
        return 2
    try:
        # typer prints wrong usage itself, and always ends with SystemExit.
        app(given)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ReportQAError as error:
        print(error, file=sys.stderr)
        return 2 if error.code == "setting_invalid" else 1
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


def _library(folder: Path | None) -> Library:
    from report_qa.library.edition import Library
    from report_qa.settings import load_settings

    return Library(load_settings(library=folder).library)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on standard error when a person is looking."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        yield show


if __name__ == "__main__":
    raise SystemExit(main())
