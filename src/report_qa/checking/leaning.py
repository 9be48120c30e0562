"""Sentences that speak of something only the sentence before them names: "It is £5 billion a year."

Held against the documents by itself such a sentence agrees with, or contradicts, whatever has a figure of the kind. So it is
held only against evidence that speaks of what the sentence before is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.checking.comparison import claim_weights
from report_qa.checking.likeness import Lexicon, held

# Evidence that holds less than this share, by weight, of what a sentence is about speaks of something else.
SPEAKS_OF = 0.5
_OPENING = (
    r"^\W*(?:(?:and|but|so|also|however|moreover|in addition|meanwhile|in \d{4}|by \d{4}|overall|today|now)\b,? )?"
)
# A pronoun that is followed by its noun ("this programme", "those areas") still tells what it stands for.
_LEANS = re.compile(
    _OPENING
    + r"(?:(?:it|they|he|she|its|their|his|her)\b|(?:this|that|these|those|both|the (?:former|latter))\s+(?:is|are|was|were|has|have|had|will|would|can|could"
    r"|may|might|must|should|do|does|did|rose|fell|grew|shrank|cost|costs|means|meant|shows|makes|made|equals|amounts|represents|compares|\w{3,}ed)\b)",
    re.IGNORECASE,
)


def leans(sentence: str) -> bool:
    """Return whether a sentence begins with a pronoun in place of what it speaks of."""
    return _LEANS.match(sentence) is not None


def leans_on(sentences: Sequence[str]) -> tuple[str, ...]:
    """Return for each sentence of a text the one that names what it speaks of: "" where it does so itself, or none does."""
    found, named = [], ""
    for sentence in sentences:
        if leans(sentence):
            found.append(named)
        else:
            found.append("")
            named = sentence
    return tuple(found)


def speaks_of(about: str, terms: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether evidence with these stems speaks of what a sentence is about; `about` is the whole sentence."""
    weights = claim_weights(about, lexicon)
    said = sum(weight for term, weight in weights.items() if held(term, terms, lexicon))
    return said >= SPEAKS_OF * (sum(weights.values()) or 1.0)
