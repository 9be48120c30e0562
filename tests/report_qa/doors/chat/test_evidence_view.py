"""What the evidence pane shows, and that its marks lie on the cited words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from report_qa import Paragraph
from report_qa.doors.chat.evidence_view import absent_data, evidence_data, paragraph_data, reference
from report_qa.records.document import Span
from tests.report_qa.doors.chat.fakes import EDITION, NOTE, PROSE, REPORT, ROW, SENTENCE, VIEWS

PAGE, SECTION = VIEWS[PROSE.cite], VIEWS[ROW.cite]


def marked(data: dict[str, Any]) -> str:
    """Return the marked words of a paragraph."""
    cells = [data["runs"]] if "runs" in data else [cell for row in data["rows"] for cell in row]
    return "|".join(words for runs in cells for words, is_marked in runs if is_marked)


def test_the_head_says_what_the_source_is() -> None:
    data = evidence_data(PAGE, (PROSE, ROW), current_edition=EDITION)
    assert data["title"] == REPORT.title
    assert data["source"] == "Local Trust · 3 June 2024"
    assert data["locator"] == "p. 3 (PDF page 2)"
    assert data["role"] == "report"
    assert data["address"] == REPORT.source_url
    assert data["original"] == f"/original/{REPORT.sha256}#page=2"
    assert (data["cites"], data["position"]) == ([PROSE.cite, ROW.cite], 0)


def test_boxes_are_shares_of_the_page() -> None:
    (page,) = evidence_data(PAGE, current_edition=EDITION)["pages"]
    (box,) = page["boxes"]
    assert page["picture"] == f"/page/{REPORT.sha256}/1.jpg?"
    assert page["name"] == "Page 2 of 8"
    assert box["left"] * 595 / 100 == pytest.approx(70 - 1.2, abs=0.01)
    assert box["top"] * 842 / 100 == pytest.approx(100 - 0.8, abs=0.01)
    assert (box["left"] + box["width"]) * 595 / 100 == pytest.approx(400 + 1.2, abs=0.01)
    assert (box["top"] + box["height"]) * 842 / 100 == pytest.approx(112 + 0.8, abs=0.01)


def test_a_document_of_an_earlier_edition_is_asked_for_by_its_citation() -> None:
    data = evidence_data(PAGE, current_edition="000002")
    assert data["pages"][0]["picture"] == f"/page/{REPORT.sha256}/1.jpg?cite={PROSE.cite}&"
    assert data["original"] == f"/original/{REPORT.sha256}?cite={PROSE.cite}#page=2"


def test_a_permanent_link_survives_slashes_and_percent_signs() -> None:
    from urllib.parse import parse_qs, urlsplit

    link = evidence_data(SECTION)["link"]
    assert parse_qs(urlsplit(link).query)["cite"] == [ROW.cite]
    assert "notes%2Fmoney" in ROW.cite


def test_only_web_addresses_become_links() -> None:
    hostile = replace(PAGE, document=replace(REPORT, source_url="javascript:alert(1)"))
    assert evidence_data(hostile)["address"] == ""


def test_a_table_keeps_rows_heads_and_marks() -> None:
    data = evidence_data(SECTION)["paragraphs"][1]
    assert data["header_rows"] == 1
    assert len(data["rows"]) == 3
    assert marked(data) == "Publication|Sum|Second|£1.15m"


def test_prose_is_cut_at_its_marks() -> None:
    data = evidence_data(PAGE)["paragraphs"][0]
    assert data["runs"] == [["Before. ", False], [SENTENCE, True], [" After.", False]]


@given(some.text(max_size=60), some.lists(some.tuples(some.integers(0, 60), some.integers(0, 60)), max_size=4))
def test_runs_hold_every_character_once_and_mark_the_right_ones(text: str, ranges: list[tuple[int, int]]) -> None:
    marks = tuple(
        Span(start_char=start, end_char=end)
        for start, end in (sorted((min(a, len(text)), min(b, len(text)))) for a, b in ranges)
        if start < end
    )
    runs = paragraph_data(Paragraph(kind="prose", text=text, marks=marks))["runs"]
    assert "".join(words for words, _ in runs) == text
    flags = [is_marked for words, is_marked in runs for _ in words]
    assert flags == [any(mark.start_char <= at < mark.end_char for mark in marks) for at in range(len(text))]


def test_a_citation_is_copied_as_one_cites() -> None:
    assert reference(PAGE) == (
        f"“{SENTENCE}” — Why neighbourhoods matter, Local Trust, 3 June 2024, p. 3 (PDF page 2). "
        "https://example.org/report"
    )


def test_words_that_moved_are_not_marked() -> None:
    moved = replace(PAGE, located=False, quote="", pages=(), paragraphs=())
    data = evidence_data(moved)
    assert data["located"] is False
    assert (data["pages"], data["paragraphs"], data["locator"]) == ([], [], "")


def test_only_what_the_browser_can_show_is_opened_in_it() -> None:
    assert evidence_data(SECTION)["downloads"] is False
    page = replace(SECTION, document=replace(NOTE, media_type="text/html"))
    assert evidence_data(page)["downloads"] is True


def test_a_citation_of_nothing_is_said_to_be_one() -> None:
    assert absent_data("nonsense") == {"cite": "nonsense", "absent": True}
