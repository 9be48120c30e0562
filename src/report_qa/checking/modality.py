"""How firmly a sentence says what it says: as a fact, a plan, a recommendation, a possibility, or somebody's opinion.

"Should", "may" and "plans to" are not "does". A claim may be weaker than its evidence (a fact bears out "may"), never firmer.
"""

from __future__ import annotations

import re
from functools import lru_cache

_KINDS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("recommended", r"\b(?:should|ought to|recommend(?:s|ed|ations?)?|urg(?:es|ed)|calls? for|called for|advis(?:es|ed)|propos(?:es|ed|als?)|suggests? that \w+ (?:should|be)|asks? for|argues? for|wants?(?: the| to)?)\b"),
        ("obliged", r"\b(?:must|is required to|are required to|has to|have to|shall|obliged to|need(?:s)? to)\b"),
        ("possible", r"\b(?:may|might|could|can|possibly|perhaps|potential(?:ly)?|likely|probably|would|appears? to|seems? to|expected|estimated that)\b"),
        ("planned", r"\b(?:will|plans? to|planned to|planning to|aims? to|aimed to|intends? to|intended to|seeks? to|hopes? to|set to|going to|is to|are to|scheduled to|committed to|promis(?:es|ed)|pledg(?:es|ed)|goal|target)\b"),
    )
)  # fmt: skip
# What a claim of the first kind needs, if it doesn't say so itself: a fact bears out everything.
_FACT = "fact"
# Evidence of these kinds doesn't bear out a plain statement of fact.
_WEAK = frozenset({"recommended", "possible", "planned"})
_PAST = re.compile(
    r"\b(?:was|were|had|did|has|have|\w{3,}ed|rose|fell|grew|met|made|took|gave|spent|paid|won|lost|built|held|began|found|became|saw|cut|put|went|came|got|said|set|sold|bought)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=8_192)
def modality(text: str) -> frozenset[str]:
    """Return the kinds of a text; {"fact"} where nothing weakens it."""
    found = frozenset(kind for kind, pattern in _KINDS if pattern.search(text))
    return found or frozenset({_FACT})


def firmer(claim: str, evidence: str) -> tuple[str, str] | None:
    """Return (claimed kind, found kind) where a claim says as a fact, or as a duty, what its evidence doesn't; else None."""
    claimed, found = modality(claim), modality(evidence)
    if claimed & found or _FACT in found:
        return None if not (claimed == {"obliged"} and found == {_FACT}) else ("obliged", _FACT)
    if _FACT in claimed and found & _WEAK:
        return _FACT, ", ".join(sorted(found & _WEAK))
    if claimed & {"recommended", "obliged"} and not found & {"recommended", "obliged"}:
        return ", ".join(sorted(claimed)), ", ".join(sorted(found))
    if claimed == {"planned"} and found & {"recommended", "possible"}:
        return "planned", ", ".join(sorted(found))
    return None


def says_past(text: str) -> bool:
    """Return whether a text tells something that happened."""
    return bool(_PAST.search(text))
