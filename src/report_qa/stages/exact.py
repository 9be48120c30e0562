"""Words that a question puts in quotation marks, codes ("OBC-2024/17"), and a figure that is all it says ("£124.1 billion") are
looked up as they stand, not by meaning.

Only units that hold them answer: in their own words, or else in their passage, headings or the document's title. Case, kinds of
quotation marks and dashes, and white space don't count; a code may be written with other separators ("CBP 9463"). Of a
document's first lines only a line that says nothing else counts, since that is its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from report_qa.ports import PassageStore
from report_qa.questions import Question
from report_qa.records.passage import RetrievedPassage, ScoredUnit

# Capitals and digits joined by separators. "FY-2018" is a year, and "COVID-19" a word with a number that texts also write otherwise.
_CODE = re.compile(r"(?<![\w/.-])(?=[A-Z]{2,})(?!FY|CY|Q\d|H\d)[A-Z]+[A-Z0-9]*(?:[-/._][A-Z0-9]+)+(?![\w/-])")
# The unit is written in many ways, the figure in one.
_FIGURE_ALONE = re.compile(
    r"[\s£$€]*(\d[\d.,]*\d)\s*(?:%|per ?cent|thousand|million|billion|bn|m|k)?[\s?.!]*", re.IGNORECASE
)
_SAME_SIGNS = str.maketrans("’‘“”–—‑\u00a0", "''\"\"--- ")
_DIGITS = 3
_MOST_PASSAGES = 60
_NEAREST = 3
_SIGNS = " .,;:?!'\""


def literals(question: Question) -> tuple[str, ...]:
    """Return what has to stand literally in an answer: the quoted phrases of a question and its codes, or its figure alone."""
    alone = _FIGURE_ALONE.fullmatch(question.text)
    if alone is not None and sum(sign.isdigit() for sign in alone[1]) >= _DIGITS:
        return (alone[1],)
    codes = (match[0] for match in _CODE.finditer(question.text) if sum(sign.isdigit() for sign in match[0]) >= _DIGITS)
    return tuple(dict.fromkeys((*question.phrases, *codes)))


def passages_holding(wanted: Sequence[str], store: PassageStore, document_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of passages that hold any of these words, in documents that hold them, in reading order."""
    found: list[str] = []
    for document_id in document_ids if wanted else ():
        if any(_pattern(words).search(_folded(store.text(document_id))) for words in wanted):
            found += [passage.passage_id for passage in store.passages_of(document_id) if _holds(passage.text, wanted)]
    return tuple(found[:_MOST_PASSAGES])


def holding(
    units: Iterable[ScoredUnit], wanted: Sequence[str]
) -> tuple[tuple[ScoredUnit, ...], tuple[ScoredUnit, ...]]:
    """Return the units that hold all these words themselves, and those that hold them with their passage and headings."""
    own, around = [], []
    for unit in units:
        passage = unit.retrieved.passage
        if all(_pattern(words).search(_folded(unit.words)) for words in wanted):
            own.append(unit)
        near = _folded(" \n ".join((unit.words, passage.text, *passage.heading_path, unit.retrieved.document.title)))
        lines = {_folded(line).strip(_SIGNS) for line in unit.beginning.splitlines()}
        if all(_pattern(words).search(near) or _folded(words).strip(_SIGNS) in lines for words in wanted):
            around.append(unit)
    return tuple(own), tuple(around)


def first_holding(ranked: Sequence[RetrievedPassage], wanted: Sequence[str]) -> tuple[RetrievedPassage, ...]:
    """Return passages with those first that hold all these words, each kind in its order, with their new ranks and falling scores."""
    held = [item for item in ranked if all(_holds(item.passage.text, (words,)) for words in wanted)]
    best = max((item.fused_score for item in ranked), default=0.0)
    known = {item.passage.passage_id for item in held}
    rest = [item for item in ranked if item.passage.passage_id not in known]
    ordered = [*(replace(item, fused_score=best) for item in held), *rest]
    return tuple(replace(item, rank=rank) for rank, item in enumerate(ordered, 1))


def nearest_of(units: Sequence[ScoredUnit]) -> tuple[ScoredUnit, ...]:
    """Return the best unit of each of the few best passages, to be looked at where nothing answers."""
    seen: dict[str, ScoredUnit] = {}
    for unit in units:
        seen.setdefault(unit.retrieved.passage.passage_id, unit)
    return tuple(seen.values())[:_NEAREST]


def _holds(text: str, wanted: Sequence[str]) -> bool:
    folded = _folded(text)
    return any(_pattern(words).search(folded) for words in wanted)


@lru_cache(maxsize=256)
def _pattern(words: str) -> re.Pattern[str]:
    """Return what finds words as a whole in a folded text; of a code, with any separator between its parts."""
    folded = _folded(words).strip(_SIGNS)
    if _CODE.fullmatch(words):
        parts = re.split(r"[-/._]", folded)
        return re.compile(r"(?<!\w)" + r"[-/._ ]?".join(map(re.escape, parts)) + r"(?![\w])")
    if re.fullmatch(r"\d[\d.,]*\d", folded):
        # "£124.1bn" has it, "3,124.1" and "124.15" don't.
        return re.compile(r"(?<![\w.,])" + re.escape(folded) + r"(?![.,]?\d)")
    return re.compile(r"(?<!\w)" + re.escape(folded) + r"(?!\w)")


@lru_cache(maxsize=4_096)
def _folded(text: str) -> str:
    return " ".join(text.translate(_SAME_SIGNS).lower().split())
