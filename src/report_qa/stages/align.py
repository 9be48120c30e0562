"""See whether words of the question that a unit lacks are said in other words: "train station" and "railway station".

A question's missing words decide whether it is answered at all: in a near miss they are what makes it another question ("the
salary of …"), in a paraphrase they are there under another name. The model's vectors of single words in their sentences
tell the two apart better than whole sentences do (late interaction, Khattab and Zaharia, "ColBERT", SIGIR 2020, applied to the
missing words only). What is found raises the unit's coverage; names, years and figures are never matched this way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from report_qa.ports import Embedder
from report_qa.questions import Question, asked_together
from report_qa.records.passage import ScoredUnit
from report_qa.weights import COVERAGE_WEIGHT
from report_qa.words import STOP_TERMS, stem, tokens

# Cosine of two words in context: unrelated words of one subject stay below the first, synonyms lie above the second.
UNRELATED, SAME = 0.45, 0.7
# A word said otherwise never counts as much as the word itself.
MOST = 0.9
# Units looked at: each costs a pass of the model, and what is further down was not going to answer.
LOOKED_AT = 12
_LONGEST = 600
_WORD = re.compile(r"[^\W_][\w'’%£.,-]*")

_Words = tuple[list[str], NDArray[np.float32]]


def align(
    question: Question, context: Question | None, units: Sequence[ScoredUnit], *, embedder: Embedder
) -> tuple[ScoredUnit, ...]:
    """Return the units with the first LOOKED_AT compared anew, best first."""
    head = list(units[:LOOKED_AT])
    if not any(unit.missing for unit in head):
        return tuple(units)
    asked = asked_together(question, context)
    fixed = {term for name in question.names for term in name}
    texts = [asked, *(_shown(unit) for unit in head)]
    asked_words, *unit_words = [
        _words(text, found) for text, found in zip(texts, embedder.embed_tokens(texts), strict=True)
    ]
    vectors = {term: vector for term, vector in zip(*asked_words, strict=True) if term not in fixed}
    compared = [_compared(unit, words, vectors) for unit, words in zip(head, unit_words, strict=True)]
    return tuple(sorted((*compared, *units[LOOKED_AT:]), key=lambda unit: -unit.score))


def _shown(unit: ScoredUnit) -> str:
    path = " › ".join(unit.retrieved.passage.heading_path[-1:])
    return f"{path}\n{unit.words}"[:_LONGEST]


def _compared(unit: ScoredUnit, words: _Words, vectors: dict[str, NDArray[np.float32]]) -> ScoredUnit:
    _, matrix = words
    gain = 0.0
    missing = []
    for term, share in unit.missing:
        vector = vectors.get(term)
        if vector is None or not len(matrix) or term[0].isdigit():
            missing.append((term, share))
            continue
        nearest = float((matrix @ vector).max())
        credit = MOST * min(1.0, max(0.0, (nearest - UNRELATED) / (SAME - UNRELATED)))
        gain += share * credit
        if credit < MOST / 2:
            missing.append((term, share))
    if not gain:
        return unit
    return replace(
        unit, coverage=unit.coverage + gain, score=unit.score + COVERAGE_WEIGHT * gain, missing=tuple(missing)
    )


def _words(text: str, tokenised: tuple[NDArray[np.int64], NDArray[np.float32]]) -> _Words:
    """Return the text's words that carry meaning, as stems, with the mean vectors of their tokens."""
    places, vectors = tokenised
    names: list[str] = []
    rows: list[NDArray[np.float32]] = []
    for match in _WORD.finditer(text):
        spoken = [token for token in tokens(match[0]) if token not in STOP_TERMS]
        inside = (
            (places[:, 0] >= match.start()) & (places[:, 1] <= match.end()) if len(places) else np.zeros(0, dtype=bool)
        )
        if spoken and inside.any():
            mean = vectors[inside].mean(axis=0)
            names += [stem(token) for token in spoken]
            rows += [mean / (np.linalg.norm(mean) or 1.0)] * len(spoken)
    return names, np.stack(rows) if rows else np.zeros(
        (0, vectors.shape[1] if vectors.ndim == 2 else 0), dtype=np.float32
    )
