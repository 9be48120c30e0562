"""Chosen units become claims that quote, each with the exact place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.citations import decode_cite
from report_qa.records.document import BlockKind, DocumentState, Line, Page, Span
from report_qa.records.passage import ScoredUnit, Selection, Unit
from report_qa.stages.compose import compose, compose_nearest
from report_qa.wording import spoken
from tests.report_qa.stages.test_retrieve import SMALL

TABLE = ["Table 2: Residents out of work.", "Ward | 2004 | 2008", "Northfield | 51% | 45%", "Hartley | 30% | 28%"]
LISTED = ["The fund pays for:", "halls", "teams", "books"]


def _unit(lines: Sequence[str], kind: BlockKind, *, lead: int, whole: bool = False) -> ScoredUnit:
    """Return a unit of lines that stand one below the other."""
    spans, start = [], 0
    for line in lines:
        spans.append(Span(start_char=start, end_char=start + len(line)))
        start += len(line) + 1
    unit = Unit(spans=tuple(spans), kind=kind, whole=whole, lead=lead)
    return replace(SMALL.units("Did burglary fall?")[0], unit=unit, words="\n".join(lines))


def test_a_sentence_is_quoted_as_it_stands() -> None:
    unit = SMALL.units("Did burglary fall?")[0]
    (claim,), (span,) = compose([unit], store=SMALL.store, edition_id="7")

    assert claim.sentence == span.quote == "Burglary fell by a tenth in the wards."
    assert [citation.evidence_id for citation in claim.citations] == [span.evidence_id]


def test_spans_and_permanent_name_lead_to_the_very_words() -> None:
    units = [SMALL.units("Did burglary fall?")[0], SMALL.units("Which homes were repaired?")[0]]
    _, evidence = compose(units, store=SMALL.store, edition_id="7")

    for span in evidence:
        text = SMALL.store.text(span.document_id)
        cite = decode_cite(span.cite)
        assert "\n".join(text[part.start_char : part.end_char] for part in span.spans) == span.quote
        assert (cite.edition_id, cite.document_id) == ("7", span.document_id)
        assert cite.matches(text[cite.ranges[0][0] : cite.ranges[0][1]])
        assert span.locator.paragraph


def test_words_on_a_page_are_boxed_there() -> None:
    unit = SMALL.units("Did burglary fall?")[0]
    words = unit.words
    line = Line(start_char=0, end_char=len(words), y0_pt=10.0, y1_pt=20.0, edges_pt=tuple(range(len(words) + 1)))
    page = Page(
        page_index=4,
        printed_label="iii",
        start_char=0,
        end_char=len(words),
        width_pt=595.0,
        height_pt=842.0,
        lines=(line,),
    )
    store = replace(SMALL.store, page_lists={"northfield-review": [page]})
    _, (span,) = compose([unit], store=store, edition_id="7")

    assert [(box.page_index, box.x0_pt, box.x1_pt) for box in span.boxes] == [(4, 0, len(words))]
    assert (span.locator.page, span.locator.page_label) == (5, "iii")


def test_a_table_row_is_read_with_its_column_heads() -> None:
    row = _unit([TABLE[0], TABLE[1], TABLE[3]], BlockKind.TABLE, lead=2)

    assert spoken(row) == "Table 2: Residents out of work: Hartley — 2004: 30%; 2008: 28%"


def test_a_row_that_does_not_fit_its_heads_is_read_without_them() -> None:
    said = spoken(_unit([TABLE[1], "Hartley | 30%"], BlockKind.TABLE, lead=1))

    assert "2004" not in said
    assert "Hartley" in said
    assert "30%" in said


def test_a_whole_table_reads_every_row() -> None:
    said = spoken(_unit(TABLE, BlockKind.TABLE, lead=2, whole=True)).split("\n• ")

    assert said == [
        "Table 2: Residents out of work:",
        "Northfield — 2004: 51%; 2008: 45%",
        "Hartley — 2004: 30%; 2008: 28%",
    ]


def test_a_whole_list_shows_its_lead_in_and_every_item() -> None:
    assert spoken(_unit(LISTED, BlockKind.LIST, lead=1, whole=True)) == "The fund pays for:\n• halls\n• teams\n• books"
    assert spoken(_unit(LISTED[1:], BlockKind.LIST, lead=0, whole=True)) == "• halls\n• teams\n• books"


def test_claims_are_grouped_by_document_in_the_order_of_the_best() -> None:
    fall, homes, smoking = (
        SMALL.units(text)[0]
        for text in ("Did burglary fall?", "Which homes were repaired?", "Did smoking among adults fall?")
    )
    claims, evidence = compose([homes, fall, smoking, homes], store=SMALL.store, edition_id="7")

    assert [span.document_title for span in evidence] == ["Hartley Survey"] * 2 + ["Northfield Review"] * 2
    assert [claim.citations[0].evidence_id for claim in claims] == [span.evidence_id for span in evidence]
    assert len({span.evidence_id for span in evidence}) == len(evidence)


def test_what_came_near_is_shown_only_where_nothing_answers() -> None:
    unit = SMALL.units("Did burglary fall?")[0]
    refused = Selection(units=(), nearest=(unit,), confidence=0.1, reason="no passage answers it")

    assert [span.quote for span in compose_nearest(refused, store=SMALL.store, edition_id="7")] == [unit.words]
    assert compose_nearest(replace(refused, units=(unit,)), store=SMALL.store, edition_id="7") == ()


def test_what_is_not_in_force_is_marked_with_what_replaced_it() -> None:
    unit = SMALL.units("Did burglary fall?")[0]
    old = replace(unit.retrieved.document, state=DocumentState.SUPERSEDED)
    new = replace(
        old, document_id="new", title="The new review", state=DocumentState.PUBLISHED, supersedes=old.document_id
    )
    draft = replace(new, document_id="draft", title="A draft", state=DocumentState.DRAFT)
    other = replace(new, document_id="other", title="Another plan", supersedes="some-other")
    marked = replace(unit, retrieved=replace(unit.retrieved, document=old))

    (claim,), (span,) = compose([marked], store=replace(SMALL.store, sources=(other, old, draft, new)), edition_id="7")
    assert (span.state, span.superseded_by) == (DocumentState.SUPERSEDED, "The new review")
    assert claim.citations[0].standing == span.standing == "superseded by The new review"

    _, (alone,) = compose([marked], store=replace(SMALL.store, sources=(other, old, draft)), edition_id="7")
    assert alone.standing == "superseded"
    _, (current,) = compose([unit], store=SMALL.store, edition_id="7")
    assert current.standing == ""
