"""Put the legs together: a convex combination of normalised scores.

Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS 42(1), 2023), find it better than
reciprocal rank fusion and nearly free of tuning; ours agreed on every set that was tried (docs/adr/0004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.records.passage import RetrievedPassage

# What a document that the question names in full gains, on the scale of the fused score (0 to 1), and what a passage whose
# heading the question says in full gains.
TITLE_SHARE = 0.8
HEADING_SHARE = 0.15
# What a passage gains whose best sentence is as much like the question as any.
UNIT_SHARE = 0.5


def fuse(found: Sequence[RetrievedPassage], *, dense_share: float) -> tuple[RetrievedPassage, ...]:
    """Return the passages best first, ranked from 1, with `fused_score` between 0 and 1."""
    if not found:
        return ()
    legs = [{entry.leg: entry.score for entry in item.legs} for item in found]
    dense = _stretched([scores.get("dense", 0.0) for scores in legs])
    units = _stretched([scores.get("unit", 0.0) for scores in legs])
    top_lexical = max(scores.get("lexical", 0.0) for scores in legs) or 1.0
    scored = []
    for item, scores, similarity, unit in zip(found, legs, dense, units, strict=True):
        words = scores.get("lexical", 0.0) / top_lexical
        named = TITLE_SHARE * scores.get("title", 0.0) + HEADING_SHARE * scores.get("heading", 0.0)
        named += UNIT_SHARE * unit
        scored.append((item, dense_share * similarity + (1 - dense_share) * words + named))
    scored.sort(key=lambda each: (-each[1], each[0].passage.passage_id))
    # Answering compares the score with others that lie between 0 and 1.
    best = max(1.0, scored[0][1])
    return tuple(replace(item, rank=rank, fused_score=score / best) for rank, (item, score) in enumerate(scored, 1))


def _stretched(scores: Sequence[float]) -> list[float]:
    """Return scores stretched to what lies between 0 and 1; all 1 where they are equal."""
    low, high = min(scores), max(scores)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]
