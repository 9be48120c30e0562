"""What people do at the doors, noted in the audit log, and the log as lines to take away."""

from __future__ import annotations

from collections.abc import Iterator

from report_qa.audit import AuditLog, Deed
from report_qa.doors.parts import Parts
from report_qa.records.person import Person

_PAGE = 1_000
# What a spreadsheet would take for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("number", "at", "owner", "name", "deed", "object")


def note(parts: Parts, person: Person, deed: Deed, object_id: str = "", *, once: bool = False) -> None:
    """Note what somebody did."""
    parts.audit().note(person.owner, person.name, deed, object_id, once=once)


def audit_rows(log: AuditLog, most: int | None = None) -> Iterator[tuple[str, ...]]:
    """Yield the columns' names and the entries, the newest first, none of them a formula; all of them, or the `most` last."""
    yield COLUMNS
    before: int | None = None
    left = most
    while left is None or left > 0:
        entries = log.entries(most=_PAGE if left is None else min(_PAGE, left), before=before)
        for entry in entries:
            values = (
                str(entry.number),
                entry.at.isoformat(timespec="seconds"),
                entry.owner,
                entry.name,
                entry.deed,
                entry.object_id,
            )
            yield tuple(f"'{value}" if value.startswith(_FORMULA) else str(value) for value in values)
        if not entries:
            return
        before = entries[-1].number
        left = None if left is None else left - len(entries)
