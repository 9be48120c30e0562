"""The command line: `report-qa ask`, and the other commands of docs/cli.md.

Standard output carries answers only; what went wrong is one sentence on standard error. Exit status 0 for every answer,
refusals included, 1 for an error, 2 for wrong usage.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from report_qa.doors import upkeep
from report_qa.doors.exits import exit_status
from report_qa.doors.upkeep import JsonOption, LibraryOption
from report_qa.errors import QuestionRejected, ReportQAError, SettingInvalid
from report_qa.records.document import Role

if TYPE_CHECKING:
    from report_qa.assistant import Assistant
    from report_qa.exporting.content import Content
    from report_qa.exporting.formats import Format

app = typer.Typer(
    name="report-qa",
    help="Ask a shelf of reports: short answers in the documents' own words, each with its exact place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

BatchOption = Annotated[
    Path | None,
    typer.Option(
        "--batch", help="File of JSON lines with id, question and history; prints one JSON line for each, in order."
    ),
]
ExportOption = Annotated[
    Path | None,
    typer.Option(
        "--export", help="Also write a file: .docx, .pdf, .md, .csv, .json, .ris, .bib or .csl.json, by its extension."
    ),
]
PagesOption = Annotated[
    bool, typer.Option("--pages", help="With --export to .docx or .pdf: add pictures of the cited pages.")
]


_PERIOD = re.compile(r"(?P<first>\d{4})?(?:(?P<to>[-–])(?P<last>\d{4})?)?")


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    batch: BatchOption = None,
    extracts_only: Annotated[
        bool, typer.Option("--extracts-only", help="Quote only, whatever chat model is configured.")
    ] = False,
    export: ExportOption = None,
    pages: PagesOption = False,
) -> None:
    """Answer a question with quotations, or say that the documents don't; where a chat model is configured, it writes."""
    from report_qa.projection import answer_json

    _one_of(question, batch)
    form = _export_format(export, pages, batch)
    if question is not None:
        answer = _answering(library, extracts_only).ask(question)
        if export is not None and form is not None:
            from report_qa.exporting.collect import of_answer

            _write_export(export, form, library, partial(of_answer, answer), pages)
        _print(answer_json(answer) if as_json else answer.text)
        return
    lines = list(_batch_lines(batch))
    assistant = _answering(library, extracts_only)
    for line in lines:
        _print_line(line, lambda line: answer_json(assistant.ask(line["question"], _history(line))))


