"""The report as one page of HTML that needs nothing else: figures, the curve, and what went wrong, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from report_qa.evaluation.report import SHARES, Report, percent
from report_qa.evaluation.run import Outcome
from report_qa.records.answer import EvidenceSpan
from report_qa.records.passage import RetrievedPassage

_OF_KIND = {
    "right": "Right",
    "page_hit_5": "Page in five",
    "refused_answerable": "Refused, answerable",
    "refused_unanswerable": "Refused, unanswerable",
    "wrong_of_shown": "Wrong of shown",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f;background:#fff}
table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;
border-bottom:1px solid #d9d9de}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.failures td{width:25%}.id{color:#5b5b66;font-size:.85em}blockquote{margin:0 0 .5rem;white-space:pre-line}
@media (prefers-color-scheme:dark){body{background:#17171a;color:#ececf0}th,td{border-color:#3a3a42}.id{color:#a9a9b4}}
"""


def as_html(report: Report, *, title: str) -> str:
    """Return the page. Every word of a document or a question is text, never markup."""
    figures, intervals = report.figures(), report.intervals()
    shares = [
        (what, percent(figures[name]), f"{percent(intervals[name][0])} to {percent(intervals[name][1])}")
        for name, what in SHARES.items()
        if name in intervals
    ]
    kinds = [
        (kind, str(of_kind["questions"]), *(percent(of_kind[name]) for name in _OF_KIND))
        for kind in report.kinds()
        for of_kind in (report.figures(kind),)
    ]
    curve = [(f"{at:.3f}", percent(share), percent(wrong)) for at, share, wrong in report.curve()]
    parts = [
        f"<h1>{escape(title)}</h1><p>{figures['questions']} questions, median {figures['median_ms']} ms an answer.</p>",
        _table("Figures", ("What", "Share", "95% interval"), shares),
        _table("By kind", ("Kind", "Questions", *_OF_KIND.values()), kinds),
        _table("Answering against erring", ("Threshold", "Answered", "Wrong of these"), curve),
        "<h2>What went wrong</h2>",
    ]
    failures = "".join(map(_row, report.failures()))
    head = _head(("Question", "Gold", "What was said", "What was found, and why"))
    parts.append(f'<table class="failures">{head}{failures}</table>' if failures else "<p>Nothing.</p>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _table(title: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with its title, "" without rows. The first column holds words, the others figures."""
    if not rows:
        return ""
    body = "".join(
        f"<tr><td>{escape(first)}</td>{''.join(f'<td class=n>{escape(cell)}</td>' for cell in cells)}</tr>"
        for first, *cells in rows
    )
    return f"<h2>{escape(title)}</h2><table>{_head(names)}{body}</table>"


def _head(names: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<th>{escape(name)}</th>' for name in names)}</tr>"


def _row(item: Outcome) -> str:
    gold = item.gold
    wanted = "; ".join(" or ".join(need) for need in gold.must_contain) or "; ".join(gold.answers) or "a refusal"
    places = "<br>".join(escape(f"{place.source}, page {sorted(place.pages) or 'any'}") for place in gold.places)
    said = "".join(map(_quote, item.answer.evidence)) or escape(item.answer.text)
    near = "".join(map(_quote, item.answer.nearest))
    found = "".join(map(_passage, item.found))
    why = f"{item.answer.status.value}, confidence {item.answer.confidence:.2f}. {item.answer.searched}"
    return (
        f'<tr><td><span class="id">{escape(gold.question_id)} · {escape(gold.kind)}</span><br>{escape(gold.question)}</td>'
        f"<td>{escape(wanted)}<br><span class='id'>{places}</span></td><td>{said}</td>"
        f"<td>{escape(why)}{near}<ol>{found}</ol></td></tr>"
    )


def _quote(span: EvidenceSpan) -> str:
    return (
        f'<blockquote>{escape(span.quote)}<br><span class="id">{escape(span.document_title)}, {escape(str(span.locator))}'
        "</span></blockquote>"
    )


def _passage(found: RetrievedPassage) -> str:
    page = found.passage.page_index
    where = f"{found.document.title}, p. {page + 1}" if page is not None else found.document.title
    legs = ", ".join(f"{leg.leg} {leg.score:.2f}" for leg in found.legs)
    return f"<li>{escape(where)} ({found.fused_score:.2f}: {escape(legs)})</li>"
