"""What a person's groups make of them: whether they are let in, their role, and whose documents they may read.

Groups come from the organisation's provider or its proxy, by the names that they have there. Which of them may use this, bring
documents or look after the library is set; so is who counts as staff, since documents are marked for staff by that word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from report_qa import Settings
from report_qa.errors import NotAllowed
from report_qa.records.audience import ALL, STAFF, Audience
from report_qa.records.person import Person, Role

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The groups that mean something here; `readers` is empty where everybody who can sign in may read."""

    readers: frozenset[str]
    contributors: frozenset[str]
    stewards: frozenset[str]
    staff: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Membership:
        """Return what the settings say."""
        return cls(
            readers=frozenset(settings.reader_groups),
            contributors=frozenset(settings.contributor_groups),
            stewards=frozenset(settings.steward_groups),
            staff=frozenset(settings.staff_groups),
        )

    def person(self, *, owner: str, name: str, groups: Iterable[str]) -> Person:
        """Return who somebody is that signed in.

        Raises:
            NotAllowed: none of their groups may use this.
        """
        own = frozenset(groups)
        role = self._role(own)
        if self.readers and role is Role.READER and own.isdisjoint(self.readers):
            raise NotAllowed(
                f"{shown_name(name)} is in no group that may use this.", hint="Ask whoever runs it to be let in."
            )
        return Person(owner=owner, name=shown_name(name), role=role, audience=self.audience(own))

    def audience(self, groups: Iterable[str]) -> Audience:
        """Return what members of these groups may read.

        A provider's own group that happens to be called "staff" or "all" gives nothing: who is staff is set here.
        """
        own = frozenset(groups) - {ALL, STAFF}
        return Audience(groups=own | {ALL} | ({STAFF} if not frozenset(groups).isdisjoint(self.staff) else set()))

    def _role(self, own: frozenset[str]) -> Role:
        if not own.isdisjoint(self.stewards):
            return Role.STEWARD
        return Role.READER if own.isdisjoint(self.contributors) else Role.CONTRIBUTOR


def shown_name(name: str) -> str:
    """Return a name as one line without what can't be seen."""
    plain = "".join(" " if unicodedata.category(char).startswith(("C", "Z")) else char for char in name)
    return " ".join(plain.split())[:_LONGEST_NAME]
