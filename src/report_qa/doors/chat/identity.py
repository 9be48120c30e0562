"""Whose connection this is: one answer for the page's script and for everything that the browser fetches besides.

Three ways are set by `sign_in`. On a machine of one's own a browser is told apart by its cookie (see `owner`) and may do everything.
A proxy names people in headers (see `report_qa.doors.proxy`). With the organisation's own provider (OpenID Connect) Streamlit
goes through the sign-in and then signs a cookie with the provider's claims; here that signature is verified anew for each
request, with Streamlit's own functions, so that a route finds the very owner that the page has.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeGuard
from urllib.parse import urlsplit

from starlette.requests import cookie_parser
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from report_qa import Settings
from report_qa.doors.addresses import is_loopback
from report_qa.doors.chat.owner import new_token, owner_in, owner_of
from report_qa.doors.membership import Membership
from report_qa.doors.proxy import Carried, ProxyIdentity
from report_qa.errors import SettingInvalid, SignInNeeded
from report_qa.records.person import Person, person_here

CALLBACK = "/oauth2callback"
_SHORTEST_SECRET = 32


class Identity(Protocol):
    """Says whose a connection is."""

    def person(self, carried: Carried) -> Person:
        """Return whose connection this is.

        Raises:
            SignInNeeded: nobody is signed in.
            NotAllowed: somebody is who may not use this.
        """
        ...


class LocalIdentity:
    """Knows browsers of this machine by their cookies; one without has nothing yet."""

    def person(self, carried: Carried) -> Person:
        """Return the browser's person."""
        owner = owner_in(_cookies(carried)) or owner_of(new_token())
        assert owner is not None
        return person_here(owner)


class ProviderIdentity:
    """Knows people by the cookie that is signed once their provider has vouched for them."""

    def __init__(self, settings: Settings) -> None:
        """
        Raises:
            SettingInvalid: something that signing in needs is not set, or would be sent in the clear.
        """
        needed = {
            "REPORT_QA_OIDC_METADATA_URL": settings.oidc_metadata_url,
            "REPORT_QA_OIDC_CLIENT_ID": settings.oidc_client_id,
            "REPORT_QA_OIDC_CLIENT_SECRET": settings.secret("oidc_client_secret"),
            "REPORT_QA_PUBLIC_URL": settings.public_url,
        }
        for name, value in needed.items():
            if not value:
                raise SettingInvalid(f"Sign-in by a provider needs {name}.", hint="Set it; docs/sign-in.md says how.")
        for name in ("REPORT_QA_OIDC_METADATA_URL", "REPORT_QA_PUBLIC_URL"):
            address = urlsplit(str(needed[name]))
            if address.scheme != "https" and not is_loopback(address.hostname or ""):
                raise SettingInvalid(
                    f"{name} has to begin with https://.", hint="Else who signs in could be overheard."
                )
        secret = settings.secret("cookie_secret") or secrets.token_urlsafe(48)
        if len(secret) < _SHORTEST_SECRET:
            raise SettingInvalid(
                f"REPORT_QA_COOKIE_SECRET needs {_SHORTEST_SECRET} characters or more.",
                hint="Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'.",
            )
        self._settings = settings
        self._membership = Membership.of(settings)
        self.cookie_secret = secret
        self.origin = settings.public_url.rstrip("/")

    def person(self, carried: Carried) -> Person:
        """Return whom the provider vouched for."""
        claims = self._claims(carried)
        subject, issuer = claims.get("sub"), claims.get("iss")
        if not (isinstance(subject, str) and subject and isinstance(issuer, str) and issuer):
            raise SignInNeeded("The provider did not say who signed in.", hint="Sign in again.")
        # As JSON, so that no two pairs read alike.
        account = json.dumps([issuer, subject])
        person = self._membership.person(
            owner=hashlib.sha256(f"report-qa account {account}".encode()).hexdigest(),
            name=next(
                (str(claims[name]) for name in ("name", "preferred_username", "email") if claims.get(name)), subject
            ),
            groups=_groups(claims, self._settings.oidc_groups_claim),
        )
        # When the provider vouched for them: another sign-in is another time.
        issued = claims.get("iat")
        return replace(
            person, session=f"{datetime.fromtimestamp(issued, UTC):%Y-%m-%d %H:%M:%S}" if _is_time(issued) else ""
        )

    def streamlit_secrets(self) -> dict[str, Any]:
        """Return what Streamlit is told of the provider; it stays in this process."""
        settings = self._settings
        return {
            "auth": {
                "redirect_uri": self.origin + CALLBACK,
                "cookie_secret": self.cookie_secret,
                "client_id": settings.oidc_client_id,
                "client_secret": settings.secret("oidc_client_secret"),
                "server_metadata_url": settings.oidc_metadata_url,
                "client_kwargs": {"scope": settings.oidc_scopes},
            }
        }

    def _claims(self, carried: Carried) -> dict[str, Any]:
        """Return the claims in the cookie.

        Raises:
            SignInNeeded: there is no cookie, it is too old, or it is not one that this chat signed.
        """
        cookies = cookie_parser(_cookies(carried))

        def signed(name: str) -> bytes | None:
            value = cookies.get(name)
            days = self._settings.sign_in_hours / 24
            return None if value is None else decode_signed_value(self.cookie_secret, name, value, max_age_days=days)

        try:
            found = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
            claims = json.loads(found) if found is not None else None
        except ValueError:
            claims = None
        if (
            not isinstance(claims, dict)
            or claims.get("is_logged_in") is not True
            or claims.get("origin") != self.origin
        ):
            raise SignInNeeded("Nobody is signed in.", hint="Sign in.")
        return claims


def identity_of(settings: Settings) -> LocalIdentity | ProviderIdentity | ProxyIdentity:
    """Return what knows people, as it is set.

    Raises:
        SettingInvalid: something that it needs is missing.
    """
    match settings.sign_in:
        case "oidc":
            return ProviderIdentity(settings)
        case "proxy":
            return ProxyIdentity(settings)
    return LocalIdentity()


def _is_time(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and 0 < value < 2**35


def _cookies(carried: Carried) -> str:
    return "; ".join(carried.all("cookie"))


def _groups(claims: dict[str, Any], name: str) -> list[str]:
    """Return the groups that a claim lists: under its very name, or further in, where its dots lead."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return [group for group in listed if isinstance(group, str) and group]
