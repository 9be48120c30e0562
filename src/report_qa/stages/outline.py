"""Say in short what a document, a section of it, or all documents say of a topic, in their own sentences.

A document that has a summary of its own ("Key findings", "In brief", "Conclusions") is told by that. Else the sentences are taken
that stand for the most: those nearest to the mean of all of them (the centroid method of Radev et al., "Centroid-based
summarization of multiple documents", IPM 40(6), 2004, with the stored vectors of sentences in place of word weights), at the
head of their section, and that report a finding; each next one is to say something that those before it don't (maximal
marginal relevance, Carbonell and Goldstein, SIGIR 1998). What is chosen is quoted in reading order. Sentences that can't be
understood without the one before are left out.
Lengths are characters as read out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from report_qa.ports import PassageStore
from report_qa.provision import without_addresses
from report_qa.quantities import find_quantities
from report_qa.questions import Asked, Question
from report_qa.records.document import BlockKind, SourceDocument
from report_qa.records.passage import Passage, RetrievedPassage, ScoredUnit, Selection, Unit
from report_qa.summaries import topic_of
from report_qa.wording import spoken
from report_qa.words import content_terms

MOST_CLAIMS, MOST_CHARS, MOST_DOCUMENTS = 7, 1_200, 5
_LEDE = 80
_SHORTEST, _LONGEST, _LONGEST_LIST = 40, 350, 700
_OWN_SUMMARY = re.compile(
    r"^[\W\d]*(?:the )?(?:[\w’'-]+ ){0,3}?(?:executive summary|plain[- ](?:english|language) summary|summary|abstract|highlights|"
    r"(?:key|main|headline|principal) (?:findings|points|messages|facts|conclusions|takeaways)|in brief|at a glance|in short|overview)\W*$",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"^[\W\d]*(?:conclusions?|concluding remarks|findings(?: and conclusions)?)\W*$", re.IGNORECASE
)
# Sections that say nothing of a document's subject.
_APPARATUS = re.compile(
    r"\b(?:about this|references|bibliography|contents|acknowledge?ments?|appendix|appendices|annex|glossary|sources|contacts?|"
    r"copyright|licen[cs]e|further reading|endnotes|footnotes|about the authors?|abbreviations|index|disclaimer|preface|imprint)\b",
    re.IGNORECASE,
)
_DANGLES = re.compile(
    r"(?:this|these|those|that|it|its|they|their|he|she|his|her|however|but|and|also|so|such|then|there|here|moreover|furthermore|"
    r"nevertheless|in addition|for example|for instance|as a result|therefore|thus|hence|another|others|both|the same|"
    r"the (?:latter|former)|by contrast|in contrast|instead|similarly|likewise|yet|sources?|notes?|figure|table|see|our comment)\b",
    re.IGNORECASE,
)
_FINDS = re.compile(
    r"\b(?:found|finds?|findings?|shows?|showed|suggests?|concludes?|concluded|estimates?|estimated|recommends?|recommended|"
    r"calls? (?:for|on)|argues?|evidence|results?|increased?|reduced?|fell|rose|improved?|more likely|"
    r"less likely|proposes?|aims?|sets out)\b",
    re.IGNORECASE,
)
_OF_SECTION, _AT_HEAD, _FINDING, _FIGURE = 0.3, 0.1, 0.12, 0.05
_MORE_OF_THE_SAME, _SAME_SECTION = 0.6, 0.12
_NAMED_ENOUGH = 0.5
_FEW = 3
# What the form of a question for a summary looks like besides: "can you …", "what are the …s".
_WITH_A_SUMMARY = frozenset({Asked.SUMMARY, Asked.LIST, Asked.YES_NO, Asked.DEFINITION})
_SAME_WORDS = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    unit: ScoredUnit
    vector: NDArray[np.float32]
    order: tuple[int, int]
    section: tuple[str, ...]
    at_head: bool


def wants_summary(question: Question) -> bool:
    """Return whether a question wants a summary; "in short, how large is the gap?" wants a figure."""
    return Asked.SUMMARY in question.asked and question.asked <= _WITH_A_SUMMARY


def about_topic(question: Question) -> Question:
    """Return a question for a summary with only the words of its topic; no terms where it names none."""
    topic = topic_of(question.spelt_out)
    said = frozenset(content_terms(topic))
    return replace(
        question,
        asked=frozenset({Asked.SUMMARY}),
        terms=tuple(term for term in question.terms if term in said),
        asked_for=frozenset(),
        spelt_out=topic or question.spelt_out,
    )


def by_document(units: Iterable[ScoredUnit]) -> tuple[tuple[ScoredUnit, ...], ...]:
    """Return units apart by document, each document's in their order."""
    apart: dict[str, list[ScoredUnit]] = {}
    for unit in units:
        apart.setdefault(unit.retrieved.document.document_id, []).append(unit)
    return tuple(map(tuple, apart.values()))


