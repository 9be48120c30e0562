"""The state that people make: one SQLite file beside the library, opened once by each process and shared by its stores.

Nothing of it is part of an edition. `conversations`, `shares` and `feedback` keep what they own in tables of it, which the
migrations make; they meet in transactions, so that a conversation takes with it what hangs on it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from report_qa.errors import ConversationError

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_MS = 5_000


class Database:
    """Opens the file, brings its schema up to date and hands out transactions. Safe to share between threads and processes.

    Every method raises ConversationError where the file can't be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # What people ask is nobody else's business: only this account reads the file, and SQLite's files beside it.
            path.touch(mode=0o600, exist_ok=True)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error
        self._engine = sa.create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        try:
            self._migrate()
        except ConversationError:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that reads one state of the file."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise self._unusable(str(error.orig)) from error

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection whose changes are all kept or, after an exception, none.

        It holds SQLite's one write lock from the start, so that nobody is refused halfway through.
        """
        try:
            with self._engine.execution_options(writes=True).begin() as connection:
                yield connection
        except DBAPIError as error:
            raise self._unusable(str(error.orig)) from error

    def forget_log(self) -> None:
        """Empty the log of writes, which still holds pages as they were."""
        with self.reading() as connection:
            connection.commit()
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()

    def _migrate(self) -> None:
        config = Config()
        # In alembic's settings a percent sign begins a substitution.
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with self.writing() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise ConversationError(
                    f"{self.path} was written by a newer version.", hint="Install that version, or move the file away."
                ) from error

    def _unusable(self, reason: str) -> ConversationError:
        return ConversationError(
            f"{self.path} can't be used: {reason}.", hint="Check the disk and the permissions of its folder."
        )


def digest_of(stored: str) -> str:
    """Return the digest by which a change by hand of what was stored is noticed."""
    return hashlib.sha256(stored.encode()).hexdigest()


def _prepare(connection: Any, _record: object) -> None:
    # The driver would open transactions at its own choice; `_begin` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout = {_BUSY_MS}", "foreign_keys = ON", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _use_write_ahead_log(cursor)
    cursor.close()


def _use_write_ahead_log(cursor: Any) -> None:
    """Switch the file over, once; SQLite doesn't wait by itself for others who are about to do the same."""
    deadline = time.monotonic() + _BUSY_MS / 1_000
    while cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
