"""Passages that a sentence was written from, read as premises: one for each sentence, list item and row of a table.

What a passage says of one thing it doesn't say of the next, so nothing of a neighbour counts. Only a sentence that can't be
understood alone ("It was published in 2021", "The lead author is …") is read with the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from report_qa.checking.amounts import find_amounts
from report_qa.checking.clauses import FINITE
from report_qa.checking.periods import find_moments
from report_qa.checking.premise import Premise
from report_qa.checking.trends import shown_by
from report_qa.provision import without_addresses
from report_qa.questions import find_names
from report_qa.records.document import BlockKind, Span
from report_qa.records.passage import Passage, Unit
from report_qa.wording import read_out

# How many sentences that lean on each other are read together.
_TOGETHER = 2
_POINTS_BACK = re.compile(
    r"(?:it|they|this|that|these|those|he|she|its|their|his|her|both|such|the (?:former|latter|same|other))\b",
    re.IGNORECASE,
)
# What comes before the first verb: "The lead author" of "The lead author is …".
_SUBJECT = re.compile(
    r"(?P<subject>The (?:[a-z][\w-]*\s){1,5}?)(?:is|are|was|were|has|have|had|will|can|could|may|[a-z]{3,}ed)\b"
)


def premises_of(passages: Sequence[Passage], spans: Sequence[Span], text: str, *, source: str) -> tuple[Premise, ...]:
    """Return what stands between some spans of a document's text as premises in reading order.

    `passages` are those that the spans were taken from; units that lie outside the spans, in part or wholly, are left out.
    """
    found: list[Premise] = []
    captions: list[str] = []
    earlier = ""
    for passage in passages:
        for unit in _units(passage, spans):
            words = "\n".join(text[span.start_char : span.end_char] for span in unit.spans)
            # What is spelt inside a web address is not said.
            said = without_addresses(read_out(words, unit))
            caption = words.split("\n")[0] if unit.kind is BlockKind.TABLE and unit.lead > 1 else ""
            if caption and caption not in captions:
                captions.append(caption)
                found.append(Premise(words=caption, exact=True))
            prose = unit.kind is BlockKind.PROSE
            leaning = prose and leans(said)
            alone = prose and not leaning
            found.append(
                Premise(
                    words=said,
                    headings="" if alone else "\n".join(passage.heading_path),
                    around=earlier if leaning else "",
                    source="" if alone else source,
                    shown=shown_by(unit, words),
                    exact=True,
                    lead=_lead(unit, words),
                )
            )
            if prose:
                earlier = f"{earlier} {said}".strip() if leaning and earlier.count(". ") < _TOGETHER - 1 else said
    return tuple(found)


def leans(sentence: str) -> bool:
    """Return whether a sentence begins with something that was named before: a pronoun, or "the report" without its name."""
    if _POINTS_BACK.match(sentence):
        return True
    subject = _SUBJECT.match(sentence)
    return subject is not None and not find_names(subject["subject"][4:])


def _lead(unit: Unit, words: str) -> str:
    lines = words.split("\n")
    if unit.kind is BlockKind.LIST:
        return "" if _stands_alone(lines[-1]) else " ".join(lines[: unit.lead])
    return lines[-1].split(" | ")[0] if unit.kind is BlockKind.TABLE and unit.lead else ""


def _stands_alone(item: str) -> bool:
    """Return whether an item is a sentence that names what it speaks of, or gives a figure of it; a bare principle doesn't."""
    specific = bool(find_names(item) or find_amounts(item) or find_moments(item))
    return specific and FINITE.search(item) is not None


def _units(passage: Passage, spans: Sequence[Span]) -> Iterator[Unit]:
    inside = [
        unit
        for unit in passage.units
        # A whole list says what its items say, each for itself.
        if not unit.whole
        and all(
            any(part.start_char <= span.start_char and span.end_char <= part.end_char for part in spans)
            for span in unit.spans
        )
    ]
    yield from sorted(inside, key=lambda unit: unit.spans[-1].start_char)
