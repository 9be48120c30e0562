"""Find what answers a question in one edition: the stages from spelling to selection, in their order.

A finder is made for one question, with the clock that times its stages. It composes and says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from report_qa.orders import is_order
from report_qa.questions import Question, parse_question
from report_qa.records.conversation import Exchange
from report_qa.records.document import SourceDocument, report_first
from report_qa.records.passage import RetrievedPassage, ScoredUnit, Selection
from report_qa.records.scope import Scope
from report_qa.stages.clarify import says_too_little
from report_qa.stages.exact import first_holding, holding, literals, nearest_of, passages_holding
from report_qa.stages.follow_up import follow_up, leans, parts_of, question_used, rewritten
from report_qa.stages.fuse import fuse
from report_qa.stages.gather import obeys_nothing
from report_qa.stages.identify import Named, identify
from report_qa.stages.join import Finding
from report_qa.stages.order import order
from report_qa.stages.outline import about_topic, by_document, outline, outline_section, outline_topic, wants_summary
from report_qa.stages.renew import renew
from report_qa.stages.rerank import rerank
from report_qa.stages.restrict import attributing, restrict, without_bodies
from report_qa.stages.retrieve import mean_of, retrieve, wordings
from report_qa.stages.screen import screen
from report_qa.stages.select import select
from report_qa.stages.spell import spell
from report_qa.summaries import section_wanted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from report_qa.clock import Clock
    from report_qa.open_edition import OpenEdition
    from report_qa.ports import Embedder
    from report_qa.settings import Settings

# Several units of one passage may be among the best; the passages to write from are taken from so many for each.
_UNITS_A_PASSAGE = 4
# The share of the passages looked at that the words of a statement alone add, by all legs and by the lexical one.
_BY_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What looking up one question came to: the passages, the units of those that were read, and what was chosen of them."""

    ranked: tuple[RetrievedPassage, ...]
    units: tuple[ScoredUnit, ...]
    selection: Selection


