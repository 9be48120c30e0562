"""Words in quotation marks: they have to stand in the evidence as they are, case and white space aside.

A mark around one or two words ("so-called") names something; three or more are somebody's words.
"""

from __future__ import annotations

import re

from report_qa.records.answer import Check

_QUOTED = re.compile(r"[“\"]([^“”\"]{3,400})[”\"]|(?<!\w)[‘']([^‘’']{12,400})[’'](?!\w)")


def quoted_phrases(text: str) -> tuple[str, ...]:
    """Return what stands between quotation marks."""
    return tuple((match[1] or match[2]).strip(" .,;") for match in _QUOTED.finditer(text))


def check_quotations(claim: str, evidence: str) -> tuple[Check, ...]:
    """Return a check for each quotation of a claim."""
    folded = _folded(evidence)
    return tuple(
        Check(
            kind="quotation",
            claimed=phrase,
            found=phrase if _folded(phrase) in folded else "",
            passed=_folded(phrase) in folded,
        )
        for phrase in quoted_phrases(claim)
    )


def _folded(text: str) -> str:
    plain = text.lower().translate(str.maketrans("‘’“”–—", "''\"\"--"))
    return " ".join(plain.split())
