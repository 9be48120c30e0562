"""What one sentence carries of its checks, as plain data: a mark with every check behind it, or why it was not shown.

The answers of the chat and the verdicts of a checked text say it in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report_qa import Answer, Claim, EvidenceSpan, Verdict
from report_qa.reasons import readable, reasons
from report_qa.records.answer import Check

Data = dict[str, Any]

WORDS = {
    Verdict.SUPPORTED: "Supported",
    Verdict.CONTRADICTED: "Contradicted",
    Verdict.NOT_FOUND: "Not found",
    Verdict.NOT_A_CLAIM: "No claim",
}
_NAMES = {
    "quotation": "Quotation",
    "figures": "Figures",
    "number": "Number",
    "date": "Date",
    "name": "Name",
    "direction": "Direction",
    "negation": "Negation",
    "modality": "Certainty",
    "wording": "Wording",
}
# What a sentence that was withheld failed on, as one says it.
_MISSING = {"figures": "figure", "number": "figure", "date": "date", "name": "name", "quotation": "quotation"}
_LONGEST = 120


def mark_data(claim: Claim, spans: Sequence[EvidenceSpan]) -> Data:
    """Return a sentence's mark: its verdict, and its checks with what was claimed and what was found."""
    return {
        "verdict": claim.verdict.value,
        "word": WORDS[claim.verdict],
        "checks": [_row(readable(check, claim, spans)) for check in claim.checks],
    }


def withheld_data(answer: Answer) -> Data | None:
    """Return the sentences that were written and not shown, under one line that counts them; None for none."""
    if not answer.withheld:
        return None
    count = len(answer.withheld)
    causes = ", ".join(dict.fromkeys(_cause(claim) for claim in answer.withheld))
    return {
        "lead": f"{count} sentence{'' if count == 1 else 's'} withheld: {causes}",
        "sentences": [
            {"text": claim.sentence, "reasons": reasons(claim)} | mark_data(claim, ()) for claim in answer.withheld
        ],
    }


def _cause(claim: Claim) -> str:
    if claim.verdict is Verdict.CONTRADICTED:
        return "contradicted by the sources"
    if claim.verdict is Verdict.NOT_A_CLAIM:
        return "nothing that could be checked"
    kinds = [check.kind for check in claim.checks if not check.passed]
    return next((f"{_MISSING[kind]} not in the sources" for kind in kinds if kind in _MISSING), "not in the sources")


def _row(check: Check) -> Data:
    claimed, found = check.claimed, check.found
    if check.kind == "quotation" and claimed and claimed == found:
        claimed, found = "the quoted words", "stand so in the document"
    elif check.kind == "figures":
        claimed = claimed or "all its figures"
    elif check.kind == "wording":
        # What is named is what fails; where all is well nothing is.
        claimed = "all its words" if claimed in ("", "all") else claimed
        found = f"{found} of them" if found.endswith("%") else found
    return {
        "name": _NAMES.get(check.kind, check.kind.capitalize()),
        "claimed": _shortened(claimed) or "–",
        "found": _shortened(found) or "not found",
        "passed": check.passed,
    }


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
