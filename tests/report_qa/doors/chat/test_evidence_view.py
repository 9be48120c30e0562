"""What the evidence pane shows, and that its marks lie on the cited words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from report_qa.doors.chat.evidence_view import Around, absent_data, evidence_data, open_data, record_data, reference
from report_qa.evidence import CitedPlace
from report_qa.records.document import DocumentState, Span
from report_qa.shelf import SourceRecord
from tests.report_qa.doors.chat.fakes import EDITION, NOTE, PROSE, REPORT, ROW, SENTENCE, VIEWS
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

PAGE, SECTION = VIEWS[PROSE.cite], VIEWS[ROW.cite]


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
    data = evidence_data(PAGE, current_edition=EDITION)
    (page,) = data["pages"]
    (box,) = page["boxes"]
    assert data["picture"] == f"/page/{REPORT.sha256}/{{page}}.jpg?"
    assert (page["index"], page["count"], page["label"]) == (1, 8, "3")
    assert box["left"] * 595 / 100 == pytest.approx(70 - 1.2, abs=0.01)
    assert box["top"] * 842 / 100 == pytest.approx(100 - 0.8, abs=0.01)
    assert (box["left"] + box["width"]) * 595 / 100 == pytest.approx(400 + 1.2, abs=0.01)
    assert (box["top"] + box["height"]) * 842 / 100 == pytest.approx(112 + 0.8, abs=0.01)


def test_a_document_of_an_earlier_edition_is_asked_for_by_its_citation() -> None:
    data = evidence_data(PAGE, current_edition="000002")
    assert data["picture"] == f"/page/{REPORT.sha256}/{{page}}.jpg?cite={PROSE.cite}&"
    assert data["original"] == f"/original/{REPORT.sha256}?cite={PROSE.cite}#page=2"


def test_a_permanent_link_survives_slashes_and_percent_signs() -> None:
    from urllib.parse import parse_qs, urlsplit

    link = evidence_data(SECTION)["link"]
    assert parse_qs(urlsplit(link).query)["cite"] == [ROW.cite]
    assert "notes%2Fmoney" in ROW.cite


def test_only_web_addresses_become_links() -> None:
    hostile = replace(PAGE, document=replace(REPORT, source_url="javascript:alert(1)"))
    assert evidence_data(hostile)["address"] == ""


def test_a_citation_is_copied_as_one_cites() -> None:
    assert reference(PAGE) == (
        f"“{SENTENCE}” — Why neighbourhoods matter, Local Trust, 3 June 2024, p. 3 (PDF page 2). "
        "https://example.org/report"
    )


def test_words_that_moved_are_not_marked() -> None:
    moved = replace(PAGE, located=False, quote="", pages=(), paragraphs=())
    data = evidence_data(moved)
    assert data["located"] is False
    assert (data["pages"], data["stretch"], data["locator"]) == ([], None, "")


def test_only_what_the_browser_can_show_is_opened_in_it() -> None:
    assert evidence_data(SECTION)["downloads"] is False
    page = replace(SECTION, document=replace(NOTE, media_type="text/html"))
    assert evidence_data(page)["downloads"] is True


def test_a_citation_of_nothing_is_said_to_be_one() -> None:
    assert absent_data("nonsense") == {"cite": "nonsense", "absent": True}


SECOND = replace(PROSE, cite=PROSE.cite.replace("~", "~", 1)[:-1] + ("0" if PROSE.cite[-1] != "0" else "1"))


def _place(cite: str, *, located: bool = True, edition_id: str = EDITION, page_index: int = 1) -> CitedPlace:
    """Return where another citation of the report stands."""
    page = replace(PAGE.pages[0], page_index=page_index)
    return CitedPlace(
        cite=cite,
        document=REPORT,
        edition_id=edition_id,
        quote="Other words.",
        located=located,
        spans=(Span(start_char=90, end_char=102),),
        pages=(page,) if located else (),
    )


def test_other_citations_of_the_answer_come_along() -> None:
    around = Around(places={PROSE.cite: _place(PROSE.cite), SECOND.cite: _place(SECOND.cite, page_index=4)})
    data = evidence_data(PAGE, (PROSE, SECOND), around=around, current_edition=EDITION)
    (other,) = data["others"]
    assert (other["cite"], other["number"], list(other["pages"])) == (SECOND.cite, 2, ["4"])
    assert [(page["index"], [each["number"] for each in page["cites"]]) for page in data["cited_pages"]] == [
        (1, [1]),
        (4, [2]),
    ]
    assert data["cited_pages"][1]["thumb"] == f"/page/{REPORT.sha256}/4.jpg?scale=0.4"


@pytest.mark.parametrize("change", [{"located": False}, {"edition_id": "000002"}])
def test_what_is_not_located_in_the_same_text_is_not_marked(change: dict[str, object]) -> None:
    around = Around(places={SECOND.cite: _place(SECOND.cite, **change)})  # type: ignore[arg-type]
    assert evidence_data(PAGE, (PROSE, SECOND), around=around, current_edition=EDITION)["others"] == []


RECORD = SourceRecord(
    document=replace(REPORT, licence="CC BY 4.0", state=DocumentState.SUPERSEDED),
    edition_id="000003",
    since_edition_id="000002",
    since=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    since_is_first=True,
    superseded_by="The new plan",
    page_count=8,
    word_count=2_100,
    recognised_pages=1,
)


def test_the_record_says_what_is_known() -> None:
    rows = {name: value for name, _, value in record_data(RECORD)}
    assert rows == {
        "title": REPORT.title,
        "publisher": "Local Trust",
        "published": "3 June 2024",
        "role": "Report",
        "state": "Superseded by The new plan",
        "licence": "CC BY 4.0",
        "ingested": "24 November 2026, edition 000002",
        "edition": "Edition 000003",
        "file": "report.pdf",
        "size": "8 pages · 2,100 words · 1 page recognised from its picture",
        "sha256": REPORT.sha256,
    }


def test_what_is_not_known_is_left_out_and_what_is_not_sure_is_said() -> None:
    unknown = replace(
        RECORD, document=NOTE, since_is_first=False, superseded_by="", page_count=0, word_count=1, recognised_pages=0
    )
    rows = {name: value for name, _, value in record_data(unknown)}
    assert "licence" not in rows
    assert (rows["size"], rows["state"]) == ("1 word", "In force")
    assert rows["ingested"].endswith("edition 000002, or before")


def test_a_citation_is_opened_with_all_that_goes_with_it(small: SmallLibrary) -> None:
    shelf, span = small.shelf(), small.assistant().ask(GAP).evidence[0]
    data = open_data(shelf, span.cite, (span,))
    assert (data["quote"], data["paged"], data["position"]) == (span.quote, False, 0)
    assert GAP_ANSWER in "".join(words for part in data["stretch"]["paragraphs"] for words, *_ in part["runs"])
    assert ["file", "File", "big-plan.md"] in data["record"]
    assert open_data(shelf, "nonsense") == absent_data("nonsense")
