"""Which addresses a download may connect to: public ones only, checked where the connection is made.

A name may be made to lead anywhere: to this machine, to the router, to a cloud's metadata. So the address is looked up
once, every address that comes back has to be public, and the connection goes to the very one that was checked; a second
look-up, which could answer otherwise, never happens. Redirects pass through here again. The name stays in the Host header
and in the certificate's check.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

Resolve = Callable[[str, int], list[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
_LABEL_OF_DIGITS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
# Addresses of these hold an IPv4 address inside them: mapped, translated (NAT64) and tunnelled (6to4).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(Exception):
    """An address that nothing is fetched from; the message says why, without a full stop."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_url(url: str) -> None:
    """Refuse what different programs read differently, and anything but HTTP.

    Raises:
        AddressRefused: the address can't be used.
    """
    if any(character.isspace() or not character.isprintable() for character in url) or "\\" in url:
        raise AddressRefused("the address holds spaces, control characters or backslashes")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused("the address can't be understood") from error
    if parts.scheme not in ("http", "https"):
        raise AddressRefused(f"only http and https are fetched, not {parts.scheme or 'this'}")
    if "@" in parts.netloc:
        raise AddressRefused("the address carries a user name")
    if ":" in host:
        return  # an IPv6 address in brackets, checked like any other when it is connected to
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise AddressRefused("the host's name is not a plain one")
    if _LABEL_OF_DIGITS.fullmatch(host.rsplit(".", 1)[-1]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise AddressRefused("the host is a number that programs read differently") from error


def is_public(address: str) -> bool:
    """Return whether an address belongs to the public internet, whatever it is wrapped in."""
    found: Address = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where connections may go. `allowed` are networks that are reached although they are not public: tests use it."""

    resolve: Resolve = resolve
    allowed: tuple[Network, ...] = ()

    def address_of(self, host: str, port: int) -> str:
        """Return the address to connect to.

        Raises:
            AddressRefused: the host has no address, or one of them is not public.
        """
        try:
            found = [host] if _is_literal(host) else self.resolve(host, port)
        except OSError as error:
            raise AddressRefused(f"{host} has no address") from error
        for address in found:
            if not is_public(address) and not self._is_allowed(address):
                raise AddressRefused(f"{host} leads to {address}, which is not a public address")
        if not found:
            raise AddressRefused(f"{host} has no address")
        return found[0]

    def _is_allowed(self, address: str) -> bool:
        return any(ipaddress.ip_address(address) in network for network in self.allowed)


class _Backend(httpcore.NetworkBackend):
    """Opens connections to addresses that were checked, by looking a name up once and never again."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = self._reach.address_of(host, port)
        return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise AddressRefused("only the network is fetched from")


def transport(reach: Reach) -> httpx.HTTPTransport:
    """Return what an httpx client sends through; proxies of the environment are not used."""
    made = httpx.HTTPTransport(trust_env=False, retries=0)
    pool: Any = made._pool  # noqa: SLF001 - httpx offers no other way to say how a connection is opened
    pool._network_backend = _Backend(reach)  # noqa: SLF001
    return made


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
