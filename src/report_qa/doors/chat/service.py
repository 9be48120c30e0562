"""What the chat's server process holds for all readers of a library: the parts, pictures of pages, and the work under way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self

from report_qa import (
    Answer,
    Assistant,
    Chain,
    Conversations,
    Exchange,
    Holdings,
    Settings,
    Shelf,
    load_settings,
    logs,
    open_assistant,
    open_conversations,
    open_holdings,
    open_shelf,
)
from report_qa.doors.chat.asides import Aside, Asides
from report_qa.doors.chat.drafts import Draft, Drafts
from report_qa.doors.chat.identity import Identity, identity_of
from report_qa.doors.chat.jobs import Job, Jobs
from report_qa.doors.libraries import Libraries, open_libraries
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.doors.uploads import Uploads
from report_qa.insights import InsightStore
from report_qa.libraries import Tenant
from report_qa.records.audience import Audience
from report_qa.records.checked import Checked
from report_qa.records.sources import SourceAnswers
from report_qa.settlements import Settlements
from report_qa.suggestions import Example

if TYPE_CHECKING:
    from report_qa import Turn

# Who is answered by a model mostly waits for it, and keeps the processor from nobody.
_WORKERS, _WORKERS_WHO_WAIT = 2, 8
_ALONE = Tenant()


class Service(Parts):
    """The parts, with the questions and texts that are being worked on."""

    def __init__(
        self,
        settings: Settings,
        tenant: Tenant = _ALONE,
        *,
        identity: Identity | None = None,
        room: threading.BoundedSemaphore | None = None,
        shelf: Callable[[Settings], Shelf] = open_shelf,
        holdings: Callable[[Settings], Holdings] = open_holdings,
        assistant: Callable[[Settings], Assistant] = open_assistant,
        conversations: Callable[[Settings], Conversations] = open_conversations,
    ) -> None:
        super().__init__(settings, tenant, shelf=shelf, assistant=assistant, conversations=conversations)
        self.identity = identity or identity_of(settings)
        self.pictures = Pictures()
        folder = settings.upload_folder or settings.library.with_name(f"{settings.library.name}-uploads")
        self.uploads = Uploads(folder, settings.library, most_mb=settings.upload_mb)
        self.jobs = Jobs(self._answer, self.conversations, workers=_workers(settings))
        self._room = room or threading.BoundedSemaphore(_workers(settings))
        self.drafts = Drafts(self._check, longest=settings.max_check_chars)
        self._holdings = holdings(settings)
        self._suggestions: Asides[tuple[str, ...]] = Asides(name="suggest")
        self._examples: Asides[tuple[Example, ...]] = Asides(name="examples")
        self._by_source: Asides[SourceAnswers] = Asides(workers=_WORKERS, name="by-source")
        self._chains: Asides[tuple[Chain, ...]] = Asides(name="chains")

    def for_(self, audience: Audience) -> Self:
        """Return the service for an audience. It costs nothing; what is open or under way is shared."""
        other = super().for_(audience)
        if other is not self:
            other.jobs = self.jobs.for_(audience, other.conversations)
            other.drafts = self.drafts.for_(audience, other.seen)
        return other

    def seen(self, checked: Checked) -> Checked:
        """Return verdicts without the evidence that may not be seen now."""
        return checked if self.sees_everything else self.shelf().concealing.checked(checked)

    def holdings(self) -> Holdings:
        """Return what the library holds, for those who keep it."""
        return self._holdings if self.sees_everything else self._holdings.for_(self.audience)

    def settlements(self) -> Settlements:
        """Return how what readers said ended."""
        database = self.conversations().database
        if self.sees_everything:
            return Settlements(database)
        return Settlements(database, seen=self.shelf().concealing.answer)

    def insights(self) -> InsightStore:
        """Return what is counted of what was asked."""
        return InsightStore(self.conversations().database)

    def suggestions(self, turn: Turn, asked: Sequence[str]) -> Aside[tuple[str, ...]] | None:
        """Return the questions that may be asked after a turn; None while the models are not loaded."""
        if not self.ready:
            return None

        def make(aside: Aside[tuple[str, ...]]) -> tuple[str, ...]:
            found = self.assistant().suggest(turn.answer, asked=asked, stopped=lambda: self.jobs.busy)
            # Who asks now comes first; suggestions are made when nobody does.
            aside.broken_off = self.jobs.busy
            return found

        name = (self.audience, self.shelf().edition_id, turn.turn_id)
        # Making them costs more than the answer did; while many ask, that time is theirs.
        later = self.jobs.busy or self.jobs.pressed
        return self._suggestions.of(name) if later else self._suggestions.ask(name, make)

    def examples(self) -> Aside[tuple[Example, ...]] | None:
        """Return examples of what can be asked; None while the models are not loaded."""
        if not self.ready:
            return None

        def make(aside: Aside[tuple[Example, ...]]) -> tuple[Example, ...]:
            found = self.assistant().examples(stopped=lambda: self.jobs.busy)
            aside.broken_off = self.jobs.busy
            return found

        name = (self.audience, self.shelf().edition_id)
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
        searched = self._chains.of((self.audience, edition_id, cite, True))
        if searched is not None:
            return searched

        def make(_: Aside[tuple[Chain, ...]]) -> tuple[Chain, ...]:
            found = self.assistant().trace(cite, search=search)
            return (found,) if found is not None else ()

        return self._chains.ask((self.audience, edition_id, cite, search), make)

    def _name_of(self, turn_id: str) -> tuple[Audience, str, str]:
        return self.audience, self.shelf().edition_id, turn_id

    def close(self) -> None:
        """Finish what is being answered and give the files back."""
        self.drafts.close()
        self.uploads.close()
        self.jobs.close(within_s=self.settings.stop_s)
        for asides in (self._suggestions, self._examples, self._by_source, self._chains):
            asides.close()
        super().close()

    def _answer(self, job: Job, history: Sequence[Exchange]) -> Answer:
        with self._room, logs.request(job.job_id):
            assistant = self.for_(job.audience).assistant(to_write=not job.extracts_only)
            return assistant.ask(
                job.question,
                history,
                extracts_only=job.extracts_only,
                on_claim=job.show,
                stopped=lambda: job.stopped,
            )

    def _check(self, draft: Draft) -> Checked:
        return self.for_(draft.audience).assistant().check(draft.text, on_sentence=draft.advance)


_libraries: Libraries[Service] | None = None
_libraries_lock = threading.Lock()


def opened(settings: Settings) -> Libraries[Service]:
    """Return a service for each library that the settings name; shared are who somebody is, and how many are answered at a time."""
    identity, room = identity_of(settings), threading.BoundedSemaphore(_workers(settings))
    return open_libraries(
        settings, lambda own, tenant, assistant: Service(own, tenant, identity=identity, room=room, assistant=assistant)
    )


def _workers(settings: Settings) -> int:
    return _WORKERS_WHO_WAIT if settings.model else _WORKERS


def install(held: Service | Libraries[Service] | None) -> None:
    """Make a service, or those of several libraries, that of this process (None: of nobody); the server does so at its start."""
    global _libraries
    _libraries = Libraries([held]) if isinstance(held, Service) else held


def libraries() -> Libraries[Service]:
    """Return this process's libraries, from the settings where nobody installed any (`streamlit run app.py`)."""
    global _libraries
    with _libraries_lock:
        if _libraries is None:
            _libraries = opened(load_settings())
        return _libraries


def current() -> Service:
    """Return the whole service of the default library, whose settings and identity hold for all."""
    return libraries().default
