"""How much the signals of a unit count in its score, out of 1 (docs/adr/0004 says where they come from).

The passage's fused score, the unit's own likeness to the question, and the share of the question's terms that are covered.
`rerank` adds them up.
"""

from __future__ import annotations

PASSAGE_WEIGHT = 0.25
SIMILARITY_WEIGHT = 0.3
COVERAGE_WEIGHT = 0.45
