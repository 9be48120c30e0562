"""Conversations and links as an audience may see them now: what rests on documents that are hidden from it is concealed.

Answers come out of the database in one place each, which is where they are concealed; so nothing that reads them can forget it.
What is stored is never written back concealed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from report_qa.concealing import HIDDEN_TITLE, Concealing
from report_qa.conversations import ConversationEntry, Conversations, _around
from report_qa.records.conversation import Turn
from report_qa.records.shared import Share, Shared
from report_qa.shares import Shares


class SeenConversations(Conversations):
    """Conversations, their answers concealed. `concealing` is asked anew each time: whom a document is for may have changed."""

    def __init__(self, kept: Conversations, concealing: Callable[[], Concealing]) -> None:
        super().__init__(kept.database)
        self._kept = kept
        self._concealing = concealing

    def search(self, owner: str, words: str) -> tuple[ConversationEntry, ...]:
        """Return the owner's conversations that hold all of these words in what may be seen of them, the last one first."""
        wanted = words.casefold().split()
        entries = self._kept.search(owner, words)
        return tuple(filter(None, (self._seen(owner, entry, wanted) for entry in entries))) if wanted else entries

    def redact(self, document_ids: Collection[str]) -> int:
        """Take the words of purged documents out of what is stored, all of it."""
        return self._kept.redact(document_ids)

    def _seen(self, owner: str, entry: ConversationEntry, wanted: list[str]) -> ConversationEntry | None:
        turns = self.load(owner, entry.conversation_id).turns
        texts = [entry.title, *(said for turn in turns for said in (turn.answer.question, turn.answer.text))]
        whole = "\n".join(texts).casefold()
        return replace(entry, found=_around(wanted, texts)) if all(word in whole for word in wanted) else None

    def _turn(self, row: Any) -> Turn:
        return self._concealing().turn(super()._turn(row))


class SeenShares(Shares):
    """Links, what they show concealed from whoever opens them."""

    def __init__(self, kept: Shares, concealing: Callable[[], Concealing]) -> None:
        super().__init__(kept.database)
        self._kept = kept
        self._concealing = concealing

    def list(self, owner: str) -> tuple[Share, ...]:
        """Return the owner's links, the last one first, each by what may be seen of its title."""
        shares = self._kept.list(owner)
        if not self._concealing().titles:
            return shares
        shown = self.titles(owner)
        return tuple(replace(share, title=shown.get(share.share_id, HIDDEN_TITLE)) for share in shares)

    def redact(self, document_ids: Collection[str]) -> int:
        """Take the words of purged documents out of what is stored, all of it."""
        return self._kept.redact(document_ids)

    def _shared(self, row: Any) -> Shared:
        return self._concealing().shared(super()._shared(row))
