"""Score the quotable units of the best passages: which sentence, list or table row answers?

A unit is judged by what it says itself and by what it stands under (its passage, headings and document title), because a
sentence alone loses the heading that names its subject. Four things count, each between 0 and 1: the passage's fused score,
the unit's own likeness to the question, the share of the question's terms that are covered, and whether the unit holds the
kind of words that is asked for. The weights are few and named; docs/adr/0004 says where they come from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from report_qa.dates import find_years
from report_qa.extremes import Sides, extremes_asked, lacks_extreme, says_the_opposite, sides_asked
from report_qa.people import is_by_somebody
from report_qa.ports import LexicalIndex, PassageStore
from report_qa.provision import (
    asks_for_total,
    defines,
    denies,
    gives_reason,
    gives_share_of_one,
    provides,
    role_asked,
    says_nothing,
    says_what_it_is,
    without_addresses,
)
from report_qa.quantities import find_quantities
from report_qa.questions import Asked, Question
from report_qa.records.document import BlockKind, Role, SourceDocument, Span
from report_qa.records.passage import RetrievedPassage, ScoredUnit, Unit
from report_qa.synonyms import synonyms
from report_qa.weights import BEGINNING_CHARS, COVERAGE_WEIGHT, PASSAGE_WEIGHT, SIMILARITY_WEIGHT
from report_qa.words import content_term_set, content_terms, rarity_of, stem, terms

KIND_PENALTY = 0.25
FOOTNOTE_PENALTY = 0.2
# Who did it must stand beside what was done: any sentence holds somebody's name.
ROLE_PENALTY = 0.12
# "£50m each" is no answer to "how much in total".
SHARE_PENALTY = 0.15
# A line that refers to a source, or that is no sentence, is seldom what somebody wants to read.
REFERENCE_PENALTY = 0.1
# "In 2019 it was 12%" is no answer about 2020.
YEAR_PENALTY = 0.12
# A list for "which …s", a definition for "what is …".
FORM_BONUS = 0.12
# Units within this of each other are a tie, and the report comes before its evidence.
REPORT_BONUS = 0.06

# How much a question's term counts by where it stands: in the unit, in its passage or headings, in the document's title.
_IN_UNIT, _IN_PASSAGE, _IN_TITLE = 1.0, 0.75, 0.6
# Kinds for which the lead-in, caption or header may give the answer together with the item.
_ABOUT = frozenset({Asked.NAME, Asked.LIST, Asked.DEFINITION, Asked.REASON, Asked.YES_NO, Asked.DATE})
# What a unit gains by standing in the document that the conversation is about.
FOCUS_BONUS = 0.06
# A longer table is not read out where one fact is asked for.
WHOLE_TABLE_CHARS = 400
_NEGLIGIBLE = 1e-6
# "Principal investigator: Jane Doe" is no sentence and says more than many.
_LABELLED = re.compile(r"\S:\s+\S")
_SAYS_NO_COLUMN = frozenset({"year"})
_SIGNS = {"£": "pound", "$": "dollar", "€": "euro"}
# How much the noun after "which" counts: it names the kind of answer, and an answer seldom says its own kind.
_ASKED_FOR = 0.35
# How much another word for it counts there.
_SYNONYM = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """What every unit is compared with: the question, its vector, its terms' rarity and other words, and what else it wants."""

    question: Question
    vector: NDArray[np.float32]
    rarity: Mapping[str, float]
    others: Mapping[str, tuple[frozenset[str], ...]]
    naming: frozenset[str]
    focus: frozenset[str]
    role: str
    total: bool
    extremes: frozenset[str]
    sides: Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What all units of one document stand under: its names, its first lines, and the terms of both."""

    text: str
    about: str
    beginning: str
    terms: frozenset[str]


def rerank(
    question: Question,
    context: Question | None,
    vector: NDArray[np.float32],
    passages: Sequence[RetrievedPassage],
    *,
    store: PassageStore,
    lexical: LexicalIndex,
    naming: frozenset[str] = frozenset(),
    focus: frozenset[str] = frozenset(),
) -> tuple[ScoredUnit, ...]:
    """Return the units of these passages, best first.

    `naming` are the question's terms that name documents: what stands in a document that is called so is about it, whether
    or not it says so again. `focus` are the documents that a conversation is about.
    """
    if not passages:
        return ()
    rarity = term_rarity(question, context, lexical)
    asking = _Asking(
        question=question,
        vector=vector,
        rarity=rarity,
        others={term: _other_words(term, question, context) for term in rarity},
        naming=naming,
        focus=focus,
        role=role_asked(question) if context is None else "",
        total=asks_for_total(question),
        extremes=extremes_asked(question.text),
        sides=sides_asked(question.text),
    )
    vectors = store.vectors([item.passage.passage_id for item in passages])
    documents = {item.document.document_id: item.document for item in passages}
    sources = {name: _source(document, store.text(name)) for name, document in documents.items()}
    scored = [
        unit
        for item in passages
        for unit in _units(item, sources[item.passage.document_id], vectors[item.passage.passage_id], asking)
    ]
    scored.sort(key=lambda candidate: -candidate.score)
    return tuple(scored)


def term_rarity(question: Question, context: Question | None, lexical: LexicalIndex) -> dict[str, float]:
    """Return each question term's inverse document frequency, BM25's smoothed form (Robertson and Zaragoza, 2009).

    Terms that only the earlier question of a follow-up has count less: the follow-up may be about to replace them.
    """
    total = lexical.count()
    weights = {term: _ASKED_FOR if term in question.asked_for else 1.0 for term in question.terms}
    for term in context.terms if context is not None else ():
        weights.setdefault(term, 0.4)
    return {term: weight * rarity_of(lexical.document_frequency(term), total) for term, weight in weights.items()}


def _other_words(term: str, question: Question, context: Question | None) -> tuple[frozenset[str], ...]:
    """Return what may stand for a term: single synonyms, and an acronym's words taken together."""
    expansions = (*question.expansions, *(context.expansions if context is not None else ()))
    spelt_out = tuple(frozenset(stems) for short, stems in expansions if short == term)
    return (*spelt_out, *(frozenset((other,)) for other in synonyms(term)))


