"""One SQLite file: a single writer at a time, many readers, and a log of writes beside it.

Only this account reads it. Changed and deleted bytes are overwritten (`secure_delete`), so that what is taken out of it is in no
file once the log has been emptied.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from report_qa.errors import ConversationError, ReportQAError

_BUSY_MS = 5_000


class SQLiteFile:
    """Opens the file, which is made where there is none.

    Raises:
        ConversationError: the file or its folder can't be made.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # What people ask is nobody else's business: only this account reads the file, and SQLite's files beside it.
            path.touch(mode=0o600, exist_ok=True)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error
        self._engine = sa.create_engine(f"sqlite:///{path}", hide_parameters=True)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one state of the file."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, _whose: str | None = None) -> Iterator[sa.Connection]:
        """Yield a connection that holds SQLite's one write lock from the start: nobody is refused halfway through."""
        with self._engine.execution_options(writes=True).begin() as connection:
            yield connection

    migrating = writing

    def forget(self, _tables: tuple[str, ...]) -> None:
        """Empty the log of writes, which still holds pages as they were."""
        with self.reading() as connection:
            connection.commit()
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def explain(self, error: sa.exc.SQLAlchemyError) -> ReportQAError:
        """Return what is said to people in place of the driver's error."""
        return self._unusable(str(error.orig) if isinstance(error, DBAPIError) else str(error))

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()

    def _unusable(self, reason: str) -> ConversationError:
        return ConversationError(
            f"{self.name} can't be used: {reason}.", hint="Check the disk and the permissions of its folder."
        )


def _prepare(connection: Any, _record: object) -> None:
    # The driver would open transactions at its own choice; `_begin` does it instead.
    connection.isolation_level = None
    # SQLite itself has it since 3.43, which is newer than what Debian 12 brings.
    connection.create_function("octet_length", 1, lambda text: len(text.encode()), deterministic=True)
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


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as it stands at one moment, into a new file that only this account reads.

    Raises:
        OSError: it can't be read or written.
    """
    target.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            read.backup(written)
    except sqlite3.Error as error:
        raise OSError(f"{source} can't be copied: {error}") from error
