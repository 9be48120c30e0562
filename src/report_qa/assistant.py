"""The assistant: a question in, an Answer out.

The order of the stages stands in `Assistant._answer` and nowhere else. Every question that could be looked up ends in an Answer with a
status; the one broad `except` of the answering side is here.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from report_qa.by_source import answer_by_source
from report_qa.checker import Checker
from report_qa.citations import Cite, decode_cite
from report_qa.clock import Clock, Ended, Observer, unobserved
from report_qa.errors import EmbedderMismatch, LibraryError, ManifestMismatch, QuestionRejected
from report_qa.evidence import EvidenceView, view_evidence
from report_qa.finder import Finder, worth_remembering
from report_qa.library.rulings import Rulings
from report_qa.library.visible import VisibleEdition
from report_qa.open_edition import OpenEdition
from report_qa.orders import is_order
from report_qa.questions import parse_question
from report_qa.records.answer import Answer, AnswerStatus, Claim, EvidenceSpan, Provenance
from report_qa.records.audience import EVERYTHING, Audience
from report_qa.records.chain import Chain
from report_qa.records.checked import Checked, worst_of
from report_qa.records.conversation import Exchange
from report_qa.records.document import Span, report_first
from report_qa.records.passage import Retrieval
from report_qa.records.scope import Within
from report_qa.records.sources import SourceAnswers
from report_qa.stages.check import sentences_of
from report_qa.stages.clarify import clarify, says_too_little
from report_qa.stages.compose import compose, compose_nearest, compose_sources
from report_qa.stages.conclude import Draft, conclude, with_written
from report_qa.stages.follow_up import leans
from report_qa.stages.gather import gather
from report_qa.stages.join import Finding, join, sources
from report_qa.stages.prompt import prompt, repair
from report_qa.stages.read_reply import ReplyReader
from report_qa.stages.restrict import chosen
from report_qa.stages.screen import screen
from report_qa.stages.verify import read_evidence, verify, verify_written
from report_qa.stages.write import Writing
from report_qa.suggestions import Example, Suggester
from report_qa.tracer import Tracer, statement_of
from report_qa.wish import OnClaim, Wish

if TYPE_CHECKING:
    from report_qa.checking.premise import Premise
    from report_qa.library.edition import Edition, Library
    from report_qa.ports import ChatModel, Embedder, EntailmentModel, LexicalIndex, VectorIndex
    from report_qa.records.writing import Usage, WrittenSentence
    from report_qa.settings import Settings

    AnyEdition = Edition | VisibleEdition

_log = logging.getLogger(__name__)


class _Current:
    """The current edition, opened, and who is using it: one for an assistant and all that it is for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.opened: OpenEdition | None = None


