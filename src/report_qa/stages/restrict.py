"""Find the documents that a question restricts itself to: "according to Frontier", "in the 2013 edition", "not from the report".

The phrases are recognised in `report_qa.restrictions`; here they are resolved against the shelf. A document is called by its
title, publisher, file and what it is about, and by the initials of these; where the catalogue says nothing, by the names in its
first lines. What is named loosely matches all documents that fit. A phrase restricts only where it is sure what it means: it
names a document or a body, or it says "the report" on a shelf that has one. A name that no document bears still restricts: then
only words count that name it themselves, and without such words the question is refused rather than answered by somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from report_qa.called import Called, bears
from report_qa.dates import find_years
from report_qa.questions import Asked, Question, find_names
from report_qa.records.document import Role, report_first
from report_qa.records.passage import ScoredUnit
from report_qa.records.scope import Scope, Within
from report_qa.restrictions import Restriction, find_restrictions, without_restrictions
from report_qa.words import content_terms, term_set, terms

# Words that half of the shelf's titles share tell its documents apart badly.
_COMMON = 0.5
_LAST_YEAR = 9_999


def restrict(
    question: Question,
    context: Question | None,
    shelf: Sequence[Called],
    acronyms: Mapping[str, frozenset[str]],
) -> tuple[Question, Scope | None]:
    """Return the question without the phrases that restrict it, and the documents that they leave; the same question and None
    where nothing restricts it.

    `context` is the earlier question that this one leans on: its restriction goes on unless this one has its own.
    """
    own = _resolved(find_restrictions(question.text), shelf, acronyms)
    if own:
        return _bare(question, own), _scope(own, shelf)
    inherited = _resolved(find_restrictions(context.text), shelf, acronyms) if context is not None else ()
    return question, _scope(inherited, shelf) if inherited else None


def chosen(within: Within, shelf: Sequence[Called]) -> frozenset[str]:
    """Return the ids of the documents in which a person chose to look, by the years by which a question would restrict itself."""
    body = within.body.casefold()
    since, until = within.since or 0, within.until or _LAST_YEAR
    dated = within.since is not None or within.until is not None
    return frozenset(
        item.document.document_id
        for item in shelf
        if (not within.documents or not {item.document.document_id, item.document.path}.isdisjoint(within.documents))
        and within.role in (None, item.document.role)
        and (not body or body in (name.casefold() for name in item.document.bodies))
        and (not dated or any(since <= year <= until for year in item.years))
    )


def attributing(units: Iterable[ScoredUnit], scope: Scope) -> tuple[ScoredUnit, ...]:
    """Return the units beside which everyone stands to whom the scope wants words attributed: in them, their passage or headings."""
    kept = []
    for unit in units:
        passage = unit.retrieved.passage
        near = term_set(unit.words) | term_set(passage.text) | term_set(" ".join(passage.heading_path))
        if all(bears(name, near) for name in scope.attributed_to):
            kept.append(unit)
    return tuple(kept)


def without_bodies(question: Question, scope: Scope) -> Question:
    """Return a question without the names to which the scope wants words attributed."""
    bodies = frozenset(part for name in scope.attributed_to for part in name)
    terms_left = tuple(term for term in question.terms if term not in bodies)
    return replace(
        question,
        terms=terms_left or question.terms,
        names=tuple(name for name in question.names if name not in scope.attributed_to),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resolved:
    restriction: Restriction
    documents: frozenset[str]
    years_met: bool
    undated: int = 0


def _resolved(
    restrictions: Sequence[Restriction], shelf: Sequence[Called], acronyms: Mapping[str, frozenset[str]]
) -> tuple[_Resolved, ...]:
    found = (_resolve(restriction, shelf, acronyms) for restriction in restrictions)
    return tuple(item for item in found if item is not None)


def _resolve(
    restriction: Restriction, shelf: Sequence[Called], acronyms: Mapping[str, frozenset[str]]
) -> _Resolved | None:
    """Return the documents that a phrase stands for, None where it isn't sure enough to restrict anything."""
    if restriction.generic:
        return _of_role(restriction, shelf)
    if restriction.since is not None:
        return _of_period(restriction, shelf)
    candidates = _bearing_names(restriction, shelf, acronyms)
    dated = _of_years(restriction, candidates) if restriction.years else candidates
    years_met = not restriction.years or bool(dated)
    if restriction.names:
        candidates = dated or candidates
        candidates = _saying(restriction.words, candidates) or candidates
    elif restriction.years:
        if not dated and any(not item.years for item in shelf):
            return None
        candidates = _saying(restriction.words, dated) or dated
    else:
        candidates = _saying(restriction.words, candidates)
        if not candidates or len(candidates) > _COMMON * len(shelf):
            return None
    if restriction.excludes and not candidates:
        return None
    return _Resolved(restriction=restriction, documents=_ids(candidates), years_met=years_met)


