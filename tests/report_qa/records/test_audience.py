"""Who may read what."""

from __future__ import annotations

from report_qa.records.audience import ALL, EVERYTHING, PUBLIC, STAFF, Audience

BOARD = Audience(groups=frozenset({ALL, STAFF, "board"}))


def test_a_document_is_seen_by_the_groups_that_it_is_for() -> None:
    assert PUBLIC.sees((ALL,))
    assert BOARD.sees((ALL,))
    assert not PUBLIC.sees((STAFF,))
    assert BOARD.sees((STAFF,))
    assert BOARD.sees(("minister", "board"))
    assert not BOARD.sees(("minister",))


def test_a_document_for_nobody_is_seen_only_where_nobody_signs_in() -> None:
    assert EVERYTHING.sees(())
    assert EVERYTHING.sees(("minister",))
    assert not BOARD.sees(())
