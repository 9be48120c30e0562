"""One PostgreSQL database, shared by several replicas, through psycopg.

A pool hands out connections, each tried before it is used, so that a server that was started again costs nothing but that. Where
SQLite has one writer, two advisory locks stand in for it: every change takes the first, shared where it names an owner (who is
locked by the second) and alone where it doesn't. When a connection is lost while a change is being committed, the server is
asked what became of it.

Several libraries may share a database, each in a schema of its own: its connections find nothing else, and its changes wait for no other
library's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import psycopg
import sqlalchemy as sa
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from report_qa.errors import ConversationError, ReportQAError, SettingInvalid, StateUnavailable

_HINT = "Check REPORT_QA_DATABASE_URL, and whether the server runs."
# Two names of our own among the locks of a database: of all changes, and of the changes of one owner.
_ALL, _OWNERS = 7_254_611, 7_254_612
_KEPT, _OVERFLOW = 5, 5
_WAIT_S, _SETTLE_S, _SETTLE_PAUSE_S = 10, 10.0, 0.1
# Milliseconds: for one statement, for a lock that another holds, and for a client that went away inside a transaction.
_LIMITS = {"statement_timeout": 30_000, "lock_timeout": 10_000, "idle_in_transaction_session_timeout": 60_000}
_MIGRATION_MS = 300_000
_SCHEMES = {"postgresql", "postgres", "postgresql+psycopg"}
# What a server says that stops, starts, recovers, or doesn't take changes any more.
_PASSING_SERVER = {"57P01", "57P02", "57P03", "25006"}
# Besides: no connection was left, or of two transactions that waited for each other one was broken off.
_PASSING = _PASSING_SERVER | {"53300", "40001", "40P01"}
# A lock that another held too long, and a statement that took too long.
_TOO_LONG = {"55P03", "57014"}


class PostgreSQL:
    """Connects to the database that a URL names; all that is read and written is in `schema`, if one is named.

    Raises:
        SettingInvalid: the URL is none of PostgreSQL.
    """

    def __init__(self, url: str, schema: str = "") -> None:
        parsed = _parsed(url)
        self.name = name_of(url, schema)
        self._schema = schema
        self._secret = str(parsed.password or "")
        self._engine = sa.create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=_KEPT,
            max_overflow=_OVERFLOW,
            pool_timeout=_WAIT_S,
            connect_args=_arguments(parsed, schema),
        )
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "handle_error", _part_with)
        # One state for all of a transaction's reads.
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one state of the database."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, whose: str | None = None) -> Iterator[sa.Connection]:
        """Yield a connection that alone changes what is `whose`, or anything; see `Database.writing`."""
        with self._engine.connect() as connection:
            _lock(connection, self._schema, whose)
            yield connection
            # None where nothing was changed.
            change = connection.scalar(sa.select(sa.cast(sa.func.pg_current_xact_id_if_assigned(), sa.Text)))
            try:
                connection.commit()
            except DBAPIError as error:
                if change is None or not error.connection_invalidated:
                    raise
                self._settle(change, error)

    @contextmanager
    def migrating(self) -> Iterator[sa.Connection]:
        """Yield a connection as `writing` does; replicas that start together wait for the one that migrates."""
        with self._engine.begin() as connection:
            for limit in ("statement_timeout", "lock_timeout"):
                connection.execute(sa.select(sa.func.set_config(limit, str(_MIGRATION_MS), True)))
            _lock(connection, self._schema, None)
            self._make_schema(connection)
            yield connection

    def forget(self, tables: tuple[str, ...]) -> None:
        """Write tables anew, without the rows and the versions of rows that are gone; nobody uses them meanwhile."""
        if not tables:
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # What is set here ends with this connection, which goes back to no pool.
            connection.detach()
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql(f"SET lock_timeout = {_MIGRATION_MS}")
            for table in tables:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")

    def explain(self, error: SQLAlchemyError) -> ReportQAError:
        """Return what is said to people in place of the driver's error: no values, and no password."""
        if not isinstance(error, DBAPIError):
            return self._unavailable("all connections to it are in use", again=False)
        reason, state = self._reason(error), getattr(error.orig, "sqlstate", None)
        unreached = isinstance(error.orig, psycopg.OperationalError) and state is None
        if error.connection_invalidated or unreached or state in _PASSING:
            return self._unavailable(reason, again=True)
        if state in _TOO_LONG:
            return self._unavailable(reason, again=False)
        return ConversationError(f"{self.name} can't be used: {reason}.", hint=_HINT)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _make_schema(self, connection: sa.Connection) -> None:
        # An account that may not make schemas may use one that is there, where IF NOT EXISTS would be refused all the same.
        if self._schema and self._schema not in sa.inspect(connection).get_schema_names():
            connection.execute(sa.schema.CreateSchema(self._schema))

    def _settle(self, change: str, lost: DBAPIError) -> None:
        """Return where the server says that a change was kept whose commit it didn't confirm.

        Raises:
            StateUnavailable: it was not kept, or what became of it can't be learnt.
        """
        deadline = time.monotonic() + _SETTLE_S
        asked = sa.text("SELECT pg_xact_status(CAST(:change AS xid8))").bindparams(change=change)
        while time.monotonic() < deadline:
            try:
                with self._engine.connect() as connection:
                    status = connection.scalar(asked)
            except SQLAlchemyError:
                status = "in progress"
            if status == "committed":
                return
            if status == "aborted":
                raise self._unavailable(self._reason(lost), again=True) from lost
            if status is None:
                break
            time.sleep(_SETTLE_PAUSE_S)
        raise self._unavailable("whether the last change was kept is not known", again=False) from lost

    def _reason(self, error: DBAPIError) -> str:
        diagnosed = getattr(error.orig, "diag", None)
        # What follows the first line, and libpq's account of how it tried, says values or nothing.
        said = (diagnosed and diagnosed.message_primary) or str(error.orig).strip().partition("\n")[0]
        said = " ".join(said.rpartition("failed: ")[2].removeprefix("FATAL:").split()).rstrip(".")
        return said.replace(self._secret, "…") if self._secret else said

    def _unavailable(self, reason: str, *, again: bool) -> StateUnavailable:
        return StateUnavailable(f"{self.name} does not answer: {reason}.", hint=_HINT, again=again)