def _of_role(restriction: Restriction, shelf: Sequence[Called]) -> _Resolved | None:
    """ "The report" is the one that the catalogue calls so, "the evidence" everything else; on a shelf without one they say nothing."""
    report = [item for item in shelf if item.document.role is Role.REPORT]
    rest = [item for item in shelf if item.document.role is not Role.REPORT]
    if not report or not rest:
        return None
    meant = report if restriction.generic == "report" else rest
    return _Resolved(restriction=restriction, documents=_ids(meant), years_met=True)


def _of_period(restriction: Restriction, shelf: Sequence[Called]) -> _Resolved | None:
    since, until = restriction.since or 0, restriction.until or 0
    dated = [item for item in shelf if item.years]
    if not dated:
        return None
    meant = [item for item in dated if any(since <= year <= until for year in item.years)]
    return _Resolved(restriction=restriction, documents=_ids(meant), years_met=True, undated=len(shelf) - len(dated))


def _bearing_names(
    restriction: Restriction, shelf: Sequence[Called], acronyms: Mapping[str, frozenset[str]]
) -> list[Called]:
    """Return the documents that bear every name of a phrase; those only whose first lines have it where no title does."""
    if not restriction.names:
        return list(shelf)
    forms = [_forms(name, restriction.named, acronyms) for name in restriction.names]
    titled = [item for item in shelf if all(any(bears(form, item.names) for form in name) for name in forms)]
    if titled:
        return titled
    return [
        item
        for item in shelf
        if item.beginning and all(any(bears(form, item.names | item.beginning) for form in name) for name in forms)
    ]


def _forms(name: tuple[str, ...], written: str, acronyms: Mapping[str, frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """Return a name and, of an acronym that the documents explain, the words that it stands for."""
    spelt = (
        tuple(content_terms(long))
        for short, longs in acronyms.items()
        if terms(short) == list(name) and re.search(rf"\b{re.escape(short)}\b", written)
        for long in longs
    )
    return (name, *spelt)


def _of_years(restriction: Restriction, candidates: Sequence[Called]) -> list[Called]:
    dated = [item for item in candidates if item.years & restriction.years]
    return dated or [item for item in candidates if not item.years and item.beginning_years & restriction.years]


def _saying(words: Sequence[str], candidates: Sequence[Called]) -> list[Called]:
    """Return the candidates whose names have all these words; if none has, those that have some of them are no better."""
    return [item for item in candidates if words and item.names.issuperset(words)]


def _scope(resolved: Sequence[_Resolved], shelf: Sequence[Called]) -> Scope:
    kept = {item.document.document_id for item in shelf}
    for item in resolved:
        kept = kept - item.documents if item.restriction.excludes else kept & item.documents
    wanted = [item for item in resolved if not item.restriction.excludes]
    bodies = [item.restriction for item in wanted if item.restriction.names]
    # A publication that is on the shelf speaks for itself; one that isn't, and anybody, may be quoted by others.
    quotable = (
        bool(bodies) and len(bodies) == len(wanted) and (not kept or not any(item.is_document for item in bodies))
    )
    return Scope(
        named=" and ".join(
            f"not {item.restriction.named}" if item.restriction.excludes else item.restriction.named
            for item in resolved
        ),
        document_ids=frozenset(kept),
        titles=tuple(
            document.title for document in report_first(item.document for item in shelf) if document.document_id in kept
        ),
        attributed_to=tuple(dict.fromkeys(name for item in bodies for name in item.names)) if quotable else (),
        undated=max((item.undated for item in resolved), default=0),
    )


def _bare(question: Question, resolved: Sequence[_Resolved]) -> Question:
    """Return a question without the words that only said where to look; all of it where nothing else would be left."""
    restrictions = tuple(item.restriction for item in resolved)
    rest = without_restrictions(question.text, restrictions)
    left = frozenset(terms(rest))
    said = tuple(term for term in question.terms if term in left)
    # A sentence that says who found it answers "according to" him better than one that doesn't.
    bodies = frozenset(part for item in resolved for name in item.restriction.names for part in name)
    kept = tuple(term for term in question.terms if term in left or term in bodies)
    names = find_names(rest)
    phrase_years = {
        year for item in resolved if item.years_met for year in item.restriction.years | _period_years(item.restriction)
    }
    years = question.years - (phrase_years - find_years(rest))
    if not said and any(restriction.is_subject for restriction in restrictions):
        # "What does the Turnaround report say?" wants it all.
        return replace(question, asked=frozenset({Asked.SUMMARY}), terms=(), names=(), years=years, spelt_out=rest)
    if not said:
        return replace(question, years=years)
    return replace(
        question,
        terms=kept,
        names=tuple(name for name in question.names if name in names or left.issuperset(name)),
        years=years,
        document_years=question.document_years & years,
        phrases=tuple(phrase for phrase in question.phrases if phrase in rest),
        spelt_out=without_restrictions(question.spelt_out, find_restrictions(question.spelt_out)) or question.spelt_out,
        asked_for=question.asked_for & left,
        expansions=tuple((short, stems) for short, stems in question.expansions if short in kept),
    )


def _period_years(restriction: Restriction) -> frozenset[int]:
    return find_years(restriction.named) if restriction.since is not None else frozenset()


def _ids(items: Iterable[Called]) -> frozenset[str]:
    return frozenset(item.document.document_id for item in items)
