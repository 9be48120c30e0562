"""Who may read what: the groups that a person belongs to, held against the groups that a document is for.

A document names the groups that it is for; without a word it is for `ALL`. Who signs in belongs to `ALL`, to `STAFF`
where the organisation says so, and to the groups that it names. On a machine of one's own, and on the command line, where
whoever asks can open the files themselves, nobody is kept from anything: `EVERYTHING`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ALL = "all"
STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The groups of somebody who reads; None for somebody who may read everything."""

    groups: frozenset[str] | None

    def sees(self, visible_to: Iterable[str]) -> bool:
        """Return whether a document for these groups may be seen."""
        return self.groups is None or not self.groups.isdisjoint(visible_to)


EVERYTHING = Audience(groups=None)
PUBLIC = Audience(groups=frozenset({ALL}))
