"""What the pane fetches: JSON of the shelf's documents, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from report_qa.citations import decode_cite
from report_qa.doors.chat import service
from report_qa.doors.chat.browse_routes import BROWSE_ROUTES
from report_qa.doors.chat.service import Service
from report_qa.errors import NothingPublished
from report_qa.settings import Settings
from report_qa.shelf import Shelf
from tests.report_qa.doors.chat import asked
from tests.report_qa.doors.chat.fakes import make_service
from tests.small_library import GAP, SmallLibrary


@pytest.fixture(scope="module")
def shelf(small: SmallLibrary) -> Iterator[Shelf]:
    opened = small.shelf()
    held = Service(Settings(library=small.library.folder), shelf=lambda _settings: opened)
    service.install(held)
    yield opened
    held.close()
    service.install(None)


@pytest.fixture(scope="module")
def plan(shelf: Shelf) -> str:
    return shelf.documents()[0].sha256


@pytest.fixture(scope="module")
def cite(small: SmallLibrary) -> str:
    return small.assistant().ask(GAP).evidence[0].cite


def get(address: str) -> Any:
    status, headers, body = asked.get(address, BROWSE_ROUTES)
    assert status == 200, address
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
    return json.loads(body)


def test_places_are_listed_with_what_is_around_them(plan: str) -> None:
    found = get(f"/find/{plan}?q=the+GAP")
    assert (found["total"], found["apart"], found["next"]) == (1, False, None)
    (hit,) = found["hits"]
    assert [words for words, kind in hit["runs"] if kind == "found"] == ["the gap"]
    assert (hit["page"], hit["where"]) == (None, "Productivity")
    start, end = hit["spans"][0]
    assert service.current().shelf().text("big-plan.md")[start:end] == "the gap"


def test_a_query_that_says_too_little_finds_nothing(plan: str) -> None:
    for query in ("", "a", "%20", "x" * 300):
        assert get(f"/find/{plan}?q={query}")["hits"] == []


def test_many_places_come_in_pieces(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report_qa.doors.chat.browse_routes._MOST_HITS", 2)
    first = get(f"/find/{plan}?q=the")
    assert (len(first["hits"]), first["next"]) == (2, 2)
    rest = get(f"/find/{plan}?q=the&skip=2")
    assert 0 < len(rest["hits"]) == min(2, first["total"] - 2)
    assert rest["hits"][0]["at"] > first["hits"][1]["at"]


def test_text_comes_with_all_that_is_marked_in_it(plan: str, cite: str) -> None:
    start = decode_cite(cite).ranges[0][0]
    stretch = get(f"/text/{plan}?cite={quote(cite, safe='')}&at={start}&found={start}-{start + 3}")
    runs = [run for part in stretch["paragraphs"] for run in part["runs"]]
    assert [words for words, kind, *_ in runs if kind == "cited found"] == ["The"]
    other = get(f"/text/{plan}?at={start}&other={quote(f'3 {cite}', safe='')}")
    assert [run[2:] for part in other["paragraphs"] for run in part["runs"] if run[1] == "other"] == [[3, cite]]
    assert get(f"/text/{plan}?first=0&last=1")["paragraphs"][0]["kind"] == "heading"


def test_a_citation_of_another_document_marks_nothing(shelf: Shelf, cite: str) -> None:
    buses = shelf.find("buses.md")
    assert buses
    stretch = get(f"/text/{buses.sha256}?cite={quote(cite, safe='')}&at=0&other={quote(f'2 {cite}', safe='')}")
    assert {run[1] for part in stretch["paragraphs"] for run in part["runs"]} == {""}


def test_a_document_without_pages_has_none(plan: str) -> None:
    assert get(f"/pages/{plan}") == {"pages": []}


@pytest.mark.parametrize(
    "address",
    [
        "/find/{none}?q=gap",
        "/pages/{none}",
        "/text/{none}?at=0",
        "/leaf/{none}/0",
        "/find/{upper}?q=gap",
        "/find/big-plan.md?q=gap",
        "/find/..%2fCURRENT?q=gap",
        "/leaf/{plan}/0",
        "/leaf/{plan}/x",
        "/leaf/{plan}/-1",
        "/text/{plan}",
        "/text/{plan}?at=x",
        "/text/{plan}?first=5&last=2",
        "/text/{plan}?first=0&last=999999",
        "/text/{plan}?first=0",
    ],
)
def test_what_is_not_there_is_not_found(plan: str, address: str) -> None:
    filled = address.format(none="c" * 64, upper=plan.upper(), plan=plan)
    assert asked.get(filled, BROWSE_ROUTES)[0] == 404


def test_without_a_library_nothing_is_found(tmp_path: Path, shelf: Shelf, plan: str) -> None:
    held = service.current()
    service.install(make_service(tmp_path, missing=NothingPublished("No edition.")))
    try:
        assert asked.get(f"/find/{plan}?q=gap", BROWSE_ROUTES)[0] == 404
    finally:
        service.install(held)
