"""What the claim check shows, as plain data: each sentence of a text under its verdict, with its reasons and its evidence."""

from __future__ import annotations

from collections import Counter
from typing import Any

from report_qa import Claim, EvidenceSpan, Verdict
from report_qa.doors.chat.drafts import Draft
from report_qa.doors.chat.evidence_view import seconds
from report_qa.doors.chat.verdict_view import mark_data
from report_qa.reasons import reasons
from report_qa.records.checked import Checked

Data = dict[str, Any]

# Said of one sentence and of several, the gravest first.
_SAID = {
    Verdict.CONTRADICTED: ("is contradicted by the documents", "are contradicted by the documents"),
    Verdict.NOT_FOUND: ("was not found in the documents", "were not found in the documents"),
    Verdict.SUPPORTED: ("is supported by the documents", "are supported by the documents"),
    Verdict.NOT_A_CLAIM: ("claims nothing that could be checked", "claim nothing that could be checked"),
}


def draft_data(draft: Draft, *, ready: bool) -> Data:
    """Return a text on its way: how far the checking has come, its verdicts, or why there are none."""
    data: Data = {"id": draft.draft_id}
    if draft.problem is not None:
        return data | {"kind": "failure", "lead": str(draft.problem)}
    if draft.checked is not None:
        return data | checked_data(draft.checked)
    if not ready:
        lead = "Loading the models…"
    elif not draft.count:
        lead = "Reading the text…"
    else:
        lead = f"Checking sentence {draft.done + 1} of {draft.count}…"
    return data | {"kind": "pending", "lead": lead, "done": draft.done, "count": draft.count}


def checked_data(checked: Checked) -> Data:
    """Return the verdicts on a text."""
    return {
        "kind": "checked",
        "verdict": checked.verdict.value,
        "lead": summary(checked),
        "sentences": [_sentence(claim, checked.evidence_of(claim)) for claim in checked.sentences],
        "foot": f"Edition {checked.provenance.edition_id} · {seconds(checked.provenance)}",
    }


def summary(checked: Checked) -> str:
    """Return the verdict on the whole as one sentence, the gravest first."""
    count = len(checked.sentences)
    if not count:
        return "There is nothing to check in this text."
    counts = Counter(claim.verdict for claim in checked.sentences)
    said = [verdict for verdict in _SAID if counts[verdict]]
    if len(said) == 1:
        one, several = _SAID[said[0]]
        return f"This sentence {one}." if count == 1 else f"All {count} sentences {several}."
    worst, *rest = said
    first = f"{counts[worst]} of {count} sentences {_SAID[worst][counts[worst] > 1]}"
    return f"{first}; {_listed([f'{counts[verdict]} {_short(verdict, counts[verdict])}' for verdict in rest])}."


def evidence_beside(draft: Draft | None) -> dict[str, tuple[EvidenceSpan, ...]]:
    """Return for each citation of a checked text all the citations of the text, to step through."""
    spans = draft.checked.evidence if draft is not None and draft.checked is not None else ()
    return {span.cite: spans for span in spans}


def _sentence(claim: Claim, spans: tuple[EvidenceSpan, ...]) -> Data:
    return mark_data(claim, spans) | {
        "text": claim.sentence,
        "reasons": reasons(claim, spans),
        "evidence": [
            {"cite": span.cite, "title": span.document_title, "place": str(span.locator), "quote": span.quote}
            for span in spans
        ],
    }


def _short(verdict: Verdict, count: int) -> str:
    """Return a verdict without the documents, which the sentence has named before."""
    return _SAID[verdict][count > 1].replace(" by the documents", "").replace(" in the documents", "")


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
