"""What the doctor checks besides the library: that what the settings name is there, and that questions are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.doctor import Finding, Report
from report_qa.errors import ReportQAError
from report_qa.settings import Settings
from report_qa.wiring import (
    check_chroma_server,
    check_gate_file,
    embedder_digest,
    entailment_folder,
    make_writer,
    open_switch,
)

CHECKED = ("settings", "models", "Chroma server", "golden questions", "keys", "off switch")


def with_service(report: Report, settings: Settings) -> Report:
    """Return a report on a library together with what was found of the service around it."""
    return Report(checked=(*report.checked, *CHECKED), findings=(*report.findings, *_findings(settings)))


def _findings(settings: Settings) -> Iterator[Finding]:
    checks: list[tuple[str, bool, Callable[[], object]]] = [
        ("the embedding model", True, lambda: embedder_digest(settings)),
        ("the judging model", bool(settings.entailment_model), lambda: entailment_folder(settings)),
        ("the chat model", bool(settings.model), lambda: make_writer(settings)),
        ("the Chroma server", bool(settings.chroma_url), lambda: check_chroma_server(settings)),
        ("the golden questions", settings.gate_file is not None, lambda: check_gate_file(settings)),
    ]
    for where, wanted, check in checks:
        if wanted:
            try:
                check()
            except ReportQAError as error:
                yield Finding(where=where, what=error.message, command=error.hint or "see the settings")
    keys = settings.api_keys_file
    if keys is not None and not keys.is_file():
        what = f"{keys} is not there: nobody can use the interface."
        yield Finding(where="the file of keys", what=what, command="report-qa key NAME")
    off = open_switch(settings).state()
    if off is not None:
        since = f" since {off.since}" if off.since else ""
        what = f"questions are switched off{since}: {off.message}"
        yield Finding(where="the off switch", what=what, command="report-qa on", warning=True)