@app.command()
def search(
    question: Annotated[str | None, typer.Argument(help="What to look for, in quotes.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="How many passages to print.")] = 10,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    batch: BatchOption = None,
    documents: Annotated[
        list[str] | None, typer.Option("--document", help="Only in this document, by its id or path; may be repeated.")
    ] = None,
    role: Annotated[Role | None, typer.Option("--role", help="Only in the report, or in the evidence.")] = None,
    publisher: Annotated[
        str, typer.Option("--publisher", help="Only in what this body published, or what is about its publications.")
    ] = "",
    year: Annotated[
        str, typer.Option("--year", help="Only in what was published then: 2019, 2019-2021, 2019- or -2021.")
    ] = "",
) -> None:
    """Print the passages that fit a question best, without answering it."""
    from report_qa.projection import retrieval_json
    from report_qa.records.scope import Within
    from report_qa.wiring import open_assistant

    _one_of(question, batch)
    since, until = _years(year)
    within = Within(documents=tuple(documents or ()), role=role, body=publisher, since=since, until=until)
    if question is not None:
        found = retrieval_json(open_assistant(library=library).search(question, top=top, within=within))
        _print(found if as_json else _spoken_passages(found))
        return
    lines = list(_batch_lines(batch))
    assistant = open_assistant(library=library)
    for line in lines:
        _print_line(
            line,
            lambda line: retrieval_json(
                assistant.search(line["question"], top=top, history=_history(line), within=within)
            ),
        )


@app.command()
def check(
    claim: Annotated[str | None, typer.Argument(metavar="TEXT", help="A claim or a whole draft, in quotes.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", help="File of JSON lines with id and claim; prints one JSON line for each, in order."),
    ] = None,
    export: ExportOption = None,
    pages: PagesOption = False,
) -> None:
    """Say of each sentence whether the documents bear it out, contradict it, or don't say it."""
    from report_qa.doors.verdicts import spoken_verdicts
    from report_qa.projection import checked_json
    from report_qa.wiring import open_assistant

    _one_of(claim, batch, "a text")
    form = _export_format(export, pages, batch)
    if claim is not None:
        checked = open_assistant(library=library).check(claim)
        if export is not None and form is not None:
            from report_qa.exporting.collect import of_checked

            _write_export(export, form, library, partial(of_checked, checked), pages)
        _print(checked_json(checked) if as_json else spoken_verdicts(checked))
        return
    lines = list(_batch_lines(batch, "claim"))
    assistant = open_assistant(library=library)
    for line in lines:
        _print_line(line, lambda line: checked_json(assistant.check(line["claim"])))


@app.command()
def trace(
    cite: Annotated[str, typer.Argument(help="A quotation's permanent name: `cite` in what the other commands print.")],
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Also look for other evidence that bears it out or contradicts it.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a quotation to the documents that its footnotes and words refer to, and say whether they say the same."""
    from report_qa.doors.chains import spoken_chain
    from report_qa.projection import chain_json
    from report_qa.wiring import open_assistant

    chain = open_assistant(library=library).trace(cite, search=evidence)
    if chain is None:
        raise typer.BadParameter(
            "The text names no quotation on the shelf: it may have been cut short, or its edition is gone."
        )
    _print(chain_json(chain) if as_json else spoken_chain(chain))


@app.command()
def text(
    document: Annotated[str, typer.Argument(help="A document's id, or its path in its root.")],
    library: LibraryOption = None,
) -> None:
    """Print a document's reading text, to which all offsets refer."""
    from report_qa.wiring import open_shelf

    shelf = open_shelf(library=library)
    found = shelf.find(document)
    if found is None:
        known = ", ".join(item.document_id for item in shelf.documents()[:5])
        raise typer.BadParameter(f"No document {document!r} on the shelf. Documents are named like {known}.")
    sys.stdout.write(shelf.text(found.document_id))


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Argument(help="JSON lines with questions and expected answers.")],
    library: LibraryOption = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Ingest this folder into a library of its own first, and ask that.")
    ] = None,
    as_json: JsonOption = False,
    page: Annotated[
        Path | None, typer.Option("--html", help="Also write a page with the failures side by side.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="A gold page counts as found within so many passages.")] = 5,
    curve: Annotated[
        bool, typer.Option("--curve", help="Also measure how many answers would be wrong at other thresholds.")
    ] = False,
    asked: Annotated[
        str, typer.Option("--ask", help="Key of the words to ask, for sets that have several.")
    ] = "question",
    failures: Annotated[bool, typer.Option("--failures", help="Also print each question that went wrong.")] = False,
) -> None:
    """Ask every question of a set and print how many were answered rightly, wrongly or not at all."""
    from report_qa.evaluation.page import as_html
    from report_qa.evaluation.questions import read_questions
    from report_qa.evaluation.report import Report
    from report_qa.evaluation.run import evaluate as run
    from report_qa.wiring import open_assistant_although_off

    gold = read_questions(questions, asked=asked)
    with _library_of(folder) as made:
        used = made or library
        # Whoever switched questions off may want to know how good the answers are before switching them on.
        daring = open_assistant_although_off(library=used, refusal_threshold=0.0) if curve else None
        outcomes = run(gold, open_assistant_although_off(library=used), top=top, daring=daring)
    report = Report(outcomes=outcomes, top=top)
    if page is not None:
        try:
            page.write_text(as_html(report, title=f"Evaluation of {questions.name}"), encoding="utf-8")
        except OSError as error:
            raise SettingInvalid(f"{page} can't be written: {error.strerror}.", hint="Name another file.") from error
    _print(report.as_json() if as_json else report.as_text(failures=failures))


@contextmanager
def _library_of(folder: Path | None) -> Iterator[Path | None]:
    """Yield a library that is made of a folder and removed afterwards; None without a folder."""
    if folder is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="evaluate-") as scratch:
        library = Path(scratch) / "library"
        # Reading strangers' files is the other program's work; what it can't read it says on standard error.
        done = subprocess.run(
            [sys.executable, "-m", "ingest", "add", str(folder), "--library", str(library)],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode and not (library / "CURRENT").exists():
            raise SettingInvalid(f"{folder} could not be ingested.", hint="See the line above.")
        yield library


@app.command()
def serve(library: LibraryOption = None) -> None:
    """Serve the HTTP interface; its schema is at /openapi.json."""
    from report_qa.doors.api.application import serve as serve_api
    from report_qa.settings import load_settings

    settings = load_settings(library=library)
    print(f"The interface is at http://{settings.api_host}:{settings.api_port} (Ctrl+C ends it).", flush=True)
    serve_api(settings)


@app.command()
def mcp(
    library: LibraryOption = None,
    http: Annotated[
        bool, typer.Option("--http", help="Answer over HTTP on this machine instead, to those who have a key.")
    ] = False,
) -> None:
    """Serve assistants that speak the Model Context Protocol, on standard input and output."""
    from report_qa.doors.mcp.serving import serve_http, serve_stdio
    from report_qa.settings import load_settings

    settings = load_settings(library=library)
    if http:
        print(f"The server is at http://127.0.0.1:{settings.mcp_port}/mcp (Ctrl+C ends it).", flush=True)
        serve_http(settings)
    else:
        serve_stdio(settings)


@app.command()
def chat(
    library: LibraryOption = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port on this machine.")] = None,
) -> None:
    """Open the chat in a browser on this machine."""
    from report_qa.doors.chat.server import run
    from report_qa.settings import load_settings

    raise typer.Exit(run(load_settings(library=library, port=port)))


upkeep.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; nothing that a user can type ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a terminal can't show is shown as an escape rather than ending in an error.
            stream.reconfigure(errors="backslashreplace")
    try:
        # typer prints wrong usage itself, and always ends with SystemExit.
        app(list(arguments) if arguments is not None else None)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ReportQAError as error:
        print(error, file=sys.stderr)
        return exit_status(error)
    except BrokenPipeError:
        # The reader of our output (such as `head`) has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _answering(library: Path | None, extracts_only: bool) -> Assistant:
    """Return the assistant; one that only quotes needs no model, nor its key."""
    from report_qa.wiring import open_assistant

    return open_assistant(library=library, model="" if extracts_only else None)


def _export_format(path: Path | None, pages: bool, batch: Path | None) -> Format | None:
    """Return the format that an export's file name asks for, before anything is asked; None without an export."""
    if path is None:
        if pages:
            raise typer.BadParameter("--pages goes with --export FILE.")
        return None
    if batch is not None:
        raise typer.BadParameter("--export goes with one question or text, not with --batch.")
    from report_qa.exporting.formats import format_of_file

    form = format_of_file(path.name)
    if pages and not form.shows_pages:
        raise typer.BadParameter(f"{form.label} holds no pictures of pages; Word and PDF do.")
    return form


def _write_export(path: Path, form: Format, library: Path | None, collect: Callable[..., Content], pages: bool) -> None:
    """Write what `collect` makes of the shelf's evidence.

    Raises:
        SettingInvalid: the file can't be written.
    """
    from report_qa.exporting.formats import export
    from report_qa.exporting.pictures import page_pictures
    from report_qa.wiring import open_shelf

    shelf = open_shelf(library=library)
    content = collect(shelf.evidence, shelf=shelf.title)
    pictures = page_pictures(content, shelf.marked_page) if pages else ()
    try:
        path.write_bytes(export(content, form.name, pictures=pictures))
    except OSError as error:
        raise SettingInvalid(f"{path} can't be written: {error.strerror}.", hint="Name another file.") from error


def _years(period: str) -> tuple[int | None, int | None]:
    """Return the first and the last year of "2019", "2019-2021", "2019-" or "-2021"; None where there is no bound."""
    if not period:
        return None, None
    match = _PERIOD.fullmatch(period)
    if match is None or not (match["first"] or match["last"]):
        raise typer.BadParameter(f"{period!r} is no year: write 2019, 2019-2021, 2019- or -2021.")
    since, until = (int(match[name]) if match[name] else None for name in ("first", "last"))
    return (since, until) if match["to"] else (since, since)


def _one_of(question: str | None, batch: Path | None, what: str = "a question") -> None:
    if (question is None) == (batch is None):
        raise typer.BadParameter(f"Give either {what} or --batch FILE.")


def _batch_lines(path: Path | None, key: str = "question") -> Iterator[dict[str, Any]]:
    """Yield the lines of a batch file, each of which has a text under `key`.

    Raises:
        SettingInvalid: the file can't be read, or a line is not as it should be; the message names the line.
    """
    assert path is not None
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingInvalid(f"{path} can't be read: {reason}.", hint="Name a file of JSON lines.") from error
    # Only "\n" ends a line of JSON lines; str.splitlines knows more.
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            parsed = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SettingInvalid(f"{path}, line {number} is not JSON: {error}.", hint="Correct it.") from error
        if not isinstance(parsed, dict) or not isinstance(parsed.get(key), str):
            raise SettingInvalid(f"{path}, line {number} has no {key}.", hint=f'Write {{"id": …, "{key}": "…"}}.')
        yield parsed


def _history(line: dict[str, Any]) -> tuple[Any, ...]:
    from report_qa.records.conversation import Exchange

    earlier = []
    history = line.get("history") or ()
    for item in [history] if isinstance(history, str | dict) else history if isinstance(history, list) else ():
        if isinstance(item, str):
            earlier.append(Exchange(question=item))
        elif isinstance(item, dict) and isinstance(item.get("question"), str):
            earlier.append(Exchange(question=item["question"], answer_text=str(item.get("answer") or "")))
    return tuple(earlier)


def _print_line(line: dict[str, Any], produce: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Print one line of a batch; a question that is rejected says so on its own line and the rest goes on."""
    try:
        result = produce(line)
    except QuestionRejected as error:
        result = {"status": error.code, "text": str(error), "claims": [], "passages": [], "sentences": []}
    print(json.dumps({"id": line.get("id"), **result}, ensure_ascii=False), flush=True)


def _print(result: dict[str, Any] | str) -> None:
    print(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2))


def _spoken_passages(found: dict[str, Any]) -> str:
    lines = []
    for passage in found["passages"]:
        lines += [f"{passage['rank']}. {passage['title']}, {passage['locator']}  ({passage['score']:.2f})"]
        lines += [f"   {line}" for line in passage["text"].splitlines()] + [""]
    return "\n".join(lines).rstrip() or "Nothing was found."
