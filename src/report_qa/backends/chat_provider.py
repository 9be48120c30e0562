"""A provider's chat model, loaded by its name: which package it needs, what it is called with, and where its key is.

Keys are read from a file or, by the provider's own client, from its own environment variable; no word of ours ever holds one.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

from report_qa.errors import ExtraMissing, ServiceMisconfigured, SettingInvalid

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


def load_chat_model(
    name: str, *, base_url: str, key_file: Path | None, timeout_s: float, max_tokens: int
) -> BaseChatModel:
    """Return the model that is called `provider:name`; nothing is sent yet.

    Raises:
        ExtraMissing: the provider's package is not installed; the hint is the command that installs it.
        SettingInvalid: there is no such provider, no key, or the key file can't be read.
    """
    provider, _, model = name.partition(":")
    provider = "bedrock_converse" if provider == "bedrock" else provider
    return _load(provider, model, _keywords(provider, base_url, key_file, timeout_s, max_tokens))


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
        raise ServiceMisconfigured(
            f"{key_file} can't be read: {reason}.", hint="Set REPORT_QA_MODEL_KEY_FILE to the file with the key."
        ) from error
    if not key or len(key.split()) > 1:
        raise ServiceMisconfigured(
            f"{key_file} does not hold one key.", hint="Write the key, and nothing else, into it."
        )
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
