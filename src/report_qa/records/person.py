"""Who somebody is to this product: whose things are theirs, what they may do, and what they may read.

`owner` is an opaque name made from what only that person has (a cookie, an account at the organisation's provider, a key). It is
what conversations, links and feedback are kept under, and says nothing about the person to whoever reads the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from report_qa.records.audience import EVERYTHING, Audience


class Role(StrEnum):
    """What somebody may do; each role may do what those before it may.

    A reader asks, checks, shares and exports. A contributor also brings documents. A steward also reads feedback and the audit log
    and looks after the library.
    """

    READER = "reader"
    CONTRIBUTOR = "contributor"
    STEWARD = "steward"

    def covers(self, needed: Role) -> bool:
        """Return whether who has this role may do what another is needed for."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is let in. `name` is for people to read, "" where there is none.

    `signed_in` is False on a machine of one's own; `session` tells one sign-in of theirs from the next, "" where nothing does.
    """

    owner: str
    name: str
    role: Role
    audience: Audience
    signed_in: bool = True
    session: str = ""

    def may(self, role: Role) -> bool:
        """Return whether this person may do what a role is needed for."""
        return self.role.covers(role)


def person_here(owner: str) -> Person:
    """Return the person at a machine of their own, who could open the files themselves and so may do everything."""
    return Person(owner=owner, name="", role=Role.STEWARD, audience=EVERYTHING, signed_in=False)