def _source(document: SourceDocument, text: str) -> _Source:
    # What a document is called and whose it is stands on its first page, whatever the catalogue says.
    beginning = without_addresses(text[:BEGINNING_CHARS])
    about = f"{document.title} {document.publisher} {document.about}"
    return _Source(text=text, about=about, beginning=beginning, terms=content_term_set(f"{about}\n{beginning}"))


def _units(item: RetrievedPassage, source: _Source, vectors: NDArray[np.float32], asking: _Asking) -> list[ScoredUnit]:
    passage = item.passage
    around = _said_terms(f"{passage.text} {' '.join(passage.heading_path)}")
    near = {
        term: max(
            _IN_PASSAGE * _held(term, around, others),
            (_IN_UNIT if term in asking.naming else _IN_TITLE) * _held(term, source.terms, others),
        )
        for term, others in asking.others.items()
    }
    context = "\n".join((passage.text, *passage.heading_path, source.about))
    silent = _saying_nothing_new(passage.units, source.text, asking.rarity)
    scored = [
        _score(item, unit, float(vector @ asking.vector), near, source, asking, context)
        for unit, vector in zip(passage.units, vectors[1:], strict=False)
        if unit not in silent
    ]
    return scored if Asked.LIST in asking.question.asked else _without_needless_wholes(scored)


def _without_needless_wholes(units: list[ScoredUnit]) -> list[ScoredUnit]:
    """Return a passage's units without the tables of which one row says as much of the question by itself."""
    best = max((unit.own_coverage for unit in units if not unit.unit.whole), default=0.0)
    return [
        unit
        for unit in units
        if not (
            unit.unit.whole
            and unit.unit.kind is BlockKind.TABLE
            and (unit.own_coverage <= best + _NEGLIGIBLE or len(unit.words) > WHOLE_TABLE_CHARS)
        )
    ]


