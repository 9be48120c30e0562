"""What was answered to writes, so that a write that is sent again is done once: the `Idempotency-Key` of the HTTP interface.

A caller whose connection broke does not know whether the write went through, and sends it again under the same key. Whichever
process gets it then finds here that it was done, and what was answered. Keys belong to their owner, hold for a day, and
stand for one request: with another one they are refused.

What is kept is sealed with the caller's key, of which only a hash is stored. Whoever reads the database learns neither the
answer nor, of a new link, its secret. It is deleted with the conversation that it is about.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.exc import IntegrityError

from report_qa.database import Database, retried
from report_qa.errors import KeyReused, StillRunning, TooManyRequests

KEPT_FOR = timedelta(hours=24)
# Longer than any write takes. Who began one and has not ended it by then has died over it.
GIVEN_UP_AFTER = timedelta(minutes=10)
_SWEEP_EVERY = timedelta(hours=1)
MOST_KEPT = 5_000

_reply = sa.table(
    "reply",
    *(sa.column(name) for name in ("owner", "key_sha256", "request_sha256", "sealed", "conversation_id", "begun_at")),
)
_conversation = sa.table("conversation", sa.column("conversation_id"))


class Replies:
    """Keeps replies by owner and key. Safe to share between threads and processes.

    Every method raises ConversationError where the database can't be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._swept_at = datetime.min.replace(tzinfo=UTC)

    @retried
    def begin(self, owner: str, key: str, request_sha256: str) -> str | None:
        """Return what was answered to this request before; None where it is the first, which the caller now has to carry out.

        After None, `keep` or `give_up` follows.

        Raises:
            KeyReused: the key came with another request.
            StillRunning: the first has no answer yet.
            TooManyRequests: the owner has as many replies as are kept for one.
        """
        now = datetime.now(UTC)
        self._sweep(now)
        with self._database.writing(owner) as connection:
            connection.execute(_reply.delete().where(_reply.c.owner == owner, _expired(now)))
            if self._claimed(connection, owner, key, request_sha256, now):
                return None
            row = connection.execute(sa.select(_reply).where(*_one(owner, key))).one()
            if row.request_sha256 != request_sha256:
                raise KeyReused(
                    "This Idempotency-Key was sent with another request.", hint="Take a new key for each write."
                )
            if row.sealed is not None:
                return _seal(owner, key).decrypt(row.sealed.encode()).decode()
            if row.begun_at > _stamp(now - GIVEN_UP_AFTER):
                raise StillRunning("The same request is still under way.", hint="Send it again in a moment.")
            connection.execute(_reply.update().where(*_one(owner, key)).values(begun_at=_stamp(now)))
            return None

    @retried
    def keep(self, owner: str, key: str, content: str, *, conversation_id: str | None = None) -> None:
        """Keep what was answered; it goes with the conversation that is named."""
        sealed = _seal(owner, key).encrypt(content.encode()).decode()
        # None where it was deleted meanwhile.
        about = sa.select(_conversation.c.conversation_id).where(_conversation.c.conversation_id == conversation_id)
        with self._database.writing(owner) as connection:
            connection.execute(
                _reply.update().where(*_one(owner, key)).values(sealed=sealed, conversation_id=about.scalar_subquery())
            )

    @retried
    def give_up(self, owner: str, key: str) -> None:
        """Forget a write that came to nothing, so that it may be tried again."""
        with self._database.writing(owner) as connection:
            connection.execute(_reply.delete().where(*_one(owner, key), _reply.c.sealed.is_(None)))

    @retried
    def forget_all(self) -> int:
        """Forget every reply, whoever's, and return how many there were: for when words are destroyed that they may hold."""
        with self._database.writing() as connection:
            return connection.execute(_reply.delete()).rowcount

    def _sweep(self, now: datetime) -> None:
        """Forget, now and then, what has expired of those who don't come any more."""
        if now - self._swept_at > _SWEEP_EVERY:
            with self._database.writing() as connection:
                connection.execute(_reply.delete().where(_expired(now)))
            self._swept_at = now

    def _claimed(self, connection: sa.Connection, owner: str, key: str, request_sha256: str, now: datetime) -> bool:
        """Whether this request is the first under its key. Of two at the same time the database lets one through."""
        held = connection.execute(sa.select(sa.func.count()).where(_reply.c.owner == owner)).scalar_one()
        if held >= MOST_KEPT and connection.execute(sa.select(_reply.c.owner).where(*_one(owner, key))).first() is None:
            raise TooManyRequests(
                f"{MOST_KEPT:,} writes with an Idempotency-Key are remembered for one caller, for a day.",
                hint="Leave the key out, or wait.",
                wait_s=3_600,
            )
        try:
            with connection.begin_nested():
                connection.execute(
                    _reply.insert().values(
                        owner=owner,
                        key_sha256=_digest(owner, key),
                        request_sha256=request_sha256,
                        begun_at=_stamp(now),
                    )
                )
        except IntegrityError:
            return False
        return True


def _one(owner: str, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _reply.c.owner == owner, _reply.c.key_sha256 == _digest(owner, key)


def _expired(now: datetime) -> sa.ColumnElement[bool]:
    return _reply.c.begun_at < _stamp(now - KEPT_FOR)


def _digest(owner: str, key: str) -> str:
    return hashlib.sha256(f"report-qa idempotency key {owner} {key}".encode()).hexdigest()


def _seal(owner: str, key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=owner.encode(), info=b"report-qa reply").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
