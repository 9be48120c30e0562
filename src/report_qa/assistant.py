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
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from report_qa.checking.assertion import without_figures
from report_qa.errors import EmbedderMismatch, QuestionRejected
from report_qa.measures import names_statement
from report_qa.orders import is_order
from report_qa.questions import Question, parse_question
from report_qa.records.answer import Answer, AnswerStatus, Claim, EvidenceSpan, Provenance
from report_qa.records.checked import Checked, worst_of
from report_qa.records.conversation import Exchange
from report_qa.records.document import report_first
from report_qa.records.passage import Retrieval, RetrievedPassage, ScoredUnit, Selection
from report_qa.stages.check import Held, check, sentences_of
from report_qa.stages.clarify import clarify, says_too_little
from report_qa.stages.compose import citation_of, compose, compose_nearest, compose_sources, evidence_span
from report_qa.stages.conclude import Draft, conclude, with_written
from report_qa.stages.follow_up import follow_up, leans, parts_of, question_used, rewritten
from report_qa.stages.fuse import fuse
from report_qa.stages.gather import gather, obeys_nothing
from report_qa.stages.identify import Identity, Named, identify, identity_of
from report_qa.stages.join import Finding, join, sources
from report_qa.stages.prompt import prompt, repair
from report_qa.stages.read_reply import ReplyReader
from report_qa.stages.rerank import rerank
from report_qa.stages.retrieve import mean_of, retrieve, wordings
from report_qa.stages.screen import screen
from report_qa.stages.select import select
from report_qa.stages.spell import spell
from report_qa.stages.verify import verify, verify_written
from report_qa.stages.write import Writing
from report_qa.weights import BEGINNING_CHARS
from report_qa.words import tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from report_qa.library.edition import Edition, Library
    from report_qa.ports import ChatModel, Embedder, LexicalIndex, PassageStore, VectorIndex
    from report_qa.records.writing import Usage
    from report_qa.settings import Settings

_log = logging.getLogger(__name__)
# Several units of one passage may be among the best; the passages to write from are taken from so many for each.
_UNITS_A_PASSAGE = 4