def _said_terms(words: str) -> frozenset[str]:
    """Return the terms of words as they are read aloud: a sign for pounds is a word too."""
    said = content_term_set(without_addresses(words))
    return said | {stem(name) for sign, name in _SIGNS.items() if sign in words}


def _saying_nothing_new(units: Sequence[Unit], text: str, rarity: Mapping[str, float]) -> frozenset[Unit]:
    """Return the items and rows that hold no more of the question than what stands in front of all of them.

    Then it is not one of them that answers but their list or table as a whole. What all items of a list say stands in front too.
    """
    single = [unit for unit in units if not unit.whole]
    if not single or len(single) == len(units):
        return frozenset()
    said = {span: _asked_terms(text, span, rarity) for unit in single for span in unit.spans}
    common = frozenset.intersection(*(said[unit.spans[-1]] for unit in single))
    return frozenset(
        unit
        for unit in single
        if said[unit.spans[-1]]
        <= (frozenset() if unit.kind is BlockKind.TABLE else common).union(*(said[span] for span in unit.spans[:-1]))
    )


def _asked_terms(text: str, span: Span, rarity: Mapping[str, float]) -> frozenset[str]:
    return frozenset(term for term in content_terms(text[span.start_char : span.end_char]) if term in rarity)


def _is_reference(unit: Unit, words: str, asked: frozenset[Asked], *, provided: bool) -> bool:
    """Return whether words only point to something: an address, or a line that is no sentence.

    Under a letter a name and a date are all that there is.
    """
    if without_addresses(words) != words:
        return True
    return _is_fragment(unit, words) and not (provided and asked & {Asked.NAME, Asked.DATE} and "\n" in words)


def _is_fragment(unit: Unit, words: str) -> bool:
    """Return whether prose is no sentence: a line of a title page, a label, a lead-in without what it leads to."""
    ending = words.rstrip()[-1:]
    return unit.kind is BlockKind.PROSE and (
        ending == ":" or (ending not in set(".!?;\"'”’)]") and not _LABELLED.search(words))
    )


def _score(
    item: RetrievedPassage,
    unit: Unit,
    similarity: float,
    near: Mapping[str, float],
    source: _Source,
    asking: _Asking,
    context: str,
) -> ScoredUnit:
    words = "\n".join(source.text[span.start_char : span.end_char] for span in unit.spans)
    own = _said_terms(words)
    rarity, others, asked = asking.rarity, asking.others, asking.question.asked
    whole = sum(rarity.values()) or 1.0
    within = {term: _held(term, own, others[term]) for term in rarity}
    nearby = {term: max(_IN_UNIT * within[term], near[term]) for term in rarity}
    coverage = sum(rarity[term] * nearby[term] for term in rarity) / whole
    # The lead-in of a list and the head of a table say what an item is about, not what it says.
    said = words if unit.whole else words.split("\n", unit.lead)[-1] if unit.lead else words
    provided = _provides_all(unit, words, said, asking)
    score = (
        PASSAGE_WEIGHT * min(1.0, item.fused_score)
        + SIMILARITY_WEIGHT * max(0.0, similarity)
        + COVERAGE_WEIGHT * coverage
        - (0.0 if provided else KIND_PENALTY)
        - (SHARE_PENALTY if asking.total and gives_share_of_one(said) else 0.0)
        - (0.0 if _plays_role(asking, own, words) else ROLE_PENALTY)
        - (FOOTNOTE_PENALTY if item.passage.kind is BlockKind.FOOTNOTE else 0.0)
        - (REFERENCE_PENALTY if _is_reference(unit, words, asked, provided=provided) else 0.0)
        + _form(unit, asked)
        - (YEAR_PENALTY if _of_another_year(words, asking.question) else 0.0)
        + (FORM_BONUS if Asked.REASON in asked and gives_reason(words) else 0.0)
        + (_defining(words, asking.question) if Asked.DEFINITION in asked else 0.0)
        + (FOCUS_BONUS if item.document.document_id in asking.focus else 0.0)
        + (REPORT_BONUS if item.document.role is Role.REPORT else 0.0)
    )
    return ScoredUnit(
        retrieved=item,
        unit=unit,
        words=words,
        score=score,
        coverage=coverage,
        own_coverage=sum(rarity[term] * within[term] for term in rarity) / whole,
        similarity=similarity,
        provides=provided,
        covered=frozenset(term for term in rarity if within[term]),
        missing=tuple((term, rarity[term] / whole) for term in rarity if not nearby[term]),
        context=context,
        beginning=source.beginning,
        columns=_columns_asked(unit, words, frozenset(asking.rarity)),
    )


