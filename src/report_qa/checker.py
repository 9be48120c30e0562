"""Hold the sentences of a text against the documents: search for what each says, compare, and cite what decides.

A wrong year or name leads away from the passage that has the right one, so each sentence is searched twice: like a question, and
by its words without the figures, in all documents. One that begins with a pronoun is searched and held together with the sentence that
names what it speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from report_qa.checking.assertion import without_figures
from report_qa.checking.leaning import leans, leans_on, speaks_of
from report_qa.questions import parse_question
from report_qa.records.answer import Citation, Claim, EvidenceSpan
from report_qa.stages.check import Held, check, lexicon_for
from report_qa.stages.compose import evidence_span
from report_qa.words import term_set

if TYPE_CHECKING:
    from report_qa.clock import Clock
    from report_qa.finder import Finder
    from report_qa.open_edition import OpenEdition
    from report_qa.ports import EntailmentModel
    from report_qa.records.passage import ScoredUnit


class Checker:
    """Checks sentences against one edition."""

    def __init__(
        self, finder: Finder, *, opened: OpenEdition, clock: Clock, entailment: EntailmentModel | None = None
    ) -> None:
        self._finder = finder
        self._opened = opened
        self._clock = clock
        self._entailment = entailment

    def check(
        self, sentences: Sequence[str], *, on_sentence: Callable[[int, int], None] | None = None
    ) -> tuple[tuple[Claim, ...], tuple[EvidenceSpan, ...]]:
        """Return the sentences as claims with their verdicts, and the evidence that they cite.

        `on_sentence` is called before each one with how many are done and how many there are.
        """
        held: list[Held] = []
        for sentence, named in zip(sentences, leans_on(sentences), strict=True):
            if on_sentence is not None:
                on_sentence(len(held), len(sentences))
            held.append(self._held(sentence, named))
        with self._clock.stage("compose"):
            return self._cited(held)

    def _held(self, sentence: str, named: str) -> Held:
        """Hold a sentence against what is found; `named` is the sentence that says what it speaks of, where it doesn't itself."""
        opened = self._opened
        whole = f"{named} {sentence}".strip()
        parsed = parse_question(whole, opened.acronyms)
        about = parse_question(without_figures(whole), opened.acronyms)
        units = self._finder.units_about(parsed, about)
        with self._clock.stage("check"):
            if leans(sentence):
                units = self._speaking_of(named, units) if named else _verbatim(sentence, units)
            return check(sentence, units, lexical=opened.lexical, acronyms=opened.acronyms, entailment=self._entailment)

    def _speaking_of(self, named: str, units: Sequence[ScoredUnit]) -> tuple[ScoredUnit, ...]:
        lexicon = lexicon_for(named, lexical=self._opened.lexical, acronyms=self._opened.acronyms)
        return tuple(unit for unit in units if speaks_of(named, term_set(f"{unit.words}\n{unit.context}"), lexicon))

    def _cited(self, held: Sequence[Held]) -> tuple[tuple[Claim, ...], tuple[EvidenceSpan, ...]]:
        """Return the sentences as claims, with the evidence that they cite; what two of them cite is one piece of evidence."""
        opened = self._opened
        known: dict[tuple[str, object], EvidenceSpan] = {}
        sentences = []
        for each in held:
            spans = []
            for unit in each.units:
                key = (unit.retrieved.document.document_id, unit.unit.spans)
                if key not in known:
                    known[key] = evidence_span(
                        unit,
                        evidence_id=f"E{len(known) + 1}",
                        store=opened.store,
                        edition_id=opened.edition.edition_id,
                    )
                spans.append(known[key])
            sentences.append(
                Claim(
                    sentence=each.sentence,
                    verdict=each.verdict,
                    checks=each.checks,
                    citations=tuple(Citation.of(span) for span in spans),
                )
            )
        return tuple(sentences), tuple(known.values())


def _verbatim(sentence: str, units: Sequence[ScoredUnit]) -> tuple[ScoredUnit, ...]:
    """Return the units that hold a sentence word for word: what it stands for nobody says, unless it is the documents' own."""
    plain = " ".join(sentence.split()).rstrip(".")
    return tuple(unit for unit in units if plain in " ".join(unit.words.split()))
