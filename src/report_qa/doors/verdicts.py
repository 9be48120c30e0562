"""A checked text as a person reads it: each sentence under its verdict, what failed, and the words that decide it."""

from __future__ import annotations

from report_qa.reasons import reason
from report_qa.records.answer import Claim, Verdict
from report_qa.records.checked import Checked

_SAID = {
    Verdict.SUPPORTED: "SUPPORTED",
    Verdict.CONTRADICTED: "CONTRADICTED",
    Verdict.NOT_FOUND: "NOT FOUND",
    Verdict.NOT_A_CLAIM: "NO CLAIM",
}
_LONGEST_QUOTE = 400


def spoken_verdicts(checked: Checked) -> str:
    """Return the result as text; of several sentences the worst verdict stands first."""
    lines = []
    if len(checked.sentences) > 1:
        lines += [f"As a whole: {_SAID[checked.verdict].lower()}.", ""]
    for sentence in checked.sentences:
        lines += [f"{_SAID[sentence.verdict]}: {sentence.sentence}"]
        lines += [f"   {reason}" for reason in _reasons(sentence)]
        for span in checked.evidence_of(sentence):
            quote = " ".join(span.quote.split())
            shortened = quote if len(quote) <= _LONGEST_QUOTE else quote[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
            lines += [f"   “{shortened}”", f"   {span.document_title}, {span.locator}"]
        lines.append("")
    return "\n".join(lines).rstrip() or "There is nothing to check."


def _reasons(sentence: Claim) -> list[str]:
    if sentence.verdict is Verdict.CONTRADICTED:
        return [
            reason(check) for check in sentence.checks if not check.passed and check.found and check.kind != "wording"
        ]
    if sentence.verdict is Verdict.NOT_FOUND:
        failed = [reason(check) for check in sentence.checks if not check.passed and check.kind != "wording"]
        return list(dict.fromkeys(failed)) or ["The documents don't say this."]
    return []
