"""What one server process opens once for everybody: the shelf, the assistant with its models, and the conversations.

Nothing in here belongs to a reader; whoever asks for a conversation brings its owner along. The shelf opens in
milliseconds and the first page rests on it alone, while a thread loads the models. Each part is opened when it is first
needed and tried again where that failed: a library may come later.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable

from report_qa import (
    Assistant,
    Conversations,
    ReportQAError,
    Settings,
    Shelf,
    SourceDocument,
    open_assistant,
    open_conversations,
    open_shelf,
)
from report_qa.errors import ConfigurationError
from report_qa.wiring import open_switch

_log = logging.getLogger(__name__)
_WARM_UP = ("What is this?", "What do the report and the evidence behind it say about money, and for how many years?")


class Parts:
    """The parts of one process. Safe to share between threads."""

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
    def loading(self) -> bool:
        """True while the models are being loaded; after that they are there, or could not be loaded."""
        return self._loader is not None and self._loader.is_alive() and not self.ready

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

    def conversations(self) -> Conversations:
        """Return the conversations."""
        with self._lock:
            if self._conversations is None:
                self._conversations = self._open_conversations(self.settings)
            return self._conversations

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

    def assistant(self, *, to_write: bool = False) -> Assistant:
        """Return the assistant, waiting for the models where they are still being loaded.

        Raises:
            ConfigurationError: it is `to_write`, and the chat model that the settings name can't be set up.
        """
        with self._loading:
            if self._assistant is None:
                self._assistant = self._opened()
                # The models' half a million objects stay for good; out of the collector's sight they cost nothing.
                gc.collect()
                gc.freeze()
        if to_write and self._no_model is not None:
            raise self._no_model
        return self._assistant

    def close(self) -> None:
        """Give the files back."""
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
