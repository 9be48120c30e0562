"""What the claim check shows, as plain data: each sentence of a text under its verdict, with its reasons and its evidence."""

from __future__ import annotations

from collections import Counter
from typing import Any

from report_qa import Claim, EvidenceSpan, Verdict
from report_qa.doors.chat.drafts import Draft
from report_qa.doors.chat.evidence_view import seconds
from report_qa.doors.chat.texts import counted, text
from report_qa.doors.chat.verdict_view import mark_data
from report_qa.reasons import reasons
from report_qa.records.checked import Checked

Data = dict[str, Any]

# Said of one sentence and of several: where all have this verdict, where it is the gravest of them, and where it comes after that. The
# gravest first.
_SAID = {
    Verdict.CONTRADICTED: ("check.all_contradicted", "check.some_contradicted", "check.more_contradicted"),
    Verdict.NOT_FOUND: ("check.all_not_found", "check.some_not_found", "check.more_not_found"),
    Verdict.SUPPORTED: ("check.all_supported", "check.some_supported", "check.more_supported"),
    Verdict.NOT_A_CLAIM: ("check.all_no_claim", "check.some_no_claim", "check.more_no_claim"),
}


def draft_data(draft: Draft, *, ready: bool) -> Data:
    """Return a text on its way: how far the checking has come, its verdicts, or why there are none."""
    data: Data = {"id": draft.draft_id}
    if draft.problem is not None:
        return data | {"kind": "failure", "lead": str(draft.problem)}
    if draft.checked is not None:
        return data | checked_data(draft.checked)
    if not ready:
        lead = text("check.loading")
    elif not draft.count:
        lead = text("check.reading")
    else:
        lead = text("check.going", number=draft.done + 1, count=draft.count)
    return data | {"kind": "pending", "lead": lead, "done": draft.done, "count": draft.count}


def checked_data(checked: Checked) -> Data:
    """Return the verdicts on a text."""
    return {
        "kind": "checked",
        "verdict": checked.verdict.value,
        "lead": summary(checked),
        "sentences": [_sentence(claim, checked.evidence_of(claim)) for claim in checked.sentences],
        "foot": text("check.foot", edition=checked.provenance.edition_id, took=seconds(checked.provenance)),
    }


def summary(checked: Checked) -> str:
    """Return the verdict on the whole as one sentence, the gravest first."""
    count = len(checked.sentences)
    if not count:
        return text("check.nothing")
    counts = Counter(claim.verdict for claim in checked.sentences)
    worst, *rest = [verdict for verdict in _SAID if counts[verdict]]
    if not rest:
        return counted(_SAID[worst][0], count)
    others = [counted(_SAID[verdict][2], counts[verdict]) for verdict in rest]
    first = counted(_SAID[worst][1], counts[worst], of=f"{count:,}")
    return text("check.whole", worst=first, others=_listed(others))


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


def _listed(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return text("check.listed", before=", ".join(parts[:-1]), last=parts[-1])