class Finder:
    """Finds in one edition what answers a question, or what speaks of a statement."""

    def __init__(self, *, settings: Settings, embedder: Embedder, opened: OpenEdition, clock: Clock) -> None:
        self._settings = settings
        self._embedder = embedder
        self._opened = opened
        self._clock = clock

    def findings(self, text: str, history: Sequence[Exchange]) -> tuple[Finding, ...]:
        """Return what was found and chosen for each part of a question."""
        findings: list[Finding] = []
        for part, earlier in parts_of(text, history, self._opened.acronyms):
            focus = self._focus(earlier, history, findings)
            findings.append(self._find(part, earlier, focus))
        return tuple(findings)

    def findings_in(self, text: str, history: Sequence[Exchange], document: SourceDocument) -> tuple[Finding, ...]:
        """Return what was found and chosen for each part of a question in one document alone."""
        within = Scope(named=document.title, document_ids=frozenset({document.document_id}), titles=(document.title,))
        return tuple(
            self._find(part, earlier, frozenset({document.document_id}), within)
            for part, earlier in parts_of(text, history, self._opened.acronyms)
        )

    def passages(
        self, text: str, history: Sequence[Exchange], within: frozenset[str] | None = None
    ) -> tuple[str, tuple[RetrievedPassage, ...]]:
        """Return the words that a question is searched with, and the passages best first; `within` are the documents that count."""
        again = rewritten(text, history)
        parsed = parse_question(again or text, self._opened.acronyms)
        context = None if again else follow_up(parsed, history, acronyms=self._opened.acronyms)
        bare, scope = restrict(parsed, context, self._opened.called, self._opened.acronyms)
        # Words of somebody who has no document on the shelf are found by his name.
        searched = bare if scope is None or scope.document_ids else parsed
        if within is not None:
            named = scope.document_ids if scope is not None else frozenset()
            scope = Scope(named="", document_ids=within & named if named else within)
            if not scope.document_ids:
                return question_used(parsed, context), ()
        seen = self.look_up(searched, context, scope=scope)
        ranked = order(seen.ranked, seen.units, seen.selection)
        wanted = literals(searched)
        return question_used(parsed, context), first_holding(ranked, wanted) if wanted else ranked

    def _focus(
        self, context: Question | None, history: Sequence[Exchange], findings: Sequence[Finding]
    ) -> frozenset[str]:
        """Return the documents that answered the question that this one leans on."""
        if context is None or findings:
            return frozenset()
        known = frozenset(name for exchange in history[-1:] for name in exchange.document_ids)
        if known:
            return known
        earlier = self._find(context, None, frozenset()).selection
        return frozenset(unit.retrieved.document.document_id for unit in earlier.units[:1])

    def _find(
        self, question: Question, context: Question | None, focus: frozenset[str], within: Scope | None = None
    ) -> Finding:
        """Look up one question that asks one thing, `within` a scope, or in the documents that it restricts itself to."""
        opened, clock = self._opened, self._clock
        with clock.stage("spell"):
            question = spell(question, lexical=opened.lexical, vocabulary=opened.vocabulary)
        with clock.stage("restrict"):
            bare, scope = restrict(question, context, opened.called, opened.acronyms)
            scope = within or scope
        used = question_used(question, context)
        if wants_summary(bare):
            with clock.stage("outline"):
                outline = self._outline(bare, scope, focus)
            if outline is not None:
                return Finding(question=question, question_used=used, selection=outline, scope=scope)
            bare, question = about_topic(bare), about_topic(question)
        if scope is None:
            return self._finding(question, used, self.look_up(question, context, focus=focus), None)
        # Where nothing by them answers, others may say what they say, if they name them.
        quoting = replace(scope, document_ids=frozenset(), titles=())
        attempts = [(bare, scope)] if scope.document_ids or not scope.attributed_to else []
        attempts += [(question, quoting)] if scope.attributed_to else []
        findings = []
        for asked, where in attempts:
            seen = self.look_up(asked, context, focus=focus, scope=where)
            findings.append(self._finding(question, used, seen, where))
            if seen.selection.units:
                return findings[-1]
        return findings[0]

    def _finding(self, question: Question, used: str, seen: Seen, scope: Scope | None) -> Finding:
        best = seen.units[: self._settings.model_passages * _UNITS_A_PASSAGE]
        return Finding(question=question, question_used=used, selection=seen.selection, scope=scope, best=best)

    def look_up(
        self,
        question: Question,
        context: Question | None = None,
        *,
        focus: frozenset[str] = frozenset(),
        scope: Scope | None = None,
    ) -> Seen:
        """Return what was found for a question and chosen to answer it, out of what `scope` allows."""
        opened, clock = self._opened, self._clock
        with clock.stage("retrieve"):
            ranked, vector, named = self._retrieve(question, context, scope)
        with clock.stage("rerank"):
            # Everything that may answer names the body; what else it says decides.
            judged = question if scope is None or scope.document_ids else without_bodies(question, scope)
            units = rerank(
                judged,
                context,
                vector,
                ranked[: self._settings.kept_passages],
                store=opened.store,
                lexical=opened.lexical,
                naming=named.terms,
                focus=focus,
            )
            units = renew(units)
        if scope is not None and not scope.document_ids:
            allowed = attributing(units, scope)
            if not allowed:
                return Seen(ranked=ranked, units=units, selection=_refused(units, scope.unanswered))
            units = allowed
        with clock.stage("select"):
            selection = self._choose(judged, context, units)
            # Reading all units for orders takes long; those that would be shown are few.
            if any(is_order(unit.words) for unit in (*selection.units, *selection.nearest)):
                units = obeys_nothing(units)
                selection = self._choose(judged, context, units)
        return Seen(ranked=ranked, units=units, selection=selection)

    def _choose(self, question: Question, context: Question | None, units: Sequence[ScoredUnit]) -> Selection:
        """Return the units that answer; those that hold quoted words and codes literally, where the question has any."""
        wanted = literals(question)
        if not wanted:
            return self._select(question, context, units)
        own, around = holding(units, wanted)
        if not around:
            return _refused(units, f"no passage mentions {', '.join(f'“{words}”' for words in wanted)}")
        question = replace(question, phrases=())
        chosen = self._select(question, context, own)
        return chosen if chosen.units else self._select(question, context, around)

    def _select(self, question: Question, context: Question | None, units: Sequence[ScoredUnit]) -> Selection:
        threshold, most = self._settings.refusal_threshold, self._settings.max_claims
        if not wants_summary(question):
            return select(question, context, units, max_claims=most, threshold=threshold)
        best, *each = (
            select(question, context, some, max_claims=1, threshold=threshold) for some in (units, *by_document(units))
        )
        return outline_topic(best, each)

    def _outline(self, question: Question, scope: Scope | None, focus: frozenset[str]) -> Selection | None:
        """Return a document or a section in short; None where a topic is asked about, or nothing is named."""
        opened = self._opened
        named = scope.document_ids if scope is not None else focus
        documents = report_first(item for item in opened.store.documents() if item.document_id in named)
        section = section_wanted(question.spelt_out)
        if section:
            units = outline_section(documents or report_first(opened.store.documents()), opened.store, section)
        elif about_topic(question).terms or not documents:
            return None
        else:
            units = outline(documents, opened.store)
        units = obeys_nothing(units)
        return Selection(units=units, nearest=(), confidence=1.0) if units else None

    def units_about(
        self, statement: Question, words_alone: Question, *, within: frozenset[str] = frozenset()
    ) -> tuple[ScoredUnit, ...]:
        """Return the units that may bear out or deny a statement; `words_alone` is it without its figures, looked for anywhere.

        `within` are the documents to look in, all of them where it is empty.
        """
        opened, kept = self._opened, self._settings.kept_passages
        scope = Scope(named="", document_ids=within, titles=()) if within else None
        with self._clock.stage("retrieve"):
            ranked, vector, named = self._retrieve(statement, None, scope)
            again, *_ = self._retrieve(words_alone, None, scope, anywhere=True)
            by_words = sorted(again, key=_lexical_score, reverse=True)
            passages = {item.passage.passage_id: item for item in ranked[:kept]}
            for item in (*again[: kept // _BY_WORDS], *by_words[: kept // _BY_WORDS]):
                passages.setdefault(item.passage.passage_id, item)
        with self._clock.stage("rerank"):
            return rerank(
                statement,
                None,
                vector,
                tuple(passages.values()),
                store=opened.store,
                lexical=opened.lexical,
                naming=named.terms,
            )

    def _retrieve(
        self, question: Question, context: Question | None, scope: Scope | None, *, anywhere: bool = False
    ) -> tuple[tuple[RetrievedPassage, ...], NDArray[np.float32], Named]:
        """Return the passages best first, the question's vector, and which documents it names: none where it looks `anywhere`."""
        opened = self._opened
        named = identify(question, context, {} if anywhere else opened.identities)
        if not opened.holds_accounts:
            question = replace(question, measures=())
        texts, weights = wordings(question, context, named.without)
        vector = mean_of(self._embedder.embed_questions(texts), weights)
        restricted = scope.document_ids if scope is not None else frozenset()
        everywhere = (document.document_id for document in opened.store.documents())
        found = retrieve(
            question,
            context,
            vector,
            title_scores=named.scores,
            naming=named.terms,
            store=opened.store,
            vectors=opened.vectors,
            lexical=opened.lexical,
            candidates=self._settings.candidates,
            within=opened.passage_ids(restricted) if restricted else None,
            also=passages_holding(literals(question), opened.store, restricted or everywhere),
        )
        return fuse(found, dense_share=self._settings.dense_share), vector, named


def _lexical_score(item: RetrievedPassage) -> float:
    return next((leg.score for leg in item.legs if leg.leg == "lexical"), 0.0)


def _refused(units: Sequence[ScoredUnit], reason: str) -> Selection:
    return Selection(units=(), nearest=nearest_of(units), confidence=0.0, reason=reason)


def worth_remembering(history: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """Return the exchanges that were about the documents.

    A greeting or an order to the assistant has no subject to go on with, nor has a question that was asked back about, since it
    leaned on nothing.
    """
    kept: list[Exchange] = []
    for exchange in history:
        question = parse_question(exchange.question)
        if screen(question) is None and (kept or not says_too_little(question, leans=leans(question))):
            kept.append(exchange)
    return tuple(kept)
