"""What goes to a chat model and what comes back, in no provider's terms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from report_qa.records.answer import Claim

# What a model is told to write where the passages don't answer.
NO_ANSWER = "NO ANSWER"


class Speaker(StrEnum):
    """Whose words a message holds: the product's instructions, what is to be worked on, or the model's own reply."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a prompt. Only instructions that this product wrote itself are SYSTEM."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a reply took: tokens in and out, and its price in US dollars where the provider says it."""

    input_tokens: int
    output_tokens: int
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a reply as it comes in. The last one carries the usage, where the provider says it.

    `cut_short` is True in the last piece of a reply that the model was not allowed to finish (its length was used up).
    """

    text: str = ""
    usage: Usage | None = None
    cut_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSentence:
    """One sentence of a model's reply, without its handles; `handles` are the ones it cites ("E1"), known or not."""

    text: str
    handles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSentence:
    """A sentence as it was read from a reply; `again` is True where it was handed out before with fewer handles."""

    sentence: WrittenSentence
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a reply: `shown` in the order in which it is read, and `withheld`, each with its checks.

    `broke_off` says in half a sentence why the reply ended early, "" where it came to its own end; `usage` is None where the
    provider doesn't say it.
    """

    shown: tuple[Claim, ...] = ()
    withheld: tuple[Claim, ...] = ()
    reply: str = ""
    broke_off: str = ""
    usage: Usage | None = None
