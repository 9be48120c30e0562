"""Compare two editions of a document: which sentences are new, gone or worded otherwise, and which figures changed.

Both reading texts are cut into sentences, list items and table rows; those with the same words (white space apart) are aligned by
the longest common stretches (Ratcliff and Obershelp, as in `difflib`). What is left between two aligned sentences is paired where the
two share most of their words, in order; a pair is compared word by word. What was removed in one place and stands word for word
in another has moved.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import TypeVar

from report_qa.citations import encode_cite
from report_qa.quantities import find_quantities
from report_qa.records.answer import Locator
from report_qa.records.comparison import (
    Change,
    ChangeKind,
    ComparedWords,
    DocumentComparison,
    FigureChange,
    Run,
    Unchanged,
)
from report_qa.records.document import Page, Place, Section, SourceDocument, Span
from report_qa.sentences import split_sentences

# Two sentences that share fewer of their words than this (Dice's coefficient) are two sentences, not one changed.
_ALIKE = 0.5
# Longer stretches than this, old times new sentences, are paired in proportional parts: the work grows with the square.
_MOST_PAIRS = 40_000
# From so many sentences or words on, those that stand everywhere (empty rows of a table) align nothing, which keeps it fast.
_MANY_SENTENCES, _MANY_WORDS = 2_000, 500
_WORD = re.compile(r"[£$€]?[^\W_]+(?:['’.,-][^\W_]+)*%?|[^\w\s]|_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A document as one edition has it."""

    edition_id: str
    document: SourceDocument
    text: str
    pages: tuple[Page, ...] = ()
    sections: tuple[Section, ...] = ()
    places: tuple[Place, ...] = ()


def compare(before: Side, after: Side) -> DocumentComparison:
    """Return what differs between two editions of a document."""
    old, new = _sentences(before), _sentences(after)
    matcher = SequenceMatcher(
        None, [words for _, words in old], [words for _, words in new], autojunk=len(new) > _MANY_SENTENCES
    )
    parts: list[Change | Unchanged] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            parts.append(Unchanged(sentences=tuple(words for _, words in new[start:end])))
        else:
            parts += _rewritten(before, old[first:last], after, new[start:end])
    return DocumentComparison(
        before=before.document,
        before_edition=before.edition_id,
        after=after.document,
        after_edition=after.edition_id,
        parts=tuple(_with_moves(parts)),
        same_file=before.document.sha256 == after.document.sha256,
    )


_Sentence = tuple[Span, str]


def _sentences(side: Side) -> list[_Sentence]:
    found, start = [], 0
    for line in side.text.split("\n"):
        for first, last in split_sentences(line):
            span = Span(start_char=start + first, end_char=start + last)
            found.append((span, " ".join(line[first:last].split())))
        start += len(line) + 1
    return found


def _rewritten(before: Side, old: Sequence[_Sentence], after: Side, new: Sequence[_Sentence]) -> list[Change]:
    """Return a stretch in which nothing stayed as it was, as pairs, removals and additions in order."""
    found: list[Change] = []
    left = right = 0
    for one, other in [*_pairs([words for _, words in old], [words for _, words in new]), (len(old), len(new))]:
        found += [
            Change(kind=ChangeKind.REMOVED, before=_whole(before, sentence), after=None) for sentence in old[left:one]
        ]
        found += [
            Change(kind=ChangeKind.ADDED, before=None, after=_whole(after, sentence)) for sentence in new[right:other]
        ]
        if one < len(old):
            found.append(_changed(before, old[one], after, new[other]))
        left, right = one + 1, other + 1
    return found


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which sentences are one another's earlier wording: the pairs, in order, that are most alike in sum."""
    if len(old) * len(new) > _MOST_PAIRS:
        half, other_half = len(old) // 2, len(new) // 2
        behind = _pairs(old[half:], new[other_half:])
        return [
            *_pairs(old[:half], new[:other_half]),
            *((one + half, other + other_half) for one, other in behind),
        ]
    bags, new_bags = [[(_row_name(words), Counter(_words(words))) for words in side] for side in (old, new)]
    alike = [[_likeness(bag, new_bag) for new_bag in new_bags] for bag in bags]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in range(len(old) - 1, -1, -1):
        for other in range(len(new) - 1, -1, -1):
            paired = alike[one][other] + best[one + 1][other + 1] if alike[one][other] >= _ALIKE else 0.0
            best[one][other] = max(paired, best[one + 1][other], best[one][other + 1])
    pairs, one, other = [], 0, 0
    while one < len(old) and other < len(new):
        if best[one][other] == best[one + 1][other]:
            one += 1
        elif best[one][other] == best[one][other + 1]:
            other += 1
        else:
            pairs.append((one, other))
            one, other = one + 1, other + 1
    return pairs


def _likeness(one: tuple[str, Counter[str]], other: tuple[str, Counter[str]]) -> float:
    """Return the share of words (0 to 1) that two sentences have in common; rows of the same name are the same row."""
    total = one[1].total() + other[1].total()
    shared = 2 * (one[1] & other[1]).total() / total if total else 0.0
    return max(shared, _ALIKE) if one[0] and one[0] == other[0] else shared


