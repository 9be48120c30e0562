"""What the chat's server process holds for all its readers: the parts, pictures of pages, and the work under way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from report_qa import (
    Answer,
    Assistant,
    Conversations,
    Exchange,
    Settings,
    Shelf,
    load_settings,
    open_assistant,
    open_conversations,
    open_shelf,
)
from report_qa.doors.chat.drafts import Draft, Drafts
from report_qa.doors.chat.jobs import Job, Jobs
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.records.checked import Checked

# Who is answered by a model mostly waits for it, and keeps the processor from nobody.
_WORKERS, _WORKERS_WHO_WAIT = 2, 8


class Service(Parts):
    """The parts, with the questions and texts that are being worked on."""

    def __init__(
        self,
        settings: Settings,
        *,
        shelf: Callable[[Settings], Shelf] = open_shelf,
        assistant: Callable[[Settings], Assistant] = open_assistant,
        conversations: Callable[[Settings], Conversations] = open_conversations,
    ) -> None:
        super().__init__(settings, shelf=shelf, assistant=assistant, conversations=conversations)
        self.pictures = Pictures()
        self.jobs = Jobs(self._answer, self.conversations, workers=_WORKERS_WHO_WAIT if settings.model else _WORKERS)
        self.drafts = Drafts(self._check, longest=settings.max_check_chars)

    def close(self) -> None:
        """Finish what is being answered and give the files back."""
        self.drafts.close()
        self.jobs.close()
        super().close()

    def _answer(self, job: Job, history: Sequence[Exchange]) -> Answer:
        return self.assistant(to_write=not job.extracts_only).ask(
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
