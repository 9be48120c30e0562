"""Reading in worker processes: what a file can do to its own worker, and what it can't do to anything else."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import worker
from ingest.pool import Job, Limits, ReaderPool
from report_qa.errors import DocumentTooLarge, DocumentUnreadable
from report_qa.records.document import DocumentText

ROOT = Path(__file__).resolve().parents[2]
NOTE = b"# The hall\n\nThe hall is open every day.\n"
# Stands in for a reader that a file has taken over; the worker imports it instead of the real one.
HOSTILE = """
import ctypes, os, socket, sys, time
from report_qa.errors import DocumentUnreadable
from report_qa.records.document import DocumentText

def tried(deed):
    try:
        deed()
    except OSError as error:
        return type(error).__name__
    return "done"

def read_document(content, media_type, name, **options):
    word = content.decode().split()[0]
    if word == "crash":
        ctypes.string_at(0)
    if word == "abort":
        os.abort()
    if word == "exit":
        os._exit(3)
    if word == "hang":
        while True: pass
    if word == "sleep":
        time.sleep(60)
    if word == "eat":
        try:
            bytearray(20_000_000_000)
        except MemoryError as error:
            raise DocumentUnreadable(f"{name} needs too much memory.") from error
    if word == "print":
        print("garbage " * 1000, flush=True)
        os.write(1, b"more garbage")
    if word == "write":
        raise DocumentUnreadable(tried(lambda: open(content.decode().split()[1], "w").write("x")))
    if word == "remove":
        raise DocumentUnreadable(tried(lambda: os.unlink(content.decode().split()[1])))
    if word == "call":
        raise DocumentUnreadable(tried(lambda: socket.create_connection(("127.0.0.1", int(content.split()[1])), 1)))
    if word == "secrets":
        raise DocumentUnreadable(",".join(sorted(os.environ)))
    return DocumentText(text="fine", sections=(), blocks=(), reader="hostile/1")
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderPool]:
    """A pool of one worker whose reader obeys its files."""
    folder = tmp_path / "code" / "ingest"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "sandbox.py", "worker.py"):
        (folder / name).write_text((ROOT / "ingest" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "readers.py").write_text(HOSTILE, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(folder.parent), *sys.path])
    pool = ReaderPool(Limits(memory_mb=1_000, seconds=3, max_file_mb=1), workers=1)
    # A working folder stands before PYTHONPATH, and the repository's own modules would be found there.
    monkeypatch.chdir(tmp_path)
    yield pool
    pool.close()


def outcomes(pool: ReaderPool, *contents: str) -> list[DocumentText | DocumentUnreadable]:
    return list(pool.read(Job(content=each.encode(), media_type="text/plain", name="a.txt") for each in contents))


def messages(pool: ReaderPool, *contents: str) -> list[str]:
    return [str(each) if isinstance(each, DocumentUnreadable) else each.text for each in outcomes(pool, *contents)]


@pytest.mark.parametrize(
    ("deed", "reason"),
    [("crash", "SIGSEGV"), ("abort", "SIGABRT"), ("exit", "exit status 3")],
)
def test_threat_9_a_crash_costs_that_file_only(hostile: ReaderPool, deed: str, reason: str) -> None:
    assert messages(hostile, "fine", deed, "fine") == [
        "fine",
        f"a.txt made its reader crash ({reason}). Open it in its own program and save it again.",
        "fine",
    ]


@pytest.mark.parametrize("deed", ["hang", "sleep"])
def test_threat_8_a_hang_ends_at_the_time_limit(hostile: ReaderPool, deed: str) -> None:
    started = time.monotonic()
    before, hung, after = outcomes(hostile, "fine", deed, "fine")
    assert isinstance(before, DocumentText)
    assert isinstance(after, DocumentText)
    assert isinstance(hung, DocumentTooLarge)
    assert "was not read within 3 seconds" in str(hung)
    assert time.monotonic() - started < 20


def test_threat_8_memory_is_limited(hostile: ReaderPool) -> None:
    assert messages(hostile, "eat", "fine") == ["a.txt needs too much memory.", "fine"]


def test_what_a_library_prints_garbles_nothing(hostile: ReaderPool) -> None:
    assert messages(hostile, "print", "fine") == ["fine", "fine"]


def test_a_file_beyond_the_limit_is_not_sent(hostile: ReaderPool) -> None:
    (found,) = outcomes(hostile, "x" * 1_000_001)
    assert isinstance(found, DocumentTooLarge)
    assert str(found) == "a.txt has 1 MB; at most 1 are read. Split it, or raise REPORT_QA_MAX_FILE_MB."


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no Landlock")
def test_a_worker_can_write_and_remove_nothing(hostile: ReaderPool, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("alive")
    if not confinement(hostile)[1]:
        pytest.skip("this kernel has no Landlock")
    assert (
        messages(hostile, f"write {victim}", f"remove {victim}", f"write {tmp_path / 'new'}") == ["PermissionError"] * 3
    )
    assert victim.read_text() == "alive"
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no namespaces")
def test_a_worker_has_no_network(hostile: ReaderPool) -> None:
    import socket

    if not confinement(hostile)[2]:
        pytest.skip("this kernel offers no way to take the network away")
    with socket.create_server(("127.0.0.1", 0)) as server:
        (found,) = messages(hostile, f"call {server.getsockname()[1]}")
        assert found in ("OSError", "PermissionError")


def test_threat_31_no_secret_of_the_environment_reaches_a_worker(
    hostile: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    (found,) = messages(hostile, "secrets")
    assert "PYTHONPATH" in found
    assert "SOME_API_KEY" not in found


def confinement(pool: ReaderPool) -> list[bool]:
    outcomes(pool, "fine")
    return list(pool._started[0].confinement)


def test_a_reply_that_is_no_reading_text_is_not_unpickled() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    with pytest.raises(pickle.UnpicklingError, match=r"posix\.system is no part of a reading text"):
        worker.unpickle_text(pickle.dumps(Evil()))


def test_texts_come_back_in_order_from_several_workers() -> None:
    pool = ReaderPool(Limits(), workers=2)
    jobs = [
        Job(content=NOTE.replace(b"hall", f"hall {number}".encode()), media_type="text/markdown", name=f"{number}.md")
        for number in range(12)
    ]
    try:
        found = list(pool.read(iter(jobs)))
        assert len(pool._started) == 2
    finally:
        pool.close()
    assert [
        f"hall {number} is open" in each.text for number, each in enumerate(found) if isinstance(each, DocumentText)
    ] == [True] * 12


def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from ingest.pool import Job, Limits, ReaderPool\n"
        "pool = ReaderPool(Limits(), workers=1)\n"
        "list(pool.read(iter([Job(content=b'A note.', media_type='text/plain', name='a.txt')])))\n"
        "print(pool._started[0]._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on without its parent")


def test_messages_end_cleanly(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    with whole.open("wb") as stream:
        worker.send(stream, b"a", json.dumps([1]).encode())
    with whole.open("rb") as stream:
        assert worker.receive(stream) == b"a[1]"
        assert worker.receive(stream) is None
    whole.write_bytes(whole.read_bytes()[:-1])
    with whole.open("rb") as stream:
        assert worker.receive(stream) is None
