"""Who asks: keys with scopes, kept in a file by their hash, each with its own quota a minute, groups and role.

Where a proxy signs people in, whom it names may ask without a key, as the very person that they are in the chat. Without either
the interface is for this machine alone, and everybody on it is one caller who may do everything. The file is read anew when
it changes, so that a key is added or withdrawn without a restart.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from report_qa import Settings
from report_qa.doors.proxy import Carried, ProxyIdentity
from report_qa.errors import KeyNotAllowed, KeyRefused, ServiceMisconfigured, SettingInvalid, TooManyRequests
from report_qa.records.audience import ALL, EVERYTHING, PUBLIC, Audience
from report_qa.records.person import Person, Role

_PREFIX = "rqa_"
_KEY = re.compile(r"rqa_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
PER_MINUTE = 120


class Scope(StrEnum):
    """What a key is for: reading documents and evidence, asking and checking, and keeping conversations and feedback."""

    READ = "read"
    ASK = "ask"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who may use the interface. `name` is also whose conversations they are; `per_minute` bounds requests.

    `audience` is what may be read, `libraries` the only ones of several that a key is for (None: all that are for its audience), and
    `signed_in` the owner of a person whom a proxy signed in, "" for a key.
    """

    name: str
    scopes: frozenset[Scope]
    per_minute: int = PER_MINUTE
    role: Role = Role.READER
    audience: Audience = PUBLIC
    libraries: frozenset[str] | None = None
    signed_in: str = ""

    @property
    def owner(self) -> str:
        """The owner of this caller's conversations: a person's own, or for a key no other door's, and nobody's by knowing a name."""
        return self.signed_in or hashlib.sha256(f"report-qa key {self.name}".encode()).hexdigest()


ANYBODY_HERE = Caller(name="local", scopes=frozenset(Scope), per_minute=0, role=Role.STEWARD, audience=EVERYTHING)


class Keys:
    """The callers of a file, looked up by their keys."""

    def __init__(self, path: Path | None, proxy: ProxyIdentity | None = None) -> None:
        self._path = path
        self._proxy = proxy
        self._read_at: tuple[int, int] | None = None
        self._callers: dict[str, Caller] = {}
        self._lock = threading.Lock()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        if path is not None:
            self._current()

    @property
    def required(self) -> bool:
        """True where requests need a key, or a proxy that names somebody."""
        return self._path is not None or self._proxy is not None

    def admit(self, authorization: str, scope: Scope, carried: Carried | None = None) -> Caller:
        """Return who sends a request with this Authorization header, "" for none, and count it.

        `carried` is what its connection brought along, by which a proxy is known.

        Raises:
            KeyRefused: there is no key, or it is not known.
            SignInNeeded: there is no key, and the request doesn't come from the proxy that names people.
            NotAllowed: the proxy names somebody who may not use this.
            KeyNotAllowed: it lacks the scope.
            TooManyRequests: its quota is used up.
            SettingInvalid: the file of keys can't be read.
        """
        caller = self.caller(authorization, carried)
        if scope not in caller.scopes:
            raise KeyNotAllowed(f"The key “{caller.name}” may not {scope.value}.", hint="Ask for one that may.")
        if caller.per_minute and not self._limiter.hit(RateLimitItemPerMinute(caller.per_minute), caller.owner):
            raise TooManyRequests(
                f"The key “{caller.name}” has sent {caller.per_minute} requests in a minute.",
                hint="Wait a moment.",
                wait_s=60 // caller.per_minute + 1,
            )
        return caller

    def caller(self, authorization: str, carried: Carried | None = None) -> Caller:
        """Return who sends a request, as `admit` does, without counting it.

        Raises:
            KeyRefused: there is no key, or it is not known.
            SignInNeeded: there is no key, and the request doesn't come from the proxy that names people.
            NotAllowed: the proxy names somebody who may not use this.
            SettingInvalid: the file of keys can't be read.
        """
        if not self.required:
            return ANYBODY_HERE
        kind, _, key = authorization.partition(" ")
        shown = _digest(key.strip()) if kind.lower() == "bearer" else ""
        if self._proxy is not None and not shown:
            # A proxy may hand on what people showed to it; only what looks like a key of ours is one.
            found: Caller | None = _named(self._proxy.person(carried or Carried(headers=(), peer=None)))
        else:
            found = self._current().get(shown) if self._path is not None else None
        if found is None:
            raise KeyRefused("This needs a key that is known here.", hint="Send it as “Authorization: Bearer rqa_…”.")
        return found

    def _current(self) -> dict[str, Caller]:
        path = self._path
        assert path is not None
        try:
            state = path.stat()
            with self._lock:
                if (state.st_mtime_ns, state.st_size) != self._read_at:
                    self._callers = _read(path)
                    self._read_at = (state.st_mtime_ns, state.st_size)
                return self._callers
        except OSError as error:
            raise ServiceMisconfigured(
                f"The file of keys {path} can't be read: {error.strerror}.", hint="Correct REPORT_QA_API_KEYS_FILE."
            ) from error


