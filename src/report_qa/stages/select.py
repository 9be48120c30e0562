"""Choose the units that answer, or refuse.

Refusing rests on reasons, checked in this order, never on likeness alone (a near miss shares every word but the year, the
place or the measure):

1. a name, year, figure or quoted phrase of the question stands neither in the unit nor in what it stands under;
2. what speaks for the best unit is too little: the share of the question that it covers, weighed by rarity, its
   likeness, whether it holds the kind of words asked for, and its lead over the next.

What is shown can be read in one breath: the best unit, and what else answers nearly as well as long as there is room.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from report_qa.dates import find_years
from report_qa.provision import counts_otherwise
from report_qa.quantities import find_quantities
from report_qa.questions import Asked, Question, written_name
from report_qa.records.document import BlockKind
from report_qa.records.passage import ScoredUnit, Selection
from report_qa.weights import CONFIDENCE, CONFIDENCE_BIAS
from report_qa.wording import spoken
from report_qa.words import content_terms, term_set

# Characters that one reads in a breath, where one fact is asked for and otherwise.
SHORT_CHARS, LONG_CHARS = 350, 700
# What says a good part of the question that was not said yet may make a short answer longer.
FULLER_CHARS, _GOOD_PART = 525, 0.25
# All items of a list.
LIST_CHARS = 1_200
_ONE_FACT = frozenset({Asked.FIGURE, Asked.MONEY, Asked.SHARE, Asked.DATE, Asked.NAME, Asked.DEFINITION})
# What is shown besides the best unit is nearly as good, or has what the best one lacks of two things that are compared.
_WORTH_ADDING = 0.75
# Where the best unit says all that one fact is asked about, only what other sources say of it is added.
_SAYS_IT_ALL, _NEARLY_AS_GOOD = 0.85, 0.93
# … and says at least half as much of the question itself.
_HALF_AS_MUCH = 0.5
_SAME_WORDS = 0.8
_NEAREST = 3
# A passage as near to the question as this, and a sentence as like it, is about the same thing under another number.
_SURELY_ABOUT, _ALIKE = 0.9, 0.5
# A unit that says less of the question itself only leans on its headings.
_LITTLE = 0.2
_LOOKED_THROUGH = 60
_COMPARES = re.compile(
    r"\b(compared?|comparison|versus|vs|than|differences?|differ|between|both|each)\b|\w+er\b.{1,60}\bor\b",
    re.IGNORECASE,
)


def select(
    question: Question,
    context: Question | None,
    units: Sequence[ScoredUnit],
    *,
    max_claims: int,
    threshold: float,
) -> Selection:
    """Return the units that answer, most direct first, or none with the reason why not."""
    nearest = _distinct_passages(units)[:_NEAREST]
    if not units:
        return Selection(units=(), nearest=(), confidence=0.0, reason="nothing was found")
    # What a unit stands under is long to read, so each is read only when its turn comes.
    remaining = iter(units[:_LOOKED_THROUGH])
    found = next(
        (
            (unit, unmet)
            for unit in remaining
            for unmet in (unmet_conditions(question, unit),)
            if _meets(question, unmet)
        ),
        None,
    )
    if found is None:
        denied = _counted_otherwise(question, units[:_LOOKED_THROUGH])
        if denied is not None:
            return denied
        missing = sorted(unmet_conditions(question, units[0]))
        return Selection(units=(), nearest=nearest, confidence=0.0, reason=f"no passage mentions {', '.join(missing)}")
    best, lacking = found
    rival = max((unit.score for unit in units[:_LOOKED_THROUGH] if unit is not best), default=0.0)
    signals = signals_of(best, ahead=best.score - rival)
    confidence = confidence_from(signals)
    if confidence < threshold:
        return Selection(
            units=(), nearest=nearest, confidence=confidence, signals=signals, reason="no passage answers it"
        )
    chosen = [best]
    covered = best.covered
    length = len(spoken(best))
    room = _room(question, comparing=bool(lacking))
    says_it_all = bool(question.asked & _ONE_FACT) and not lacking and best.own_coverage >= _SAYS_IT_ALL
    for unit in remaining:
        # What has words of the question that are not said yet is worth more room than more of the same.
        says_more = len(unit.covered - covered) >= _GOOD_PART * len(question.terms) > 0
        worth = _NEARLY_AS_GOOD if says_it_all and not says_more else _WORTH_ADDING
        if len(chosen) >= max_claims or unit.score < _WORTH_ADDING * best.score:
            break
        is_table = unit.unit.whole and unit.unit.kind is BlockKind.TABLE
        if (
            unit.score < worth * best.score
            or is_table
            or not unit.provides
            or unit.retrieved.passage.kind is BlockKind.FOOTNOTE
        ):
            continue
        if not says_more and unit.own_coverage < _HALF_AS_MUCH * best.own_coverage:
            continue
        size = len(spoken(unit))
        if length + size > (max(room, FULLER_CHARS) if says_more else room):
            continue
        if any(_same(unit.words, other.words) for other in chosen):
            continue
        unmet = unmet_conditions(question, unit)
        if not _meets(question, unmet) or (lacking and lacking <= unmet):
            continue
        lacking &= unmet
        covered |= unit.covered
        chosen.append(unit)
        length += size
    return Selection(units=tuple(chosen), nearest=nearest, confidence=confidence, signals=signals)


def _counted_otherwise(question: Question, units: Sequence[ScoredUnit]) -> Selection | None:
    """Return the unit that gives another number of what a question counts, if there is one.

    "Why 500 left behind areas?", where the report says 225, is told what the report says.
    """
    figures = {f"{figure.normalize():f}" for figure in question.figures}
    for unit in units if figures else ():
        if unit.retrieved.fused_score < _SURELY_ABOUT or unit.similarity < _ALIKE:
            continue
        thing = counts_otherwise(unit.words, question)
        if thing and unmet_conditions(question, unit) <= figures:
            signals = signals_of(unit, ahead=0.0)
            return Selection(
                units=(unit,),
                nearest=(),
                confidence=confidence_from(signals),
                signals=signals,
                unanswered_parts=(thing,),
            )
    return None


def _room(question: Question, *, comparing: bool) -> int:
    """Return how many characters an answer may have; its first unit is shown however long it is."""
    if Asked.LIST in question.asked:
        return LIST_CHARS
    return SHORT_CHARS if question.asked & _ONE_FACT and not comparing else LONG_CHARS


def signals_of(unit: ScoredUnit, *, ahead: float) -> tuple[float, ...]:
    """Return what speaks for a unit as an answer, in the order of `weights.CONFIDENCE`; `ahead` is its lead in score."""
    return (
        unit.coverage,
        float(unit.own_coverage < _LITTLE),
        max(0.0, unit.similarity),
        float(unit.provides),
        unit.retrieved.fused_score,
        ahead,
    )


def confidence_from(signals: Sequence[float]) -> float:
    """Return how sure it is (0 to 1) that a unit with these signals answers: a logistic regression."""
    total = CONFIDENCE_BIAS + sum(weight * signal for weight, signal in zip(CONFIDENCE.values(), signals, strict=True))
    return 1 / (1 + math.exp(-total))


def _meets(question: Question, unmet: frozenset[str]) -> bool:
    """Return whether what a unit doesn't mention is bearable: of several years, and of things compared, one is enough."""
    if not unmet:
        return True
    years = {str(year) for year in question.years}
    names = {written_name(name, question.text) for name in question.names}
    compared = names if _COMPARES.search(question.text) else set()
    if len(years) < 2 and len(compared) < 2:
        return False
    return unmet <= years | compared and (not years or not years <= unmet) and (not names or not names <= unmet)


