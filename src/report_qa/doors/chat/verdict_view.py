"""What one sentence carries of its checks, as plain data: a mark with every check behind it, or why it was not shown.

The answers of the chat and the verdicts of a checked text say it in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report_qa import Answer, Claim, EvidenceSpan, Verdict
from report_qa.doors.chat.texts import counted, text
from report_qa.reasons import readable, reasons
from report_qa.records.answer import Cause, Check

Data = dict[str, Any]

_WORDS = {
    Verdict.SUPPORTED: "sentence.supported",
    Verdict.CONTRADICTED: "sentence.contradicted",
    Verdict.NOT_FOUND: "sentence.not_found",
    Verdict.NOT_A_CLAIM: "sentence.not_a_claim",
}
_NAMES = {
    "quotation": "sentence.quotation",
    "figures": "sentence.figures",
    "number": "sentence.number",
    "date": "sentence.date",
    "name": "sentence.name",
    "direction": "sentence.direction",
    "negation": "sentence.negation",
    "modality": "sentence.modality",
    "wording": "sentence.wording",
}
# Why a sentence was withheld.
_CAUSES = {
    Cause.CONTRADICTED: "sentence.cause_contradicted",
    Cause.NO_CLAIM: "sentence.cause_no_claim",
    Cause.FIGURE: "sentence.cause_figure",
    Cause.DATE: "sentence.cause_date",
    Cause.NAME: "sentence.cause_name",
    Cause.QUOTATION: "sentence.cause_quotation",
    Cause.UNCITED: "sentence.cause_uncited",
    Cause.UNSAID: "sentence.cause_unsaid",
}
_LONGEST = 120


def mark_data(claim: Claim, spans: Sequence[EvidenceSpan]) -> Data:
    """Return a sentence's mark: its verdict, and its checks with what was claimed and what was found."""
    return {
        "verdict": claim.verdict.value,
        "word": text(_WORDS[claim.verdict]),
        "checks": [_row(readable(check, claim, spans)) for check in claim.checks],
    }


def withheld_data(answer: Answer) -> Data | None:
    """Return the sentences that were written and not shown, under one line that counts them; None for none."""
    if not answer.withheld:
        return None
    causes = ", ".join(dict.fromkeys(text(_CAUSES[claim.cause]) for claim in answer.withheld))
    return {
        "lead": counted("sentence.withheld", len(answer.withheld), causes=causes),
        "sentences": [
            {"text": claim.sentence, "reasons": reasons(claim)} | mark_data(claim, ()) for claim in answer.withheld
        ],
    }


def _row(check: Check) -> Data:
    claimed, found = check.claimed, check.found
    if check.kind == "quotation" and claimed and claimed == found:
        claimed, found = text("sentence.quoted_words"), text("sentence.stand_so")
    elif check.kind == "figures":
        claimed = claimed or text("sentence.all_figures")
    elif check.kind == "wording":
        # What is named is what fails; where all is well nothing is.
        claimed = text("sentence.all_words") if claimed in ("", "all") else claimed
        found = text("sentence.share_of_them", share=found) if found.endswith("%") else found
    return {
        "name": text(_NAMES[check.kind]) if check.kind in _NAMES else check.kind.capitalize(),
        "claimed": _shortened(claimed) or text("sentence.no_value"),
        "found": _shortened(found) or text("sentence.nothing_found"),
        "passed": check.passed,
    }


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
