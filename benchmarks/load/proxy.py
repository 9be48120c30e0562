"""nginx before the replicas, from the very template that the containers use, on loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.load.ports import free_port, listens

TEMPLATE = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf.template"
# What an address may send: so much that a load generator, which is one address for all its users, is never held up by it.
UNBOUNDED = {
    "API_RATE": "5000r/s",
    "API_BURST": "5000",
    "CHAT_RATE": "5000r/s",
    "CHAT_BURST": "5000",
    "MOST_OPEN": "5000",
}
_TRIES = 200
_NAME = re.compile(r"\$\{([A-Z_]+)\}")


class Proxy:
    """A running nginx. `chat` and `api` are ports of replicas; those in `down` are given no new requests."""

    def __init__(self, folder: Path, limits: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._limits = {**UNBOUNDED, **(limits or {})}
        self._configuration = folder / "nginx.conf"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def address(self) -> str:
        """Where everything is reached."""
        return f"http://127.0.0.1:{self.port}"

    def configure(self, chat: Sequence[int], api: Sequence[int], down: Sequence[int] = ()) -> None:
        """Write the configuration, and have it read where nginx runs already."""
        written = rendered(
            STATE=str(self._folder),
            LISTEN=f"127.0.0.1:{self.port}",
            CHAT_SERVERS=servers(chat, down),
            API_SERVERS=servers(api, down),
            **self._limits,
        )
        self._configuration.write_text(written, encoding="utf-8")
        if self._process is not None:
            subprocess.run([*self._command(), "-s", "reload"], check=True, timeout=20, stderr=subprocess.DEVNULL)

    def start(self) -> None:
        """Start nginx and wait until it listens."""
        with (self._folder / "nginx.log").open("ab") as log:
            # Workers of a root's nginx would be somebody who can't get into this folder.
            how = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
            self._process = subprocess.Popen([*self._command(), "-g", how], stdout=log, stderr=log)
        for _ in range(_TRIES):
            if listens(self.port):
                return
            assert self._process.poll() is None, self.log()
            time.sleep(0.05)
        raise AssertionError(f"nginx does not listen: {self.log()}")

    def log(self) -> str:
        """Return what nginx has said."""
        path = self._folder / "nginx.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def stop(self) -> None:
        """End nginx."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    def _command(self) -> list[str]:
        return [program() or "nginx", "-p", str(self._folder), "-c", str(self._configuration), "-e", "stderr"]


def program() -> str | None:
    """Return where nginx is, None where it isn't installed; a user's path often lacks the folder it is in."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def rendered(**values: str) -> str:
    """Return the configuration with these values in the place of ${NAME}, as envsubst does; nginx's own variables stay.

    Raises:
        KeyError: a name has no value.
    """
    return _NAME.sub(lambda found: values[found[1]], TEMPLATE.read_text(encoding="utf-8"))


def servers(ports: Sequence[int], down: Sequence[int] = ()) -> str:
    """Return the lines of an upstream."""
    return " ".join(server(f"127.0.0.1:{port}") + (" down;" if port in down else ";") for port in ports)


def server(address: str) -> str:
    """Return one line of an upstream, without its end: two failed connections set a replica aside for five seconds."""
    return f"server {address} max_fails=2 fail_timeout=5s"
