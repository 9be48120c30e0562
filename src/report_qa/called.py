"""What the documents of a shelf are called: the words, years and initials by which people speak of them.

A question restricts itself to documents by these ("according to Frontier"), and a footnote cites them. Whether a phrase speaks
of a document at all is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from report_qa.dates import find_years
from report_qa.records.document import SourceDocument
from report_qa.words import terms

_SHORTEST_INITIALS = 3
_MOST_OF_A_NAME = 2 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What a document is called: the terms of its names, its years of publication, and the terms of its first lines.

    `beginning` and `beginning_years` are empty where the catalogue names a publisher or says what the document is about.
    """

    document: SourceDocument
    names: frozenset[str]
    years: frozenset[int]
    beginning: frozenset[str]
    beginning_years: frozenset[int]


def called(document: SourceDocument, beginning: str) -> Called:
    """Return what a document is called; `beginning` are its first characters."""
    names = f"{document.title} {document.publisher} {document.about} {_apart(document.path)}"
    catalogued = bool(document.publisher or document.about)
    return Called(
        document=document,
        names=frozenset((*terms(names), *terms(_apart(document.title)), *_initials(document))),
        years=_years_of(document),
        beginning=frozenset() if catalogued else frozenset(terms(beginning)),
        beginning_years=frozenset() if catalogued else find_years(beginning),
    )


def bears(name: tuple[str, ...], names: frozenset[str]) -> bool:
    """Return whether a name is among some words: all of a short one, most of a long one."""
    found = sum(part in names for part in name)
    return bool(name) and found >= _MOST_OF_A_NAME * len(name)


def _years_of(document: SourceDocument) -> frozenset[int]:
    """Return the years of publication: of what a document is about, where it is about another publication, else its own.

    A title may speak of years to come, so those after its publication are none of its own.
    """
    titled = find_years(document.title) | find_years(_apart(document.path))
    published = document.published_on.year if document.published_on else None
    if document.about:
        return titled
    if published is None:
        return titled
    return frozenset(year for year in titled if year <= published) | {published}


def _initials(document: SourceDocument) -> Iterable[str]:
    """Yield the initials of the bodies that a catalogue names: "jrf" for the Joseph Rowntree Foundation."""
    for body in re.split(r"[;,]|\band others\b", f"{document.publisher}; {document.about}"):
        letters = "".join(word[0] for word in re.findall(r"[\w’'-]+", body) if word[:1].isupper())
        if len(letters) >= _SHORTEST_INITIALS:
            yield letters.lower()


def _apart(name: str) -> str:
    """Return a file's name with its words and years apart: "GSA2022", "2014-annual-report"."""
    spaced = re.sub(r"[^\w]|_", " ", name)
    return re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", spaced)
