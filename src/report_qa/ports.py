"""What the parts ask of each other, as Protocols: backends and test doubles implement these, stages only see these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from report_qa.records.document import Block, NoteMark, Page, PageReading, Section, SourceDocument, Span
from report_qa.records.passage import Passage
from report_qa.records.writing import Message, Piece


class Embedder(Protocol):
    """Turns texts into unit vectors. `digest` changes whenever the same text would get another vector."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Longest input in the model's own tokens, special tokens excluded; the model cuts off what is longer."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), dimensions), rows of length 1. Texts are those of documents."""
        ...

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """Return one vector of shape (dimensions,), length 1, with the model's prompt for questions if it has one."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of several questions, or of one in several wordings, in one pass: (len(texts), dimensions)."""
        ...

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Sequence[tuple[int, int]]]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Embed texts and, in the same pass, parts of them.

        `parts[i]` are the parts of `texts[i]`, each a sequence of (start, end) character ranges of that text. Returns the
        vectors of the texts, shape (len(texts), dimensions), and for each text an array (len(parts[i]), dimensions) of
        its parts' vectors, all of length 1.
        """
        ...


class ChatModel(Protocol):
    """Writes a reply to messages, piece by piece."""

    @property
    def name(self) -> str:
        """What provenance calls it ("openai:gpt-…"); no secret is in it."""
        ...

    def stream(self, messages: Sequence[Message], *, stopped: Callable[[], bool] = ...) -> Iterator[Piece]:
        """Yield the reply as it is written. The last piece carries the usage, where the provider says it.

        `stopped` is looked at again and again, also while nothing comes; once it is True the reply ends there, and the
        connection is closed. So it is when the iterator is closed.

        Raises:
            ModelUnavailable: nobody answers, the key is refused, or the reply breaks off; retried where that may help,
                but never once a piece has been yielded.
            ModelTimeout: the first piece, or the whole reply, takes longer than the settings allow.
            ModelReplyInvalid: the reply is empty or not in the provider's form.
        """
        ...


class EntailmentModel(Protocol):
    """Judges whether a premise entails a hypothesis, contradicts it, or neither."""

    @property
    def name(self) -> str: ...

    def judge(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return for each (premise, hypothesis) the probabilities of entailment, contradiction and neither, in this order.

        Shape (len(pairs), 3), rows that sum to 1.
        """
        ...


class VectorIndex(Protocol):
    """Nearest passages by vector."""

    def query(self, vector: NDArray[np.float32], top: int) -> list[tuple[str, float]]:
        """Return (passage_id, cosine similarity), best first."""
        ...

    def only(self, passage_ids: frozenset[str]) -> VectorIndex:
        """Return the index as if it held these passages alone. It goes on resting on this one, which outlives it."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...


class LexicalIndex(Protocol):
    """Best passages by words (BM25). Terms are those of `report_qa.words`; nothing in a query is syntax."""

    def query(self, weighted_terms: Mapping[str, float], top: int) -> list[tuple[str, float]]:
        """Return (passage_id, score above 0), best first; each term's BM25 score is multiplied by its weight."""
        ...

    def only(self, passage_ids: frozenset[str]) -> LexicalIndex:
        """Return the index as if it held these passages alone. It goes on resting on this one, which outlives it."""
        ...

    def document_frequency(self, term: str) -> int:
        """Return how many passages (with their titles and headings) hold the term."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...


class PassageStore(Protocol):
    """The truth of an edition: documents, reading texts, pages and passages. Safe to use from several threads."""

    def documents(self) -> tuple[SourceDocument, ...]: ...

    def document(self, document_id: str) -> SourceDocument:
        """Raises KeyError where the edition has no such document."""
        ...

    def text(self, document_id: str) -> str: ...

    def beginnings(self, characters: int) -> Mapping[str, str]:
        """Return the first characters of every document's text."""
        ...

    def pages(self, document_id: str, indexes: Iterable[int] | None = None) -> tuple[Page, ...]:
        """Return the pages asked for (all of them by default), with their lines."""
        ...

    def sheets(self, document_id: str) -> tuple[Page, ...]:
        """Return all pages without their lines; () for kinds without pages."""
        ...

    def readings_of(self, document_id: str) -> tuple[PageReading, ...]:
        """Return how each page was read; () for kinds without pages, and in editions that keep no record of it."""
        ...

    def pages_of(self, document_id: str, spans: Iterable[Span]) -> tuple[Page, ...]:
        """Return the pages, with their lines, on which any of the spans stands; () for kinds without pages."""
        ...

    def page_numbers(self, document_id: str) -> tuple[int, ...]:
        """Return the indexes of a document's pages, without their lines; () for kinds without pages."""
        ...

    def sections(self, document_id: str) -> tuple[Section, ...]: ...

    def place_of(self, document_id: str, char: int) -> str:
        """Return the slide or the cells that hold a character; "" for kinds without them."""
        ...

    def blocks(self, document_id: str) -> tuple[Block, ...]: ...

    def note_marks(self, document_id: str) -> tuple[NoteMark, ...]:
        """Return where the marks of a document's notes stood, in order; () where they were not kept."""
        ...

    def passages(self, passage_ids: Iterable[str]) -> Mapping[str, Passage]: ...

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages in reading order."""
        ...

    def vectors(self, passage_ids: Iterable[str]) -> Mapping[str, NDArray[np.float32]]:
        """Return for each passage its vector in row 0 and its units' vectors in the rows after it."""
        ...

    def acronyms(self) -> Mapping[str, frozenset[str]]:
        """Return the acronyms that the documents explain, each with the words that it stands for."""
        ...

    def passage_count(self) -> int: ...
