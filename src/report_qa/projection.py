"""Records as public JSON, made in one place so that every door says the same.

Pages are physical and count from 1 (`page`); `page_label` is what is printed on them. `document` is the path relative to the
document's root. Spans are `{"start_char", "end_char"}` in the text that `report-qa text DOCUMENT` prints, and `quote` is
the words of the spans, joined by newlines.
"""

from __future__ import annotations

from typing import Any

from report_qa.labels import label_of
from report_qa.records.answer import Answer, Check, Claim, EvidenceSpan, Locator, Provenance
from report_qa.records.chain import Chain, Link
from report_qa.records.checked import Checked
from report_qa.records.document import SourceDocument, Span
from report_qa.records.passage import Retrieval, RetrievedPassage
from report_qa.records.writing import Usage

type_json = dict[str, Any]


def answer_json(answer: Answer) -> type_json:
    """Return an answer as the line that `ask --json` and `ask --batch` print."""
    evidence = {span.evidence_id: span for span in answer.evidence}
    return {
        "question": answer.question,
        "question_used": answer.question_used,
        "status": answer.status.value,
        "text": answer.text,
        "claims": [claim_json(claim, evidence) for claim in answer.claims],
        "withheld": [_withheld(claim) for claim in answer.withheld],
        "unanswered_parts": list(answer.unanswered_parts),
        "choices": list(answer.choices),
        "searched": answer.searched,
        "restricted_to": answer.restricted_to or None,
        "nearest": [citation_json(span) for span in answer.nearest],
        "written_by": answer.written_by,
        "notice": answer.notice,
        "provenance": _provenance(answer.provenance),
    }


def checked_json(checked: Checked) -> type_json:
    """Return a checked text as the line that `check --json` and `check --batch` print."""
    return {
        "text": checked.text,
        "verdict": checked.verdict.value,
        "sentences": [
            {
                "sentence": sentence.sentence,
                "verdict": sentence.verdict.value,
                "checks": [_check(check) for check in sentence.checks],
                "citations": [citation_json(span) for span in checked.evidence_of(sentence)],
            }
            for sentence in checked.sentences
        ],
        "provenance": _provenance(checked.provenance),
    }


def chain_json(chain: Chain) -> type_json:
    """Return a followed quotation as the object that `trace --json` prints."""
    document = chain.document
    return {
        "cite": chain.cite,
        **_document(document),
        "label": label_of(chain.quote, role=document.role, heading_path=chain.locator.heading_path).value,
        **place_json(chain.locator),
        "quote": chain.quote,
        "statement": chain.statement,
        "links": [_link(link) for link in chain.links],
        "searched": chain.searched,
        "provenance": _provenance(chain.provenance),
    }


def _link(link: Link) -> type_json:
    return {
        "outcome": link.outcome.value,
        "reference": {
            "kind": link.reference.kind.value,
            "mark": link.reference.mark or None,
            "nearby": link.reference.nearby,
            "words": link.reference.words,
            "span": _spans((link.reference.span,))[0],
        },
        "document": _document(link.document) if link.document is not None else None,
        "candidates": [_document(document) for document in link.candidates],
        "matched_by": link.matched_by or None,
        "evidence": [_labelled(span) for span in link.evidence],
        "nearest": [_labelled(span) for span in link.nearest],
        "checks": [_check(check) for check in link.checks],
    }


def _document(document: SourceDocument) -> type_json:
    return {
        "document": document.path,
        "document_id": document.document_id,
        "title": document.title,
        "role": document.role.value,
        "state": document.state.value,
    }


def _labelled(span: EvidenceSpan) -> type_json:
    label = label_of(span.quote, role=span.role, heading_path=span.locator.heading_path)
    return {**citation_json(span), "label": label.value}


def _check(check: Check) -> type_json:
    return {"kind": check.kind, "claimed": check.claimed, "found": check.found, "passed": check.passed}


def retrieval_json(retrieval: Retrieval) -> type_json:
    """Return what a search found as the line that `search --json` and `search --batch` print."""
    return {
        "question_used": retrieval.question_used,
        "edition": retrieval.edition_id,
        "passages": [_passage(item) for item in retrieval.kept],
    }


def citation_json(span: EvidenceSpan) -> type_json:
    """Return one cited quotation."""
    return {
        "document": span.document_path,
        "document_id": span.document_id,
        "title": span.document_title,
        "role": span.role.value,
        "state": span.state.value,
        "superseded_by": span.superseded_by or None,
        **place_json(span.locator),
        "quote": span.quote,
        "spans": _spans(span.spans),
        "passage_id": span.passage_id,
        "source_url": span.source_url,
        "cite": span.cite,
    }


def claim_json(claim: Claim, evidence: dict[str, EvidenceSpan]) -> type_json:
    """Return one sentence of an answer; `evidence` is the answer's, by its handles."""
    return {
        "sentence": claim.sentence,
        "verdict": claim.verdict.value,
        "citations": [citation_json(evidence[citation.evidence_id]) for citation in claim.citations],
    }


def _withheld(claim: Claim) -> type_json:
    failed = [check.kind for check in claim.checks if not check.passed]
    return {"sentence": claim.sentence, "verdict": claim.verdict.value, "failed": failed}


def _passage(item: RetrievedPassage) -> type_json:
    passage = item.passage
    locator = Locator(
        heading_path=passage.heading_path,
        page_index=passage.page_index,
        page_label=passage.page_label,
        paragraph=passage.paragraph if passage.page_index is None else None,
        place=passage.place,
    )
    return {
        "rank": item.rank,
        "score": round(item.fused_score, 6),
        "legs": {leg.leg: {"score": round(leg.score, 6), "rank": leg.rank} for leg in item.legs},
        "document": item.document.path,
        "document_id": item.document.document_id,
        "title": item.document.title,
        **place_json(locator),
        "text": passage.text,
        "spans": _spans(passage.spans),
        "passage_id": passage.passage_id,
    }


def place_json(locator: Locator) -> type_json:
    """Return where words stand."""
    return {
        "page": locator.page,
        "page_label": locator.page_label or None,
        "locator": str(locator),
        "heading_path": list(locator.heading_path),
        "paragraph": locator.paragraph,
    }


def _spans(spans: tuple[Span, ...]) -> list[dict[str, int]]:
    return [{"start_char": span.start_char, "end_char": span.end_char} for span in spans]


def _provenance(provenance: Provenance) -> type_json:
    return {
        "edition": provenance.edition_id,
        "version": provenance.version,
        "settings": provenance.settings_digest,
        "models": list(provenance.models),
        "asked_at": provenance.asked_at.isoformat(timespec="seconds"),
        "stage_ms": dict(provenance.stage_ms),
        "usage": _usage(provenance.usage),
    }


def _usage(usage: Usage | None) -> type_json | None:
    if usage is None:
        return None
    return {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens, "cost_usd": usage.cost_usd}
