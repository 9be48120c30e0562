"""Why a sentence got its verdict, as sentences that a person reads.

Checks of a direction, a denial or the wording name stems ("decreas"); a person reads the words of the sentence and of the
source that they are the stems of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from report_qa.records.answer import Check, Claim, EvidenceSpan, Verdict

# Kinds of which it can be said that what was claimed is not in the documents.
_MISSING = ("figures", "number", "date", "name", "quotation")
_STEMMED = ("direction", "negation", "wording")
_NO_STEMS = ("all", "not")
_WORD = re.compile(r"\w[\w'’-]*")


def reasons(claim: Claim, spans: Sequence[EvidenceSpan] = ()) -> list[str]:
    """Return what failed, one sentence each; of what the documents don't say nothing is found that could be compared."""
    failed = [check for check in claim.checks if not check.passed]
    if claim.verdict is Verdict.CONTRADICTED:
        # That other words were used contradicts nothing.
        failed = [check for check in failed if check.found and check.kind != "wording"] or failed
    elif claim.verdict is Verdict.NOT_FOUND:
        named = [replace(check, found="") for check in failed if check.kind in _MISSING and check.claimed]
        if not named:
            return ["No passage says this in any wording that was recognised."]
        failed = named
    else:
        return []
    return list(dict.fromkeys(reason(readable(check, claim, spans)) for check in failed))


def reason(check: Check) -> str:
    """Return one failed check as a sentence."""
    if not check.found:
        return f"Not found: {check.claimed} ({check.kind})."
    return f"The {check.kind} is “{check.claimed}” here and “{check.found}” in the document."


def readable(check: Check, claim: Claim, spans: Sequence[EvidenceSpan]) -> Check:
    """Return a check that names words where it named their stems."""
    if check.kind not in _STEMMED:
        return check
    quotes = " ".join(span.quote for span in spans)
    return replace(check, claimed=_whole(check.claimed, claim.sentence), found=_whole(check.found, quotes))


def _whole(stems: str, text: str) -> str:
    """Return stems as the words that begin with them in a text; what is no stem, or no word's of the text, as it is."""
    words = [word.lower() for word in _WORD.findall(text)]

    def whole(stem: str) -> str:
        if not stem or stem in _NO_STEMS:
            return stem
        return next((word for word in words if word.startswith(stem.lower())), stem)

    return " ".join(whole(stem) for stem in stems.split(" "))
