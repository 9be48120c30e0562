"""Find the documents that a question names: by title, publisher and address, and by what stands on the first page.

"The FY 2018 report of Best Buy" names one document of twenty, whatever its file is called. So names and years of the
question are looked for in the first lines of each document too, where it says whose it is and for which year; other words only in
what the catalogue calls it, since any first page may speak of anything.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from report_qa.dates import find_years
from report_qa.questions import Question
from report_qa.records.document import SourceDocument
from report_qa.words import content_terms, terms

# A term that stands in more documents' names than this ("report", "neighbourhood") tells them apart badly.
_COMMON = 0.5
_IN_BEGINNING = 0.8
# A report covers the years before its own: the latest year of a question names it, the others less.
_EARLIER_YEAR = 0.3
_OF_CONTEXT = 0.5
# Words of a title that are no name ("health", "funding") are as often what a question is about as where to look.
_WITHOUT_NAME = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The terms and years (as digits) of a document's names, and those of its first lines."""

    named: frozenset[str]
    beginning: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """How much of what names documents in a question names each of them (0 to 1), and the terms that do so."""

    scores: Mapping[str, float]
    terms: frozenset[str]

    def without(self, text: str) -> str:
        """Return a question without the names of documents; the text itself where nothing else would be left."""
        kept = [word for word in text.split() if not (word[:1].isupper() and self.terms.intersection(terms(word)))]
        rest = " ".join(kept)
        return rest if content_terms(rest) else text


def identity_of(document: SourceDocument, beginning: str) -> Identity:
    """Return what a document is called; `beginning` are its first BEGINNING_CHARS characters."""
    names = f"{document.title} {document.publisher} {document.about} {document.path}".replace("_", " ")
    return Identity(
        named=frozenset(content_terms(names)) | _years(names), beginning=frozenset(terms(beginning)) | _years(beginning)
    )


def identify(question: Question, context: Question | None, identities: Mapping[str, Identity]) -> Named:
    """Return which documents a question, or the earlier one that it leans on, names."""
    sought = _sought(question)
    for term, weight in _sought(context).items() if context is not None else ():
        sought.setdefault(term, _OF_CONTEXT * weight)
    loose = _names_and_years(question) | (_names_and_years(context) if context is not None else frozenset())
    found = {
        document_id: {
            term: weight * (1.0 if term in identity.named else _IN_BEGINNING)
            for term, weight in sought.items()
            if term in identity.named or (term in loose and term in identity.beginning)
        }
        for document_id, identity in identities.items()
    }
    frequency = Counter(term for held in found.values() for term in held)
    limit = max(1.0, _COMMON * len(identities))
    rarity = {term: math.log(1 + len(identities) / count) for term, count in frequency.items() if count <= limit}
    whole = sum(share * sought[term] for term, share in rarity.items())
    if not whole:
        return Named(scores={}, terms=frozenset())
    trust = 1.0 if loose.intersection(rarity) else _WITHOUT_NAME
    scores = {
        document_id: trust * sum(rarity.get(term, 0.0) * weight for term, weight in held.items()) / whole
        for document_id, held in found.items()
    }
    return Named(scores=scores, terms=frozenset(rarity))


def _sought(question: Question) -> dict[str, float]:
    latest = max(question.years, default=0)
    years = {str(year): 1.0 if year == latest else _EARLIER_YEAR for year in question.years}
    return dict.fromkeys(question.terms, 1.0) | dict.fromkeys(_names(question), 1.0) | years


def _names(question: Question) -> frozenset[str]:
    return frozenset(part for name in question.names for part in name)


def _names_and_years(question: Question) -> frozenset[str]:
    return _names(question) | {str(year) for year in question.years}


def _years(text: str) -> frozenset[str]:
    return frozenset(map(str, find_years(text)))
