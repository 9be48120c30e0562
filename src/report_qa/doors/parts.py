"""What one server process opens once for everybody: the shelf, the assistant with its models, and the conversations.

Nothing in here belongs to a reader; whoever asks for a conversation brings its owner along. The shelf opens in
milliseconds and the first page rests on it alone, while a thread loads the models. Each part is opened when it is first
needed and tried again where that failed: a library may come later.
"""

from __future__ import annotations

import copy
import gc
import logging
import threading
from collections.abc import Callable
from typing import Self

from report_qa import (
    Assistant,
    Conversations,
    ReportQAError,
    Settings,
    Shares,
    Shelf,
    SourceDocument,
    open_assistant,
    open_conversations,
    open_shelf,
)
from report_qa.audit import AuditLog
from report_qa.concealing import Concealing
from report_qa.errors import ConfigurationError
from report_qa.feedback import FeedbackStore
from report_qa.records.audience import EVERYTHING, Audience
from report_qa.replies import Replies
from report_qa.seen import SeenConversations, SeenShares
from report_qa.wiring import open_switch

_log = logging.getLogger(__name__)
# Looks at middle-aged objects before one at all of them.
_OFTEN = 2
_WARM_UP = ("What is this?", "What do the report and the evidence behind it say about money, and for how many years?")


class _Loaded:
    """What is open, and what is being opened: one for the parts and all that they are for."""

    def __init__(self) -> None:
        self.shelf: Shelf | None = None
        self.assistant: Assistant | None = None
        self.no_model: ConfigurationError | None = None
        self.conversations: Conversations | None = None
        self.replies: Replies | None = None
        # The database has its own lock: while it doesn't answer, the shelf does.
        self.lock, self.opening = threading.Lock(), threading.Lock()
        self.loading = threading.Lock()
        self.loader: threading.Thread | None = None


class Parts:
    """The parts of one process. Safe to share between threads.

    Whoever is served is served by the parts `for_` them, which hand out nothing that they may not see; a door has one place that
    makes these.
    """

    audience = EVERYTHING

    def __init__(
        self,
        settings: Settings,
        *,
        shelf: Callable[[Settings], Shelf] = open_shelf,
        assistant: Callable[[Settings], Assistant] = open_assistant,
        conversations: Callable[[Settings], Conversations] = open_conversations,
    ) -> None:
        self.settings = settings
        self.switch = open_switch(settings)
        # Set once the process was told to end: it still answers, but no new work shall be sent to it.
        self.ending = False
        self._open_shelf, self._open_assistant, self._open_conversations = shelf, assistant, conversations
        self._loaded = _Loaded()

    def for_(self, audience: Audience) -> Self:
        """Return the parts for an audience. It costs nothing; what is open is shared."""
        if audience == self.audience:
            return self
        other = copy.copy(self)
        other.audience = audience
        return other

    @property
    def sees_everything(self) -> bool:
        """Whether nothing is hidden from whoever these parts are for."""
        return self.audience.groups is None

    @property
    def ready(self) -> bool:
        """True once the models are loaded and a question is answered at once."""
        return self._loaded.assistant is not None

    @property
    def loading(self) -> bool:
        """True while the models are being loaded; after that they are there, or could not be loaded."""
        return self._loaded.loader is not None and self._loaded.loader.is_alive() and not self.ready

    @property
    def writes(self) -> bool:
        """True where a chat model writes the answers."""
        return bool(self.settings.model) and self._loaded.no_model is None

    def shelf(self) -> Shelf:
        """Return the shelf.

        Raises:
            NothingPublished: there is no edition yet.
        """
        with self._loaded.lock:
            if self._loaded.shelf is None:
                self._loaded.shelf = self._open_shelf(self.settings)
            shelf = self._loaded.shelf
        return shelf if self.sees_everything else shelf.for_(self.audience)

    def conversations(self) -> Conversations:
        """Return the conversations."""
        with self._loaded.opening:
            if self._loaded.conversations is None:
                self._loaded.conversations = self._open_conversations(self.settings)
            kept = self._loaded.conversations
        return kept if self.sees_everything else SeenConversations(kept, self._concealing)

    def shares(self) -> Shares:
        """Return the links that readers made."""
        kept = Shares(self.conversations().database)
        return kept if self.sees_everything else SeenShares(kept, self._concealing)

    def feedback(self) -> FeedbackStore:
        """Return what readers said of answers."""
        return FeedbackStore(self.conversations().database)

    def audit(self) -> AuditLog:
        """Return the audit log."""
        return AuditLog(self.conversations().database)

    def replies(self) -> Replies:
        """Return what was answered to writes that may be sent again."""
        database = self.conversations().database
        with self._loaded.lock:
            if self._loaded.replies is None:
                self._loaded.replies = Replies(database)
            return self._loaded.replies

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
        with self._loaded.lock:
            if self._loaded.assistant is None and (self._loaded.loader is None or not self._loaded.loader.is_alive()):
                self._loaded.loader = threading.Thread(target=self._load, name="load-models", daemon=True)
                self._loaded.loader.start()

    def load(self) -> None:
        """Load the models, and wait until they are there or could not be loaded."""
        self.start_loading()
        loader = self._loaded.loader
        if loader is not None:
            loader.join()

    def assistant(self, *, to_write: bool = False) -> Assistant:
        """Return the assistant, waiting for the models where they are still being loaded.

        Raises:
            ConfigurationError: it is `to_write`, and the chat model that the settings name can't be set up.
        """
        with self._loaded.loading:
            if self._loaded.assistant is None:
                self._loaded.assistant = self._opened()
                _settle_for_good()
        if to_write and self._loaded.no_model is not None:
            raise self._loaded.no_model
        assistant = self._loaded.assistant
        return assistant if self.sees_everything else assistant.for_(self.audience)

    def close(self) -> None:
        """Give the files back."""
        if self._loaded.conversations is not None:
            self._loaded.conversations.close()

    def _concealing(self) -> Concealing:
        return self.shelf().concealing

    def _load(self) -> None:
        try:
            assistant = self.assistant()
            # The first passes through the models take seconds, whatever is asked; nobody shall wait for them.
            for words in _WARM_UP:
                assistant.search(words)
        except ReportQAError as error:
            # The first question tries again, and its reader is told.
            _log.warning("the models are not loaded: %s", error)

    def _opened(self) -> Assistant:
        try:
            return self._open_assistant(self.settings)
        except ConfigurationError as error:
            if not self.settings.model:
                raise
            # Extracts and the checking of claims need no chat model; who wants an answer written is told.
            assistant = self._open_assistant(self.settings.model_copy(update={"model": ""}))
            _log.warning("there is no chat model: %s", error)
            self._loaded.no_model = error
            return assistant


def _settle_for_good() -> None:
    """Take the models' half a million objects, which stay, out of the garbage collector's sight: there they cost nothing.

    What a page leaves behind refers to itself and waits for a look at all objects. That look comes only once a quarter has been
    added to what the last one found, so there is one more right here, which finds little; and since it takes
    milliseconds from now on, it may come often.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _OFTEN)
