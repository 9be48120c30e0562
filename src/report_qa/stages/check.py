"""Hold one sentence of a pasted text against the units that a search for it found.

The units come as for a question, best first. A row of a table is read with its heads, and shows in which direction its figures
go; every unit stands under its passage, its headings and its document's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from report_qa.checking.assertion import is_claim
from report_qa.checking.comparison import claim_weights
from report_qa.checking.figures import has_figure_of
from report_qa.checking.judge import Judgement, judge
from report_qa.checking.likeness import Lexicon, relevant_acronyms
from report_qa.checking.premise import Premise, by_sentence
from report_qa.checking.trends import shown_by
from report_qa.ports import EntailmentModel, LexicalIndex
from report_qa.provision import without_addresses
from report_qa.records.answer import Check, Verdict
from report_qa.records.document import BlockKind
from report_qa.records.passage import ScoredUnit
from report_qa.sentences import split_sentences
from report_qa.wording import spoken
from report_qa.words import rarity_of

# How sure the stronger judge has to be, and how many premises it reads.
SURE, READ = 0.8, 8
# Units that a sentence is held against.
LOOKED_AT = 40
# Of longer lists and tables the items and rows say what the whole says, each for itself; a longer row says too many things.
LONGEST_WHOLE, LONGEST = 500, 1_500
# What it is worth that a unit has a figure of the sentence, beside the share of its words and the cosine.
FIGURE = 0.3


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
    entailment: EntailmentModel | None = None,
) -> Held:
    """Return the verdict on one sentence; where there is a stronger judge, it may take support away, and deny what isn't found."""
    if not is_claim(sentence):
        return Held(sentence=sentence, verdict=Verdict.NOT_A_CLAIM, checks=(), units=())
    readable = [unit for unit in units if len(unit.words) <= (LONGEST_WHOLE if unit.unit.whole else LONGEST)]
    looked_at = sorted(readable, key=lambda unit: -_promise(sentence, unit))[:LOOKED_AT]
    lexicon = lexicon_for(sentence, lexical=lexical, acronyms=acronyms)
    told = [(unit, premise) for unit in looked_at for premise in by_sentence(premise_of(unit))]
    premises = [premise for _, premise in told]
    judgement = judge(sentence, premises, lexicon)
    if entailment is not None:
        judgement = _with_second_opinion(sentence, premises, judgement, entailment)
    return Held(
        sentence=sentence,
        verdict=judgement.verdict,
        checks=judgement.checks,
        units=tuple(dict.fromkeys(told[at][0] for at in judgement.premises)),
    )


def _with_second_opinion(
    sentence: str, premises: Sequence[Premise], judgement: Judgement, entailment: EntailmentModel
) -> Judgement:
    """Return the judgement that is left when a stronger judge has read the evidence too.

    It never makes a sentence supported that failed a check: numbers are what such models misread. It takes back support that it holds
    for a contradiction, and names a contradiction that no rule has found.
    """
    places = (
        list(judgement.premises) if judgement.verdict is Verdict.SUPPORTED else list(range(min(READ, len(premises))))
    )
    if judgement.verdict is Verdict.CONTRADICTED or not places:
        return judgement
    opinions = entailment.judge([(premises[at].words, sentence) for at in places])
    contradicted = opinions[:, 1]
    worst = int(contradicted.argmax())
    if contradicted[worst] < SURE:
        return judgement
    opinion = Check(kind="entailment", claimed="entailed", found="contradicted", passed=False)
    if judgement.verdict is Verdict.SUPPORTED:
        if float(opinions[:, 0].max()) >= SURE:
            return judgement
        return Judgement(verdict=Verdict.NOT_FOUND, checks=(*judgement.checks, opinion))
    return Judgement(verdict=Verdict.CONTRADICTED, checks=(*judgement.checks, opinion), premises=(places[worst],))


def _promise(sentence: str, unit: ScoredUnit) -> float:
    """Return how much a unit promises to bear a sentence out or to deny it."""
    same_figure = has_figure_of(sentence, unit.words.split("\n", unit.unit.lead)[-1])
    return unit.own_coverage + unit.similarity + (FIGURE if same_figure else 0.0)


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
        # What is spelt inside a web address is not said.
        words=without_addresses(spoken(replace(unit, columns=frozenset()))),
        headings="\n".join(passage.heading_path),
        around=passage.text,
        source=f"{document.title}\n{document.publisher}\n{document.about}\n{unit.beginning}",
        similarity=unit.similarity,
        shown=shown_by(unit.unit, unit.words),
        mixed=unit.unit.whole,
        whole=unit.unit.whole and unit.unit.kind is not BlockKind.TABLE,
    )
