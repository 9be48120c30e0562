"""Nearest passages among those that may be seen, out of an index that holds others too.

It asks for so many that enough of those that may be seen are expected among them, and for more until they are: the same passages
come out, in the same order, as if the index held no others (as far as its search is exact). Nothing is ranked that doesn't count.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from report_qa.ports import VectorIndex

# How much deeper than evenly spread passages would need, and how much deeper still each time that this wasn't enough.
_DEEPER, _DEEPER_STILL = 2, 4


class VisibleVectors:
    """An index without the passages that may not be seen; implements `ports.VectorIndex`."""

    def __init__(self, index: VectorIndex, passage_ids: frozenset[str]) -> None:
        self._index = index
        self._passage_ids = passage_ids

    def query(self, vector: NDArray[np.float32], top: int) -> list[tuple[str, float]]:
        """Return (passage_id, cosine similarity), best first; equal ones in the order of the ids."""
        wanted, total = min(top, len(self._passage_ids)), self._index.count()
        if wanted < 1:
            return []
        asked = min(total, _DEEPER * wanted * math.ceil(total / len(self._passage_ids)))
        while True:
            found = [hit for hit in self._index.query(vector, asked) if hit[0] in self._passage_ids]
            if len(found) >= wanted or asked >= total:
                return found[:wanted]
            asked = min(total, _DEEPER_STILL * asked)

    def only(self, passage_ids: frozenset[str]) -> VectorIndex:
        """Return the index of those of these passages that may be seen."""
        return VisibleVectors(self._index, self._passage_ids & passage_ids)

    def count(self) -> int:
        return len(self._passage_ids)

    def close(self) -> None:
        """Do nothing: the index is somebody else's."""
