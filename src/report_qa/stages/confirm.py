"""Is a judgement sure enough to be said of two documents: "evidence says the same", "evidence differs"?

A checked draft is read by its author, who knows what was meant. A chain is shown to strangers as a fact about two publications, so
that more is asked: the very words that would be shown have to carry it. In doubt nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from report_qa.checking.amounts import Amount, agrees, find_amounts
from report_qa.checking.differences import carrying_terms
from report_qa.checking.likeness import Lexicon, held, relevant_acronyms
from report_qa.dates import find_dates, find_years
from report_qa.records.answer import Check
from report_qa.records.passage import ScoredUnit
from report_qa.wording import spoken
from report_qa.words import content_terms, term_set

# The share of a statement's words that the shown words hold themselves; what differs may have some from its headings and title.
_SAME, _SAME_WITHOUT_FIGURES, _DIFFERS = 0.6, 0.75, 0.72
_FEWEST = 5
_WHOLE = re.compile(r"[.!;][\"'”’)\]]*$")


def says_the_same(sentence: str, units: Sequence[ScoredUnit], acronyms: Mapping[str, frozenset[str]]) -> bool:
    """Return whether the words of units that bear a sentence out hold each of its figures and most of its words themselves.

    Of a sentence without a figure that is nearly all of them, and several; a fragment is no statement that a document could make too.
    """
    words = "\n".join(map(spoken, units))
    claimed, found = find_amounts(sentence), find_amounts(words)
    if not all(any(agrees(amount, other) for other in found) for amount in claimed):
        return False
    if not claimed and (len(carrying_terms(sentence)) < _FEWEST or not _WHOLE.search(sentence)):
        return False
    around = "\n".join(f"{words}\n{_under(unit)}" for unit in units)
    if not find_years(sentence) <= find_years(around) or not _months(sentence) <= _months(words):
        return False
    return _share(sentence, words, acronyms) >= (_SAME if claimed else _SAME_WITHOUT_FIGURES)


def differs(
    sentence: str, checks: Sequence[Check], units: Sequence[ScoredUnit], acronyms: Mapping[str, frozenset[str]]
) -> bool:
    """Return whether units say the very same thing as a sentence but for one figure, which they give themselves.

    Another date is no difference: reports of two years say the same of each in the same words.
    """
    failed = [check for check in checks if not check.passed and check.kind != "wording"]
    if len(units) != 1 or len(failed) != 1 or failed[0].kind != "number" or not failed[0].found:
        return False
    (unit,), (check,) = units, failed
    # What the other document gives instead is in the unit itself: a caption's figure counts something else.
    own = spoken(unit) if unit.unit.lead else unit.words.rsplit("\n", 1)[-1]
    if not _same_kind(check, sentence, own):
        return False
    return _share(sentence, f"{spoken(unit)}\n{_under(unit)}", acronyms) >= _DIFFERS


def _months(text: str) -> frozenset[tuple[int, int]]:
    return frozenset((date.year, date.month) for date in find_dates(text) if date.month)


def _under(unit: ScoredUnit) -> str:
    headings = "\n".join(unit.retrieved.passage.heading_path)
    return f"{headings}\n{unit.retrieved.document.title}\n{unit.retrieved.document.about}"


def _share(sentence: str, words: str, acronyms: Mapping[str, frozenset[str]]) -> float:
    """Return the share of a sentence's words, figures aside, that some words hold."""
    terms = carrying_terms(sentence)
    if not terms:
        return 0.0
    lexicon = Lexicon(acronyms=relevant_acronyms(sentence, acronyms))
    said = term_set(words)
    return sum(held(term, said, lexicon) for term in terms) / len(terms)


def _same_kind(check: Check, sentence: str, words: str) -> bool:
    """Return whether two figures are of one unit, or count things of one name, and the claimed one isn't found besides."""
    claimed = next((amount for amount in find_amounts(sentence) if amount.written in check.claimed), None)
    others = find_amounts(words)
    found = next((amount for amount in others if amount.written in check.found), None)
    if claimed is None or found is None or claimed.unit != found.unit:
        return False
    if any(agrees(claimed, other) for other in others):
        return False
    mine, theirs = _counted(claimed, sentence), _counted(found, words)
    # "30% of households", "30% here": where both say what of, it is the same.
    return bool(mine & theirs) or (bool(claimed.unit) and not (mine and theirs))


def _counted(amount: Amount, text: str) -> frozenset[str]:
    """Return the first word behind a figure that says what it counts: "40% of households"."""
    following = re.split(r"[.;:,()|]", text[amount.end_char :])[0]
    return frozenset(content_terms(following)[:1])
