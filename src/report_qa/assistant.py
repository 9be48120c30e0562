"""The assistant: a question in, an Answer out, whatever happens.

The order of the stages stands in `Assistant._answer` and nowhere else. Every path ends in an Answer with a status; the one
broad `except` of the answering side is here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from report_qa.errors import EmbedderMismatch, QuestionRejected
from report_qa.open_edition import OpenEdition
from report_qa.questions import Question, parse_question
from report_qa.records.answer import Answer, AnswerStatus, Provenance
from report_qa.records.conversation import Exchange
from report_qa.records.document import report_first
from report_qa.records.passage import Retrieval, RetrievedPassage, ScoredUnit, Selection
from report_qa.records.scope import Scope
from report_qa.stages.clarify import clarify, says_too_little
from report_qa.stages.compose import compose, compose_nearest
from report_qa.stages.conclude import Draft, conclude
from report_qa.stages.exact import holding, literals, nearest_of, passages_holding
from report_qa.stages.follow_up import follow_up, leans, parts_of, question_used, rewritten
from report_qa.stages.fuse import fuse
from report_qa.stages.identify import Named, identify
from report_qa.stages.join import Finding, join
from report_qa.stages.order import order
from report_qa.stages.outline import about_topic, by_document, outline, outline_section, outline_topic, wants_summary
from report_qa.stages.renew import renew
from report_qa.stages.rerank import rerank
from report_qa.stages.restrict import attributing, restrict, without_bodies
from report_qa.stages.retrieve import mean_of, retrieve, wordings
from report_qa.stages.screen import screen
from report_qa.stages.select import select
from report_qa.stages.spell import spell
from report_qa.stages.verify import verify
from report_qa.summaries import section_wanted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from report_qa.library.edition import Edition, Library
    from report_qa.ports import Embedder, LexicalIndex, VectorIndex
    from report_qa.settings import Settings

_log = logging.getLogger(__name__)


class Assistant:
    """Answers questions from the current edition of a library. Safe to share between threads.

    The current edition is looked up at every question, so that a new one is used without a restart; a question is answered
    from one edition from start to end.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        library: Library,
        embedder: Embedder,
        open_vector_index: Callable[[Edition], VectorIndex],
        open_lexical_index: Callable[[Edition], LexicalIndex],
    ) -> None:
        self.settings = settings
        self.library = library
        self._embedder = embedder
        self._open_vector_index = open_vector_index
        self._open_lexical_index = open_lexical_index
        self._lock = threading.Lock()
        self._opened: OpenEdition | None = None
        self._give_back(self._current())

    def ask(self, question: str, history: Sequence[Exchange] = ()) -> Answer:
        """Answer a question in the light of earlier ones.

        Raises:
            QuestionRejected: the question is empty or longer than the setting allows.
            LibraryError: no edition can be read.
        """
        self._reject(question)
        clock = _Clock()
        with self._borrowed() as opened:
            try:
                return self._answer(question, history, opened, clock)
            except Exception:  # noqa: BLE001 - every path ends in an Answer
                _log.exception("the question could not be answered")
                apology = "Something went wrong while answering. Nothing is lost; please ask again."
                return self._short(question, AnswerStatus.ERROR_INTERNAL, apology, opened, clock)

    def search(self, question: str, top: int = 10, history: Sequence[Exchange] = ()) -> Retrieval:
        """Return the best passages for a question, without answering it.

        Raises:
            QuestionRejected: the question is empty or longer than the setting allows.
            LibraryError: no edition can be read.
        """
        self._reject(question)
        with self._borrowed() as opened:
            history = _worth_remembering(history)
            again = rewritten(question, history)
            parsed = parse_question(again or question, opened.acronyms)
            context = None if again else follow_up(parsed, history, acronyms=opened.acronyms)
            bare, scope = restrict(parsed, context, opened.called, opened.acronyms)
            # Words of somebody who has no document on the shelf are found by his name.
            searched = bare if scope is None or scope.document_ids else parsed
            looking = _Looking(focus=frozenset(), opened=opened, clock=_Clock())
            seen = self._look_up(searched, context, looking, scope)
            ranked = order(seen.ranked, seen.units, seen.selection)
            return Retrieval(
                question_used=question_used(parsed, context),
                edition_id=opened.edition.edition_id,
                kept=ranked[:top],
                rejected=ranked[top:],
            )

    def findings(self, question: str, history: Sequence[Exchange] = ()) -> tuple[Finding, ...]:
        """Return what was found and chosen for each part of a question, before anything is said: for looking into it.

        Raises:
            QuestionRejected: the question is empty or longer than the setting allows.
            LibraryError: no edition can be read.
        """
        self._reject(question)
        with self._borrowed() as opened:
            return self._findings(question, _worth_remembering(history), opened, _Clock())

    def reading_text(self, document_id: str) -> str:
        """Return the text of the current edition that a document's offsets refer to."""
        with self._borrowed() as opened:
            return opened.store.text(document_id)

    def _answer(self, text: str, history: Sequence[Exchange], opened: OpenEdition, clock: _Clock) -> Answer:
        screened = screen(parse_question(text))
        if screened is not None:
            return self._short(text, *screened, opened, clock)
        history = _worth_remembering(history)
        asked_back = None if history else self._clarification(text, opened)
        if asked_back is not None:
            sentence, choices = asked_back
            answer = self._short(text, AnswerStatus.CLARIFICATION, sentence, opened, clock)
            return replace(answer, text="\n".join([sentence, *(f"• {choice}" for choice in choices)]), choices=choices)
        findings = self._findings(text, history, opened, clock)
        with clock.stage("compose"):
            selection = join(findings)
            edition_id = opened.edition.edition_id
            claims, evidence = compose(selection.units, store=opened.store, edition_id=edition_id)
            nearest = compose_nearest(selection, store=opened.store, edition_id=edition_id)
        with clock.stage("verify"):
            shown, withheld = verify(claims, evidence, store=opened.store)
        draft = Draft(
            question=text,
            question_used=findings[0].question_used if len(findings) == 1 else text,
            selection=selection,
            shown=shown,
            withheld=withheld,
            evidence=evidence,
            nearest=nearest,
            scopes=tuple(finding.scope for finding in findings),
        )
        return conclude(draft, store=opened.store, provenance=self._provenance(opened, clock))

    def _clarification(self, text: str, opened: OpenEdition) -> tuple[str, tuple[str, ...]] | None:
        question = parse_question(text, opened.acronyms)
        leaning = leans(question)
        if not says_too_little(question, leans=leaning):
            # Before anything is read for the choices: nearly every question can be looked up.
            return None
        documents = report_first(opened.store.documents())
        sections = opened.store.sections(documents[0].document_id) if documents else ()
        return clarify(
            question,
            leans=leaning,
            titles=[document.title for document in documents],
            headings=[section.heading_path[-1] for section in sections if len(section.heading_path) > 1],
        )

    def _findings(
        self, text: str, history: Sequence[Exchange], opened: OpenEdition, clock: _Clock
    ) -> tuple[Finding, ...]:
        findings: list[Finding] = []
        for part, earlier in parts_of(text, history, opened.acronyms):
            focus = self._focus(earlier, history, findings, opened, clock)
            findings.append(self._find(part, earlier, focus, opened, clock))
        return tuple(findings)

    def _focus(
        self,
        context: Question | None,
        history: Sequence[Exchange],
        findings: Sequence[Finding],
        opened: OpenEdition,
        clock: _Clock,
    ) -> frozenset[str]:
        """Return the documents that answered the question that this one leans on."""
        if context is None or findings:
            return frozenset()
        known = frozenset(name for exchange in history[-1:] for name in exchange.document_ids)
        if known:
            return known
        earlier = self._find(context, None, frozenset(), opened, clock).selection
        return frozenset(unit.retrieved.document.document_id for unit in earlier.units[:1])

    def _find(
        self, question: Question, context: Question | None, focus: frozenset[str], opened: OpenEdition, clock: _Clock
    ) -> Finding:
        """Look up one question that asks one thing, in the documents that it restricts itself to."""
        with clock.stage("spell"):
            question = spell(question, lexical=opened.lexical, vocabulary=opened.vocabulary)
        with clock.stage("restrict"):
            bare, scope = restrict(question, context, opened.called, opened.acronyms)
        used = question_used(question, context)
        if wants_summary(bare):
            with clock.stage("outline"):
                outline = self._outline(bare, scope, focus, opened)
            if outline is not None:
                return Finding(question=question, question_used=used, selection=outline, scope=scope)
            bare, question = about_topic(bare), about_topic(question)
        looking = _Looking(focus=focus, opened=opened, clock=clock)
        if scope is None:
            found = self._look_up(question, context, looking, None).selection
            return Finding(question=question, question_used=used, selection=found)
        # Where nothing by them answers, others may say what they say, if they name them.
        quoting = replace(scope, document_ids=frozenset(), titles=())
        attempts = [(bare, scope)] if scope.document_ids or not scope.attributed_to else []
        attempts += [(question, quoting)] if scope.attributed_to else []
        findings = []
        for asked, where in attempts:
            found = self._look_up(asked, context, looking, where).selection
            findings.append(Finding(question=question, question_used=used, selection=found, scope=where))
            if found.units:
                return findings[-1]
        return findings[0]

    def _look_up(self, question: Question, context: Question | None, looking: _Looking, scope: Scope | None) -> _Seen:
        """Return what was found for a question and chosen to answer it, out of what `scope` allows."""
        opened, clock = looking.opened, looking.clock
        with clock.stage("retrieve"):
            ranked, vector, named = self._retrieve(question, context, opened, scope)
        with clock.stage("rerank"):
            # Everything that may answer names the body; what else it says decides.
            judged = question if scope is None or scope.document_ids else without_bodies(question, scope)
            units = rerank(
                judged,
                context,
                vector,
                ranked[: self.settings.kept_passages],
                store=opened.store,
                lexical=opened.lexical,
                naming=named.terms,
                focus=looking.focus,
            )
            units = renew(units)
        if scope is not None and not scope.document_ids:
            allowed = attributing(units, scope)
            if not allowed:
                return _Seen(ranked=ranked, units=units, selection=_refused(units, scope.unanswered))
            units = allowed
        with clock.stage("select"):
            return _Seen(ranked=ranked, units=units, selection=self._choose(judged, context, units))

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
        threshold, most = self.settings.refusal_threshold, self.settings.max_claims
        if not wants_summary(question):
            return select(question, context, units, max_claims=most, threshold=threshold)
        best, *each = (
            select(question, context, some, max_claims=1, threshold=threshold) for some in (units, *by_document(units))
        )
        return outline_topic(best, each)

    def _outline(
        self, question: Question, scope: Scope | None, focus: frozenset[str], opened: OpenEdition
    ) -> Selection | None:
        """Return a document or a section in short; None where a topic is asked about, or nothing is named."""
        named = scope.document_ids if scope is not None else focus
        documents = report_first(item for item in opened.store.documents() if item.document_id in named)
        section = section_wanted(question.spelt_out)
        if section:
            units = outline_section(documents or report_first(opened.store.documents()), opened.store, section)
        elif about_topic(question).terms or not documents:
            return None
        else:
            units = outline(documents, opened.store)
        return Selection(units=units, nearest=(), confidence=1.0) if units else None

    def _retrieve(
        self, question: Question, context: Question | None, opened: OpenEdition, scope: Scope | None
    ) -> tuple[tuple[RetrievedPassage, ...], NDArray[np.float32], Named]:
        """Return the passages best first, the question's vector, and which documents it names."""
        named = identify(question, context, opened.identities)
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
            candidates=self.settings.candidates,
            within=opened.passage_ids(restricted) if restricted else None,
            also=passages_holding(literals(question), opened.store, restricted or everywhere),
        )
        return fuse(found, dense_share=self.settings.dense_share), vector, named

    def _reject(self, question: str) -> None:
        limit = self.settings.max_question_chars
        if not question.strip():
            raise QuestionRejected("The question is empty.", hint="Type a question about the documents.")
        if len(question) > limit:
            raise QuestionRejected(
                f"The question has {len(question):,} characters; {limit:,} are allowed.", hint="Ask a shorter question."
            )

    def _short(self, question: str, status: AnswerStatus, text: str, opened: OpenEdition, clock: _Clock) -> Answer:
        provenance = self._provenance(opened, clock)
        return Answer(question=question, question_used=question, status=status, text=text, provenance=provenance)

    def _provenance(self, opened: OpenEdition, clock: _Clock) -> Provenance:
        return Provenance(
            edition_id=opened.edition.edition_id,
            version=version("report-qa"),
            settings_digest=self.settings.digest(),
            models=(self._embedder.name,),
            asked_at=clock.asked_at,
            stage_ms=tuple(clock.stage_ms),
        )

    @contextmanager
    def _borrowed(self) -> Iterator[OpenEdition]:
        opened = self._current()
        try:
            yield opened
        finally:
            self._give_back(opened)

    def _current(self) -> OpenEdition:
        """Return the current edition, opened if it is new; the one before is closed when its last question has ended."""
        edition_id = self.library.current_edition_id()
        with self._lock:
            opened = self._opened
            if opened is None or opened.edition.edition_id != edition_id:
                opened = self._open(edition_id)
                previous, self._opened = self._opened, opened
                if previous is not None:
                    previous.retired = True
                    previous.close_if_idle()
            opened.users += 1
            return opened

    def _give_back(self, opened: OpenEdition) -> None:
        with self._lock:
            opened.users -= 1
            opened.close_if_idle()

    def _open(self, edition_id: str) -> OpenEdition:
        edition = self.library.open(edition_id)
        if edition.manifest.embedder_digest != self._embedder.digest:
            raise EmbedderMismatch(
                f"Edition {edition_id} was embedded by {edition.manifest.embedder_name}, not by {self._embedder.name}.",
                hint="Set REPORT_QA_EMBEDDER to that model, or ingest the shelf again with the new one.",
            )
        return OpenEdition(edition, self._open_vector_index(edition), self._open_lexical_index(edition))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looking:
    """What looking up one question needs besides it: the documents that the conversation is about, the edition and the clock."""

    focus: frozenset[str]
    opened: OpenEdition
    clock: _Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What looking up one question came to: the passages, the units of those that were read, and what was chosen of them."""

    ranked: tuple[RetrievedPassage, ...]
    units: tuple[ScoredUnit, ...]
    selection: Selection


class _Clock:
    """When a question was asked, and the milliseconds spent in each stage."""

    def __init__(self) -> None:
        self.asked_at = datetime.now(UTC)
        self.stage_ms: list[tuple[str, float]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stage_ms.append((name, round((time.perf_counter() - started) * 1000, 2)))


def _refused(units: Sequence[ScoredUnit], reason: str) -> Selection:
    return Selection(units=(), nearest=nearest_of(units), confidence=0.0, reason=reason)


def _worth_remembering(history: Sequence[Exchange]) -> tuple[Exchange, ...]:
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
