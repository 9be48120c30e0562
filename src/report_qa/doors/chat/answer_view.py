"""What the conversation component shows, as plain data: turns with their sentences, refusals, and questions under way.

A quotation is shown as one, under its document; a sentence that a model wrote is not a quotation and is shown without its
marks. This module only arranges what an Answer says; it decides nothing about it. The component writes every string with
`textContent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from report_qa import Answer, AnswerStatus, Claim, EvidenceSpan, ReportQAError, Turn
from report_qa.doors.chat.evidence_view import seconds
from report_qa.doors.chat.export_view import sources_data
from report_qa.doors.chat.jobs import Job
from report_qa.doors.chat.texts import counted, text
from report_qa.doors.chat.verdict_view import mark_data, withheld_data
from report_qa.figures_by import series_of
from report_qa.labels import is_recommendation
from report_qa.quoted_tables import quoted_table
from report_qa.records.shared import shown_evidence

Data = dict[str, Any]
# The spans that a claim cites, each with its number in the answer.
_Cited = list[tuple[int, EvidenceSpan]]

_REFUSALS = {
    AnswerStatus.REFUSED_NO_EVIDENCE: "conversation.refused_no_evidence",
    AnswerStatus.REFUSED_UNSUPPORTED: "conversation.refused_unsupported",
}
_WEB = ("https://", "http://")
_FAILURES = (AnswerStatus.ERROR_MODEL, AnswerStatus.ERROR_INTERNAL)


def turn_data(turn: Turn) -> Data:
    """Return one question with its answer."""
    answer = turn.answer
    data: Data = {
        "id": turn.turn_id,
        "edits": turn.turn_id,
        "question": answer.question,
        "copy": answer.text,
        "cited": cited_data(answer),
        "bySource": answer.status.shows_claims or answer.status in _REFUSALS,
        "choosable": sources_data(shown_evidence(answer)),
    }
    if answer.question_used != answer.question and (answer.status.shows_claims or answer.status in _REFUSALS):
        data["understood"] = answer.question_used
    if answer.status.shows_claims:
        return data | _answered(answer)
    if answer.status in _REFUSALS:
        return data | _refused(answer)
    return data | {
        "kind": "failure" if answer.status in _FAILURES else "note",
        # The choices stand in the text too, for doors that have no buttons.
        "lead": answer.text.split("\n")[0] if answer.choices else answer.text,
        "choices": list(answer.choices),
        "retry": answer.status in _FAILURES,
    }


def job_data(job: Job, *, ready: bool, document_count: int, writes: bool = False) -> Data:
    """Return a question that has no answer yet, or that failed; `writes` says whether a model is to write the answer."""
    data: Data = {"id": job.job_id, "question": job.question}
    if job.problem is not None:
        return data | problem_data(job.problem)
    data["asked"] = job.asked_at.isoformat()
    if not ready:
        return data | {"kind": "pending", "lead": text("conversation.loading")}
    if not job.started:
        return data | {"kind": "pending", "lead": text("conversation.waiting")}
    documents = counted("count.documents", document_count)
    if not writes:
        return data | {"kind": "pending", "lead": text("conversation.searching", documents=documents)}
    # Claims first: whatever they cite is there by then.
    claims, evidence = job.claims, job.evidence
    lead = text("conversation.writing") if claims else text("conversation.searching_to_write", documents=documents)
    return data | {
        "kind": "writing",
        "lead": text("conversation.stopping") if job.stopped else lead,
        "stop": "" if job.stopped else job.job_id,
        "groups": _one_group(claims, evidence) if claims else [],
    }


def problem_data(problem: ReportQAError) -> Data:
    """Return an error as one clear sentence with what to do next."""
    return {"kind": "failure", "lead": str(problem), "retry": problem.retryable or problem.code == "error"}


def citations_of(turns: Sequence[Turn], jobs: Sequence[Job] = ()) -> dict[str, tuple[EvidenceSpan, ...]]:
    """Return for each citation of a conversation all the citations that are shown beside it, itself included."""
    beside: dict[str, tuple[EvidenceSpan, ...]] = {}
    for turn in turns:
        shown = turn.answer.evidence or turn.answer.nearest
        beside |= {span.cite: shown for span in shown}
    for job in jobs:
        shown = job.evidence
        beside |= {span.cite: shown for span in shown}
    return beside


def claim_data(claim: Claim, evidence: Sequence[EvidenceSpan]) -> Data:
    """Return one quotation with its citations, numbered as they stand in the evidence."""
    return _claim(claim, _cited(claim, evidence), quoted=True)


def cited_data(answer: Answer) -> Data:
    """Return an answer as it is copied: its lines with numbered references, the numbered sources with their links, and what follows."""
    said, _, _ = answer.text.rpartition("\n\n[1] ") if answer.evidence else (answer.text, "", "")
    only = [text("conversation.searched_only", documents=answer.restricted_to) + "."] if answer.restricted_to else []
    return {
        "lines": [line for line in (said or answer.text).split("\n") if line],
        "sources": [_copied(span, number) for number, span in enumerate(answer.evidence, 1)],
        "after": only if answer.evidence else [],
    }


def _copied(span: EvidenceSpan, number: int) -> Data:
    title = f"{span.document_title} ({span.standing})" if span.standing else span.document_title
    original = {"words": text("conversation.original"), "address": span.source_url}
    place = {"words": text("conversation.exact_words"), "address": f"/evidence?cite={quote(span.cite, safe='')}"}
    links = [original, place] if span.source_url.startswith(_WEB) else [place]
    return {"words": f"[{number}] {title}, {span.locator}.", "links": links}


def _answered(answer: Answer) -> Data:
    written = bool(answer.written_by)
    group = _one_group if written else _groups
    return {
        "kind": "answer",
        "groups": group(answer.claims, answer.evidence),
        "sources": [_source(span, number) for number, span in enumerate(answer.evidence, 1)] if written else [],
        "chart": chart_data(answer.claims, answer.evidence),
        "missing": list(answer.unanswered_parts),
        "withheld": withheld_data(answer),
        "notice": answer.notice,
        "by": _by(answer),
        "foot": _foot(answer),
    }


def _groups(claims: Sequence[Claim], evidence: Sequence[EvidenceSpan]) -> list[Data]:
    """Return quotations, those that follow each other from one document under its name."""
    groups: list[Data] = []
    for claim in claims:
        spans = _cited(claim, evidence)
        first = spans[0][1]
        if not groups or groups[-1]["title"] != first.document_title:
            groups.append(
                {"title": first.document_title, "role": first.role.value, "standing": _standing(first), "claims": []}
            )
        groups[-1]["claims"].append(_claim(claim, spans, quoted=True))
    return groups


def _one_group(claims: Sequence[Claim], evidence: Sequence[EvidenceSpan]) -> list[Data]:
    """Return written sentences in their order, and the quotations that stand among them."""
    shown = []
    for claim in claims:
        spans = _cited(claim, evidence)
        shown.append(_claim(claim, spans, quoted=_is_quoted(claim, spans)))
    return [{"title": "", "role": "", "standing": "", "claims": shown}]


def _cited(claim: Claim, evidence: Sequence[EvidenceSpan]) -> _Cited:
    by_id = {span.evidence_id: (number, span) for number, span in enumerate(evidence, 1)}
    return [by_id[citation.evidence_id] for citation in claim.citations]


def _claim(claim: Claim, cited: _Cited, *, quoted: bool) -> Data:
    spans = [span for _, span in cited]
    return {
        "text": claim.sentence,
        "quoted": quoted,
        "table": table_data(spans[0].quote, claim.sentence) if quoted and len(spans) == 1 else None,
        "recommends": quoted and any(_recommends(span) for span in spans),
        "cites": [_cite(span, str(number)) for number, span in cited],
        "mark": mark_data(claim, spans),
    }


def _recommends(span: EvidenceSpan) -> bool:
    return is_recommendation(span.quote, span.locator.heading_path)


def _is_quoted(claim: Claim, cited: _Cited) -> bool:
    """Return whether a sentence of a written answer is its evidence's own words.

    One that was picked is: only quotations are checked for figures as a whole. So is what a model copied word for word.
    """
    plain = " ".join(claim.sentence.split())
    picked = any(check.kind == "figures" for check in claim.checks)
    return picked or any(plain in " ".join(span.quote.split()) for _, span in cited)


def table_data(quote: str, read_out: str = "") -> Data | None:
    """Return quoted rows of a table with their column heads, or None where the quotation is none."""
    table = quoted_table(quote, read_out)
    if table is None:
        return None
    return {"caption": table.caption, "heads": list(table.heads), "rows": [list(row) for row in table.rows]}


def chart_data(claims: Sequence[Claim], evidence: Sequence[EvidenceSpan]) -> Data | None:
    """Return figures that can be compared, each with the share (0 to 100) of the greatest and where it stands; None for none."""
    series = series_of(claims, evidence)
    if series is None:
        return None
    greatest = max(point.value for point in series.points)
    by_id = {span.evidence_id: span for span in evidence}
    return {
        "quantity": series.quantity,
        "points": [
            {
                "label": point.label,
                "value": point.shown,
                "share": round(float(100 * point.value / greatest), 2),
                "cite": by_id[point.evidence_id].cite,
            }
            for point in series.points
        ],
    }


def _cite(span: EvidenceSpan, mark: str) -> Data:
    locator = span.locator
    page = "" if locator.page is None else text("conversation.page", page=locator.page_label or locator.page)
    title = f"{span.document_title} ({span.standing})" if span.standing else span.document_title
    return {"mark": mark, "cite": span.cite, "label": f"{title}, {locator}", "page": page}


def _standing(span: EvidenceSpan) -> str:
    """Return what is to be known of a document that is not in force, as a label: "Superseded by The new plan"; "" for others."""
    return span.standing[:1].upper() + span.standing[1:]


def _source(span: EvidenceSpan, number: int) -> Data:
    cited = {"title": span.document_title, "place": str(span.locator), "standing": _standing(span)}
    return _cite(span, str(number)) | cited


def _by(answer: Answer) -> str:
    """Return whose words an answer is."""
    if answer.written_by:
        return text("conversation.written_by", model=answer.written_by)
    documents = counted("count.documents", len({span.document_id for span in answer.evidence}))
    return text("conversation.extracts", documents=documents)


def _foot(answer: Answer) -> str:
    """Return where an answer was looked for and how long that took."""
    parts = [text("conversation.edition", edition=answer.provenance.edition_id), seconds(answer.provenance)]
    if answer.restricted_to and answer.status.shows_claims:
        parts.insert(0, text("conversation.searched_only", documents=answer.restricted_to))
    return " · ".join(parts)


def _refused(answer: Answer) -> Data:
    return {
        "kind": "refusal",
        "lead": text(_REFUSALS[answer.status]),
        "searched": text("conversation.searched", searched=answer.searched) if answer.searched else "",
        "nearest": [
            _cite(span, chr(ord("a") + position % 26))
            | {
                "quote": span.quote,
                "title": span.document_title,
                "place": str(span.locator),
                "standing": _standing(span),
            }
            for position, span in enumerate(answer.nearest)
        ],
        "withheld": withheld_data(answer),
        "notice": answer.notice,
        "by": "",
        "foot": _foot(answer),
    }