class _WithoutNul(StrDumperUnknown):
    """PostgreSQL's texts hold every character but U+0000, which a question can have and nobody misses."""

    def dump(self, text: str) -> Buffer | None:
        return super().dump(text.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _prepare(connection: Any, _record: object) -> None:
    connection.adapters.register_dumper(str, _WithoutNul)


def _part_with(context: sa.ExceptionContext) -> None:
    """Let a connection go, and those that were made before it, whose server is one that has to be asked for anew."""
    if getattr(context.original_exception, "sqlstate", None) in _PASSING_SERVER:
        context.is_disconnect = True


def name_of(url: str, schema: str = "") -> str:
    """Return what the database of a URL is called, for people: its name and where it is, and neither account nor password.

    Raises:
        SettingInvalid: the URL is none of PostgreSQL.
    """
    parsed = _parsed(url)
    hosts = parsed.query.get("host", ())
    host = parsed.host or ", ".join([hosts] if isinstance(hosts, str) else hosts) or "this machine"
    where = f"{host}{f':{parsed.port}' * bool(parsed.port)}{f', schema {schema}' * bool(schema)}"
    return f"PostgreSQL database {parsed.database or parsed.username or ''} at {where}"


def _lock(connection: sa.Connection, schema: str, whose: str | None) -> None:
    # Locks are the database's: a schema's have numbers of their own, beyond the one that stands for the database's own schema.
    everything = _ALL + (crc32(schema.encode()) << 31 if schema else 0)
    if whose is None:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(everything)))
        return
    # Owners of the same number wait for each other, which harms nobody.
    owner = crc32(schema.encode() + whose.encode()) - 2**31
    connection.execute(
        sa.select(sa.func.pg_advisory_xact_lock_shared(everything), sa.func.pg_advisory_xact_lock(_OWNERS, owner))
    )


def _parsed(url: str) -> sa.URL:
    # The URL holds a password: neither it nor the parser's error, which may quote it, goes any further.
    refused = SettingInvalid(
        "REPORT_QA_DATABASE_URL is no URL of a PostgreSQL database.",
        hint="Write postgresql://user:password@host:5432/database, with %40 for an @ in the password.",
    )
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise refused from None
    if parsed.drivername not in _SCHEMES or "@" in (parsed.host or ""):
        raise refused
    return parsed.set(drivername="postgresql+psycopg")


def _arguments(url: sa.URL, schema: str) -> dict[str, Any]:
    """Return libpq's parameters, but for those that the URL itself sets; the schema is set all the same."""
    options = [f"-c {name}={value}" for name, value in _LIMITS.items()]
    searched = [f"-c search_path={schema}"] if schema else []
    arguments = {
        "application_name": "report-qa",
        "connect_timeout": 5,
        # A server that is gone without a word is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        # Of several hosts, the one that takes changes.
        "target_session_attrs": "read-write",
        "options": " ".join((*options, *searched)),
    }
    given = {name: value for name, value in arguments.items() if name not in url.query}
    if searched and "options" in url.query:
        return given | {"options": " ".join((str(url.query["options"]), *searched))}
    return given
