"""Whose connection it is: the cookie that Streamlit signs after a sign-in, and nothing that looks like it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from report_qa import Settings
from report_qa.doors.chat.identity import LocalIdentity, ProviderIdentity, identity_of
from report_qa.doors.chat.owner import COOKIE, new_token, owner_of
from report_qa.doors.proxy import Carried, ProxyIdentity
from report_qa.errors import SettingInvalid, SignInNeeded
from report_qa.records.audience import ALL, EVERYTHING, Audience
from report_qa.records.person import Role
from tests.report_qa.doors.chat.signed import SETTINGS, cookie


def provider(**settings: object) -> ProviderIdentity:
    return ProviderIdentity(Settings(**SETTINGS | settings))


def with_cookie(value: str) -> Carried:
    return Carried(headers=[("cookie", value)], peer="192.0.2.1")


def test_a_signed_cookie_is_a_person() -> None:
    ana = provider(contributor_groups="authors").person(with_cookie(cookie("ana", groups=["authors"])))
    assert (ana.name, ana.role, ana.signed_in) == ("Ana", Role.CONTRIBUTOR, True)
    assert ana.audience == Audience(groups=frozenset({ALL, "authors"}))
    assert ana.owner == provider().person(with_cookie(cookie("ana"))).owner
    others = (cookie("ben"), cookie("ana", iss="https://other.example.org"))
    assert len({ana.owner, *(provider().person(with_cookie(other)).owner for other in others)}) == 3


def test_a_large_cookie_comes_in_pieces() -> None:
    groups = [f"group-{number:04}" for number in range(3_000)]
    sent = cookie("ana", groups=groups)
    assert sent.count(USER_COOKIE_NAME) > 2
    assert provider().person(with_cookie(sent)).audience == Audience(groups=frozenset({ALL, *groups}))


@pytest.mark.parametrize(
    ("claims", "named", "groups"),
    [
        ({"roles": ["a", 7, "b"]}, "roles", {"a", "b"}),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://example.org/groups": "a"}, "https://example.org/groups", {"a"}),
        ({"realm_access": "a"}, "realm_access.roles", set()),
        ({}, "groups", set()),
    ],
)
def test_groups_stand_where_the_provider_puts_them(claims: dict[str, Any], named: str, groups: set[str]) -> None:
    found = provider(oidc_groups_claim=named).person(with_cookie(cookie("ana", **claims)))
    assert found.audience == Audience(groups=frozenset({ALL, *groups}))


FORGED = {
    "none": "",
    "unsigned": f"{USER_COOKIE_NAME}=eyJzdWIiOiJhbmEifQ",
    "another's secret": cookie("ana", secret="another-secret-of-thirty-two-or-more"),
    "cut": cookie("ana")[:-1],
    "under another name": cookie("ana").replace(USER_COOKIE_NAME, USER_COOKIE_NAME + "_tokens"),
    "for another address": cookie("ana", origin="http://127.0.0.1:9999"),
    "signed out": cookie("ana", is_logged_in=False),
    "truthy": cookie("ana", is_logged_in="true"),
    "nobody": cookie(""),
    "no issuer": cookie("ana", iss=""),
    "of a browser": f"{COOKIE}={new_token()}",
}


@pytest.mark.parametrize("sent", FORGED.values(), ids=FORGED.keys())
def test_what_is_not_signed_here_is_nobody(sent: str) -> None:
    with pytest.raises(SignInNeeded):
        provider().person(with_cookie(sent))


def test_a_sign_in_ends_after_its_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = with_cookie(cookie("ana"))
    assert provider(sign_in_hours=1).person(sent).name == "Ana"

    now = time.time()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now + 3_540))
    assert provider(sign_in_hours=1).person(sent).name == "Ana"
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now + 3_660))
    with pytest.raises(SignInNeeded):
        provider(sign_in_hours=1).person(sent)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"oidc_client_secret": None}, "OIDC_CLIENT_SECRET"),
        ({"oidc_client_id": ""}, "OIDC_CLIENT_ID"),
        ({"oidc_metadata_url": ""}, "METADATA_URL"),
        ({"oidc_metadata_url": "http://id.example.org/x"}, "https"),
        ({"public_url": ""}, "PUBLIC_URL"),
        ({"public_url": "http://reports.example.org"}, "https"),
        ({"cookie_secret": "short"}, "32"),
    ],
)
def test_what_is_missing_is_said_at_the_start(settings: dict[str, object], named: str) -> None:
    with pytest.raises(SettingInvalid, match=named):
        provider(**settings)


def test_without_sign_in_a_browser_is_its_cookie_and_may_do_everything() -> None:
    token = new_token()
    here = LocalIdentity().person(with_cookie(f"{COOKIE}={token}"))
    assert (here.owner, here.role, here.audience, here.signed_in) == (owner_of(token), Role.STEWARD, EVERYTHING, False)
    assert LocalIdentity().person(with_cookie("")).owner != LocalIdentity().person(with_cookie("")).owner


def test_the_setting_chooses() -> None:
    assert isinstance(identity_of(Settings()), LocalIdentity)
    assert isinstance(identity_of(Settings(**SETTINGS)), ProviderIdentity)
    assert isinstance(identity_of(Settings(sign_in="proxy", proxy_secret="a-secret-between-two")), ProxyIdentity)  # type: ignore[arg-type]
