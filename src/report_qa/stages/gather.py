"""Gather what a chat model is to write from: whole passages, best first, around the units that answer best.

A short passage comes with its neighbours under the same heading. Sentences that give orders to a machine are left out of
what is handed over, so nothing that rests on them can be verified either; the rest of their passage stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.orders import is_order
from report_qa.ports import PassageStore
from report_qa.records.document import BlockKind, Span
from report_qa.records.passage import Passage, ScoredUnit, Unit
from report_qa.sentences import split_sentences

# A passage shorter than this comes with its neighbours; one longer than that is cut to the unit that answers.
SHORT_CHARS, LONG_CHARS = 300, 3_000


def gather(units: Sequence[ScoredUnit], *, store: PassageStore, most: int) -> tuple[ScoredUnit, ...]:
    """Return at most `most` stretches to write from, each as a unit whose words are what may be read."""
    taken: set[str] = set()
    gathered: list[ScoredUnit] = []
    for unit in units:
        if len(gathered) == most:
            break
        if unit.retrieved.passage.passage_id in taken:
            continue
        passages = _with_neighbours(unit.retrieved.passage, store)
        text = store.text(unit.retrieved.document.document_id)
        spans = [span for passage in passages for span in passage.spans]
        if sum(span.end_char - span.start_char for span in spans) > LONG_CHARS:
            spans = list(unit.unit.spans)
        allowed = tuple(part for span in spans for part in without_orders(span, text))
        taken.update(passage.passage_id for passage in passages)
        if allowed:
            words = "\n".join(text[span.start_char : span.end_char] for span in allowed)
            whole = Unit(spans=allowed, kind=BlockKind.PROSE)
            gathered.append(replace(unit, unit=whole, words=words))
    return tuple(gathered)


def obeys_nothing(units: Sequence[ScoredUnit]) -> tuple[ScoredUnit, ...]:
    """Return the units without those that give orders to a machine."""
    return tuple(unit for unit in units if not is_order(unit.words))


def without_orders(span: Span, text: str) -> tuple[Span, ...]:
    """Return a span, in parts where sentences of it give orders."""
    words = text[span.start_char : span.end_char]
    bounds = split_sentences(words)
    kept = [(start, end) for start, end in bounds if not is_order(words[start:end])]
    if len(kept) == len(bounds):
        return () if is_order(words) else (span,)
    return tuple(Span(start_char=span.start_char + start, end_char=span.start_char + end) for start, end in kept)


def _with_neighbours(passage: Passage, store: PassageStore) -> tuple[Passage, ...]:
    if len(passage.text) >= SHORT_CHARS:
        return (passage,)
    own = store.passages_of(passage.document_id)
    at = next((place for place, other in enumerate(own) if other.passage_id == passage.passage_id), None)
    if at is None:
        return (passage,)
    return tuple(other for other in own[max(0, at - 1) : at + 2] if other.heading_path == passage.heading_path)
