"""A citation that was opened, as an answer would quote it: for what shows quotations that no answer stands beside."""

from __future__ import annotations

from report_qa import EvidenceSpan, EvidenceView
from report_qa.citations import decode_cite
from report_qa.records.document import Span


def as_quoted(view: EvidenceView) -> EvidenceSpan:
    """Return what a citation shows as an answer would quote it."""
    document = view.document
    spans = tuple(Span(start_char=start, end_char=end) for start, end in decode_cite(view.cite).ranges)
    return EvidenceSpan(
        evidence_id="E1",
        passage_id="",
        document_id=document.document_id,
        document_path=document.path,
        document_title=document.title,
        role=document.role,
        spans=spans,
        quote=view.quote,
        boxes=(),
        locator=view.locator,
        source_url=document.source_url,
        cite=view.cite,
        state=document.state,
    )
