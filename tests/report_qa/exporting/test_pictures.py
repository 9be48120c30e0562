"""Cited pages as pictures: one for each page, all its words boxed, in the order of the references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa import SourceDocument
from report_qa.errors import DocumentUnreadable
from report_qa.exporting.collect import of_answer, of_evidence
from report_qa.exporting.content import Content
from report_qa.exporting.pictures import page_pictures
from report_qa.records.document import Box
from tests.report_qa.exporting.samples import DAY, GAP, PLAN, REFUSED, REPORT, RETURNS, open_evidence


class Pen:
    """Remembers what it was to draw."""

    def __init__(self) -> None:
        self.drawn: list[tuple[str, int, tuple[float, ...]]] = []

    def __call__(self, document: SourceDocument, page_index: int, boxes: Sequence[Box]) -> bytes:
        self.drawn.append((document.document_id, page_index, tuple(box.y0_pt for box in boxes)))
        return b"picture"


def chosen() -> Content:
    """Return an export of two quotations of one page, one of another page, and one without pages."""
    content = of_evidence([GAP.cite, PLAN.cite, RETURNS.cite], open_evidence, title="List", chosen_at=DAY)
    first = content.references[0]
    page = replace(first.pages[0], page_index=4, printed_label="6")
    return replace(content, references=(*content.references, replace(first, number=4, pages=(page,))))


def test_each_page_is_drawn_once_with_all_its_boxes() -> None:
    pen = Pen()
    first, second = page_pictures(chosen(), pen)
    assert pen.drawn == [("report", 1, (400.0, 100.0)), ("report", 4, (400.0,))]
    assert first.numbers == (1, 3)
    assert first.caption == f"[1], [3] {REPORT.title}, p. iii (PDF page 2): the cited lines are boxed."
    assert first.alternative == (
        f"Picture of p. iii (PDF page 2) of {REPORT.title}. The boxed lines read: “{GAP.quote} … {RETURNS.quote}”"
    )
    assert second.caption.startswith("[4] Why neighbourhoods matter, p. 6 (PDF page 5)")


def test_no_more_pages_than_asked_for() -> None:
    assert len(page_pictures(chosen(), Pen(), most=1)) == 1


def test_a_page_that_cannot_be_drawn_is_left_out() -> None:
    def broken(document: SourceDocument, page_index: int, boxes: Sequence[Box]) -> bytes:
        if page_index == 1:
            raise DocumentUnreadable("report.pdf has no page 2 that can be drawn.")
        return b"picture"

    assert [picture.numbers for picture in page_pictures(chosen(), broken)] == [(4,)]


def test_what_only_came_nearest_is_not_pictured() -> None:
    assert page_pictures(of_answer(REFUSED, open_evidence), Pen()) == ()
