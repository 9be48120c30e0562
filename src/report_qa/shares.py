"""Links that readers make on purpose to show something to others, in the database of what people make.

The secret in a link (32 random bytes) is handed out once, when the link is made, and only its hash is stored: whoever reads the
database can open nothing. What a link shows is a copy with a digest, so that neither a later turn nor a later edition nor a
change by hand passes for what was shared. Withdrawing deletes the copy; a link that was withdrawn and one that never was are
answered alike. Links to an answer or a conversation go with the conversation when that is deleted.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from report_qa.database import Database, digest_of, retried
from report_qa.errors import ConversationNotFound, FrozenAnswerAltered, ShareNotFound, ShareRefused
from report_qa.records.shared import (
    OpenedShare,
    Share,
    Shared,
    SharedAnswer,
    SharedComparison,
    SharedConversation,
    SharedKind,
    SharedQuote,
)
from report_qa.redaction import redact_shared

MOST_LINKS = 500
# Bytes of one link's content, and of all of an owner's: a conversation of a hundred answers has about two million.
MOST_BYTES, MOST_BYTES_OF_OWNER = 4_000_000, 100_000_000
_TITLE_CHARS = 200
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_CONTENTS: dict[SharedKind, TypeAdapter[Any]] = {
    kind.kind: TypeAdapter(kind) for kind in (SharedQuote, SharedAnswer, SharedConversation, SharedComparison)
}

_conversation = sa.table("conversation", sa.column("conversation_id"), sa.column("owner"))
_share = sa.table(
    "share",
    *(
        sa.column(name)
        for name in (
            "share_id",
            "token_sha256",
            "owner",
            "conversation_id",
            "kind",
            "title",
            "content",
            "content_sha256",
            "editions",
            "made_at",
            "opened_on",
        )
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeShare:
    """A link that was just made. `token` is its secret, which nobody can be told again."""

    token: str
    share: Share


class Shares:
    """Makes, opens, lists and withdraws links. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @retried
    def make(self, owner: str, shared: Shared, *, conversation_id: str | None = None) -> MadeShare:
        """Freeze what is to be shared and return its link; it is withdrawn with the conversation that is named.

        Raises:
            ShareRefused: it is too large, or the owner has too many links.
            ConversationNotFound: the owner has no such conversation.
        """
        content = _CONTENTS[shared.kind].dump_json(shared).decode()
        size = len(content.encode())
        if size > MOST_BYTES:
            raise ShareRefused("This is too long for one link.", hint="Share single answers of it.")
        token, share_id, made_at = secrets.token_urlsafe(32), secrets.token_hex(16), datetime.now(UTC)
        title = _shortened(shared.title)
        with self.database.writing(owner) as connection:
            self._refuse_too_many(connection, owner, size)
            if conversation_id is not None:
                _require(connection, owner, conversation_id)
            connection.execute(
                _share.insert().values(
                    share_id=share_id,
                    token_sha256=_token_digest(token),
                    owner=owner,
                    conversation_id=conversation_id,
                    kind=shared.kind.value,
                    title=title,
                    content=content,
                    content_sha256=digest_of(content),
                    editions=" ".join(_editions(shared)),
                    made_at=made_at.isoformat(timespec="microseconds"),
                )
            )
        share = Share(share_id=share_id, kind=shared.kind, title=title, made_at=made_at)
        return MadeShare(token=token, share=share)

    @retried
    def open(self, token: str) -> OpenedShare:
        """Return what a link shows, as it was when it was shared, and note the day.

        Raises:
            ShareNotFound: there is no such link, or it was withdrawn.
            FrozenAnswerAltered: what is stored is not what was shared.
        """
        if not _TOKEN.fullmatch(token):
            raise _not_found()
        with self.database.reading() as connection:
            row = connection.execute(sa.select(_share).where(_share.c.token_sha256 == _token_digest(token))).first()
        if row is None:
            raise _not_found()
        shared = self._shared(row)
        today = datetime.now(UTC).date().isoformat()
        if row.opened_on != today:
            with self.database.writing(row.owner) as connection:
                connection.execute(_share.update().where(_share.c.share_id == row.share_id).values(opened_on=today))
        return OpenedShare(share_id=row.share_id, made_at=datetime.fromisoformat(row.made_at), shared=shared)

    @retried
    def list(self, owner: str) -> tuple[Share, ...]:
        """Return the owner's links, the last one first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(_share.c.share_id, _share.c.kind, _share.c.title, _share.c.made_at, _share.c.opened_on)
                .where(_share.c.owner == owner)
                .order_by(_share.c.made_at.desc())
            ).all()
        return tuple(
            Share(
                share_id=row.share_id,
                kind=SharedKind(row.kind),
                title=row.title,
                made_at=datetime.fromisoformat(row.made_at),
                opened_on=date.fromisoformat(row.opened_on) if row.opened_on else None,
            )
            for row in rows
        )

    def titles(self, owner: str) -> dict[str, str]:
        """Return the titles of the owner's links by their ids, as what they show says.

        Raises:
            FrozenAnswerAltered: what is stored is not what was shared.
        """
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(_share).where(_share.c.owner == owner)).all()
        return {str(row.share_id): _shortened(self._shared(row).title) for row in rows}

    @retried
    def revoke(self, owner: str, share_id: str) -> None:
        """Withdraw a link: what it showed is deleted.

        Raises:
            ShareNotFound: the owner has no such link.
        """
        with self.database.writing(owner) as connection:
            deleted = connection.execute(_share.delete().where(_share.c.owner == owner, _share.c.share_id == share_id))
            if deleted.rowcount != 1:
                raise _not_found()
        self.database.forget_log()

    @retried
    def cited_editions(self) -> frozenset[str]:
        """Return the editions that links cite: they are kept, so that what was shared can be opened on its page."""
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(_share.c.editions).distinct()).scalars()
            return frozenset(edition for listed in rows for edition in listed.split())

    @retried
    def redact(self, document_ids: Collection[str]) -> int:
        """Take the words of these documents out of all links, whoever's; returns how many it changed.

        Afterwards the words are in no file of the database any more, but for the log of a PostgreSQL server.
        """
        changed = 0
        with self.database.writing() as connection:
            for row in connection.execute(sa.select(_share)).all():
                before = self._shared(row)
                after = redact_shared(before, document_ids)
                if after is not before:
                    content = _CONTENTS[after.kind].dump_json(after).decode()
                    connection.execute(
                        _share.update()
                        .where(_share.c.share_id == row.share_id)
                        .values(content=content, content_sha256=digest_of(content))
                    )
                    changed += 1
        # Also where nothing was left to change: a purge that was cut short is run again.
        self.database.forget_log("share")
        return changed

    def close(self) -> None:
        """Give the database back."""
        self.database.close()

    def _refuse_too_many(self, connection: sa.Connection, owner: str, size: int) -> None:
        held = sa.func.sum(sa.func.octet_length(_share.c.content))
        count, total = connection.execute(
            sa.select(sa.func.count(), sa.func.coalesce(held, 0)).where(_share.c.owner == owner)
        ).one()
        if count >= MOST_LINKS or total + size > MOST_BYTES_OF_OWNER:
            raise ShareRefused("You have as many shared links as there can be.", hint="Withdraw some of them.")

    def _shared(self, row: Any) -> Shared:
        if digest_of(row.content) != row.content_sha256:
            raise FrozenAnswerAltered(
                f"What a link shows, stored in {self.database.name}, is not what was shared.",
                hint="Restore it from a backup, or withdraw the link.",
            )
        try:
            shared: Shared = _CONTENTS[SharedKind(row.kind)].validate_json(row.content)
        except (ValidationError, ValueError) as error:
            raise FrozenAnswerAltered(
                f"What a link shows, stored in {self.database.name}, was written by a version that this one can't read.",
                hint="Open it with that version, or withdraw the link.",
            ) from error
        return shared


def _require(connection: sa.Connection, owner: str, conversation_id: str) -> None:
    known = sa.select(sa.literal(1)).where(
        _conversation.c.owner == owner, _conversation.c.conversation_id == conversation_id
    )
    if connection.execute(known).scalar() is None:
        raise ConversationNotFound("There is no such conversation.", hint="Begin a new one.")


def _not_found() -> ShareNotFound:
    return ShareNotFound("There is no such link, or it was withdrawn.", hint="Ask whoever gave it to you for another.")


def _editions(shared: Shared) -> list[str]:
    of_answers = [answer.provenance.edition_id for answer in shared.answers]
    # A cite begins with its edition.
    of_quotes = [span.cite.partition("~")[0] for span in shared.cited]
    return sorted({edition for edition in (*of_answers, *of_quotes) if edition})


def _token_digest(token: str) -> str:
    return hashlib.sha256(f"report-qa link {token}".encode()).hexdigest()


def _shortened(title: str) -> str:
    plain = " ".join(title.split())
    return plain if len(plain) <= _TITLE_CHARS else plain[: _TITLE_CHARS - 1] + "…"
