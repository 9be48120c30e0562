"""The audit log: who did what, when, and to which object, for those who answer for the service.

It holds what changes or leaves the service: sign-ins, links, exports, uploads, deletions, keys, and what was refused. It never holds
what anybody asked or read. Nothing here changes or removes an entry; the one exception is a person's own right to be forgotten,
after which their entries stay under a made-up name (see `report_qa.erasure`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from report_qa.database import Database

_LONGEST_NAME, _LONGEST_OBJECT = 100, 300
_NAMES = ("number", "at", "owner", "name", "deed", "object_id")
_audit = sa.table("audit", *(sa.column(name) for name in _NAMES))


class Deed(StrEnum):
    """What was done."""

    SIGNED_IN = "signed in"
    SHARED = "shared"
    WITHDREW = "withdrew"
    EXPORTED = "exported"
    UPLOADED = "uploaded"
    DELETED = "deleted"
    ERASED = "erased"
    EXPIRED = "expired"
    KEY_MADE = "key made"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line. `owner` is the opaque name of who did it, `name` the one that was shown, `object_id` what it was done to."""

    number: int
    at: datetime
    owner: str
    name: str
    deed: Deed
    object_id: str


class AuditLog:
    """Writes and reads entries. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, owner: str, name: str, deed: Deed, object_id: str = "", *, once: bool = False) -> None:
        """Add an entry; `once` only where there is none yet of the same owner, deed and object."""
        entry = {
            "at": datetime.now(UTC).isoformat(),
            "owner": owner,
            "name": name[:_LONGEST_NAME],
            "deed": deed.value,
            "object_id": object_id[:_LONGEST_OBJECT],
        }
        with self._database.writing(owner) as connection:
            same = sa.select(sa.literal(1)).where(
                *(_audit.c[column] == entry[column] for column in ("owner", "deed", "object_id"))
            )
            if not once or connection.execute(same.limit(1)).scalar() is None:
                connection.execute(_audit.insert().values(**entry))

    def entries(self, *, most: int = 1_000, before: int | None = None) -> tuple[AuditEntry, ...]:
        """Return the last entries, the newest first; those `before` a number to go further back."""
        wanted = sa.select(_audit).order_by(_audit.c.number.desc()).limit(most)
        if before is not None:
            wanted = wanted.where(_audit.c.number < before)
        with self._database.reading() as connection:
            return tuple(_entry(row) for row in connection.execute(wanted).all())


def made_up_name() -> str:
    """Return a name under which the entries of somebody who was forgotten stay together, and that leads back to nobody."""
    return f"erased-{secrets.token_hex(16)}"


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=datetime.fromisoformat(row.at),
        owner=row.owner,
        name=row.name,
        deed=Deed(row.deed),
        object_id=row.object_id,
    )