def outline(documents: Sequence[SourceDocument], store: PassageStore) -> tuple[ScoredUnit, ...]:
    """Return the units that tell documents in short: one document in full, of a few some sentences each, of many one of some."""
    if len(documents) > _FEW:
        return outline_shelf(documents, store)
    claims, chars = math.ceil(MOST_CLAIMS / len(documents)), MOST_CHARS // len(documents)
    return tuple(
        unit for document in documents for unit in outline_document(document, store, claims=claims, chars=chars)
    )


def outline_document(
    document: SourceDocument, store: PassageStore, *, claims: int = MOST_CLAIMS, chars: int = MOST_CHARS
) -> tuple[ScoredUnit, ...]:
    """Return the units that tell in short what a document says, in reading order; () where it has no sentences."""
    candidates = _candidates(document, store)
    summary = _own_summary(candidates)
    return _strongest(summary or candidates, claims, chars)


def outline_section(
    documents: Sequence[SourceDocument],
    store: PassageStore,
    wanted: str,
    *,
    claims: int = MOST_CLAIMS,
    chars: int = MOST_CHARS,
) -> tuple[ScoredUnit, ...]:
    """Return the units that tell in short what the section says whose heading is most like `wanted`; () where none is.

    The documents come in the order in which equally good headings are preferred.
    """
    likeness = {
        (document.document_id, section.heading_path): _heading_likeness(wanted, section.heading_path)
        for document in documents
        for section in store.sections(document.document_id)
    }
    best = max(likeness.values(), default=0.0)
    if best < _NAMED_ENOUGH:
        return ()
    # Of several that are called alike, the one that says the most.
    within: list[_Candidate] = []
    for document in documents:
        paths = [path for name, path in likeness if name == document.document_id and likeness[name, path] > best - 1e-6]
        candidates = _candidates(document, store, apparatus=True) if paths else []
        for chosen in paths:
            inside = [
                candidate
                for candidate in candidates
                if candidate.unit.retrieved.passage.heading_path[: len(chosen)] == chosen
            ]
            within = max(within, inside, key=len)
    return _strongest(within, claims, chars)


def outline_shelf(documents: Sequence[SourceDocument], store: PassageStore) -> tuple[ScoredUnit, ...]:
    """Return the strongest sentence of each of the few documents that are most like all of them taken together."""
    leading = []
    for document in documents:
        candidates = _candidates(document, store)
        best = _strongest(_own_summary(candidates) or candidates, 1, _LONGEST)
        if best:
            mean = _unit_mean([candidate.vector for candidate in candidates])
            leading.append((best[0], mean))
    if not leading:
        return ()
    centre = _unit_mean([mean for _, mean in leading])
    nearest = sorted(leading, key=lambda item: -float(item[1] @ centre))[:MOST_DOCUMENTS]
    return tuple(unit for unit, mean in leading if any(unit is kept for kept, _ in nearest))


def outline_topic(best: Selection, of_each: Sequence[Selection]) -> Selection:
    """Return the best unit of each document that has one, most direct first, in place of what `best` chose from all of them.

    `best` decides whether the topic is answered at all; `of_each` are the choices among the units of one document each.
    """
    if not best.units:
        return best
    chosen: list[ScoredUnit] = []
    length = 0
    ranked = sorted((choice.units[0] for choice in of_each if choice.units), key=lambda unit: -unit.score)
    for unit in ranked:
        size = len(spoken(unit))
        if len(chosen) >= MOST_DOCUMENTS or (chosen and length + size > MOST_CHARS):
            break
        if not any(_says_the_same(unit, other) for other in chosen):
            chosen.append(unit)
            length += size
    return Selection(
        units=tuple(chosen) or best.units, nearest=best.nearest, confidence=best.confidence, signals=best.signals
    )


def _candidates(document: SourceDocument, store: PassageStore, *, apparatus: bool = False) -> list[_Candidate]:
    passages = store.passages_of(document.document_id)
    vectors = store.vectors([passage.passage_id for passage in passages])
    text = store.text(document.document_id)
    depth = 1 + _shared_depth(passages)
    begun: set[tuple[str, ...]] = set()
    found = []
    for passage in passages:
        if not apparatus and any(_APPARATUS.search(heading) for heading in passage.heading_path):
            continue
        retrieved = RetrievedPassage(passage=passage, document=document, rank=0, fused_score=0.0, legs=())
        for unit, vector in zip(passage.units, vectors[passage.passage_id][1:], strict=False):
            words = "\n".join(text[span.start_char : span.end_char] for span in unit.spans)
            at_head = passage.heading_path not in begun
            begun.add(passage.heading_path)
            # Before the first heading stands who wrote it, and when, as often as what it is about.
            before = not passage.heading_path and any(other.heading_path for other in passages)
            if _can_be_quoted(unit, words) and not (before and len(words) < _LEDE):
                scored = ScoredUnit(
                    retrieved=retrieved,
                    unit=unit,
                    words=words,
                    score=0.0,
                    coverage=1.0,
                    own_coverage=1.0,
                    similarity=0.0,
                    provides=True,
                )
                place = (passage.ordinal, unit.spans[-1].start_char)
                found.append(
                    _Candidate(
                        unit=scored, vector=vector, order=place, section=passage.heading_path[:depth], at_head=at_head
                    )
                )
    return found


