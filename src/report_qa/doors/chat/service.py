"""What one server process holds for all its readers: the shelf, the assistant with its models, and the conversations.

Nothing in here belongs to a reader; whoever asks for a conversation brings its owner along. The shelf opens in
milliseconds and the first page rests on it alone, while a thread loads the models.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from report_qa import (
    Answer,
    Assistant,
    Chain,
    Conversations,
    Exchange,
    Holdings,
    ReportQAError,
    Settings,
    Shares,
    Shelf,
    load_settings,
    open_assistant,
    open_conversations,
    open_holdings,
    open_shelf,
)
from report_qa.doors.chat.asides import Aside, Asides
from report_qa.doors.chat.drafts import Draft, Drafts
from report_qa.doors.chat.jobs import Job, Jobs
from report_qa.doors.chat.pictures import Pictures
from report_qa.errors import ConfigurationError
from report_qa.feedback import FeedbackStore
from report_qa.records.checked import Checked
from report_qa.records.sources import SourceAnswers
from report_qa.suggestions import Example

if TYPE_CHECKING:
    from report_qa import SourceDocument, Turn

_log = logging.getLogger(__name__)
# Who is answered by a model mostly waits for it, and keeps the processor from nobody.
_WORKERS, _WORKERS_WHO_WAIT = 2, 8
_WARM_UP = ("What is this?", "What do the report and the evidence behind it say about money, and for how many years?")


class Service:
    """The parts, each opened when it is first needed and tried again where that failed: a library may come later."""

    def __init__(
        self,
        settings: Settings,
        *,
        shelf: Callable[[Settings], Shelf] = open_shelf,
        holdings: Callable[[Settings], Holdings] = open_holdings,
        assistant: Callable[[Settings], Assistant] = open_assistant,
        conversations: Callable[[Settings], Conversations] = open_conversations,
    ) -> None:
        self.settings = settings
        self.pictures = Pictures()
        self.jobs = Jobs(self._answer, self.conversations, workers=_WORKERS_WHO_WAIT if settings.model else _WORKERS)
        self.drafts = Drafts(self._check, longest=settings.max_check_chars)
        self._holdings = holdings(settings)
        self._suggestions: Asides[tuple[str, ...]] = Asides(name="suggest")
        self._examples: Asides[tuple[Example, ...]] = Asides(name="examples")
        self._by_source: Asides[SourceAnswers] = Asides(workers=_WORKERS, name="by-source")
        self._chains: Asides[tuple[Chain, ...]] = Asides(name="chains")
        self._open_shelf, self._open_assistant, self._open_conversations = shelf, assistant, conversations
        self._shelf: Shelf | None = None
        self._assistant: Assistant | None = None
        self._no_model: ConfigurationError | None = None
        self._conversations: Conversations | None = None
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._loader: threading.Thread | None = None

    @property
    def ready(self) -> bool:
        """True once the models are loaded and a question is answered at once."""
        return self._assistant is not None

    @property
    def writes(self) -> bool:
        """True where a chat model writes the answers."""
        return bool(self.settings.model) and self._no_model is None

    def shelf(self) -> Shelf:
        """Return the shelf.

        Raises:
            NothingPublished: there is no edition yet.
        """
        with self._lock:
            if self._shelf is None:
                self._shelf = self._open_shelf(self.settings)
            return self._shelf

    def holdings(self) -> Holdings:
        """Return what the library holds, for those who keep it."""
        return self._holdings

    @property
    def loading(self) -> bool:
        """True while the models are being loaded; after that they are there, or could not be loaded."""
        return self._loader is not None and self._loader.is_alive() and not self.ready

    def conversations(self) -> Conversations:
        """Return the conversations."""
        with self._lock:
            if self._conversations is None:
                self._conversations = self._open_conversations(self.settings)
            return self._conversations

    def shares(self) -> Shares:
        """Return the links that readers made."""
        return Shares(self.conversations().database)

    def feedback(self) -> FeedbackStore:
        """Return what readers said of answers."""
        return FeedbackStore(self.conversations().database)

    def suggestions(self, turn: Turn, asked: Sequence[str]) -> Aside[tuple[str, ...]] | None:
        """Return the questions that may be asked after a turn; None while the models are not loaded."""
        if not self.ready:
            return None

        def make(aside: Aside[tuple[str, ...]]) -> tuple[str, ...]:
            found = self.assistant().suggest(turn.answer, asked=asked, stopped=lambda: self.jobs.busy)
            # Who asks now comes first; suggestions are made when nobody does.
            aside.broken_off = self.jobs.busy
            return found

        name = (self.shelf().edition_id, turn.turn_id)
        return self._suggestions.of(name) if self.jobs.busy else self._suggestions.ask(name, make)

    def examples(self) -> Aside[tuple[Example, ...]] | None:
        """Return examples of what can be asked; None while the models are not loaded."""
        if not self.ready:
            return None

        def make(aside: Aside[tuple[Example, ...]]) -> tuple[Example, ...]:
            found = self.assistant().examples(stopped=lambda: self.jobs.busy)
            aside.broken_off = self.jobs.busy
            return found

        name = self.shelf().edition_id
        return self._examples.of(name) if self.jobs.busy else self._examples.ask(name, make)

    def ask_by_source(self, turn: Turn, history: Sequence[Exchange]) -> None:
        """Have a turn's question asked of each document by itself."""
        question = turn.answer.question

        def make(aside: Aside[SourceAnswers]) -> SourceAnswers:
            return self.assistant().by_source(question, history, on_document=aside.advance)

        self._by_source.ask(self._name_of(turn.turn_id), make)

    def by_source(self, turn_id: str) -> Aside[SourceAnswers] | None:
        """Return the answers by source to a turn's question, None where nobody asked for them."""
        return self._by_source.of(self._name_of(turn_id))

    def drop_by_source(self, turn_id: str) -> None:
        """Forget the answers by source to a turn's question."""
        self._by_source.drop(self._name_of(turn_id))

    def trace(self, cite: str, *, search: bool = False) -> Aside[tuple[Chain, ...]] | None:
        """Return where the references of a quotation lead, nothing where it opens nothing; None while the models are not loaded.

        Other evidence is only looked for where that is asked, since it takes longer; then it stays with the quotation.
        """
        if not self.ready:
            return None
        edition_id = self.shelf().edition_id
        searched = self._chains.of((edition_id, cite, True))
        if searched is not None:
            return searched

        def make(_: Aside[tuple[Chain, ...]]) -> tuple[Chain, ...]:
            found = self.assistant().trace(cite, search=search)
            return (found,) if found is not None else ()

        return self._chains.ask((edition_id, cite, search), make)

    def _name_of(self, turn_id: str) -> tuple[str, str]:
        return self.shelf().edition_id, turn_id

    def document(self, sha256: str, cite: str = "") -> SourceDocument | None:
        """Return the document with these bytes: of the current edition, or of the one that a citation names."""
        shelf = self.shelf()
        found = shelf.find(sha256)
        if found is None and cite:
            view = shelf.evidence(cite)
            found = view.document if view is not None else None
        return found if found is not None and found.sha256 == sha256 else None

    def start_loading(self) -> None:
        """Load the models in a thread, unless that is done or under way."""
        with self._lock:
            if self._assistant is None and (self._loader is None or not self._loader.is_alive()):
                self._loader = threading.Thread(target=self._load, name="load-models", daemon=True)
                self._loader.start()

    def close(self) -> None:
        """Finish what is being answered and give the files back."""
        self.drafts.close()
        self.jobs.close()
        for asides in (self._suggestions, self._examples, self._by_source, self._chains):
            asides.close()
        if self._conversations is not None:
            self._conversations.close()

    def _load(self) -> None:
        try:
            assistant = self.assistant()
            # The first passes through the models take seconds, whatever is asked; nobody shall wait for them.
            for words in _WARM_UP:
                assistant.search(words)
        except ReportQAError as error:
            # The first question tries again, and its reader is told.
            _log.warning("the models are not loaded: %s", error)

    def assistant(self) -> Assistant:
        """Return the assistant, waiting for the models where they are still being loaded."""
        with self._loading:
            if self._assistant is None:
                self._assistant = self._opened()
                # The models' half a million objects stay for good; out of the collector's sight they cost nothing.
                gc.collect()
                gc.freeze()
            return self._assistant

    def _opened(self) -> Assistant:
        try:
            return self._open_assistant(self.settings)
        except ConfigurationError as error:
            if not self.settings.model:
                raise
            # Extracts and the checking of claims need no chat model; who wants an answer written is told.
            assistant = self._open_assistant(self.settings.model_copy(update={"model": ""}))
            _log.warning("there is no chat model: %s", error)
            self._no_model = error
            return assistant

    def _answer(self, job: Job, history: Sequence[Exchange]) -> Answer:
        assistant = self.assistant()
        if self._no_model is not None and not job.extracts_only:
            raise self._no_model
        return assistant.ask(
            job.question,
            history,
            extracts_only=job.extracts_only,
            on_claim=job.show,
            stopped=lambda: job.stopped,
        )

    def _check(self, draft: Draft) -> Checked:
        return self.assistant().check(draft.text, on_sentence=draft.advance)


_service: Service | None = None
_service_lock = threading.Lock()


def install(service: Service | None) -> None:
    """Make a service that of this process (None: of nobody); the server does so at its start."""
    global _service
    _service = service


def current() -> Service:
    """Return this process's service, from the settings where nobody installed one (`streamlit run app.py`)."""
    global _service
    with _service_lock:
        if _service is None:
            _service = Service(load_settings())
        return _service
