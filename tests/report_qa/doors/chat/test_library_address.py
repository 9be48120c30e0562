"""Addresses of the library: what is meant is kept, and whatever else a browser sends leads to the documents."""

from __future__ import annotations

import pytest

from report_qa import Within
from report_qa.doors.chat.library_address import LibraryAddress, View
from report_qa.records.document import Role


def test_a_search_survives_its_address() -> None:
    query = "view=search&words=How+much%3F&within=a%26b.md&role=report&body=Local+Trust&since=2019&until=2021"
    address = LibraryAddress.from_query(query)
    assert LibraryAddress.of(address.parameters()) == address
    assert address.words == "How much?"
    assert address.filters() == Within(
        documents=("a&b.md",), role=Role.REPORT, body="Local Trust", since=2019, until=2021
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "view=nonsense",
        "view=document",
        "view=compare&before=000001",
        "owner=me&conversation=1",
        "&" * 500,
        "document=x&x" * 50,
    ],
)
def test_anything_else_leads_to_the_documents(query: str) -> None:
    assert LibraryAddress.from_query(query).view is View.DOCUMENTS


def test_only_its_own_parameters_are_taken_and_none_that_is_endless() -> None:
    address = LibraryAddress.of(
        {"view": "search", "words": "x" * 9000, "cite": "c", "conversation_id": "1", "role": " "}
    )
    assert address.parameters() == {"view": "search"}


@pytest.mark.parametrize(
    ("written", "year"), [("2019", 2019), ("19", None), ("²⁰¹⁹", None), ("-2019", None), ("x", None)]
)
def test_a_year_is_four_digits(written: str, year: int | None) -> None:
    assert LibraryAddress(view=View.SEARCH, since=written).filters().since == year
