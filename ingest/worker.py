"""`python -m ingest.worker`: a confined process that turns files into reading texts, for `ingest.pool`.

Messages run over standard input and output: eight bytes of length, then the message. A request is a JSON line and the
file's bytes behind it; a reply begins with one letter: R ready, P a page was recognised, T a pickled `DocumentText`, E an
error as JSON. What a library prints goes nowhere, so that it can't garble a reply.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import sys
import threading
import time
from typing import IO, Any

from ingest.sandbox import confine

_LENGTH = struct.Struct("!Q")
READY, PROGRESS, TEXT, ERROR = b"R", b"P", b"T", b"E"
_RECORDS = frozenset(
    {"BlockKind", "Block", "DocumentText", "Line", "NoteMark", "Page", "PageReading", "Place", "Section", "Span"}
)


def send(stream: IO[bytes], *parts: bytes) -> None:
    """Write one message."""
    stream.write(_LENGTH.pack(sum(map(len, parts))))
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end of the stream, also in the middle of a message."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


class _Records(pickle.Unpickler):
    """Takes the records of a reading text and nothing else: a worker that a file took over can't run code elsewhere."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "report_qa.records.document" and name in _RECORDS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading text")


def unpickle_text(payload: bytes) -> Any:
    """Return the reading text of a reply.

    Raises:
        pickle.UnpicklingError: it is something else.
    """
    return _Records(io.BytesIO(payload)).load()


def main() -> None:
    """Serve requests until the input ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    confined = confine(memory_bytes=int(sys.argv[1]) << 20)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    from ingest.readers import read_document
    from report_qa.errors import DocumentUnreadable

    send(replies, READY, json.dumps([confined.memory, confined.no_writes, confined.no_network]).encode())
    while (request := receive(requests)) is not None:
        head, content = request.split(b"\n", 1)
        asked = json.loads(head)
        try:
            kind, name = asked.pop("media_type"), asked.pop("name")
            text = read_document(content, kind, name, **asked, on_page=lambda: send(replies, PROGRESS))
        except DocumentUnreadable as error:
            send(replies, ERROR, json.dumps([error.code, error.message, error.hint]).encode())
        else:
            send(replies, TEXT, pickle.dumps(text, protocol=pickle.HIGHEST_PROTOCOL))


def _end_with_parent(parent: int) -> None:
    """A killed ingest must not leave a worker behind that loops in somebody's file."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main()
