"""Follow a cited statement: from what it refers to, to the passage of that document that speaks of the same thing.

Each document that is meant is searched for the statement, and what is found is judged like a claim that somebody wants checked.
It says the same only where every check passes; what is not sure is "not found", with what came nearest. What a document
says of the same thing without being referred to is only looked for on request, and called our search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from report_qa.checking.assertion import is_claim, without_figures
from report_qa.checking.leaning import leans
from report_qa.questions import parse_question
from report_qa.records.answer import Check, EvidenceSpan, Verdict
from report_qa.records.chain import Link, Outcome, Reference, ReferenceKind
from report_qa.records.document import Role, SourceDocument, Span
from report_qa.references import without_citations
from report_qa.restrictions import find_restrictions, without_restrictions
from report_qa.stages.check import Held, check, sentences_of
from report_qa.stages.compose import evidence_span
from report_qa.stages.confirm import differs, says_the_same
from report_qa.stages.refer import Found, refer
from report_qa.stages.resolve import resolve
from report_qa.wording import read_out

if TYPE_CHECKING:
    from report_qa.clock import Clock
    from report_qa.finder import Finder
    from report_qa.open_edition import OpenEdition
    from report_qa.ports import EntailmentModel, PassageStore
    from report_qa.records.passage import ScoredUnit

# Documents of which our own search says what they say.
_MOST_SEARCHED = 3
_NEAREST = 1
# A quotation of more sentences says too many things to be judged as one.
_MOST_SENTENCES = 4
_OUTCOMES = {Verdict.SUPPORTED: Outcome.SAME, Verdict.CONTRADICTED: Outcome.DIFFERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A quotation that is followed: where it stands, and its sentences without what only cites."""

    document: SourceDocument
    spans: tuple[Span, ...]
    words: str

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(sentence for sentence in sentences_of(self.words) if is_claim(sentence))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    outcome: Outcome
    evidence: tuple[EvidenceSpan, ...] = ()
    nearest: tuple[EvidenceSpan, ...] = ()
    checks: tuple[Check, ...] = ()


