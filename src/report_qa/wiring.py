"""Settings in, working parts out: the only place that chooses which backend stands behind which port."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

from report_qa.errors import IndexDamaged, IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    import numpy as np
    from langchain_core.retrievers import BaseRetriever
    from numpy.typing import NDArray

    from report_qa.assistant import Assistant
    from report_qa.backends.chroma import ChromaVectorIndex, ChromaWriter
    from report_qa.backends.chroma_server import ServerCollection, ServerVectorIndex, ServerWriter
    from report_qa.backends.tantivy import TantivyWriter
    from report_qa.clock import Observer
    from report_qa.conversations import Conversations
    from report_qa.database import Database
    from report_qa.evaluation.golden import Golden
    from report_qa.holdings import Holdings
    from report_qa.insights import InsightStore
    from report_qa.library.edition import Edition, Library
    from report_qa.library.passages import SqlitePassages
    from report_qa.library.switch import Switch
    from report_qa.ports import ChatModel, Embedder, EntailmentModel, LexicalIndex, VectorIndex
    from report_qa.records.document import Box
    from report_qa.settings import Settings
    from report_qa.shares import Shares
    from report_qa.shelf import Shelf

    IndexWriters = tuple[ChromaWriter | ServerWriter, TantivyWriter]

_Made = TypeVar("_Made")
_SAME_VECTOR = 0.999
_MOST_LOST = 0.1


def make_embedder(settings: Settings) -> Embedder:
    """Load the embedding model that the settings name, from this machine only.

    Raises:
        ModelUnavailable: the model is not on this machine.
    """
    from report_qa.backends.sentence_transformers import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(settings.embedder, settings.embedder_bf16)


def make_writer(settings: Settings) -> ChatModel | None:
    """Return the chat model that the settings name, None where they name none. Nothing is sent to it yet.

    Raises:
        ExtraMissing: the provider's package is not installed.
        SettingInvalid: there is no such provider, or no key for it.
    """
    if not settings.model:
        return None
    from report_qa.backends.chat_model import LangChainChatModel

    return LangChainChatModel(
        settings.model,
        base_url=settings.model_base_url,
        key_file=settings.model_key_file,
        timeout_s=settings.model_timeout_s,
        max_tokens=settings.model_max_tokens,
        retries=settings.model_retries,
    )


def make_entailment(settings: Settings) -> EntailmentModel | None:
    """Load the model that judges claims besides the rules, where the settings name one.

    Raises:
        ModelUnavailable: the model is not on this machine.
        SettingInvalid: it is no model for natural-language inference.
    """
    if not settings.entailment_model:
        return None
    from report_qa.backends.entailment import CrossEncoderEntailment

    return CrossEncoderEntailment(settings.entailment_model)


def make_observer(settings: Settings) -> Observer:
    """Return what is told of everything that the assistant does: the log, and a collector where the settings name one."""
    from report_qa.observing import Observing

    return Observing(settings.otel_endpoint)


def embedder_digest(settings: Settings) -> str:
    """Return the digest of the configured model without loading it."""
    from report_qa.backends.model_files import embedder_digest as digest_of

    return digest_of(settings.embedder, settings.embedder_bf16)


def open_vector_index(edition: Edition) -> VectorIndex:
    """Open an edition's vectors: a private copy of them, or where they are on a Chroma server.

    Raises:
        IndexDamaged: they are not what they should be.
        IndexUnavailable: the server does not answer.
    """
    return _open_vectors(edition.folder, edition.store, edition.chroma_url)


def _open_vectors(folder: Path, store: SqlitePassages, chroma_url: str) -> ChromaVectorIndex | ServerVectorIndex:
    from report_qa.backends.chroma import ChromaVectorIndex
    from report_qa.backends.chroma_server import ServerCollection, ServerVectorIndex, collection_of

    name = collection_of(folder / "chroma")
    if not name:
        return ChromaVectorIndex(folder / "chroma")
    if not chroma_url:
        raise IndexUnavailable(
            f"The vectors of edition {folder.name} are on a Chroma server.",
            hint="Set REPORT_QA_CHROMA_URL, or run python -m ingest rebuild to have them here.",
        )
    return ServerVectorIndex(ServerCollection(chroma_url, name), store)


def open_lexical_index(edition: Edition) -> LexicalIndex:
    """Open an edition's word index in place."""
    from report_qa.backends.tantivy import TantivyLexicalIndex

    return TantivyLexicalIndex(edition.tantivy_folder)


