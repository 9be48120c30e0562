"""What a provider's client raises, as an error of ours.

Each provider has its own family of exceptions. What they share is told apart here: a status code (wherever it is kept), a
connection that fails, a time that runs out; anything else is a reply that can't be read. The sentences are ours alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from report_qa.errors import ModelError, ModelReplyInvalid, ModelTimeout, ModelUnavailable

_KEY_HINT = "Check the provider's environment variable or REPORT_QA_MODEL_KEY_FILE."


def translated(error: BaseException) -> ModelError:
    """Return our error for one of a provider's client."""
    chain = tuple(_chain(error))
    if any(isinstance(each, TimeoutError) or "timeout" in _kinds(each) for each in chain):
        return ModelTimeout("The model did not answer in time.", hint="Try again, or raise REPORT_QA_MODEL_TIMEOUT_S.")
    status = next((found for each in chain if (found := _status(each))), 0)
    if status:
        return _of_status(status)
    if any(isinstance(each, json.JSONDecodeError | UnicodeDecodeError) for each in chain):
        return _unreadable()
    if any(isinstance(each, OSError) or "connect" in _kinds(each) or "protocolerror" in _kinds(each) for each in chain):
        return ModelUnavailable("The model can't be reached.", hint="Check REPORT_QA_MODEL_BASE_URL and the network.")
    return _unreadable()


def _of_status(status: int) -> ModelError:
    if status in (401, 403):
        return ModelUnavailable(
            f"The model's provider refuses the key (HTTP {status}).", hint=_KEY_HINT, retryable=False
        )
    if status == 429:
        return ModelUnavailable("The model's provider allows no more requests now (HTTP 429).", hint="Ask again later.")
    if status == 408 or status == 504:
        return ModelTimeout(f"The model did not answer in time (HTTP {status}).", hint="Ask again later.")
    if status >= 500:
        return ModelUnavailable(f"The model's provider has a fault (HTTP {status}).", hint="Ask again later.")
    return ModelUnavailable(
        f"The model's provider refuses the request (HTTP {status}).",
        hint="Check REPORT_QA_MODEL, REPORT_QA_MODEL_BASE_URL and REPORT_QA_MODEL_MAX_TOKENS.",
        retryable=False,
    )


def _unreadable() -> ModelReplyInvalid:
    return ModelReplyInvalid("The model's reply can't be read.", hint="Is REPORT_QA_MODEL_BASE_URL a chat model's?")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _kinds(error: BaseException) -> str:
    return " ".join(kind.__name__ for kind in type(error).__mro__).lower()


def _status(error: BaseException) -> int:
    """Return the HTTP status that an exception carries, 0 for none."""
    response = getattr(error, "response", None)
    places: list[object] = [getattr(error, "status_code", None), getattr(error, "code", None)]
    if isinstance(response, Mapping):
        # botocore keeps it in a dictionary.
        places.append((response.get("ResponseMetadata") or {}).get("HTTPStatusCode"))
    else:
        places.append(getattr(response, "status_code", None))
    return next((place for place in places if isinstance(place, int) and 400 <= place < 600), 0)
