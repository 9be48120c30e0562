"""Hold one sentence of a pasted text against the units that a search for it found.

The units come as for a question, best first. A row of a table is read with its heads, and shows in which direction its figures
go; every unit stands under its passage, its headings and its document's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from report_qa.checking.assertion import is_claim
from report_qa.checking.judge import Judgement, claim_weights, judge
from report_qa.checking.likeness import Lexicon, relevant_acronyms
from report_qa.checking.premise import Premise
from report_qa.checking.trends import shown_trend
from report_qa.ports import LexicalIndex
from report_qa.records.answer import Check, Verdict
from report_qa.records.document import BlockKind
from report_qa.records.passage import ScoredUnit
from report_qa.sentences import split_sentences
from report_qa.wording import spoken
from report_qa.words import rarity_of

# Units that a sentence is held against.
LOOKED_AT = 40
# A longer table or list is no evidence for one sentence; its rows and items are.
LONGEST = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A sentence's verdict with its checks and the units that it rests on."""

    sentence: str
    verdict: Verdict
    checks: tuple[Check, ...]
    units: tuple[ScoredUnit, ...]


def sentences_of(text: str) -> tuple[str, ...]:
    """Return the sentences of a pasted text in order; a line break ends one where the next line begins anew."""
    found = []
    for line in text.splitlines():
        found += [" ".join(line[start:end].split()) for start, end in split_sentences(line)]
    return tuple(sentence for sentence in found if sentence)


def check(
    sentence: str,
    units: Sequence[ScoredUnit],
    *,
    lexical: LexicalIndex,
    acronyms: Mapping[str, frozenset[str]],
) -> Held:
    """Return the verdict on one sentence."""
    if not is_claim(sentence):
        return Held(sentence=sentence, verdict=Verdict.NOT_A_CLAIM, checks=(), units=())
    looked_at = sorted(units, key=lambda unit: -(unit.own_coverage + unit.similarity))[:LOOKED_AT]
    looked_at = [unit for unit in looked_at if len(unit.words) <= LONGEST]
    lexicon = lexicon_for(sentence, lexical=lexical, acronyms=acronyms)
    judgement: Judgement = judge(sentence, [premise_of(unit) for unit in looked_at], lexicon)
    return Held(
        sentence=sentence,
        verdict=judgement.verdict,
        checks=judgement.checks,
        units=tuple(looked_at[at] for at in judgement.premises),
    )


def lexicon_for(sentence: str, *, lexical: LexicalIndex, acronyms: Mapping[str, frozenset[str]]) -> Lexicon:
    """Return what is known of a sentence's words: how rare they are, and which acronyms they stand for."""
    total = lexical.count()
    terms = claim_weights(sentence, Lexicon())
    rarity = {term: rarity_of(lexical.document_frequency(term), total) for term in terms}
    return Lexicon(rarity=rarity, acronyms=relevant_acronyms(sentence, acronyms))


def premise_of(unit: ScoredUnit) -> Premise:
    """Return a unit as evidence."""
    passage, document = unit.retrieved.passage, unit.retrieved.document
    return Premise(
        words=spoken(replace(unit, columns=frozenset())),
        headings="\n".join(passage.heading_path),
        around=passage.text,
        source=f"{document.title}\n{document.publisher}\n{document.about}\n{unit.beginning}",
        similarity=unit.similarity,
        shown=_shown(unit),
    )


def _shown(unit: ScoredUnit) -> str:
    if unit.unit.kind is not BlockKind.TABLE or unit.unit.whole:
        return ""
    lines = unit.words.split("\n")
    heads = lines[unit.unit.lead - 1].split(" | ") if unit.unit.lead else []
    return shown_trend(heads, lines[-1].split(" | "))
