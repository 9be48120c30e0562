"""Put the legs together: a convex combination of normalised scores.

Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS 42(1), 2023), find it better than
reciprocal rank fusion and nearly free of tuning; ours agreed on every set that was tried (docs/adr/0004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.records.passage import RetrievedPassage

# What a document that the question names in full gains, on the scale of the fused score (0 to 1).
TITLE_SHARE = 0.2


def fuse(found: Sequence[RetrievedPassage], *, dense_share: float) -> tuple[RetrievedPassage, ...]:
    """Return the passages best first, ranked from 1, with `fused_score` between 0 and 1 + TITLE_SHARE."""
    if not found:
        return ()
    dense = [_score(item, "dense") for item in found]
    low, high = min(dense), max(dense)
    top_lexical = max(_score(item, "lexical") for item in found) or 1.0
    scored = []
    for item, similarity in zip(found, dense, strict=True):
        normal = (similarity - low) / (high - low) if high > low else 1.0
        words = _score(item, "lexical") / top_lexical
        fused = dense_share * normal + (1 - dense_share) * words + TITLE_SHARE * _score(item, "title")
        scored.append(replace(item, fused_score=fused))
    scored.sort(key=lambda item: (-item.fused_score, item.passage.passage_id))
    return tuple(replace(item, rank=rank) for rank, item in enumerate(scored, 1))


def _score(item: RetrievedPassage, leg: str) -> float:
    return next((entry.score for entry in item.legs if entry.leg == leg), 0.0)
