"""How much the signals of a unit count in its score, out of 1 (docs/adr/0004 says where they come from).

The passage's fused score, the unit's own likeness to the question, and the share of the question's terms that are covered.
`rerank` adds them up.
"""

from __future__ import annotations

# Characters of a document in which it says what it is and whose.
BEGINNING_CHARS = 1_500

PASSAGE_WEIGHT = 0.25
SIMILARITY_WEIGHT = 0.3
COVERAGE_WEIGHT = 0.45
# … and how much its best unit's score counts for a passage, in the order of a search, where its own fused score counts 1.
BEST_UNIT_WEIGHT = 0.25

# What speaks for an answer, with its weight in the logistic regression that gives the confidence. Fitted by
# `python -m benchmarks.confidence` on the questions of two shelves and on questions that a third can't answer
# (docs/adr/0005 says how well it holds on shelves that it has not seen).
CONFIDENCE = {
    "coverage": 4.69,
    "says little itself": -1.49,
    "likeness": 3.03,
    "kind of words": 5.67,
    "passage": 7.93,
    "lead over the next": 7.43,
}
CONFIDENCE_BIAS = -17.66
