"""A sentence of several clauses says several things; each has to be borne out."""

from __future__ import annotations

import pytest

from report_qa.checking.clauses import full_clauses


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("Crime fell in 2004 and 2006.", ("Crime fell in 2004 and 2006.",)),
        (
            "Crime fell in 2004, and homes were repaired in 2006.",
            ("Crime fell in 2004.", "homes were repaired in 2006."),
        ),
        (
            "The fund rose in 2004 and was closed in 2006.",
            ("The fund rose in 2004.", "The fund was closed in 2006."),
        ),
        ("The fund rose, but it was closed.", ("The fund rose.", "The fund was closed.")),
        (
            "The Trust says that crime fell and that homes were repaired.",
            ("The Trust says that crime fell.", "The Trust says that homes were repaired."),
        ),
        (
            "The review looked at hubs and places, but it also covered events.",
            ("The review looked at hubs and places.", "The review also covered events."),
        ),
    ],
)
def test_clauses_with_their_subject(sentence: str, clauses: tuple[str, ...]) -> None:
    assert full_clauses(sentence) == clauses
