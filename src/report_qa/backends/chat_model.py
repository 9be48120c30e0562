"""Any chat model that LangChain knows, by its name ("openai:gpt-…"), behind the port `ChatModel`.

This module owns when a reply is waited for, tried again and given up, the same for every provider: the provider's client
runs in a thread of its own, and what it says is waited for no longer than `timeout_s` seconds until its first piece, and
`timeout_s` more until its last. It is tried again only before the first piece came. All foreign exceptions end here; no word
of theirs goes into our messages, since providers repeat keys and addresses in them.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from report_qa.backends.model_errors import translated
from report_qa.errors import (
    ExtraMissing,
    ModelReplyInvalid,
    ModelTimeout,
    ModelUnavailable,
    SettingInvalid,
)
from report_qa.records.writing import Message, Piece, Speaker, Usage

# Provider, as LangChain calls it → the extra of this product that brings its package. Others can be installed by hand.
EXTRAS = {
    "anthropic": "anthropic",
    "azure_openai": "azure",
    "bedrock_converse": "bedrock",
    "google_genai": "google",
    "mistralai": "mistral",
    "ollama": "ollama",
    "openai": "openai",
}
_MESSAGES: dict[Speaker, type[BaseMessage]] = {
    Speaker.SYSTEM: SystemMessage,
    Speaker.USER: HumanMessage,
    Speaker.ASSISTANT: AIMessage,
}
# Where providers say how a reply ended, and what they say when it had to.
_ENDINGS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
_CUT_SHORT = frozenset({"length", "max_tokens", "MAX_TOKENS", "model_length"})
# How often `stopped` is looked at while nothing comes, and how long the tries lie apart at the most, in seconds.
_LOOK_S = 0.05
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 8.0
_Item = Piece | Exception | None


def _never() -> bool:
    return False


class LangChainChatModel:
    """One chat model, loaded once, safe to use from several threads."""

    def __init__(
        self,
        name: str,
        *,
        base_url: str = "",
        key_file: Path | None = None,
        timeout_s: float = 60.0,
        max_tokens: int = 700,
        retries: int = 2,
    ) -> None:
        """Load the provider's package; nothing is sent yet.

        Raises:
            ExtraMissing: the provider's package is not installed; the hint is the command that installs it.
            SettingInvalid: there is no such provider, no key, or the key file can't be read.
        """
        self.name = name
        self._timeout_s = timeout_s
        self._retries = retries
        provider, _, model = name.partition(":")
        self._provider = "bedrock_converse" if provider == "bedrock" else provider
        keywords = _keywords(self._provider, base_url, key_file, timeout_s, max_tokens)
        self._model = _load(self._provider, model, keywords)

    def stream(self, messages: Sequence[Message], *, stopped: Callable[[], bool] = _never) -> Iterator[Piece]:
        """Yield the reply as it comes in; see the port."""
        converted = [_MESSAGES[message.speaker](content=message.text) for message in messages]
        reply = self._begun(converted, stopped)
        try:
            yield from reply
        finally:
            reply.close()

    def _begun(self, messages: Sequence[BaseMessage], stopped: Callable[[], bool]) -> _Reply:
        """Return a reply of which the first piece is there."""

        def tried() -> _Reply:
            reply = _Reply(self._model, messages, self._timeout_s, stopped)
            try:
                reply.wait_for_first()
            except BaseException:
                reply.close()
                raise
            return reply

        tries = Retrying(
            stop=stop_after_attempt(1 + self._retries),
            wait=wait_random_exponential(multiplier=_FIRST_WAIT_S, max=_LONGEST_WAIT_S),
            retry=retry_if_exception(_worth_retrying),
            sleep=lambda seconds: _sleep(seconds, stopped),
            reraise=True,
        )
        begun: _Reply = tries(tried)
        return begun


class _Reply:
    """One reply that a thread reads from the provider while another waits for its pieces."""

    def __init__(
        self,
        model: BaseChatModel,
        messages: Sequence[BaseMessage],
        timeout_s: float,
        stopped: Callable[[], bool],
    ) -> None:
        self._timeout_s = timeout_s
        self._stopped = stopped
        self._closed = threading.Event()
        self._items: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._first: _Item = None
        self._deadline = time.monotonic() + timeout_s
        threading.Thread(target=self._read, args=(model, list(messages)), name="chat-model", daemon=True).start()

    def wait_for_first(self) -> None:
        """Wait until something was said; what follows may then take the allowed time again."""
        self._first = self._next()
        self._deadline = time.monotonic() + self._timeout_s

    def __iter__(self) -> Iterator[Piece]:
        item = self._first
        while isinstance(item, Piece):
            yield item
            item = self._next()

    def close(self) -> None:
        """Have the thread close the connection as soon as it hears from it, at the latest after the client's timeout."""
        self._closed.set()

    def _next(self) -> _Item:
        """Return the next piece, or None at the end."""
        while not self._stopped():
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise ModelTimeout(
                    "The model did not answer in time.", hint="Try again, or raise REPORT_QA_MODEL_TIMEOUT_S."
                )
            try:
                item = self._items.get(timeout=min(_LOOK_S, left))
            except queue.Empty:
                continue
            if isinstance(item, Exception):
                raise item
            return item
        return None

    def _read(self, model: BaseChatModel, messages: list[BaseMessage]) -> None:
        said = False
        ended = ""
        try:
            chunks = model.stream(messages)
            for chunk in chunks:
                if self._closed.is_set():
                    break
                piece, ending = _piece(chunk)
                ended = ending or ended
                if piece.text or piece.usage or piece.cut_short:
                    said = said or bool(piece.text.strip())
                    self._items.put(piece)
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        except Exception as error:  # noqa: BLE001 - whatever a provider's client raises is translated and told to the reader
            self._tell(error, said=said)
            return
        if not said and not self._closed.is_set():
            self._items.put(ModelReplyInvalid("The model's reply was empty.", hint="Try again, or set another model."))
        elif not ended and not self._closed.is_set():
            self._items.put(_broken_off())
        self._items.put(None)

    def _tell(self, error: Exception, *, said: bool) -> None:
        problem = translated(error)
        if said and isinstance(problem, ModelUnavailable):
            problem = _broken_off()
        problem.__cause__ = error
        self._items.put(problem)


