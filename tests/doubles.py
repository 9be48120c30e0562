"""Stand-ins for the backends: small, exact and fast. tests/contracts/ holds them to the real ones' promises."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from report_qa.records.document import Block, Page, Section, SourceDocument, Span
from report_qa.records.passage import Passage
from report_qa.words import terms, tokens

Vector = NDArray[np.float32]


class HashingEmbedder:
    """A bag of stems: each stem has its own random direction, so texts that share words are near each other."""

    name = "hashing"
    digest = "hashing-1"

    def __init__(self, dimensions: int = 256, max_tokens: int = 254) -> None:
        self.dimensions = dimensions
        self.max_tokens = max_tokens
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(tokens(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> Vector:
        """Return the vectors; `embedded` remembers the texts, so that a test can see what was embedded anew."""
        self.embedded += texts
        return self._vectors(texts)

    def embed_question(self, text: str) -> Vector:
        vector: Vector = self._vectors([text])[0]
        return vector

    def embed_questions(self, texts: Sequence[str]) -> Vector:
        return self._vectors(texts)

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Sequence[tuple[int, int]]]]
    ) -> tuple[Vector, list[Vector]]:
        if len(texts) != len(parts):
            raise ValueError("as many lists of parts as texts are needed")
        words = [
            [" ".join(text[start:end] for start, end in part) for part in own]
            for text, own in zip(texts, parts, strict=True)
        ]
        return self.embed(texts), [self._vectors(own) for own in words]

    def _vectors(self, texts: Sequence[str]) -> Vector:
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text)[: self.max_tokens] or [""]:
                found[row] += self._direction(term)
            found[row] /= np.linalg.norm(found[row])
        return found

    def _direction(self, term: str) -> Vector:
        return _random_direction(term, self.dimensions)


@cache
def _random_direction(term: str, dimensions: int) -> Vector:
    seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal(dimensions).astype(np.float32)


class ExactVectorIndex:
    """Every cosine, by one matrix product."""

    def __init__(self, vectors: Mapping[str, Vector]) -> None:
        self._ids = list(vectors)
        self._vectors = np.array(list(vectors.values()), dtype=np.float32)

    def query(self, vector: Vector, top: int) -> list[tuple[str, float]]:
        if not self._ids or top < 1:
            return []
        scores = self._vectors @ vector
        scores = scores / np.linalg.norm(self._vectors, axis=1) / np.linalg.norm(vector)
        ranked = sorted(zip(self._ids, scores.tolist(), strict=True), key=lambda hit: (-round(hit[1], 6), hit[0]))
        return ranked[:top]

    def count(self) -> int:
        return len(self._ids)

    def close(self) -> None:
        pass


class PlainLexicalIndex:
    """BM25 in plain Python, over fields of (title, heading path, text) with the weights of the tantivy backend."""

    k1, b = 1.2, 0.75

    def __init__(self, passages: Mapping[str, tuple[str, Sequence[str], str]], weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._fields: dict[str, dict[str, Counter[str]]] = {
            passage_id: {
                "title": Counter(terms(title)),
                "heading": Counter(terms("\n".join(heading_path))),
                "body": Counter(terms(text)),
            }
            for passage_id, (title, heading_path, text) in passages.items()
        }

    def query(self, weighted_terms: Mapping[str, float], top: int) -> list[tuple[str, float]]:
        scores: Counter[str] = Counter()
        for name, share in self._weights.items():
            held = {passage_id: fields[name] for passage_id, fields in self._fields.items()}
            mean = sum(counter.total() for counter in held.values()) / max(1, len(held)) or 1.0
            for term, weight in weighted_terms.items():
                holders = [passage_id for passage_id, counter in held.items() if counter[term]]
                rarity = math.log(1 + (len(held) - len(holders) + 0.5) / (len(holders) + 0.5))
                for passage_id in holders:
                    count, length = held[passage_id][term], held[passage_id].total()
                    saturated = count * (self.k1 + 1) / (count + self.k1 * (1 - self.b + self.b * length / mean))
                    scores[passage_id] += max(0.0, weight) * share * rarity * saturated  # type: ignore[assignment]
        found = [(passage_id, float(score)) for passage_id, score in scores.items() if score > 0]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[: max(0, top)]

    def document_frequency(self, term: str) -> int:
        return sum(any(counter[term] for counter in fields.values()) for fields in self._fields.values())

    def count(self) -> int:
        return len(self._fields)

    def close(self) -> None:
        pass


@dataclass(kw_only=True)
class MemoryPassages:
    """A passage store over what a test lists."""

    sources: Sequence[SourceDocument]
    texts: Mapping[str, str]
    listed: Sequence[Passage]
    stored_vectors: Mapping[str, Vector] = field(default_factory=dict)
    page_lists: Mapping[str, Sequence[Page]] = field(default_factory=dict)
    section_lists: Mapping[str, Sequence[Section]] = field(default_factory=dict)
    block_lists: Mapping[str, Sequence[Block]] = field(default_factory=dict)

    def documents(self) -> tuple[SourceDocument, ...]:
        return tuple(self.sources)

    def document(self, document_id: str) -> SourceDocument:
        return {source.document_id: source for source in self.sources}[document_id]

    def text(self, document_id: str) -> str:
        return self.texts[document_id]

    def beginnings(self, characters: int) -> Mapping[str, str]:
        return {name: text[:characters] for name, text in self.texts.items()}

    def page_numbers(self, document_id: str) -> tuple[int, ...]:
        return tuple(page.page_index for page in self.page_lists.get(document_id, ()))

    def acronyms(self) -> Mapping[str, frozenset[str]]:
        return {}

    def pages(self, document_id: str, indexes: Iterable[int] | None = None) -> tuple[Page, ...]:
        wanted = None if indexes is None else set(indexes)
        return tuple(
            page for page in self.page_lists.get(document_id, ()) if wanted is None or page.page_index in wanted
        )

    def pages_of(self, document_id: str, spans: Iterable[Span]) -> tuple[Page, ...]:
        wanted = list(spans)
        return tuple(page for page in self.pages(document_id) if any(page.boxes(span) for span in wanted))

    def sections(self, document_id: str) -> tuple[Section, ...]:
        return tuple(self.section_lists.get(document_id, ()))

    def place_of(self, document_id: str, char: int) -> str:
        return ""

    def blocks(self, document_id: str) -> tuple[Block, ...]:
        return tuple(self.block_lists.get(document_id, ()))

    def passages(self, passage_ids: Iterable[str]) -> Mapping[str, Passage]:
        by_id = {passage.passage_id: passage for passage in self.listed}
        return {passage_id: by_id[passage_id] for passage_id in passage_ids if passage_id in by_id}

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        own = [passage for passage in self.listed if passage.document_id == document_id]
        return tuple(sorted(own, key=lambda passage: passage.ordinal))

    def vectors(self, passage_ids: Iterable[str]) -> Mapping[str, Vector]:
        return {each: self.stored_vectors[each] for each in passage_ids if each in self.stored_vectors}

    def passage_count(self) -> int:
        return len(self.listed)