class Tracer:
    """Follows statements in one edition."""

    def __init__(
        self, finder: Finder, *, opened: OpenEdition, clock: Clock, entailment: EntailmentModel | None = None
    ) -> None:
        self._finder = finder
        self._opened = opened
        self._clock = clock
        self._entailment = entailment
        self._known: dict[str, _Judged] = {}

    def links(self, statement: Statement, *, store: PassageStore) -> tuple[Link, ...]:
        """Return where the references of a statement lead; `store` is that of the edition in which it stands."""
        with self._clock.stage("refer"):
            found = refer(statement.spans, document_id=statement.document.document_id, store=store)
        links = [link for each in found if (link := self._link(each, statement)) is not None]
        noted = {link.document for link in links if link.reference.kind is not ReferenceKind.NAMED}
        cites = any(link.reference.kind is not ReferenceKind.NAMED for link in links)
        return tuple(
            link
            for link in links
            if link.reference.kind is not ReferenceKind.NAMED
            or (link.document not in noted if link.document is not None else not cites)
        )

    def search(self, statement: Statement, but_for: Sequence[Link] = ()) -> tuple[Link, ...]:
        """Return what other evidence of the shelf says of a statement of a report: the same, or something else; often nothing."""
        linked = {link.document.document_id for link in but_for if link.document is not None}
        others = frozenset(
            document.document_id
            for document in self._opened.store.documents()
            if document.role is Role.EVIDENCE and document.document_id != statement.document.document_id
        )
        places = others - linked
        if not places or not 0 < len(statement.sentences) <= _MOST_SENTENCES:
            return ()
        judged = self._judge_each(statement, places)
        words = statement.words
        reference = Reference(kind=ReferenceKind.SEARCH, words=words, span=statement.spans[-1])
        return tuple(
            _link(reference, each, self._opened.store.document(document_id), matched_by="search")
            for document_id, each in judged.items()
        )

    def _link(self, found: Found, statement: Statement) -> Link | None:
        with self._clock.stage("resolve"):
            resolved = resolve(
                found.cites,
                found.cited,
                self._opened.shelved,
                own=statement.document.document_id,
                acronyms=self._opened.acronyms,
            )
        in_passing = found.reference.kind is ReferenceKind.NAMED
        link = partial(Link, reference=found.reference, matched_by=resolved.matched_by)
        if resolved.itself:
            return None if in_passing else link(outcome=Outcome.ITSELF)
        if len(resolved.documents) > 1:
            return link(outcome=Outcome.AMBIGUOUS, candidates=resolved.documents)
        if not resolved.documents:
            unsure = found.cited is not None and not found.cited.is_sure
            return None if unsure else Link(reference=found.reference, outcome=Outcome.NOT_IN_LIBRARY)
        (document,) = resolved.documents
        return _link(found.reference, self._judge(statement, document), document, matched_by=resolved.matched_by)

    def _judge(self, statement: Statement, document: SourceDocument) -> _Judged:
        """Return what one document says of a statement; of several sentences it has to say each."""
        if document.document_id not in self._known:
            sentences = statement.sentences if len(statement.sentences) <= _MOST_SENTENCES else ()
            held = [self._held(sentence, frozenset({document.document_id})) for sentence in sentences]
            self._known[document.document_id] = self._together(held)
        return self._known[document.document_id]

    def _held(self, sentence: str, within: frozenset[str]) -> tuple[Held, tuple[ScoredUnit, ...]]:
        units = self._units(sentence, within)
        held = self._check(sentence, units)
        bare = _without_attribution(sentence)
        if held.verdict is Verdict.NOT_FOUND and bare != sentence:
            # The document that is referred to doesn't say that it says so.
            held = self._check(bare, units)
        return held, units

    def _check(self, sentence: str, units: Sequence[ScoredUnit]) -> Held:
        opened = self._opened
        if leans(sentence):
            # "It doubled": another document may say so of anything.
            return Held(sentence=sentence, verdict=Verdict.NOT_FOUND, checks=(), units=())
        with self._clock.stage("check"):
            return check(sentence, units, lexical=opened.lexical, acronyms=opened.acronyms, entailment=self._entailment)

    def _units(self, sentence: str, within: frozenset[str]) -> tuple[ScoredUnit, ...]:
        acronyms = self._opened.acronyms
        parsed, about = parse_question(sentence, acronyms), parse_question(without_figures(sentence), acronyms)
        return self._finder.units_about(parsed, about, within=within)

    def _together(self, held: Sequence[tuple[Held, tuple[ScoredUnit, ...]]]) -> _Judged:
        verdicts = [each.verdict for each, _ in held]
        if Verdict.CONTRADICTED in verdicts:
            deciding = [each for each, _ in held if each.verdict is Verdict.CONTRADICTED]
            sure = all(differs(each.sentence, each.checks, each.units, self._opened.acronyms) for each in deciding)
        elif verdicts and all(verdict is Verdict.SUPPORTED for verdict in verdicts):
            deciding = [each for each, _ in held]
            sure = all(says_the_same(each.sentence, each.units, self._opened.acronyms) for each in deciding)
        else:
            deciding, sure = [], False
        if not sure:
            nearest = [unit for each in deciding for unit in each.units] or [
                unit for _, units in held for unit in units
            ]
            return _Judged(outcome=Outcome.NOT_FOUND, nearest=self._cited(nearest[:_NEAREST], "N"))
        units = {unit.unit.spans: unit for each in deciding for unit in each.units}.values()
        return _Judged(
            outcome=_OUTCOMES[deciding[0].verdict],
            evidence=self._cited(tuple(units), "E"),
            checks=tuple(check for each in deciding for check in each.checks),
        )

    def _judge_each(self, statement: Statement, within: frozenset[str]) -> Mapping[str, _Judged]:
        """Return what the documents say that speak of a statement: one search in all, then each is judged by itself."""
        found: dict[str, list[tuple[Held, tuple[ScoredUnit, ...]]]] = {}
        for sentence in statement.sentences:
            units = self._units(sentence, within)
            for document_id in dict.fromkeys(unit.retrieved.document.document_id for unit in units):
                own = tuple(unit for unit in units if unit.retrieved.document.document_id == document_id)
                found.setdefault(document_id, []).append((self._check(sentence, own), own))
        judged = {
            document_id: self._together(held)
            for document_id, held in found.items()
            if len(held) == len(statement.sentences)
        }
        decided = [item for item in judged.items() if item[1].outcome is Outcome.SAME or _of_one_time(item[1])]
        return dict(decided[:_MOST_SEARCHED])

    def _cited(self, units: Sequence[ScoredUnit], letter: str) -> tuple[EvidenceSpan, ...]:
        return tuple(
            evidence_span(
                unit,
                evidence_id=f"{letter}{number}",
                store=self._opened.store,
                edition_id=self._opened.edition.edition_id,
            )
            for number, unit in enumerate(units, 1)
        )


def _of_one_time(judged: _Judged) -> bool:
    """Return whether what differs is of one named time: nobody said that the two documents speak of the same year."""
    dated = any(check.kind == "date" and check.passed for check in judged.checks)
    return judged.outcome is Outcome.DIFFERS and dated


def statement_of(document: SourceDocument, spans: tuple[Span, ...], quote: str, *, store: PassageStore) -> Statement:
    """Return a quotation as it is followed: its parts joined, a table's row read with its heads, without what only cites."""
    words = " ".join(quote.split())
    if " | " in quote:
        passages = store.passages_of(document.document_id)
        unit = next((unit for passage in passages for unit in passage.units if unit.spans == spans), None)
        words = read_out(quote, unit) if unit is not None else words
    return Statement(document=document, spans=spans, words=without_citations(words))


def _without_attribution(sentence: str) -> str:
    """Return a sentence without "according to …": to whom it is attributed is what the reference says."""
    told = tuple(each for each in find_restrictions(sentence) if not each.is_subject and not each.excludes)
    bare = without_restrictions(sentence, told) if told else sentence
    return bare if is_claim(bare) else sentence


def _link(reference: Reference, judged: _Judged, document: SourceDocument, *, matched_by: str) -> Link:
    return Link(
        reference=reference,
        outcome=judged.outcome,
        document=document,
        matched_by=matched_by,
        evidence=judged.evidence,
        nearest=judged.nearest,
        checks=judged.checks,
    )
