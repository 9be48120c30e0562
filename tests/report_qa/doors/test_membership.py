"""What groups make of somebody."""

from __future__ import annotations

import pytest

from report_qa import Settings
from report_qa.doors.membership import Membership, shown_name
from report_qa.records.audience import ALL, STAFF, Audience
from report_qa.records.person import Role

MEMBERSHIP = Membership.of(
    Settings(contributor_groups=("authors",), steward_groups=("librarians",), staff_groups=("civil service",))
)


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ([], Role.READER),
        (["policy"], Role.READER),
        (["policy", "authors"], Role.CONTRIBUTOR),
        (["authors", "librarians"], Role.STEWARD),
        (["Librarians"], Role.READER),
    ],
)
def test_a_group_gives_a_role(groups: list[str], role: Role) -> None:
    assert MEMBERSHIP.person(owner="o", name="n", groups=groups).role is role


def test_roles_cover_those_before_them() -> None:
    assert [role for role in Role if Role.CONTRIBUTOR.covers(role)] == [Role.READER, Role.CONTRIBUTOR]
    assert all(Role.STEWARD.covers(role) for role in Role)


def test_a_group_that_is_called_staff_elsewhere_is_not_staff_here() -> None:
    assert MEMBERSHIP.audience(["staff", "all", "policy"]) == Audience(groups=frozenset({ALL, "policy"}))
    assert MEMBERSHIP.audience(["civil service"]) == Audience(groups=frozenset({ALL, STAFF, "civil service"}))


def test_a_name_is_one_short_line() -> None:
    assert shown_name(" Ana\n\u202e Costa\x00 ") == "Ana Costa"
    assert len(shown_name("a" * 500)) == 100