@contextmanager
def open_index_writers(library: Library, folder: Path, embedder_digest: str) -> Iterator[IndexWriters]:
    """Open both derived indexes of an edition that is being built; they are complete and closed afterwards."""
    from report_qa.backends.chroma import ChromaWriter
    from report_qa.backends.chroma_server import ServerWriter
    from report_qa.backends.tantivy import TantivyWriter

    vectors: ChromaWriter | ServerWriter
    if library.chroma_url:
        vectors = ServerWriter(_collection(library, embedder_digest), folder / "chroma")
    else:
        vectors = ChromaWriter(folder / "chroma")
    with vectors, TantivyWriter(folder / "tantivy") as words:
        yield vectors, words


def vectors_in_place(library: Library, folder: Path, store: SqlitePassages, embedder_digest: str) -> bool:
    """Return whether the vectors of an edition that is being built are all where the settings want them."""
    from report_qa.backends.chroma_server import collection_of

    if not library.chroma_url:
        return not collection_of(folder / "chroma")
    collection = _collection(library, embedder_digest)
    try:
        keys = set(store.keys_by_passage().values())
        return collection_of(folder / "chroma") == collection.name and collection.count() >= len(keys)
    finally:
        collection.close()


def sweep_vectors(library: Library) -> int:
    """Remove from the Chroma server, if there is one, what no edition uses; returns how many vectors.

    Call it under the lock only.
    """
    from report_qa.backends.chroma_server import sweep

    if not library.chroma_url:
        return 0
    editions = [library.open(edition_id) for edition_id in library.editions()]
    try:
        used = [(edition.chroma_folder, edition.store) for edition in editions]
        return sweep(library.chroma_url, library.server_prefix(), used)
    finally:
        for edition in editions:
            edition.close()


def _collection(library: Library, embedder_digest: str) -> ServerCollection:
    from report_qa.backends.chroma_server import ServerCollection

    return ServerCollection(library.chroma_url, library.server_prefix() + embedder_digest, create=True)


def check_indexes(
    library: Library, folder: Path, store: SqlitePassages, sample: Mapping[str, NDArray[np.float32]]
) -> None:
    """Open an edition's indexes as a reader does, compare their counts, and let the sampled passages find themselves.

    Raises:
        IndexDamaged: an index can't be opened, counts otherwise, or doesn't find what it holds.
    """
    from report_qa.backends.tantivy import TantivyLexicalIndex

    count = store.passage_count()
    vectors, words = _open_vectors(folder, store, library.chroma_url), TantivyLexicalIndex(folder / "tantivy")
    try:
        if (vectors.count(), words.count()) != (count, count):
            raise IndexDamaged(
                f"{count} passages are stored, {vectors.count()} vectors and {words.count()} texts indexed."
            )
        lost = [passage_id for passage_id, vector in sample.items() if not _finds_itself(vectors, passage_id, vector)]
        # An approximate search may miss one passage in thousands; an index that lacks vectors misses them as often.
        if len(lost) > _MOST_LOST * len(sample):
            raise IndexDamaged(
                f"{len(lost)} of {len(sample)} passages are not found by their own vectors ({lost[0]} is one)."
            )
    finally:
        vectors.close()
        words.close()


def _finds_itself(vectors: VectorIndex, passage_id: str, vector: NDArray[np.float32]) -> bool:
    found = vectors.query(vector, 10)
    # Equal passages share a vector, so any of them may come first.
    return bool(found) and (passage_id in dict(found) or found[0][1] >= _SAME_VECTOR)


