"""Turn chosen units into claims: their own words, each with a citation to the exact spans.

A sentence or a list item is quoted as it stands. A table row is read out with its column heads ("2008: 45%"), every cell
verbatim. Claims are grouped by document in the order of the best unit of each.
"""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.citations import encode_cite
from report_qa.orders import is_order
from report_qa.ports import PassageStore
from report_qa.records.answer import Citation, Claim, EvidenceSpan, Locator, Verdict
from report_qa.records.document import DocumentState, SourceDocument
from report_qa.records.passage import ScoredUnit, Selection
from report_qa.wording import spoken


def compose(
    chosen: Sequence[ScoredUnit], *, store: PassageStore, edition_id: str, first: int = 1
) -> tuple[tuple[Claim, ...], tuple[EvidenceSpan, ...]]:
    """Return the claims and the evidence that they cite (E`first` and on), in the order in which they are shown."""
    order = list(dict.fromkeys(unit.retrieved.document.document_id for unit in chosen))
    grouped = sorted(chosen, key=lambda unit: order.index(unit.retrieved.document.document_id))
    evidence = compose_sources(grouped, store=store, edition_id=edition_id, first=first)
    claims = tuple(
        Claim(sentence=spoken(unit), verdict=Verdict.SUPPORTED, checks=(), citations=(Citation.of(span),))
        for unit, span in zip(grouped, evidence, strict=True)
    )
    return claims, evidence


def compose_sources(
    units: Sequence[ScoredUnit], *, store: PassageStore, edition_id: str, first: int = 1
) -> tuple[EvidenceSpan, ...]:
    """Return units as evidence under the handles E`first` and on."""
    return tuple(
        evidence_span(unit, evidence_id=f"E{number}", store=store, edition_id=edition_id)
        for number, unit in enumerate(units, first)
    )


def compose_nearest(selection: Selection, *, store: PassageStore, edition_id: str) -> tuple[EvidenceSpan, ...]:
    """Return what came nearest to a question that was not answered, as evidence to look at, not as an answer."""
    if selection.units:
        return ()
    return tuple(
        evidence_span(unit, evidence_id=f"N{number}", store=store, edition_id=edition_id)
        for number, unit in enumerate(selection.nearest, 1)
    )


def evidence_span(unit: ScoredUnit, *, evidence_id: str, store: PassageStore, edition_id: str) -> EvidenceSpan:
    """Return a unit's exact words with their place: spans, boxes on pages, locator and permanent name."""
    passage, document = unit.retrieved.passage, unit.retrieved.document
    spans = unit.unit.spans
    pages = store.pages_of(document.document_id, spans)
    boxes = tuple(box for page in pages for span in spans for box in page.boxes(span))
    ranges = tuple((span.start_char, span.end_char) for span in spans)
    return EvidenceSpan(
        evidence_id=evidence_id,
        passage_id=passage.passage_id,
        document_id=document.document_id,
        document_path=document.path,
        # A title is shown beside every quotation, which is what one that gives orders hopes for.
        document_title=document.path if is_order(document.title) else document.title,
        role=document.role,
        spans=spans,
        quote=unit.words,
        boxes=boxes,
        locator=Locator.of(
            spans[-1],
            pages,
            passage.heading_path,
            passage.paragraph,
            passage.place and store.place_of(document.document_id, spans[-1].start_char),
        ),
        source_url=document.source_url,
        cite=encode_cite(edition_id, document.document_id, ranges, unit.words),
        state=document.state,
        superseded_by=_replacement_of(document, store),
    )


def _replacement_of(document: SourceDocument, store: PassageStore) -> str:
    """Return the title of the document that replaced one, if it is on the shelf."""
    if document.state is not DocumentState.SUPERSEDED:
        return ""
    later = (item for item in store.documents() if item.supersedes == document.document_id)
    return next((item.title for item in later if item.state is not DocumentState.DRAFT), "")