def unmet_conditions(question: Question, unit: ScoredUnit) -> frozenset[str]:
    """Return the names, years, figures and phrases of the question that stand nowhere in or around a unit.

    A document's beginning says who it is by and which year's edition it is, so it counts for names and for the years of
    publications. The year of which a figure is asked may stand there too, where the unit itself names none.
    """
    around = f"{unit.words}\n{unit.context}"
    whole = f"{around}\n{unit.beginning}"
    near = term_set(unit.words) | term_set(unit.context)
    held = near | term_set(unit.beginning)
    expansions = dict(question.expansions)
    # The short name of a measure ("PPNE") stands for lines that the documents have.
    measures = {written.lower() for written, _ in question.measures}
    unmet = {
        written
        for name in question.names
        for written in (written_name(name, question.text),)
        if written.lower() not in measures
        and not _names_it(name, held)
        and not any(expansions.get(part) and _names_it(expansions[part], held) for part in name)
    }
    dated = bool(question.years) and bool(find_years(around))
    for year in question.years:
        place, stems = (whole, held) if year in question.document_years or not dated else (around, near)
        short = re.search(rf"\d\d\d\d\s?[-–/]\s?{str(year)[2:]}\b", place)
        if str(year) not in place and str(year) not in stems and not short:
            unmet.add(str(year))
    for figure in question.figures:
        written = f"{figure.normalize():f}"
        # "Cessna 172", "Table 5": a number that belongs to a name may stand where the name does.
        place = whole if _belongs_to_name(written, question.text) else around
        if all(quantity.value != figure for quantity in find_quantities(place)):
            unmet.add(written)
    if question.phrases:
        folded = " ".join(whole.lower().split())
        unmet |= {f"“{phrase}”" for phrase in question.phrases if " ".join(phrase.lower().split()) not in folded}
    return frozenset(unmet)


def _belongs_to_name(written: str, text: str) -> bool:
    return bool(
        re.search(rf"\b[A-Z][A-Za-z]*-{re.escape(written)}\b|(?<!^)\b[A-Z][\w-]*[a-z] {re.escape(written)}\b", text)
    )


def _names_it(name: Sequence[str], held: frozenset[str]) -> bool:
    """Return whether enough of a name is among some words: any of a short one, more than half of a long one."""
    found = sum(part in held for part in name)
    return found > len(name) / 2 if len(name) > 2 else found > 0


def _same(words: str, others: str) -> bool:
    """Return whether two units say the same: nearly all words, and every figure, of the shorter stand in the longer."""
    first, second = find_quantities(words), find_quantities(others)
    values, other_values = ({quantity.value for quantity in each} for each in (first, second))
    if values - other_values and other_values - values:
        return False
    return _overlap(frozenset(content_terms(words)), frozenset(content_terms(others))) > _SAME_WORDS


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / (min(len(first), len(second)) or 1)


def _distinct_passages(units: Sequence[ScoredUnit]) -> tuple[ScoredUnit, ...]:
    seen: dict[str, ScoredUnit] = {}
    for unit in units:
        seen.setdefault(unit.retrieved.passage.passage_id, unit)
    return tuple(seen.values())
