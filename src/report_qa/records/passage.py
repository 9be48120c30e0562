"""Passages: the units that are indexed and found, and what a search returns."""

from __future__ import annotations

from dataclasses import dataclass, field

from report_qa.records.document import BlockKind, SourceDocument, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The smallest quotable part of a passage: a sentence, a list item with its lead-in, or a table row with its header.

    `spans` are in reading order; the last one is the unit itself, those before it are what it can't be read without.
    Where `whole` is True the unit is all items of a list, or all rows of a table: `lead` says how many of the spans
    stand before the first of them.
    """

    spans: tuple[Span, ...]
    kind: BlockKind
    whole: bool = False
    lead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A searchable stretch of one document.

    `passage_id` names content (document, heading path, text, occurrence) and survives editions; the offsets in `spans` and
    `units`, `page_index` and `place` (slide or cells) belong to the edition. `text` is the words of the spans, joined by newlines.
    """

    passage_id: str
    document_id: str
    spans: tuple[Span, ...]
    units: tuple[Unit, ...]
    text: str
    heading_path: tuple[str, ...]
    kind: BlockKind
    ordinal: int
    vector_key: str
    page_index: int | None = None
    page_label: str = ""
    paragraph: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegScore:
    """What one retrieval leg ("dense", "lexical", "title") said of a passage: its own score, and its rank from 1."""

    leg: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievedPassage:
    """A passage with its place (`rank` from 1) in the fused order and what each leg made of it."""

    passage: Passage
    document: SourceDocument
    rank: int
    fused_score: float
    legs: tuple[LegScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """What one question found: `kept` goes on to answering, `rejected` stays for inspection; both best first."""

    question_used: str
    edition_id: str
    kept: tuple[RetrievedPassage, ...]
    rejected: tuple[RetrievedPassage, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredUnit:
    """A unit as a candidate answer.

    `words` are the unit's own words, `coverage` the share (0 to 1, by rarity) of the question's terms that it holds or
    stands under, `own_coverage` the share in its own words, `similarity` the cosine with the question. `missing` are
    the question's terms found neither in the unit nor around it, each with its share of the coverage; `context` is
    what the unit stands under (passage, headings, title) and `beginning` the document's first lines; `provides`
    says whether it holds the kind of words asked for. `columns` are those of a table's row that the question names, empty
    where it names none.
    """

    retrieved: RetrievedPassage
    unit: Unit
    words: str
    score: float
    coverage: float
    own_coverage: float
    similarity: float
    provides: bool
    covered: frozenset[str] = frozenset()
    missing: tuple[tuple[str, float], ...] = ()
    context: str = ""
    beginning: str = ""
    columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was chosen to answer (`units`, most direct first; empty for a refusal, with its `reason`) and what came near.

    `confidence` is the score that the threshold was compared with, for measuring refusals at other thresholds, and
    `signals` are what it was worked out from.
    """

    units: tuple[ScoredUnit, ...]
    nearest: tuple[ScoredUnit, ...]
    confidence: float
    reason: str = ""
    unanswered_parts: tuple[str, ...] = ()
    signals: tuple[float, ...] = ()