def _row_name(words: str) -> str:
    """Return the first cell of a table's row, "" where it is empty or there is only one."""
    first, bar, _ = words.partition(" | ")
    return first if bar else ""


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text) if word[-1].isalnum() or word[-1] == "%"]


def _changed(before: Side, old: _Sentence, after: Side, new: _Sentence) -> Change:
    ends = [[match.span() for match in _WORD.finditer(words)] for _, words in (old, new)]
    matcher = SequenceMatcher(
        None,
        [old[1][start:end] for start, end in ends[0]],
        [new[1][start:end] for start, end in ends[1]],
        autojunk=len(ends[1]) > _MANY_WORDS,
    )
    kept = [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]
    left = _runs(old[1], ends[0], [(start, start + size) for start, _, size in kept])
    right = _runs(new[1], ends[1], [(start, start + size) for _, start, size in kept])
    return Change(
        kind=ChangeKind.CHANGED,
        before=_compared(before, old, left),
        after=_compared(after, new, right),
        figures=_figures(old[1], new[1]),
    )


def _runs(text: str, words: Sequence[tuple[int, int]], kept: Sequence[tuple[int, int]]) -> tuple[Run, ...]:
    """Cut a sentence where it begins or ends to differ; the space between two differing words differs too."""
    stays = [False] * len(words)
    for first, last in kept:
        stays[first:last] = [True] * (last - first)
    found: list[Run] = []
    at = 0
    for number, (start, end) in enumerate(words):
        differs = not stays[number]
        both = differs and bool(found) and found[-1].differs
        if at < start and not both:
            found.append(Run(words=text[at:start], differs=False))
        found.append(Run(words=text[at if both else start : end], differs=differs))
        at = end
    found.append(Run(words=text[at:], differs=False))
    return _joined(found)


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].differs == run.differs:
            joined[-1] = replace(run, words=joined[-1].words + run.words)
        elif run.words:
            joined.append(run)
    return tuple(joined)


def _figures(old: str, new: str) -> tuple[FigureChange, ...]:
    """Return the figures of one wording that the other has not, paired in order where both have as many."""
    left, right = _figures_of(old), _figures_of(new)
    gone, came = _without(left, right), _without(right, left)
    if len(gone) == len(came):
        return tuple(FigureChange(before=one, after=other) for one, other in zip(gone, came, strict=True))
    return (
        *(FigureChange(before=one, after="") for one in gone),
        *(FigureChange(before="", after=other) for other in came),
    )


def _figures_of(text: str) -> list[tuple[tuple[Decimal, str], str]]:
    """Return what each figure is worth, with its unit, and as it is written."""
    return [((item.value, item.unit), text[item.start_char : item.end_char]) for item in find_quantities(text)]


def _without(
    figures: Sequence[tuple[tuple[Decimal, str], str]], others: Sequence[tuple[tuple[Decimal, str], str]]
) -> list[str]:
    left = Counter(worth for worth, _ in others)
    alone = []
    for worth, written in figures:
        if left[worth]:
            left[worth] -= 1
        else:
            alone.append(written)
    return alone


def _with_moves(parts: Sequence[Change | Unchanged]) -> list[Change | Unchanged]:
    """Make one change, where it stands now, of what was removed in one place and stands word for word in another."""
    removed: defaultdict[str, list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        if isinstance(part, Change) and part.kind is ChangeKind.REMOVED and part.before is not None:
            removed[_key(part.before)].append(place)
    moved: dict[int, Change] = {}
    gone: set[int] = set()
    for place, part in enumerate(parts):
        if isinstance(part, Change) and part.kind is ChangeKind.ADDED and part.after is not None:
            places = removed.get(_key(part.after))
            if places:
                from_place = places.pop(0)
                earlier = parts[from_place]
                assert isinstance(earlier, Change)
                gone.add(from_place)
                moved[place] = replace(part, kind=ChangeKind.MOVED, before=earlier.before)
    return [moved.get(place, part) for place, part in enumerate(parts) if place not in gone]


def _key(words: ComparedWords) -> str:
    return " ".join(words.words.split())


def _whole(side: Side, sentence: _Sentence) -> ComparedWords:
    return _compared(side, sentence, (Run(words=sentence[1], differs=True),))


def _compared(side: Side, sentence: _Sentence, runs: tuple[Run, ...]) -> ComparedWords:
    span, _ = sentence
    words = side.text[span.start_char : span.end_char]
    own_id = side.document.document_id
    return ComparedWords(
        span=span,
        words=words,
        cite=encode_cite(side.edition_id, own_id, ((span.start_char, span.end_char),), words),
        locator=_locator(side, span),
        runs=runs,
    )


def _locator(side: Side, span: Span) -> Locator:
    touched = [page for page in side.pages if page.start_char < span.end_char and span.start_char < page.end_char]
    section = _holding(side.sections, span)
    place = _holding(side.places, span)
    return Locator.of(span, touched, section.heading_path if section else (), None, place.label if place else "")


_Stretch = TypeVar("_Stretch", Section, Place)


def _holding(stretches: Sequence[_Stretch], span: Span) -> _Stretch | None:
    position = bisect_right(stretches, span.start_char, key=lambda stretch: stretch.start_char) - 1
    found = stretches[position] if position >= 0 else None
    return found if found is not None and span.start_char < found.end_char else None
