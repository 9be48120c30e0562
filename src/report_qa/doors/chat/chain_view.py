"""What stands under an opened quotation: where its references lead, as plain data for a component.

Quotations of other documents come with their permanent names, by which they are opened. Where two documents differ, both are cut
into runs of words, each with whether it is what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report_qa import Chain, EvidenceSpan, Link, Outcome, ReferenceKind
from report_qa.doors.chat.asides import Aside
from report_qa.labels import label_of
from report_qa.reasons import reason

Data = dict[str, Any]
Runs = list[list[Any]]


def traced_data(aside: Aside[tuple[Chain, ...]] | None) -> Data | None:
    """Return a chain as far as it is there; None where there is none to be had."""
    if aside is None or aside.problem is not None:
        return None
    if aside.made is None:
        return {"ready": False, "pending": True, "links": [], "searched": False}
    return {"ready": True, "pending": False} | chain_data(aside.made[0]) if aside.made else None


def chain_data(chain: Chain) -> Data:
    """Return a chain; the references of the document itself come first, then what our own search found."""
    return {
        "label": label_of(chain.quote, role=chain.document.role, heading_path=chain.locator.heading_path).value,
        "links": [_link(link, chain) for link in chain.links],
        "refers": any(link.reference.kind is not ReferenceKind.SEARCH for link in chain.links),
        "searched": chain.searched,
        "found": any(link.reference.kind is ReferenceKind.SEARCH for link in chain.links),
    }


def _link(link: Link, chain: Chain) -> Data:
    # Only a figure or a date makes two documents differ; that other words are used says nothing.
    failed = [check for check in link.checks if not check.passed and check.found and check.kind != "wording"]
    failed = failed if link.outcome is Outcome.DIFFERS else []
    reference = link.reference
    return {
        "outcome": link.outcome.value,
        "kind": reference.kind.value,
        "mark": reference.mark,
        "words": "" if reference.kind is ReferenceKind.SEARCH else reference.words,
        "nearby": reference.nearby,
        "title": link.document.title if link.document is not None else "",
        "candidates": [document.title for document in link.candidates],
        "here": runs(chain.statement, [check.claimed for check in failed]) if failed else [],
        "reasons": [reason(check) for check in failed],
        "passages": [_passage(span, [check.found for check in failed]) for span in link.evidence],
        "nearest": [_passage(span, []) for span in link.nearest],
    }


def _passage(span: EvidenceSpan, marked: Sequence[str]) -> Data:
    return {
        "cite": span.cite,
        "title": span.document_title,
        "locator": str(span.locator),
        "standing": span.standing,
        "label": label_of(span.quote, role=span.role, heading_path=span.locator.heading_path).value,
        "runs": runs(" ".join(span.quote.split()), marked),
    }


def runs(text: str, marked: Sequence[str]) -> Runs:
    """Cut a text into runs, each with whether it is one of the marked words; of words that stand there twice the last are marked.

    A figure is marked as a whole: "8%" is no part of "28%".
    """
    places = sorted(place for words in dict.fromkeys(marked) if (place := _place(text, words)) is not None)
    found: Runs = []
    end = 0
    for start, stop in places:
        if start < end:
            continue
        found += [[text[end:start], False], [text[start:stop], True]]
        end = stop
    return [run for run in (*found, [text[end:], False]) if run[0]]


def _place(text: str, words: str) -> tuple[int, int] | None:
    # What is claimed may come with the hedge that was read ("more than 30%" for "over 30%"); the figure stands last.
    text, words = text.lower(), words.lower()
    for start in range(len(words)):
        if start and words[start - 1] != " ":
            continue
        at = text.rfind(words[start:])
        while at >= 0 and text[max(0, at - 1) : at].isalnum():
            at = text.rfind(words[start:], 0, at)
        if at >= 0:
            return at, at + len(words) - start
    return None
