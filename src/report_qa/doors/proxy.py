"""Sign-in that a proxy does: who somebody is stands in headers, which count from that proxy alone.

Anybody can send a header. So three things must be there: the connection comes from an address that is trusted, the proxy proves
itself with a secret that only it and this process know, and each header stands there once. What comes with less is nobody's.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from report_qa import Settings
from report_qa.doors.membership import Membership
from report_qa.errors import SettingInvalid, SignInNeeded
from report_qa.records.person import Person

_SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a connection brings along: its headers as sent, by name, and the address at its other end (None: unknown)."""

    headers: Sequence[tuple[str, str]]
    peer: str | None

    def all(self, name: str) -> list[str]:
        """Return the values of a header, whatever the case of its name."""
        wanted = name.lower()
        return [value for header, value in self.headers if header.lower() == wanted]


class ProxyIdentity:
    """Believes one proxy."""

    def __init__(self, settings: Settings) -> None:
        """
        Raises:
            SettingInvalid: there is no secret or a short one, or an address is none.
        """
        secret = settings.secret("proxy_secret")
        if secret is None or len(secret) < _SHORTEST_SECRET:
            raise SettingInvalid(
                f"Sign-in by a proxy needs a secret of {_SHORTEST_SECRET} characters or more.",
                hint="Set REPORT_QA_PROXY_SECRET or REPORT_QA_PROXY_SECRET_FILE, and have the proxy send it.",
            )
        try:
            self._trusted = [ipaddress.ip_network(address, strict=False) for address in settings.trusted_proxies]
        except ValueError as error:
            raise SettingInvalid(
                f"REPORT_QA_TRUSTED_PROXIES: {error}.", hint="Write addresses or networks, such as 10.0.0.0/24."
            ) from error
        self._secret = secret.encode()
        self._settings = settings
        self._membership = Membership.of(settings)

    def person(self, carried: Carried) -> Person:
        """Return whom the proxy names.

        Raises:
            SignInNeeded: the request doesn't come from the proxy, or names nobody.
            NotAllowed: it names somebody who may not use this.
        """
        if not self._believes(carried):
            raise SignInNeeded("This is open to people who come through its proxy.", hint="Sign in there.")
        user = self._one(carried, self._settings.proxy_user_header)
        if not user:
            raise SignInNeeded("The proxy named nobody.", hint="Sign in there.")
        groups = self._one(carried, self._settings.proxy_groups_header)
        return self._membership.person(
            owner=hashlib.sha256(f"report-qa proxy {user}".encode()).hexdigest(),
            name=self._one(carried, self._settings.proxy_name_header) or user,
            groups=[group.strip() for group in groups.split(",") if group.strip()],
        )

    def _believes(self, carried: Carried) -> bool:
        sent = carried.all(self._settings.proxy_secret_header)
        if len(sent) != 1 or not hmac.compare_digest(sent[0].encode("latin-1", "replace"), self._secret):
            return False
        try:
            peer = ipaddress.ip_address(carried.peer or "")
        except ValueError:
            return False
        if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
            peer = peer.ipv4_mapped
        return any(peer in network for network in self._trusted)

    @staticmethod
    def _one(carried: Carried, name: str) -> str:
        """Return the one value of a header, "" for none.

        Raises:
            SignInNeeded: it stands there more than once, so somebody other than the proxy may have written one.
        """
        values = carried.all(name)
        if len(values) > 1:
            raise SignInNeeded(f"The header {name} was sent more than once.", hint="Have the proxy replace it.")
        return _as_text(values[0]).strip() if values else ""


def _as_text(value: str) -> str:
    """Return a header's bytes, which servers hand on as Latin-1, as the UTF-8 that proxies send."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