def indexed_passages(edition: Edition) -> tuple[Mapping[str, NDArray[np.float32]], frozenset[str]]:
    """Return what the indexes of an edition really hold: each passage's vector, and the ids of the word index.

    Raises:
        IndexDamaged: an index can't be opened.
    """
    from report_qa.backends.tantivy import TantivyLexicalIndex

    vectors = _open_vectors(edition.folder, edition.store, edition.chroma_url)
    words = TantivyLexicalIndex(edition.tantivy_folder)
    try:
        return vectors.vectors(), frozenset(filter(None, words.ids))
    finally:
        vectors.close()
        words.close()


def open_library(settings: Settings) -> Library:
    """Return the configured library; nothing on disk is touched."""
    from report_qa.library.edition import Library

    return Library(settings.library, chroma_url=settings.chroma_url)


def open_switch(settings: Settings) -> Switch:
    """Return the switch that stops all questions to the configured library."""
    from report_qa.library.switch import Switch

    return Switch(settings.library)


class Models:
    """The models of one process: each is loaded once, whichever library needs it first. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[object, object] = {}

    def embedder(self, settings: Settings) -> Embedder:
        """Return what `make_embedder` makes."""
        return self._once((settings.embedder, settings.embedder_bf16), make_embedder, settings)

    def writer(self, settings: Settings) -> ChatModel | None:
        """Return what `make_writer` makes."""
        return self._once(settings.model, make_writer, settings)

    def entailment(self, settings: Settings) -> EntailmentModel | None:
        """Return what `make_entailment` makes."""
        return self._once(settings.entailment_model, make_entailment, settings)

    def observer(self, settings: Settings) -> Observer:
        """Return what `make_observer` makes."""
        return self._once(settings.otel_endpoint, make_observer, settings)

    def _once(self, name: object, make: Callable[[Settings], _Made], settings: Settings) -> _Made:
        with self._lock:
            key = (make, name)
            if key not in self._made:
                self._made[key] = make(settings)
            made: _Made = self._made[key]  # type: ignore[assignment]
            return made


def open_assistant(settings: Settings | None = None, *, models: Models | None = None, **overrides: object) -> Assistant:
    """Return the assistant over the configured library, ready to answer; it loads its models, or takes those of `models`.

    Raises:
        NothingPublished: the library has no edition yet.
        ModelUnavailable: the embedding model is not on this machine.
        EmbedderMismatch: the edition was embedded by another model.
        ExtraMissing, SettingInvalid: the chat model that the settings name can't be set up.
    """
    from report_qa.assistant import Assistant
    from report_qa.settings import load_settings

    settings = settings or load_settings(**overrides)
    models = models or Models()
    library = open_library(settings)
    library.current_edition_id()
    return Assistant(
        settings=settings,
        library=library,
        embedder=models.embedder(settings),
        open_vector_index=open_vector_index,
        open_lexical_index=open_lexical_index,
        writer=models.writer(settings),
        entailment=models.entailment(settings),
        observe=models.observer(settings),
        require_on=open_switch(settings).require_on,
    )


def entailment_folder(settings: Settings) -> Path:
    """Return where the model that judges claims besides the rules lies, without loading it.

    Raises:
        ModelUnavailable: it is not on this machine.
    """
    from report_qa.backends.model_files import model_folder

    return model_folder(settings.entailment_model)


def check_chroma_server(settings: Settings) -> None:
    """Ask the Chroma server whether it is there.

    Raises:
        IndexUnavailable: it does not answer.
    """
    from report_qa.backends.chroma_server import check_server

    check_server(settings.chroma_url)


def check_gate_file(settings: Settings) -> None:
    """Read the golden questions that the settings name.

    Raises:
        SettingInvalid: they can't be read.
    """
    from report_qa.evaluation.questions import read_questions

    if settings.gate_file is not None:
        read_questions(settings.gate_file)


def ask_golden(
    settings: Settings, file: Path, library: Library, embedder: Embedder | None, only: frozenset[str] | None
) -> tuple[Golden, ...]:
    """Ask a file's golden questions, or those with the ids `only`, of a library's current edition, published or not.

    Raises:
        SettingInvalid: the file can't be read.
        LibraryError: the edition can't be asked.
    """
    from report_qa.assistant import Assistant
    from report_qa.evaluation.golden import ask_golden as ask
    from report_qa.evaluation.questions import read_questions

    questions = [gold for gold in read_questions(file) if only is None or gold.question_id in only]
    assistant = Assistant(
        settings=settings,
        library=library,
        embedder=embedder or make_embedder(settings),
        open_vector_index=open_vector_index,
        open_lexical_index=open_lexical_index,
    )
    try:
        return ask(questions, assistant)
    finally:
        assistant.close()


def open_shelf(settings: Settings | None = None, **overrides: object) -> Shelf:
    """Return the shelf of the configured library, without loading any model.

    Raises:
        NothingPublished: the library has no edition yet.
    """
    from report_qa.backends.pdfium import render_page
    from report_qa.settings import load_settings
    from report_qa.shelf import Shelf

    settings = settings or load_settings(**overrides)
    library = open_library(settings)
    library.current_edition_id()

    def draw(path: Path, page_index: int, scale: float, boxes: Sequence[Box]) -> bytes:
        return render_page(path, page_index, scale=scale, boxes=boxes)

    return Shelf(library, render_page=draw)


def open_holdings(settings: Settings | None = None, **overrides: object) -> Holdings:
    """Return what the configured library holds, for those who keep it, without loading any model."""
    from report_qa.holdings import Holdings
    from report_qa.settings import load_settings

    return Holdings(open_library(settings or load_settings(**overrides)))


def open_conversations(settings: Settings | None = None, **overrides: object) -> Conversations:
    """Return the conversations kept beside the configured library, or in the configured database."""
    from report_qa.conversations import Conversations

    return Conversations(open_database(settings, **overrides))


def open_shares(settings: Settings | None = None, **overrides: object) -> Shares:
    """Return the links that readers made, kept beside the configured library, or in the configured database."""
    from report_qa.shares import Shares

    return Shares(open_database(settings, **overrides))


def open_insights(settings: Settings | None = None, **overrides: object) -> InsightStore:
    """Return what is counted of the conversations kept beside the configured library, or in the configured database."""
    from report_qa.insights import InsightStore

    return InsightStore(open_database(settings, **overrides))


def open_database(settings: Settings | None = None, **overrides: object) -> Database:
    """Return the database of what people make.

    Raises:
        SettingInvalid: its URL is none of PostgreSQL.
        ConversationError: it can't be used.
    """
    from report_qa.database import Database
    from report_qa.settings import load_settings

    settings = settings or load_settings(**overrides)
    return Database(settings.secret("database_url") or database_file(settings), settings.database_schema)


@contextmanager
def redacting(settings: Settings) -> Iterator[Callable[[Collection[str]], int]]:
    """Yield what takes documents' words out of all that people made and returns in how many places; the database is open by then.

    Raises:
        ConversationError: it can't be used.
    """
    from report_qa.conversations import Conversations
    from report_qa.replies import Replies
    from report_qa.shares import Shares

    with closing(open_database(settings)) as database:

        def redact(document_ids: Collection[str]) -> int:
            # Nobody can look into what is sealed there: all of it goes.
            Replies(database).forget_all()
            return Conversations(database).redact(document_ids) + Shares(database).redact(document_ids)

        yield redact


def database_name(settings: Settings) -> str:
    """Return which database of what people make is configured, without opening it and without a password."""
    from report_qa.database import name_of

    return name_of(settings.secret("database_url") or database_file(settings), settings.database_schema)


def database_file(settings: Settings) -> Path:
    """Return the file that holds what people make where no database is configured."""
    return settings.library / "conversations.sqlite"


def open_assistant_although_off(**overrides: object) -> Assistant:
    """Return the assistant also while questions are switched off, for those who look after the library."""
    from report_qa.settings import load_settings

    settings = load_settings(**overrides)
    assistant = open_assistant(settings)
    assistant.ignore_switch()
    return assistant


def langchain_retriever(settings: Settings | None = None, *, top: int = 10, **overrides: object) -> BaseRetriever:
    """Return a LangChain retriever over the current edition, for chains and agents of your own."""
    from report_qa.backends.langchain import EditionRetriever
    from report_qa.settings import load_settings

    settings = settings or load_settings(**overrides)
    return EditionRetriever(searcher=open_assistant(settings), top=top)