def _plays_role(asking: _Asking, own: frozenset[str], words: str) -> bool:
    """Return whether words say of somebody what a question by "who" asks about, as far as it says so in one word."""
    return (
        not asking.role
        or bool(_held(asking.role, own, asking.others.get(asking.role, ())))
        or is_by_somebody(asking.role, words)
    )


def _columns_asked(unit: Unit, words: str, asked: frozenset[str]) -> frozenset[int]:
    """Return the columns whose heads say most of the question ("FY 2014 results"), and those of words; none if no head does.

    A table of figures has a column for each year, and a reader who asks for one year is not read the others.
    """
    if unit.kind is not BlockKind.TABLE or not unit.lead:
        return frozenset()
    head, row = words.split("\n")[unit.lead - 1].split(" | "), words.split("\n")[-1].split(" | ")
    if len(head) != len(row):
        return frozenset()
    asked = asked - _SAYS_NO_COLUMN
    said = {at: len(asked.intersection(terms(head[at]))) for at in range(1, len(head))}
    most = max(said.values(), default=0)
    if not most:
        return frozenset()
    return frozenset(at for at, count in said.items() if count == most or not find_quantities(row[at]))


def _of_another_year(words: str, question: Question) -> bool:
    """Return whether words speak of years, and none of them is one that the question asks for."""
    asked = question.years - question.document_years
    return bool(asked) and bool(said := find_years(words)) and not asked & said


def _defining(words: str, question: Question) -> float:
    """Return what the form of a definition is worth."""
    if says_what_it_is(words, question):
        return 2 * FORM_BONUS
    return FORM_BONUS if defines(words, question) else 0.0


def _provides_all(unit: Unit, words: str, said: str, asking: _Asking) -> bool:
    """Return whether a unit holds every kind of words that is asked for, and says neither that there are none nor the opposite."""
    asked, is_table = asking.question.asked, unit.kind is BlockKind.TABLE
    return (
        (
            all(provides(kind, words if kind in _ABOUT else said, asking.question) for kind in asked)
            or denies(said, asking.question)
        )
        and not (is_table and not unit.whole and asked and says_nothing(said) and not denies(said, asking.question))
        and not says_the_opposite(said, asking.sides)
        # The row of the largest value seldom says that it is the largest.
        and (is_table or not lacks_extreme(words, asking.extremes))
    )


def _form(unit: Unit, asked: frozenset[Asked]) -> float:
    """Return what it is worth that a unit is a whole list or table: much for "which …s", little for one fact."""
    if not unit.whole:
        return 0.0
    if Asked.LIST in asked and unit.kind is BlockKind.LIST:
        return FORM_BONUS
    return -FORM_BONUS / 2 if unit.kind is BlockKind.LIST or asked & {Asked.NAME, Asked.LIST, Asked.REASON} else 0.0


def _held(term: str, words: frozenset[str], others: Sequence[frozenset[str]]) -> float:
    """Return how much of a term is among some words: 1 for itself or all that an acronym stands for, less for a synonym."""
    if term in words:
        return 1.0
    for other in others:
        if other <= words:
            return 1.0 if len(other) > 1 else _SYNONYM
    return 0.0
