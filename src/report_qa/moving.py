"""Moves what people made from the SQLite file beside the library into the PostgreSQL database that several replicas share.

All of it or nothing, in one transaction, every byte as it was: the digests of what was frozen stay true. Nobody writes to either
side meanwhile. The file is kept under another name, where nothing opens it any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from report_qa.database import Database
from report_qa.errors import ConversationError

_AT_ONCE = 200
_OURS = "alembic_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How many rows of each table were moved, and where the file is now."""

    rows: Mapping[str, int]
    kept_at: Path


def move_state(file: Path, target: Database) -> Moved:
    """Copy all rows of a file into an empty database, then put the file aside.

    Raises:
        ConversationError: there is no such file, the database holds something already, or one of the two can't be used.
    """
    if not file.is_file():
        raise ConversationError(f"There is no {file} to move.", hint="Name the library with --library.")
    kept_at = file.with_name(f"{file.name}.moved")
    if kept_at.exists():
        raise ConversationError(f"{kept_at} is there already.", hint="Move it away, or delete it if it isn't needed.")
    source = Database(file)
    try:
        with source.writing() as reader, target.writing() as writer:
            rows = _copy(reader, writer, target)
        # What the log of writes still holds must be in the file that is put aside.
        source.forget_log()
    finally:
        source.close()
    try:
        file.rename(kept_at)
    except OSError as error:
        raise ConversationError(
            f"All is in {target.name}, but {file} can't be renamed: {error.strerror}.", hint="Move it away by hand."
        ) from error
    return Moved(rows=rows, kept_at=kept_at)


def _copy(reader: sa.Connection, writer: sa.Connection, target: Database) -> dict[str, int]:
    # The tables of the target: its types and keys are those that the rows have to fit.
    schema = sa.MetaData()
    schema.reflect(writer)
    tables = [table for table in schema.sorted_tables if table.name != _OURS]
    for table in tables:
        if writer.scalar(sa.select(sa.func.count()).select_from(table)):
            raise ConversationError(
                f"{target.name} holds something already ({table.name}).", hint="Name an empty database."
            )
    copied = {}
    for table in tables:
        order = list(table.primary_key.columns)
        found = reader.execute(sa.select(table).order_by(*order).execution_options(yield_per=_AT_ONCE))
        copied[table.name] = 0
        for batch in found.mappings().partitions():
            writer.execute(table.insert(), [dict(row) for row in batch])
            copied[table.name] += len(batch)
        _go_on_counting(writer, table)
    return copied


def _go_on_counting(writer: sa.Connection, table: sa.Table) -> None:
    """Let a table's own numbers go on after those that were brought along."""
    column = table.autoincrement_column
    if column is None or writer.dialect.name != "postgresql":
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    last = writer.scalar(sa.select(sa.func.max(column)))
    if last is not None:
        writer.execute(sa.select(sa.func.setval(sequence, last)))