def _broken_off() -> ModelUnavailable:
    return ModelUnavailable("The model's reply broke off.", hint="Ask again.")


def _piece(chunk: AIMessageChunk) -> tuple[Piece, str]:
    """Return what a chunk says, and how the reply ended where the chunk says that."""
    told: Mapping[str, Any] = chunk.response_metadata
    ending = next((str(told[key]) for key in _ENDINGS if told.get(key)), "")
    usage = None
    if chunk.usage_metadata:
        usage = Usage(
            input_tokens=chunk.usage_metadata["input_tokens"],
            output_tokens=chunk.usage_metadata["output_tokens"],
            cost_usd=_cost(told),
        )
    return Piece(text=str(chunk.text), usage=usage, cut_short=ending in _CUT_SHORT), ending


def _cost(told: Mapping[str, Any]) -> float | None:
    for place in (told, told.get("token_usage") or {}, told.get("usage") or {}):
        cost = place.get("cost") if isinstance(place, Mapping) else None
        if isinstance(cost, int | float) and not isinstance(cost, bool):
            return float(cost)
    return None


def _worth_retrying(error: BaseException) -> bool:
    return isinstance(error, ModelUnavailable) and error.retryable


def _sleep(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(_LOOK_S, left))


def _keywords(
    provider: str, base_url: str, key_file: Path | None, timeout_s: float, max_tokens: int
) -> dict[str, object]:
    """Return what the provider's class is made with. Their own tries are off: ours know when to stop."""
    # Some take whole seconds only.
    client_timeout = math.ceil(timeout_s)
    given: dict[str, object] = {"temperature": 0.0}
    if provider == "ollama":
        given |= {"num_predict": max_tokens, "client_kwargs": {"timeout": client_timeout}}
    else:
        given |= {"max_tokens": max_tokens, "timeout": client_timeout, "max_retries": 0}
    if base_url:
        given["azure_endpoint" if provider == "azure_openai" else "base_url"] = base_url
    if provider in ("openai", "azure_openai"):
        given["stream_usage"] = True
    key = _key(key_file)
    if key:
        given["api_key"] = key
    return given


def _key(key_file: Path | None) -> str:
    if key_file is None:
        return ""
    try:
        key = key_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingInvalid(
            f"{key_file} can't be read: {reason}.", hint="Set REPORT_QA_MODEL_KEY_FILE to the file with the key."
        ) from error
    if not key or len(key.split()) > 1:
        raise SettingInvalid(f"{key_file} does not hold one key.", hint="Write the key, and nothing else, into it.")
    return key


def _load(provider: str, model: str, keywords: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    def made(**more: Any) -> BaseChatModel:
        loaded: BaseChatModel = init_chat_model(model, model_provider=provider, **keywords, **more)
        return loaded

    try:
        try:
            return made()
        except Exception:
            # A server of one's own asks for no key, but the client insists on one.
            if provider != "openai" or "base_url" not in keywords or "api_key" in keywords:
                raise
            return made(api_key="none")
    except ImportError as error:
        extra = EXTRAS.get(provider)
        command = f"pip install 'report-qa[{extra}]'" if extra else "pip install for its LangChain package"
        raise ExtraMissing(f"The package for {provider} models is not installed.", hint=f"Run {command}.") from error
    except Exception as error:
        raise SettingInvalid(
            f"REPORT_QA_MODEL: the model {provider}:{model} can't be set up.",
            hint=f"Is {provider} a provider that LangChain knows, and is its key in its own environment variable or in"
            " REPORT_QA_MODEL_KEY_FILE?",
        ) from error