class Assistant:
    """Answers questions from the current edition of a library. Safe to share between threads.

    The current edition is looked up at every question, so that a new one is used without a restart; a question is answered
    from one edition from start to end. One who is not `for_` somebody answers from everything.
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
        entailment: EntailmentModel | None = None,
        observe: Observer = unobserved,
        require_on: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self.library = library
        self._embedder = embedder
        self._open_vector_index = open_vector_index
        self._open_lexical_index = open_lexical_index
        self._writer = writer
        self._entailment = entailment
        self._observe = observe
        self._require_on = require_on
        self._rulings = Rulings(library)
        self.audience = EVERYTHING
        self._shared = _Current()
        self._give_back(self._current())

    def for_(self, audience: Audience) -> Assistant:
        """Return the assistant of an audience: it answers as if there were no documents but those that the audience may see.

        It costs nothing; what is loaded is shared.
        """
        other = copy.copy(self)
        other.audience = audience
        return other

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
            LibraryError: no edition can be read, or its index doesn't answer.
            ServiceOff: questions are switched off.
        """
        self._reject(question)
        clock = Clock()
        wish = Wish(writes=self._writer is not None and not extracts_only, on_claim=on_claim, stopped=stopped)
        with self._borrowed() as opened:
            try:
                answer = self._answer(question, history, opened, clock, wish)
                wish.report_all(answer)
            except LibraryError as error:
                # Nothing was looked up: whoever asked is told so, and no answer is kept that says nothing.
                self._ended("ask", error.code, opened, clock)
                raise
            except Exception:  # noqa: BLE001 - every path ends in an Answer
                _log.exception("the question could not be answered")
                apology = "Something went wrong while answering. Nothing is lost; please ask again."
                answer = self._short(question, AnswerStatus.ERROR_INTERNAL, apology, opened, clock)
            self._ended("ask", answer.status.value, opened, clock)
            return answer

    def search(
        self, question: str, top: int = 10, history: Sequence[Exchange] = (), *, within: Within | None = None
    ) -> Retrieval:
        """Return the best passages for a question, without answering it: those of the documents `within` which one wants to look.

        Raises:
            QuestionRejected: the question is empty or longer than the setting allows, or no document is `within`.
            LibraryError: no edition can be read.
            ServiceOff: questions are switched off.
        """
        self._reject(question)
        clock = Clock()
        with self._borrowed() as opened:
            finder = self._finder(opened, clock)
            documents = chosen(within, opened.called) if within else None
            if documents is not None and not documents:
                raise QuestionRejected("No document on the shelf fits these filters.", hint="Set fewer of them.")
            used, ranked = finder.passages(question, worth_remembering(history), documents)
            self._ended("search", "found" if ranked else "nothing", opened, clock)
            return Retrieval(
                question_used=used,
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
            ServiceOff: questions are switched off.
        """
        self._reject(text, self.settings.max_check_chars)
        clock = Clock()
        with self._borrowed() as opened:
            checker = Checker(self._finder(opened, clock), opened=opened, clock=clock, entailment=self._entailment)
            sentences, evidence = checker.check(sentences_of(text), on_sentence=on_sentence)
            verdict = worst_of([sentence.verdict for sentence in sentences])
            self._ended("check", verdict.value, opened, clock)
            return Checked(
                text=text,
                verdict=verdict,
                sentences=sentences,
                evidence=evidence,
                provenance=self._provenance(opened, clock),
            )

    def trace(self, cite: str, *, search: bool = False) -> Chain | None:
        """Follow a cited quotation: what its statement refers to, and what the documents meant say of the same thing.

        `search` also looks for other evidence on the shelf that bears it out or contradicts it. Returns None where the text is no
        permanent name, or its very words stand in no edition at hand.

        Raises:
            LibraryError: no edition can be read.
        """
        try:
            parsed = decode_cite(cite)
        except ValueError:
            return None
        clock = Clock()
        with self._borrowed() as opened, self._edition_of(parsed, opened) as edition:
            view = self._view(cite, parsed, edition) if edition is not None else None
            if view is None or edition is None:
                return None
            spans = tuple(Span(start_char=start, end_char=end) for start, end in parsed.ranges)
            statement = statement_of(view.document, spans, view.quote, store=edition.store)
            tracer = Tracer(self._finder(opened, clock), opened=opened, clock=clock, entailment=self._entailment)
            links = tracer.links(statement, store=edition.store)
            return Chain(
                cite=cite,
                document=view.document,
                quote=view.quote,
                statement=statement.words,
                locator=view.locator,
                links=(*links, *(tracer.search(statement, links) if search else ())),
                searched=search,
                provenance=self._provenance(opened, clock),
            )

    def findings(self, question: str, history: Sequence[Exchange] = ()) -> tuple[Finding, ...]:
        """Return what was found and chosen for each part of a question, before anything is said: for looking into it.

        Raises:
            QuestionRejected: the question is empty or longer than the setting allows.
            LibraryError: no edition can be read.
            ServiceOff: questions are switched off.
        """
        self._reject(question)
        with self._borrowed() as opened:
            return self._finder(opened, Clock()).findings(question, worth_remembering(history))

    def by_source(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        *,
        on_document: Callable[[int, int], None] | None = None,
    ) -> SourceAnswers:
        """Ask a question of each document that was found for it, by itself, and return what each says.

        No model writes any of it. `on_document` is called before each document with how many are done and how many there
        are; what it raises ends the asking.

        Raises:
            QuestionRejected: the question is empty or longer than the setting allows.
            LibraryError: no edition can be read.
            ServiceOff: questions are switched off.
        """
        self._reject(question)
        clock = Clock()
        with self._borrowed() as opened:
            answers, left_out = answer_by_source(
                question,
                worth_remembering(history),
                finder=self._finder(opened, clock),
                opened=opened,
                on_document=on_document,
            )
            provenance = self._provenance(opened, clock)
            return SourceAnswers(question=question, answers=answers, left_out=left_out, provenance=provenance)

    def suggest(
        self, answer: Answer, *, asked: Collection[str] = (), stopped: Callable[[], bool] = lambda: False
    ) -> tuple[str, ...]:
        """Return up to three questions to ask after an answer, each of which was asked to see that it is answered.

        `asked` are the questions that the reader asked already. Takes as long as a few answers; once `stopped` returns True what
        was found until then is returned.

        Raises:
            LibraryError: no edition can be read.
        """
        with self._borrowed() as opened:
            return self._suggester(opened).after(answer, asked=asked, stopped=stopped)

    def examples(self, *, stopped: Callable[[], bool] = lambda: False) -> tuple[Example, ...]:
        """Return an example of each kind of question that this library answers; takes as long as some twenty answers.

        Raises:
            LibraryError: no edition can be read.
        """
        with self._borrowed() as opened:
            return self._suggester(opened).examples(stopped=stopped)

    def reading_text(self, document_id: str) -> str:
        """Return the text of the current edition that a document's offsets refer to."""
        with self._borrowed() as opened:
            return opened.store.text(document_id)

    def ignore_switch(self) -> None:
        """Answer from now on also while questions are switched off."""
        self._require_on = lambda: None

    def close(self) -> None:
        """Give the edition's files back, once the last question has ended; who asks again opens it anew."""
        with self._shared.lock:
            opened, self._shared.opened = self._shared.opened, None
            if opened is not None:
                opened.retired = True
                opened.close_if_idle()

    def _answer(self, text: str, history: Sequence[Exchange], opened: OpenEdition, clock: Clock, wish: Wish) -> Answer:
        screened = screen(parse_question(text))
        if screened is not None:
            return self._short(text, *screened, opened, clock)
        history = worth_remembering(history)
        asked_back = None if history else self._clarification(text, opened)
        if asked_back is not None:
            sentence, choices = asked_back
            answer = self._short(text, AnswerStatus.CLARIFICATION, sentence, opened, clock)
            return replace(answer, text="\n".join([sentence, *(f"• {choice}" for choice in choices)]), choices=choices)
        findings = self._finder(opened, clock).findings(text, history)
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
            scopes=tuple(finding.scope for finding in findings),
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
        self, draft: Draft, passages: tuple[EvidenceSpan, ...], opened: OpenEdition, wish: Wish
    ) -> tuple[Draft, Usage | None]:
        """Have the model write from the passages, and return the draft with those of its sentences that are supported."""
        assert self._writer is not None
        writing = Writing(
            verify=partial(
                self._verified, passages=passages, opened=opened, premises=read_evidence(passages, store=opened.store)
            ),
            evidence=passages,
            extracts=draft.shown,
            on_claim=lambda claim: wish.report(claim, (*passages, *draft.evidence)),
            stopped=wish.is_stopped,
            most=self.settings.model_sentences,
        )
        messages = prompt(draft.question, draft.question_used, passages, sentences=self.settings.model_sentences)
        repairs = self.settings.model_repair
        writing.take(self._writer.stream(messages, stopped=wish.is_stopped), ReplyReader(), stand_in=not repairs)
        failed = writing.written.withheld
        if repairs and failed and not writing.written.broke_off:
            again = repair(messages, writing.written.reply, failed)
            writing.take(self._writer.stream(again, stopped=wish.is_stopped), ReplyReader())
        writing.stand_in()
        written = writing.written
        return with_written(draft, written, passages, self._writer.name), written.usage

    def _verified(
        self,
        sentence: WrittenSentence,
        *,
        passages: tuple[EvidenceSpan, ...],
        premises: Mapping[str, tuple[Premise, ...]],
        opened: OpenEdition,
    ) -> Claim:
        """Return a model's sentence as a claim, held against what it cites and the other passages that it was given."""
        (vector,) = self._embedder.embed([sentence.text])
        vectors = opened.store.vectors([span.passage_id for span in passages])
        likeness = {span.evidence_id: float((vectors[span.passage_id] @ vector).max()) for span in passages}
        return verify_written(
            sentence,
            passages,
            store=opened.store,
            lexical=opened.lexical,
            acronyms=opened.acronyms,
            similarities=likeness,
            premises=premises,
        )

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

    def _suggester(self, opened: OpenEdition) -> Suggester:
        return Suggester(
            opened.store,
            ask=lambda question: self._answer(
                question, (), opened, Clock(), Wish(writes=False, on_claim=None, stopped=None)
            ),
            search=lambda question: [
                found.passage for found in self._finder(opened, Clock()).passages(question, ())[1]
            ],
            examples=opened.edition.manifest.examples,
        )

    def _ended(self, what: str, status: str, opened: OpenEdition, clock: Clock) -> None:
        self._observe(Ended(what=what, status=status, edition_id=opened.edition.edition_id, clock=clock))

    def _finder(self, opened: OpenEdition, clock: Clock) -> Finder:
        return Finder(settings=self.settings, embedder=self._embedder, opened=opened, clock=clock)

    def _reject(self, question: str, limit: int | None = None) -> None:
        self._require_on()
        limit = limit or self.settings.max_question_chars
        if not question.strip():
            raise QuestionRejected("The question is empty.", hint="Type a question about the documents.")
        if len(question) > limit:
            raise QuestionRejected(
                f"The question has {len(question):,} characters; {limit:,} are allowed.", hint="Ask a shorter question."
            )

    def _short(self, question: str, status: AnswerStatus, text: str, opened: OpenEdition, clock: Clock) -> Answer:
        provenance = self._provenance(opened, clock)
        return Answer(question=question, question_used=question, status=status, text=text, provenance=provenance)

    def _provenance(
        self, opened: OpenEdition, clock: Clock, usage: Usage | None = None, *, wrote: bool = False
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

    def _view(self, cite: str, parsed: Cite, edition: AnyEdition) -> EvidenceView | None:
        """Return a quotation where its very words stand in an edition."""
        try:
            document = edition.store.document(parsed.document_id)
        except KeyError:
            return None
        view = view_evidence(edition.store, document, cite=cite, parsed=parsed, edition_id=edition.edition_id)
        return view if view.located else None

    @contextmanager
    def _edition_of(self, parsed: Cite, opened: OpenEdition) -> Iterator[AnyEdition | None]:
        """Yield the edition that a quotation is from: the open one if the words stand there too, None where it is gone."""
        if self._view("", parsed, opened.edition) is not None:
            yield opened.edition
            return
        try:
            edition = self.library.open(parsed.edition_id)
        except ManifestMismatch:
            yield None
            return
        try:
            yield VisibleEdition(edition, self._rulings.hidden(edition.store.documents(), self.audience))
        finally:
            edition.close()

    @contextmanager
    def _borrowed(self) -> Iterator[OpenEdition]:
        opened = self._current()
        try:
            yield opened.without(self._rulings.hidden(opened.edition.store.documents(), self.audience))
        finally:
            self._give_back(opened)

    def _current(self) -> OpenEdition:
        """Return the current edition, opened if it is new; the one before is closed when its last question has ended."""
        edition_id = self.library.current_edition_id()
        with self._shared.lock:
            opened = self._shared.opened
            if opened is None or opened.edition.edition_id != edition_id:
                opened = self._open(edition_id)
                previous, self._shared.opened = self._shared.opened, opened
                if previous is not None:
                    previous.retired = True
                    previous.close_if_idle()
            opened.users += 1
            return opened

    def _give_back(self, opened: OpenEdition) -> None:
        with self._shared.lock:
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
