"""A real PostgreSQL server on a socket of its own, which can be stopped, killed and started again on the same data."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

USER, PASSWORD = "report_qa", "p@ss/wört:1"
_MISSING = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
# Nothing here has to survive a power cut.
_OPTIONS = ("fsync=off", "listen_addresses=", "max_connections=60", "autovacuum=off")


class PostgreSQLServer:
    """One cluster in a temporary folder, owned by an account that is not root, which PostgreSQL refuses."""

    def __init__(self) -> None:
        programs = _programs()
        if programs is None:
            pytest.skip(_MISSING)
        self._programs = programs
        self._account: dict[str, Any] = {}
        # A socket's path has about a hundred characters at the most.
        self.folder = Path(tempfile.mkdtemp(prefix="rq-pg-", dir="/tmp"))
        if os.getuid() == 0:
            account = _account()
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._make()

    def url(self, database: str, *, password: str = PASSWORD) -> str:
        """Return the URL of a database, with the password in it."""
        return f"postgresql://{USER}:{quote(password, safe='')}@/{database}?host={self.folder}"

    @contextmanager
    def connected(self, database: str = "postgres") -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Yield a connection that commits each statement."""
        with psycopg.connect(
            host=str(self.folder), dbname=database, user=USER, password=PASSWORD, autocommit=True
        ) as connection:
            yield connection

    def make_database(self) -> str:
        """Make an empty database and return its name."""
        self._databases += 1
        name = f"state_{self._databases}"
        with self.connected() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return name

    def start(self) -> None:
        """Start it and wait until it lets somebody in; nothing happens where it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        options = [part for option in _OPTIONS for part in ("-c", option)]
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self.data, "-k", self.folder, *options],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._account,
        )
        for _ in range(300):
            try:
                with self.connected():
                    return
            except psycopg.OperationalError:
                assert self._process.poll() is None, "postgres ended"
                time.sleep(0.05)
        raise AssertionError("postgres lets nobody in")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT throws everybody out in good order, SIGQUIT at once; nothing happens where it does not run."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=60)
            self._process = None

    def remove(self) -> None:
        """End it and take its folder away."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if self._account:
            os.chown(password, self._account["user"], self._account["group"])
        try:
            subprocess.run(
                [
                    *(self._programs / "initdb", "-D", self.data, "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync"),
                    *("--auth=scram-sha-256", f"--pwfile={password}"),
                ],
                cwd=self.folder,
                check=True,
                capture_output=True,
                timeout=120,
                **self._account,
            )
            self.start()
        except BaseException:
            self.remove()
            raise


def installed() -> bool:
    """Return whether there is a PostgreSQL to start."""
    return _programs() is not None


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's newest programs; Debian has them outside the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = [*debian[::-1], *(Path(name) for name in [shutil.which("initdb")] if name)]
    return found[0].resolve().parent if found else None


def _account() -> pwd.struct_passwd:
    known = {account.pw_name: account for account in pwd.getpwall()}
    account = known.get("postgres") or known.get("nobody")
    assert account is not None, f"{getpass.getuser()} can't run PostgreSQL, and there is no other account"
    return account