OnClaim = Callable[[Claim, tuple[EvidenceSpan, ...]], None]


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
        writer: ChatModel | None = None,
    ) -> None:
        self.settings = settings
        self.library = library
        self._embedder = embedder
        self._open_vector_index = open_vector_index
        self._open_lexical_index = open_lexical_index
        self._writer = writer
        self._lock = threading.Lock()
        self._opened: OpenEdition | None = None
        self._give_back(self._current())

    def ask(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        *,
        extracts_only: bool = False,
        on_claim: OnClaim | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> Answer:
        """Answer a question in the light of earlier ones.

        Where a chat model is configured it writes the answer, unless `extracts_only`. `on_claim` is called with each claim
        that is shown, and the evidence that it cites, as soon as it is verified. Once `stopped` returns True no more
        is written, and the answer is what was verified until then.

        Raises:
            QuestionRejected: the question is empty or longer than the setting allows.
            LibraryError: no edition can be read.
        """
        self._reject(question)
        clock = _Clock()
        wish = _Wish(writes=self._writer is not None and not extracts_only, on_claim=on_claim, stopped=stopped)
        with self._borrowed() as opened:
            try:
                answer = self._answer(question, history, opened, clock, wish)
                wish.report_all(answer)
                return answer
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
            ranked, *_ = self._retrieve(parsed, context, opened)
            return Retrieval(
                question_used=question_used(parsed, context),
                edition_id=opened.edition.edition_id,
                kept=ranked[:top],
                rejected=ranked[top:],
            )

    def check(self, text: str, *, on_sentence: Callable[[int, int], None] | None = None) -> Checked:
        """Say of each sentence of a pasted text whether the documents bear it out, deny it, or don't say it.

        `on_sentence` is called before each sentence with how many are done and how many there are; what it raises ends
        the check.

        Raises:
            QuestionRejected: the text is empty or longer than the setting allows.
            LibraryError: no edition can be read.
        """
        self._reject(text, self.settings.max_check_chars)
        clock = _Clock()
        with self._borrowed() as opened:
            found, held = sentences_of(text), list[Held]()
            for sentence in found:
                if on_sentence is not None:
                    on_sentence(len(held), len(found))
                held.append(self._held(sentence, opened, clock))
            with clock.stage("compose"):
                sentences, evidence = self._cited(held, opened)
            return Checked(
                text=text,
                verdict=worst_of([sentence.verdict for sentence in sentences]),
                sentences=sentences,
                evidence=evidence,
                provenance=self._provenance(opened, clock),
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

    def _answer(
        self, text: str, history: Sequence[Exchange], opened: OpenEdition, clock: _Clock, wish: _Wish
    ) -> Answer:
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
            passages = self._passages(findings, opened) if wish.writes and selection.units else ()
            claims, evidence = compose(
                selection.units, store=opened.store, edition_id=edition_id, first=len(passages) + 1
            )
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
        )
        usage = None
        if passages and shown:
            with clock.stage("write"):
                draft, usage = self._written(draft, passages, opened, wish)
        return conclude(
            draft, store=opened.store, provenance=self._provenance(opened, clock, usage, wrote=bool(passages))
        )

    def _passages(self, findings: Sequence[Finding], opened: OpenEdition) -> tuple[EvidenceSpan, ...]:
        """Return what a model is to write from, under the handles E1 and on."""
        units = gather(sources(findings), store=opened.store, most=self.settings.model_passages)
        return compose_sources(units, store=opened.store, edition_id=opened.edition.edition_id)

    def _written(
        self, draft: Draft, passages: tuple[EvidenceSpan, ...], opened: OpenEdition, wish: _Wish
    ) -> tuple[Draft, Usage | None]:
        """Have the model write from the passages, and return the draft with those of its sentences that are supported."""
        assert self._writer is not None
        writing = Writing(
            verify=lambda sentence: verify_written(sentence, passages, store=opened.store),
            evidence=passages,
            extracts=draft.shown,
            on_claim=lambda claim: wish.report(claim, (*passages, *draft.evidence)),
            stopped=wish.is_stopped,
            most=self.settings.model_sentences,
        )
        messages = prompt(draft.question, draft.question_used, passages, sentences=self.settings.model_sentences)
        writing.take(self._writer.stream(messages, stopped=wish.is_stopped), ReplyReader())
        failed = writing.written.withheld
        if self.settings.model_repair and failed and not writing.written.broke_off:
            writing.forget(failed)
            again = repair(messages, writing.written.reply, failed)
            writing.take(self._writer.stream(again, stopped=wish.is_stopped), ReplyReader())
        written = writing.written
        return with_written(draft, written, passages, self._writer.name), written.usage

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
            titles=[document.title for document in documents if not is_order(document.title)],
            headings=[
                section.heading_path[-1]
                for section in sections
                if len(section.heading_path) > 1 and not is_order(section.heading_path[-1])
            ],
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
        """Look up one question that asks one thing."""
        with clock.stage("spell"):
            question = spell(question, lexical=opened.lexical, vocabulary=opened.vocabulary)
        with clock.stage("retrieve"):
            ranked, vector, named = self._retrieve(question, context, opened)
        with clock.stage("rerank"):
            units = rerank(
                question,
                context,
                vector,
                ranked[: self.settings.kept_passages],
                store=opened.store,
                lexical=opened.lexical,
                naming=named.terms,
                focus=focus,
            )
        with clock.stage("select"):
            selection = self._select(question, context, units)
        return Finding(
            question=question,
            question_used=question_used(question, context),
            selection=selection,
            best=units[: self.settings.model_passages * _UNITS_A_PASSAGE],
        )

    def _select(self, question: Question, context: Question | None, units: tuple[ScoredUnit, ...]) -> Selection:
        selection = select(
            question, context, units, max_claims=self.settings.max_claims, threshold=self.settings.refusal_threshold
        )
        # Reading all units for orders takes long; those that would be shown are few.
        if not any(is_order(unit.words) for unit in (*selection.units, *selection.nearest)):
            return selection
        return select(
            question,
            context,
            obeys_nothing(units),
            max_claims=self.settings.max_claims,
            threshold=self.settings.refusal_threshold,
        )

    def _retrieve(
        self, question: Question, context: Question | None, opened: OpenEdition
    ) -> tuple[tuple[RetrievedPassage, ...], NDArray[np.float32], Named]:
        """Return the passages best first, the question's vector, and which documents it names."""
        named = identify(question, context, opened.identities)
        if not opened.holds_accounts:
            question = replace(question, measures=())
        texts, weights = wordings(question, context, named.without)
        vector = mean_of(self._embedder.embed_questions(texts), weights)
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
        )
        return fuse(found, dense_share=self.settings.dense_share), vector, named

    def _held(self, sentence: str, opened: OpenEdition, clock: _Clock) -> Held:
        """Search for what a sentence says and hold it against that."""
        parsed = parse_question(sentence, opened.acronyms)
        with clock.stage("retrieve"):
            ranked, vector, named = self._retrieve(parsed, None, opened)
            passages = {item.passage.passage_id: item for item in ranked[: self.settings.kept_passages]}
            about = without_figures(sentence)
            if about != sentence:
                # A wrong year or figure leads away from the passage that has the right one.
                again, *_ = self._retrieve(parse_question(about, opened.acronyms), None, opened)
                for item in again[: self.settings.kept_passages // 2]:
                    passages.setdefault(item.passage.passage_id, item)
            units = rerank(
                parsed,
                None,
                vector,
                tuple(passages.values()),
                store=opened.store,
                lexical=opened.lexical,
                naming=named.terms,
            )
        with clock.stage("check"):
            return check(sentence, units, lexical=opened.lexical, acronyms=opened.acronyms)

    def _cited(self, held: Sequence[Held], opened: OpenEdition) -> tuple[tuple[Claim, ...], tuple[EvidenceSpan, ...]]:
        """Return the sentences as claims, with the evidence that they cite; what two of them cite is one piece of evidence."""
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
                    citations=tuple(citation_of(span) for span in spans),
                )
            )
        return tuple(sentences), tuple(known.values())

    def _reject(self, question: str, limit: int | None = None) -> None:
        limit = limit or self.settings.max_question_chars
        if not question.strip():
            raise QuestionRejected("The question is empty.", hint="Type a question about the documents.")
        if len(question) > limit:
            raise QuestionRejected(
                f"The question has {len(question):,} characters; {limit:,} are allowed.", hint="Ask a shorter question."
            )

    def _short(self, question: str, status: AnswerStatus, text: str, opened: OpenEdition, clock: _Clock) -> Answer:
        provenance = self._provenance(opened, clock)
        return Answer(question=question, question_used=question, status=status, text=text, provenance=provenance)

    def _provenance(
        self, opened: OpenEdition, clock: _Clock, usage: Usage | None = None, *, wrote: bool = False
    ) -> Provenance:
        writer = (self._writer.name,) if self._writer is not None and wrote else ()
        return Provenance(
            edition_id=opened.edition.edition_id,
            version=version("report-qa"),
            settings_digest=self.settings.digest(),
            models=(self._embedder.name, *writer),
            asked_at=clock.asked_at,
            stage_ms=tuple(clock.stage_ms),
            usage=usage,
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


class OpenEdition:
    """An edition with its indexes open, and how many questions are using it."""

    def __init__(self, edition: Edition, vectors: VectorIndex, lexical: LexicalIndex) -> None:
        self.edition = edition
        self.vectors = vectors
        self.lexical = lexical
        self.acronyms = edition.store.acronyms()
        self.users = 0
        self.retired = False

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of everything that the documents say, for telling a typing error from a word."""
        return frozenset(
            word for document in self.store.documents() for word in tokens(self.store.text(document.document_id))
        )

    @cached_property
    def identities(self) -> dict[str, Identity]:
        """What each document is called."""
        beginnings = self.store.beginnings(BEGINNING_CHARS)
        return {
            document.document_id: identity_of(document, beginnings[document.document_id])
            for document in self.store.documents()
        }

    @cached_property
    def holds_accounts(self) -> bool:
        """Whether any document has a balance sheet or the like."""
        return any(
            names_statement(section.heading_path[-1])
            for document in self.store.documents()
            for section in self.store.sections(document.document_id)
            if section.heading_path
        )

    @property
    def store(self) -> PassageStore:
        return self.edition.store

    def close_if_idle(self) -> None:
        """Release a retired edition's indexes once nobody uses them."""
        if self.retired and self.users == 0:
            self.vectors.close()
            self.lexical.close()
            self.edition.close()


class _Wish:
    """What the asker wants of one answer besides the answer: whether a model writes, who is told of claims, when to stop."""

    def __init__(self, *, writes: bool, on_claim: OnClaim | None, stopped: Callable[[], bool] | None) -> None:
        self.writes = writes
        self._on_claim = on_claim
        self._stopped = stopped
        self._reported: set[Claim] = set()

    def is_stopped(self) -> bool:
        return self._stopped is not None and self._stopped()

    def report(self, claim: Claim, evidence: Sequence[EvidenceSpan]) -> None:
        """Tell of a claim, once."""
        if self._on_claim is not None and claim not in self._reported:
            self._reported.add(claim)
            cited = {citation.evidence_id for citation in claim.citations}
            self._on_claim(claim, tuple(span for span in evidence if span.evidence_id in cited))

    def report_all(self, answer: Answer) -> None:
        """Tell of what is shown and was not told of yet."""
        for claim in answer.claims:
            self.report(claim, answer.evidence)


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
