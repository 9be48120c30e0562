"""A followed quotation as a person reads it: the statement, then each reference with where it led."""

from __future__ import annotations

from report_qa.labels import label_of
from report_qa.reasons import reason
from report_qa.records.answer import EvidenceSpan
from report_qa.records.chain import Chain, Link, Outcome, ReferenceKind

_SAID = {
    Outcome.SAME: "SAYS THE SAME",
    Outcome.DIFFERS: "DIFFERS",
    Outcome.NOT_FOUND: "NOTHING FOUND",
    Outcome.NOT_IN_LIBRARY: "NOT IN THE LIBRARY",
    Outcome.AMBIGUOUS: "SEVERAL MAY BE MEANT",
    Outcome.ITSELF: "WHAT THE DOCUMENT ITSELF IS ABOUT",
}
_LONGEST_QUOTE = 400


def spoken_chain(chain: Chain) -> str:
    """Return a chain as text."""
    label = label_of(chain.quote, role=chain.document.role, heading_path=chain.locator.heading_path)
    lines = [f"{label.value.upper()}: “{_short(chain.quote)}”", f"   {chain.document.title}, {chain.locator}", ""]
    for link in chain.links:
        lines += [*_spoken(link), ""]
    if not any(link.reference.kind is not ReferenceKind.SEARCH for link in chain.links):
        lines += ["It refers to no document by a note or by name."]
    if chain.searched and not any(link.reference.kind is ReferenceKind.SEARCH for link in chain.links):
        lines += ["Our search found no other evidence that says the same or something else."]
    return "\n".join(lines).rstrip()


def _spoken(link: Link) -> list[str]:
    lines = [f"{_SAID[link.outcome]}: {_referred(link)}"]
    if link.document is not None:
        lines.append(f"   {link.document.title}")
    lines += [f"   – {document.title}" for document in link.candidates]
    if link.outcome is Outcome.DIFFERS:
        lines += [f"   {reason(check)}" for check in link.checks if not check.passed and check.kind != "wording"]
    for span in link.evidence:
        lines += _quoted(span)
    for span in link.nearest:
        lines += ["   No passage was found there that says the same, or otherwise. Nearest:", *_quoted(span)]
    return lines


def _referred(link: Link) -> str:
    if link.reference.kind is ReferenceKind.SEARCH:
        return "found by our search, not referred to"
    mark = f"{link.reference.mark} " if link.reference.mark and link.reference.mark != link.reference.words else ""
    nearby = " (further on in the paragraph)" if link.reference.nearby else ""
    return f"{mark}“{_short(link.reference.words)}”{nearby}"


def _quoted(span: EvidenceSpan) -> list[str]:
    label = label_of(span.quote, role=span.role, heading_path=span.locator.heading_path)
    return [f"   {label.value}: “{_short(span.quote)}”", f"   {span.locator}"]


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