def keys_of(settings: Settings) -> Keys:
    """Return the callers that the settings name.

    Raises:
        SettingInvalid: the file of keys can't be read, or people sign in but programs would not have to.
    """
    proxy = ProxyIdentity(settings) if settings.sign_in == "proxy" else None
    if settings.sign_in != "none" and settings.api_keys_file is None and proxy is None:
        raise SettingInvalid(
            "Where people sign in, programs need keys.",
            hint="Make one with `report-qa key NAME` and set REPORT_QA_API_KEYS_FILE.",
        )
    return Keys(settings.api_keys_file, proxy)


def add_key(
    path: Path | None,
    name: str,
    scopes: Sequence[str] | None,
    per_minute: int = PER_MINUTE,
    *,
    groups: Sequence[str] = (),
    libraries: Sequence[str] = (),
    role: Role = Role.READER,
) -> str:
    """Return a new key, made known in the file of keys by its hash; `scopes` is what it may do, None for everything.

    It reads what is for everybody, and for the `groups` that are named, of all libraries or of those that are named.

    Raises:
        SettingInvalid: there is no file of keys, the name can't be one or is taken, or there is no such scope.
    """
    if path is None:
        raise SettingInvalid("No file of keys is set.", hint="Set REPORT_QA_API_KEYS_FILE to where it is to be.")
    if not _NAME.fullmatch(name):
        raise SettingInvalid(f"{name!r} can't name a key.", hint="Use small letters, digits and hyphens.")
    unknown = [scope for scope in scopes or () if scope not in set(Scope)]
    if unknown:
        raise SettingInvalid(f"A key can't be for {unknown[0]!r}.", hint=f"It can {', '.join(Scope)}.")
    if path.exists() and name in {caller.name for caller in _read(path).values()}:
        raise SettingInvalid(f"There is a key “{name}” already.", hint="Remove its entry first, or take another name.")
    path.touch(mode=0o600)
    key = _PREFIX + secrets.token_urlsafe(32)
    listed = ", ".join(f'"{scope}"' for scope in Scope if scopes is None or scope in scopes)
    # JSON's strings and lists of them are TOML's, too.
    entry = {
        "name": f'"{name}"',
        "sha256": f'"{_digest(key)}"',
        "scopes": f"[{listed}]",
        "per_minute": str(per_minute),
        "groups": json.dumps(sorted(set(groups)), ensure_ascii=True),
        "role": f'"{role}"',
        **({"libraries": json.dumps(sorted(set(libraries)))} if libraries else {}),
    }
    with path.open("a", encoding="utf-8") as file:
        file.write("\n[[key]]\n" + "".join(f"{field} = {value}\n" for field, value in entry.items()))
    return key


def _named(person: Person) -> Caller:
    return Caller(
        name=person.name,
        scopes=frozenset(Scope),
        role=person.role,
        audience=person.audience,
        signed_in=person.owner,
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest() if _KEY.fullmatch(key) else ""


def _read(path: Path) -> dict[str, Caller]:
    try:
        loaded: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        callers = {
            str(entry["sha256"]): Caller(
                name=str(entry["name"]),
                scopes=frozenset(Scope(scope) for scope in entry["scopes"]),
                per_minute=int(entry.get("per_minute", PER_MINUTE)),
                role=Role(entry.get("role", Role.READER)),
                audience=Audience(groups=frozenset((ALL, *(str(group) for group in entry.get("groups", ()))))),
                libraries=frozenset(map(str, entry["libraries"])) if "libraries" in entry else None,
            )
            for entry in loaded.get("key", [])
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ServiceMisconfigured(
            f"The file of keys {path} is not one: {error}.", hint="Let `report-qa key` write its entries."
        ) from error
    if "" in callers or any(not re.fullmatch(r"[0-9a-f]{64}", digest) for digest in callers):
        raise ServiceMisconfigured(f"The file of keys {path} has an entry without a hash.", hint="Remove it.")
    return callers
