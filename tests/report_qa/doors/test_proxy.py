"""Headers that name people count from the proxy alone."""

from __future__ import annotations

import pytest

from report_qa import Settings
from report_qa.doors.proxy import Carried, ProxyIdentity
from report_qa.errors import NotAllowed, SettingInvalid, SignInNeeded
from report_qa.records.audience import ALL, STAFF, Audience
from report_qa.records.person import Role

SECRET = "a-secret-between-two"
SENT = {
    "X-Report-QA-Proxy-Secret": SECRET,
    "X-Forwarded-User": "ana@example.org",
    "X-Forwarded-Preferred-Username": "Ana Costa",
    "X-Forwarded-Groups": "policy, librarians",
}


def identity(**settings: object) -> ProxyIdentity:
    given: dict[str, object] = {"sign_in": "proxy", "proxy_secret": SECRET} | settings
    return ProxyIdentity(Settings(**given))  # type: ignore[arg-type]


def sent(peer: str | None = "127.0.0.1", **changes: str) -> Carried:
    headers = SENT | {name.replace("_", "-"): value for name, value in changes.items()}
    return Carried(headers=[(name, value) for name, value in headers.items() if value], peer=peer)


def test_the_proxy_names_a_person() -> None:
    ana = identity(staff_groups="policy", steward_groups=("librarians",)).person(sent())
    assert (ana.name, ana.role) == ("Ana Costa", Role.STEWARD)
    assert ana.audience == Audience(groups=frozenset({ALL, STAFF, "policy", "librarians"}))
    assert "ana" not in ana.owner
    assert ana.owner == identity().person(sent(X_Forwarded_Groups="")).owner
    assert ana.owner != identity().person(sent(X_Forwarded_User="ben@example.org")).owner


@pytest.mark.parametrize(
    "carried",
    [
        sent(peer="10.1.2.3"),
        sent(peer=None),
        sent(peer="localhost"),
        sent(X_Report_QA_Proxy_Secret=""),
        sent(X_Report_QA_Proxy_Secret=SECRET + "x"),
        sent(X_Forwarded_User=""),
        Carried(headers=[*SENT.items(), ("x-forwarded-user", "steward")], peer="127.0.0.1"),
        Carried(headers=[*SENT.items(), ("X-FORWARDED-GROUPS", "librarians")], peer="127.0.0.1"),
        Carried(headers=[*SENT.items(), ("x-report-qa-proxy-secret", SECRET)], peer="127.0.0.1"),
    ],
    ids=[
        "from outside",
        "no address",
        "no number",
        "no secret",
        "wrong",
        "nobody",
        "twice",
        "groups twice",
        "secret twice",
    ],
)
def test_a_forged_header_is_nobodys(carried: Carried) -> None:
    with pytest.raises(SignInNeeded):
        identity(steward_groups="librarians").person(carried)


def test_networks_can_be_trusted() -> None:
    trusting = identity(trusted_proxies="10.0.0.0/8, 192.0.2.7")
    for peer in ("10.200.3.4", "192.0.2.7", "::ffff:10.1.1.1"):
        assert trusting.person(sent(peer=peer)).name == "Ana Costa"
    with pytest.raises(SignInNeeded):
        trusting.person(sent(peer="192.0.2.8"))


def test_a_name_in_another_script_is_read() -> None:
    named = "Żaneta 陈".encode().decode("latin-1")
    assert identity().person(sent(X_Forwarded_Preferred_Username=named)).name == "Żaneta 陈"


def test_who_is_in_no_group_that_may_read_stays_outside() -> None:
    with pytest.raises(NotAllowed, match="Ana Costa"):
        identity(reader_groups="ministers").person(sent())
    assert identity(reader_groups="ministers", contributor_groups="policy").person(sent()).role is Role.CONTRIBUTOR


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"proxy_secret": None}, "secret"), ({"proxy_secret": "short"}, "16"), ({"trusted_proxies": "proxy"}, "TRUSTED")],
)
def test_what_would_let_anybody_in_is_refused_at_the_start(settings: dict[str, object], named: str) -> None:
    with pytest.raises(SettingInvalid, match=named):
        identity(**settings)
