"""The state that people make: one database, opened once by each process and shared by its stores.

Nothing of it is part of an edition. `conversations`, `shares` and `feedback` keep what they own in tables of it, which the
migrations make; they meet in transactions, so that a conversation takes with it what hangs on it. It is a SQLite file beside the
library, or a PostgreSQL database that several replicas share (ADR 21); the stores' statements are the same for both.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError, TimeoutError  # noqa: A004 - the pool's own, which is none of Python's
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from report_qa.backends.sqlite import SQLiteFile
from report_qa.errors import ConversationError, ReportQAError, StateUnavailable

if TYPE_CHECKING:
    import sqlalchemy as sa

    from report_qa.backends.postgresql import PostgreSQL

_MIGRATIONS = Path(__file__).with_name("migrations")
# A server that is started again, or another that takes its place, is back within seconds; people wait so long and no longer.
_PATIENCE_S = 8.0
_P = ParamSpec("_P")
_R = TypeVar("_R")


def retried(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run a store's method again, for a few seconds, while the database was lost before anything of it was kept.

    The method does nothing but its transactions, and may run twice where the first of several was kept.
    """

    @functools.wraps(method)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        return _patiently(lambda: method(*args, **kwargs))

    return run


class Database:
    """Opens a SQLite file (a path) or a PostgreSQL database (its URL), brings its schema up to date, and hands out transactions.

    On PostgreSQL all is in the `schema` that is named, which is made where there is none.
    Safe to share between threads and processes. `name` says which it is, without any password; `path` is None on PostgreSQL.
    Every method raises ConversationError where it can't be used, StateUnavailable where a server doesn't answer.

    Raises:
        SettingInvalid: the URL is none of PostgreSQL.
    """

    def __init__(self, where: Path | str, schema: str = "") -> None:
        self.path = where if isinstance(where, Path) else None
        self._engine = _engine(where, schema)
        self.name = self._engine.name
        try:
            _patiently(self._migrate)
        except ReportQAError:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that reads one state of the database."""
        with self._explained(), self._engine.reading() as connection:
            yield connection

    @contextmanager
    def writing(self, whose: str | None = None) -> Iterator[sa.Connection]:
        """Yield a connection whose changes are all kept or, after an exception, none.

        Nobody else writes meanwhile, so that what was read stays true until it is acted upon. With `whose`, the owner of all
        that is read and changed, PostgreSQL lets other owners' changes go on beside it; SQLite has one writer all the same.
        """
        with self._explained(), self._engine.writing(whose) as connection:
            yield connection

    def forget_log(self, *tables: str) -> None:
        """Take what was deleted or changed out of the files: SQLite's log of writes is emptied.

        On PostgreSQL the tables that are named are written anew without it; the server's own log is out of reach.
        """

        def forget() -> None:
            with self._explained():
                self._engine.forget(tables)

        _patiently(forget)

    def close(self) -> None:
        """Give the file or the connections back."""
        self._engine.close()

    def _migrate(self) -> None:
        config = Config()
        # In alembic's settings a percent sign begins a substitution.
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with self._explained(), self._engine.migrating() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise ConversationError(
                    f"{self.name} was written by a newer version.",
                    hint="Install that version, or use another database.",
                ) from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, TimeoutError) as error:
            # The driver's error quotes the values of the row that it is about, which belong in no log.
            raise self._engine.explain(error) from None


def digest_of(stored: str) -> str:
    """Return the digest by which a change by hand of what was stored is noticed."""
    return hashlib.sha256(stored.encode()).hexdigest()


def name_of(where: Path | str, schema: str = "") -> str:
    """Return the name that a database has, without opening it.

    Raises:
        SettingInvalid: the URL is none of PostgreSQL.
    """
    if isinstance(where, Path):
        return str(where)
    from report_qa.backends import postgresql

    return postgresql.name_of(where, schema)


def _engine(where: Path | str, schema: str) -> SQLiteFile | PostgreSQL:
    if isinstance(where, Path):
        return SQLiteFile(where)
    from report_qa.backends.postgresql import PostgreSQL

    return PostgreSQL(where, schema)


def _patiently(work: Callable[[], _R]) -> _R:
    again = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, StateUnavailable) and error.again),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        stop=stop_after_delay(_PATIENCE_S),
        reraise=True,
    )
    return again(work)
