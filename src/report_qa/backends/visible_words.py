"""Best passages by words among those that may be seen, out of a word index that holds others too.

A score must not tell of words that a reader may not see: in BM25 a term counts the less, the more passages hold it, so that from
scores one could work out how many hidden passages hold a word (Büttcher and Clarke, "A Security Model for Full-Text File System
Search in Multi-User Environments", FAST 2005). Each term is therefore counted in the passages that may be seen, and its weight
corrected from the rarity that the index knows to the rarity that it has among them. What is left of the others is the mean length
of a passage's fields, one number each, the same for every question.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from report_qa.ports import LexicalIndex

_DEEPER, _DEEPER_STILL = 2, 4
# Terms whose frequencies are remembered for each set of passages.
_MOST_FREQUENCIES = 20_000


class NumberedWords(Protocol):
    """A word index that numbers its passages, so that many are looked through without their ids."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The passages' ids by their numbers; "" for one that was deleted."""
        ...

    @property
    def fields(self) -> tuple[str, ...]: ...

    def holding(self, field: str, term: str) -> NDArray[np.intp]:
        """Return the numbers of the passages whose field holds the term."""
        ...

    def ranked(self, weights: Mapping[tuple[str, str], float], top: int) -> list[tuple[int, float]]:
        """Return (number, score), best first; `weights` are those of a (field, term) beside the field's own."""
        ...


class VisibleWords:
    """A word index without the passages that may not be seen; implements `ports.LexicalIndex`."""

    def __init__(self, index: NumberedWords, passage_ids: frozenset[str]) -> None:
        self._index = index
        self._passage_ids = passage_ids
        self._seen = np.fromiter((passage_id in passage_ids for passage_id in index.ids), np.bool_, len(index.ids))
        self._total = sum(map(bool, index.ids))
        self._count = int(self._seen.sum())
        self._known: dict[str, tuple[int, dict[str, float]]] = {}

    def query(self, weighted_terms: Mapping[str, float], top: int) -> list[tuple[str, float]]:
        """Return (passage_id, score), best first; equal scores in the order of the ids."""
        wanted = min(top, self._count)
        weights = {
            (field, term): weight * factor
            for term, weight in weighted_terms.items()
            for field, factor in self._of(term)[1].items()
        }
        if wanted < 1 or not weights:
            return []
        asked = min(self._total, _DEEPER * wanted * math.ceil(self._total / self._count))
        while True:
            hits = self._index.ranked(weights, asked)
            found = [(self._index.ids[number], score) for number, score in hits if self._seen[number]]
            if len(found) >= wanted or len(hits) < asked or asked >= self._total:
                return sorted(found[:wanted], key=lambda hit: (-hit[1], hit[0]))
            asked = min(self._total, _DEEPER_STILL * asked)

    def only(self, passage_ids: frozenset[str]) -> LexicalIndex:
        """Return the index of those of these passages that may be seen."""
        return VisibleWords(self._index, self._passage_ids & passage_ids)

    def document_frequency(self, term: str) -> int:
        return self._of(term)[0]

    def count(self) -> int:
        return self._count

    def close(self) -> None:
        """Do nothing: the index is somebody else's."""

    def _of(self, term: str) -> tuple[int, dict[str, float]]:
        """Return how many passages hold a term, and by what its weight is corrected in each field that holds it."""
        if term not in self._known:
            anywhere = np.zeros(len(self._seen), np.bool_)
            factors = {}
            for field in self._index.fields:
                holding = self._index.holding(field, term)
                anywhere[holding] = True
                if seen := int(self._seen[holding].sum()):
                    factors[field] = _rarity(seen, self._count) / _rarity(len(holding), self._total)
            if len(self._known) >= _MOST_FREQUENCIES:
                self._known.clear()
            self._known[term] = (int((anywhere & self._seen).sum()), factors)
        return self._known[term]


def _rarity(holding: int, total: int) -> float:
    """Return a term's inverse document frequency as the index weighs it."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))
