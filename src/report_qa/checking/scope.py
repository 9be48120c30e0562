"""How much a sentence claims to hold for: "every time", "only", "entirely". A claim may not reach further than its evidence.

"Each of the seven" bears out "all seven"; "the first time" does not bear out "every time", and what is done is not all that is done.
"""

from __future__ import annotations

import re

from report_qa.records.answer import Check

# Words that widen or close what a claim holds for, and what of the evidence bears them out.
_KINDS = tuple(
    (re.compile(claimed, re.IGNORECASE), re.compile(found, re.IGNORECASE))
    for claimed, found in (
        (
            r"\b(?:all|every|each|always|any|whole|entire(?:ly)?|wholly|everyone|everybody|everything|both)\b(?! (?:£|\$|€|\d|year|month|week|day|pound|dollar|head|person|in all))",
            r"\b(?:all|every|each|always|any|whole|entire(?:ly)?|wholly|everyone|everybody|everything|both|per|completely|full(?:y)?|total(?:ly)?|100)\b",
        ),
        (
            r"\b(?:only|sole(?:ly)?|exclusive(?:ly)?|alone|nothing but)\b(?! (?:after|when|if|as|a (?:few|third|quarter|half)))(?<!not only)",
            r"\b(?:only|sole(?:ly)?|exclusive(?:ly)?|alone|just|merely|single|nothing but|limited to|no other|none other)\b",
        ),
        (r"\b(?:many|numerous|countless)\b(?! of)(?<!how many)(?<!as many)", r"\b(?:many|numerous|countless|most|much|hundreds|thousands|millions|several|various|range|wide\w*|\d{2,}[\d,.]*)\b"),
    )
)  # fmt: skip
_IDIOMS = re.compile(
    r"\bnot only\b|\ball-party\b|\bin all\b|\bat all\b|\bfirst of all\b|\babove all\b|\bafter all\b|\bin any case\b|\bat any time\b|[“\"][^“”\"]{3,200}[”\"]",
    re.IGNORECASE,
)


def check_scope(claim: str, evidence: str) -> tuple[Check, ...]:
    """Return a failed check for each word by which a claim reaches further than its evidence."""
    plain = _IDIOMS.sub(" ", claim)
    checks = []
    for claimed, found in _KINDS:
        match = claimed.search(plain)
        if match and not found.search(evidence):
            checks.append(Check(kind="scope", claimed=match[0].lower(), found="", passed=False))
    return tuple(checks)
