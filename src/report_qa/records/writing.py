"""What goes to a chat model and what comes back, in no provider's terms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSentence:
    """One sentence of a model's reply, without its handles; `handles` are the ones it cites ("E1"), known or not."""

    text: str
    handles: tuple[str, ...] = ()
