"""Replicas of both doors as processes of this machine, behind nginx: started, drained, killed and started again.

They share a library and a database of what people make, as replicas on several machines do through a shared folder and a
database server. What they say goes to a file each, for whoever wants to know why one failed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import psutil

from benchmarks.load.ports import free_port
from benchmarks.load.proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
Door = Literal["chat", "serve"]
_START = "import sys; from report_qa.doors.cli import main; sys.exit(main([{door!r}]))"
_READY_TRIES, _STEP_S = 900, 0.2
# Longer than a server may take to drain and to finish.
_ENDING_S = 60
# A line of a replica's log that tells of an error, and what of it is different each time; a line of nginx's that tells of one.
_ERROR, _OF_ITS_OWN = re.compile(r"^\S+ ERROR +"), re.compile(r" request=\S+")
_OF_NGINX = re.compile(r"\[(?:alert|crit|emerg)\] [^:]*: (?:\*\d+ )?(.*)")


class Replica:
    """One process that serves one door; it comes back on the port that it had."""

    def __init__(self, door: Door, number: int, folder: Path, settings: Mapping[str, str]) -> None:
        self.name = f"{door}-{number}"
        self.port = free_port()
        own = {"REPORT_QA_PORT" if door == "chat" else "REPORT_QA_API_PORT": str(self.port)}
        self._environment = {**os.environ, "HF_HUB_OFFLINE": "1", **settings, **own}
        self._command = [sys.executable, "-c", _START.format(door=door)]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it is reached past the proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What it has said."""
        return (self._folder / f"{self.name}.log").read_text(encoding="utf-8", errors="replace")

    @property
    def memory_bytes(self) -> int:
        """Resident memory, 0 where it doesn't run."""
        if not self.running or self._process is None:
            return 0
        return int(psutil.Process(self._process.pid).memory_info().rss)

    @property
    def streams(self) -> int:
        """How many connections it has open, pages' streams above all."""
        if not self.running or self._process is None:
            return 0
        open_now = psutil.Process(self._process.pid).net_connections(kind="tcp")
        return sum(each.status == psutil.CONN_ESTABLISHED and each.laddr.port == self.port for each in open_now)

    def start(self) -> None:
        """Start the process, unless it runs; `wait_until_ready` says when it answers."""
        if self.running:
            return
        with (self._folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        """Wait until a question would be answered at once."""
        for _ in range(_READY_TRIES):
            if status(f"{self.address}/ready") == 200:
                return
            assert self.running, f"{self.name} ended:\n{self.log[-2000:]}"
            time.sleep(_STEP_S)
        raise AssertionError(f"{self.name} was not ready in time:\n{self.log[-2000:]}")

    @property
    def errors(self) -> Counter[str]:
        """The errors that it told of, each with how often."""
        lines = [line for line in self.log.splitlines() if _ERROR.match(line)]
        return Counter(f"{self.name}: {_OF_ITS_OWN.sub('', _ERROR.sub('', line))}" for line in lines)

    def tell_to_end(self) -> None:
        """Send the word to end, and return at once."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Have it drain and end, and wait for that."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_ENDING_S)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"{self.name} did not end in {_ENDING_S} s") from None

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=10)


class Replicas:
    """A proxy with `count` replicas of each door behind it."""

    def __init__(
        self, folder: Path, settings: Mapping[str, str], *, count: int = 2, limits: Mapping[str, str] | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.chat = [Replica("chat", number, folder, settings) for number in range(1, count + 1)]
        self.api = [Replica("serve", number, folder, settings) for number in range(1, count + 1)]
        self.proxy = Proxy(folder / "nginx", limits)

    @property
    def address(self) -> str:
        """The one address of all."""
        return self.proxy.address

    @property
    def all(self) -> Sequence[Replica]:
        """The replicas of both doors."""
        return (*self.chat, *self.api)

    def start(self) -> None:
        """Start everything and wait until every replica is ready; what started is ended again where one doesn't get so far."""
        try:
            for replica in self.all:
                replica.start()
            for replica in self.all:
                replica.wait_until_ready()
            self.route()
            self.proxy.start()
        except BaseException:
            self.stop()
            raise

    @property
    def absent(self) -> tuple[str, ...]:
        """The replicas that would answer nothing now."""
        return tuple(replica.name for replica in self.all if status(f"{replica.address}/ready") != 200)

    @property
    def errors(self) -> Counter[str]:
        """The errors that replicas and proxy told of, each with how often."""
        told = Counter(f"nginx: {found[1]}" for found in _OF_NGINX.finditer(self.proxy.log()))
        for replica in self.all:
            told += replica.errors
        return told

    def route(self, *, without: Sequence[Replica] = ()) -> None:
        """Send new requests to all replicas but these."""
        self.proxy.configure(
            [replica.port for replica in self.chat],
            [replica.port for replica in self.api],
            down=[replica.port for replica in without],
        )

    def renew(self, replica: Replica) -> None:
        """Do one step of a rolling update: no new requests for the replica, its end, its start, and requests again."""
        self.route(without=[replica])
        replica.stop()
        replica.start()
        replica.wait_until_ready()
        self.route()

    def stop(self) -> None:
        """End everything, also where one of them does not end as it should."""
        with ExitStack() as ending:
            for replica in self.all:
                ending.callback(replica.stop)
            for replica in self.all:
                ending.callback(replica.tell_to_end)
            ending.callback(self.proxy.stop)


def status(address: str, *, timeout_s: float = 5) -> int:
    """Return the status of a plain request, 0 where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=timeout_s) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0