def _can_be_quoted(unit: Unit, words: str) -> bool:
    """Return whether words are a sentence, or a list with its lead-in, that can be read by itself."""
    if without_addresses(words) != words or _DANGLES.match(words.lstrip("\"“‘'• ")):
        return False
    if unit.kind is BlockKind.LIST:
        return unit.whole and unit.lead > 0 and len(words) <= _LONGEST_LIST
    return (
        unit.kind is BlockKind.PROSE
        and _SHORTEST <= len(words) <= _LONGEST
        and words.rstrip("\"”’')] ")[-1:] in {".", "!"}
        and not words[:1].islower()
    )


def _shared_depth(passages: Sequence[Passage]) -> int:
    """Return how many outer headings all passages that have any share: the document's title is one."""
    paths = [passage.heading_path for passage in passages if passage.heading_path]
    depth = 0
    while paths and all(len(path) > depth + 1 for path in paths) and len({path[depth] for path in paths}) == 1:
        depth += 1
    return depth


def _own_summary(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the sentences of the document's own summary, else those of its conclusions, if they are more than one."""
    for pattern in (_OWN_SUMMARY, _CONCLUSION):
        within = [
            candidate
            for candidate in candidates
            if any(pattern.match(heading) for heading in candidate.unit.retrieved.passage.heading_path[-2:])
        ]
        if len(within) > 1:
            return within
    return []


def _strongest(candidates: Sequence[_Candidate], claims: int, chars: int) -> tuple[ScoredUnit, ...]:
    """Return the candidates that stand for the most and say different things, in reading order, as far as there is room."""
    if not candidates:
        return ()
    centre = _unit_mean([candidate.vector for candidate in candidates])
    sections = {
        section: _unit_mean([candidate.vector for candidate in candidates if candidate.section == section])
        for section in {candidate.section for candidate in candidates}
    }
    worth = [
        float(candidate.vector @ centre)
        + _OF_SECTION * float(candidate.vector @ sections[candidate.section])
        + _AT_HEAD * candidate.at_head
        + _FINDING * bool(_FINDS.search(candidate.unit.words))
        + _FIGURE * any(not quantity.is_year for quantity in find_quantities(candidate.unit.words))
        for candidate in candidates
    ]
    vectors = np.stack([candidate.vector for candidate in candidates])
    likeness = np.zeros(len(candidates))
    taken: list[int] = []
    told: Counter[tuple[str, ...]] = Counter()
    left, length = set(range(len(candidates))), 0
    while left and len(taken) < claims:
        best = max(
            left,
            key=lambda at: (
                worth[at] - _MORE_OF_THE_SAME * likeness[at] - _SAME_SECTION * told[candidates[at].section],
                -at,
            ),
        )
        left.discard(best)
        size = len(spoken(candidates[best].unit))
        if (taken and length + size > chars) or any(
            _says_the_same(candidates[best].unit, candidates[at].unit) for at in taken
        ):
            continue
        taken.append(best)
        length += size
        told[candidates[best].section] += 1
        likeness = np.maximum(likeness, vectors @ candidates[best].vector)
    return tuple(candidates[at].unit for at in sorted(taken, key=lambda at: candidates[at].order))


def _says_the_same(unit: ScoredUnit, other: ScoredUnit) -> bool:
    first, second = frozenset(content_terms(unit.words)), frozenset(content_terms(other.words))
    return len(first & second) > _SAME_WORDS * (min(len(first), len(second)) or 1)


def _heading_likeness(wanted: str, path: Sequence[str]) -> float:
    """Return how like a heading's words are to the words wanted (0 to 1, Dice's coefficient); a number matches only itself."""
    if not path:
        return 0.0
    if re.fullmatch(r"\d+(?:\.\d+)*", wanted):
        return float(re.match(rf"\D{{0,9}}{re.escape(wanted)}(?![.]?\d)", path[-1]) is not None)
    sought, said = frozenset(content_terms(wanted)), frozenset(content_terms(path[-1]))
    return 2 * len(sought & said) / ((len(sought) + len(said)) or 1)


def _unit_mean(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = np.mean(np.stack(vectors), axis=0).astype(np.float32)
    return mean / (np.linalg.norm(mean) or np.float32(1.0))
