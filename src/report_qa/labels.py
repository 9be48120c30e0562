"""What a quotation is for somebody who reads it: a report's statement, evidence, or a recommendation.

A recommendation says what ought to be done and is the document's own: it stands under "Recommendations", or its words recommend. That
somebody else recommended something, or that a figure should be read with care, is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from report_qa.checking.modality import modality
from report_qa.records.document import Role


class Label(StrEnum):
    """What stands beside a quotation."""

    REPORT = "report"
    EVIDENCE = "evidence"
    RECOMMENDATION = "recommendation"


_HEADING = re.compile(
    r"^[\W\d]*(?:(?:our|the|key|main|policy|summary of|list of|full)\s+)*(?:policy\s+)?(?:recommendations?|(?:policy\s+)?asks)\b"
    r"(?!\s+(?:of|from|in|by|that|made)\b)",
    re.IGNORECASE,
)
_RECOMMENDS = re.compile(
    r"\bwe (?:therefore |also |strongly |further )*(?:recommend|urge|propose|call (?:on|for)|ask)\b|"
    r"\b(?:this|the|our) (?:report|review|paper|commission|committee|inquiry|note|strategy) (?:therefore |also )?"
    r"(?:recommends|urges|proposes|calls (?:on|for)|asks)\b|"
    r"^\W*recommendation\s*\d|\bit is recommended\b|\b(?:our|the) recommendation is\b",
    re.IGNORECASE,
)
_SHOULD = re.compile(r"(?<![\w’'])(?:should|ought to)\b", re.IGNORECASE)
# "Should it fail", "should have been", "should be read with care", "argues that councils should": no recommendation of the document.
_NO_ADVICE = re.compile(
    r"^\W*should\b|\bshould\s+(?:not\s+)?(?:have|be\s+(?:noted|read|treated|interpreted|taken|borne|remembered|stressed|emphasi[sz]ed|possible|"
    r"clear|able|familiar|seen|understood|compared|added|confused))\b|\bshould\s+not\s+be\b|\bwh(?:y|at|o|ich|ether)\b[^.,;]*\bshould\b|\bif\b[^.,;]*\bshould\b|"
    r"\b(?:says?|said|argue[sd]?|recommend(?:s|ed)|suggest(?:s|ed)|propose[sd]|believe[sd]?|thinks?|thought|agree[sd]?|told|"
    r"according to|feels?|felt|calls? for|called for|view)\b[^.;]*\bshould\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(?:\d{1,2}[.)]\s*)?(?:adopt|allocate|allow|appoint|build|bring|commit|consider|create|deliver|develop|devolve|enable|encourage|ensure|"
    r"establish|expand|extend|fund|give|implement|improve|increase|introduce|invest|launch|maintain|make|move|promote|protect|provide|publish|"
    r"put|reduce|reform|remove|require|restore|review|set|simplify|strengthen|support|target|use|work)\b",
    re.IGNORECASE,
)


def label_of(words: str, *, role: Role, heading_path: Sequence[str] = ()) -> Label:
    """Return the label of a quotation from its words, the headings that it stands under, and its document's role."""
    if is_recommendation(words, heading_path):
        return Label.RECOMMENDATION
    return Label.REPORT if role is Role.REPORT else Label.EVIDENCE


def is_recommendation(words: str, heading_path: Sequence[str] = ()) -> bool:
    """Return whether words recommend something in their document's own name."""
    if _RECOMMENDS.search(words) or (_SHOULD.search(words) and not _NO_ADVICE.search(words)):
        return True
    if not any(_HEADING.match(heading) for heading in heading_path):
        return False
    return bool(_ORDER.match(words.rsplit("\n", 1)[-1]) or modality(words) & {"recommended", "obliged"})
