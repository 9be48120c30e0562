"""What a process says of its work while it works: one line for each event, for a person or as JSON, on standard error.

An event has a name and facts: an edition, a status, durations, the request it belongs to. What people write never gets in. A
fact is a number or a name without spaces, so that no sentence fits into one; of what libraries say only the pattern is kept,
without what they put in; of an exception its kind and the places in the code, not its words, which may quote a question.

`configure` is the one place that sets up logging; servers and ingest call it when they start. Until then nothing is written.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Literal, TextIO

from report_qa.errors import ReportQAError

Fact = str | int | float | bool | None | Mapping[str, float]
Format = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]

_NAME = re.compile(r"[\w.:/+-]{0,80}")
_OURS = ("report_qa", "ingest")
# Told from informative lines on; of other libraries only what they warn of.
_SERVERS = ("uvicorn", "streamlit")
_MOST_FRAMES = 12
_events = logging.getLogger("report_qa.events")
_request: ContextVar[str] = ContextVar("request", default="")


def note(event: str, *, level: int = logging.INFO, **facts: Fact) -> None:
    """Log an event. A text among the facts that is no name (letters, digits and .:/+-, 80 at the most) is left out as "?"."""
    if _events.isEnabledFor(level):
        kept = {name: _named(fact) for name, fact in facts.items() if fact is not None}
        _events.log(level, event, extra={"facts": kept})


@contextmanager
def request(request_id: str = "") -> Iterator[str]:
    """Have all events inside belong to a request, a new one where it has no usable name; yields its name."""
    name = request_id if request_id and _NAME.fullmatch(request_id) else token_hex(8)
    token = _request.set(name)
    try:
        yield name
    finally:
        _request.reset(token)


def current_request() -> str:
    """Return the name of the request that is being worked on here, "" outside of one."""
    return _request.get()


def configure(form: Format = "text", level: Level | None = None, stream: TextIO | None = None) -> None:
    """Write what this process logs to `stream` (standard error), and have it formatted here alone.

    Without a level it is "info" for JSON, which programs read, and "warning" for people.
    """
    chosen = level or ("info" if form == "json" else "warning")
    handler = logging.StreamHandler(stream) if stream is not None else _ToStandardError()
    handler.setLevel(chosen.upper())
    handler.addFilter(_is_told)
    handler.setFormatter(_JsonLines() if form == "json" else _PlainLines())
    root = logging.getLogger()
    for other in list(root.handlers):
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(chosen.upper())
    for name in logging.root.manager.loggerDict:
        if name.startswith(_SERVERS):
            adopt(logging.getLogger(name))
    logging.captureWarnings(True)
    threading.excepthook = _thread_ended
    sys.excepthook = _process_ended


def adopt(logger: logging.Logger) -> None:
    """Take a library's logger out of the library's hands: what it says goes where all else goes."""
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True


def _named(fact: Fact) -> Fact:
    if isinstance(fact, str):
        return fact if _NAME.fullmatch(fact) else "?"
    if isinstance(fact, Mapping):
        return {name if _NAME.fullmatch(name) else "?": value for name, value in fact.items()}
    return fact


def _is_told(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.startswith((*_OURS, *_SERVERS))


def _line(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is told of a record, in the order in which it is read."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    line: dict[str, Any] = {"at": at, "level": record.levelname.lower()}
    if record.name == _events.name:
        line |= {"event": record.msg, **getattr(record, "facts", {})}
    elif record.name.startswith(_OURS):
        line |= {"event": "message", "from": record.name, "message": record.getMessage()}
    else:
        line |= {"event": "library", "from": record.name, "at_line": f"{record.module}:{record.lineno}"}
        if record.args or record.name.startswith("uvicorn"):
            line["message"] = str(record.msg).strip()
    if name := _request.get():
        line["request"] = name
    if record.exc_info and record.exc_info[1] is not None:
        line |= _failure(record.exc_info[1])
    return line


def _failure(error: BaseException) -> dict[str, Any]:
    """Return the kind of an error, of what caused it, and the places that it came through, the last one last."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _MOST_FRAMES:
        kinds.append(cause.code if isinstance(cause, ReportQAError) else type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": kinds, "places": places}


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the time of writing: it may have been exchanged since."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_line(record), ensure_ascii=False, default=str)


class _PlainLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = _line(record)
        head = f"{line.pop('at')} {line.pop('level').upper():<7} {line.pop('event')}"
        return " ".join([head, *(f"{name}={_plain(value)}" for name, value in line.items())])


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{part}" for name, part in value.items())
    if isinstance(value, list):
        return " < ".join(map(str, value))
    return " ".join(str(value).split())


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and ended.exc_type is not SystemExit:
        _fail("thread_failed", ended.exc_value)


def _process_ended(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _fail("process_failed", error)


def _fail(event: str, error: BaseException) -> None:
    _events.error(event, exc_info=(type(error), error, error.__traceback__), extra={"facts": {}})
