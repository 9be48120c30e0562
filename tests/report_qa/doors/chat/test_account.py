"""A person's own sign at the top: who they are, what their role opens, and the end of everything of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from report_qa.audit import Deed
from report_qa.doors.chat import service, visitor
from report_qa.doors.chat.service import Service
from report_qa.doors.proxy import Carried
from tests.report_qa.doors.chat.fakes import answer_to, make_service
from tests.report_qa.doors.chat.signed import SETTINGS, cookie

APP = Path(__file__).resolve().parents[4] / "app.py"
GROUPS: dict[str, Any] = {"steward_groups": ("librarians",), "reader_groups": ("policy",)}


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Service]:
    made = make_service(tmp_path, **SETTINGS, **GROUPS)
    service.install(made)
    yield made
    made.close()
    service.install(None)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser sends, which AppTest has none of."""
    sent = {"cookie": cookie("ana", groups=["policy"])}
    monkeypatch.setattr(visitor, "carried", lambda: Carried(headers=list(sent.items()), peer="127.0.0.1"))
    return sent


def run(at: str = "") -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=20)
    page._page_hash = calc_hash(at) if at else ""
    return checked(page.run())


def checked(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def said(page: AppTest) -> list[str]:
    return [element.value for element in page.text]


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_who_is_signed_in_sees_who_they_are(held: Service, browser: dict[str, str]) -> None:
    page = run()
    assert "Signed in as Ana" in said(page)
    assert "You may ask, check, share and export." in said(page)
    assert "Sign out" in labels(page)


@pytest.mark.parametrize("sent", ["", cookie("ana", secret="somebody else's secret of 32 or more")])
@pytest.mark.parametrize("at", ["", "check", "library", "audit", "evidence", "shared"])
def test_a_stranger_sees_one_button(held: Service, browser: dict[str, str], sent: str, at: str) -> None:
    browser["cookie"] = sent
    page = run(at)
    assert labels(page) == ["Sign in"]
    assert page.get("bidi_component") == []
    assert held.shelf().title not in " ".join(said(page))


def test_who_may_not_read_is_told_so(held: Service, browser: dict[str, str]) -> None:
    browser["cookie"] = cookie("cat", groups=["visitors"])
    page = run()
    assert any("Cat is in no group that may use this." in words for words in said(page))
    assert labels(page) == ["Sign in as somebody else"]


def test_a_session_that_goes_on_as_somebody_else_begins_anew(held: Service, browser: dict[str, str]) -> None:
    page = run()
    page.chat_input(key="question").set_value("Hers?")
    page = checked(page.run())
    browser["cookie"] = cookie("ben", groups=["policy"])
    page = checked(page.run())
    assert "Hers?" not in json.dumps([element.proto.json for element in page.get("bidi_component")])
    browser["cookie"] = ""
    assert labels(checked(page.run())) == ["Sign in"]


def test_each_sign_in_is_on_record_once(held: Service, browser: dict[str, str]) -> None:
    for issued in (1, 1, 2):
        browser["cookie"] = cookie("ana", groups=["policy"], iat=issued)
        checked(run().run())
    entries = [entry for entry in held.audit().entries() if entry.deed is Deed.SIGNED_IN]
    assert [(entry.name, entry.object_id) for entry in entries] == [
        ("Ana", "1970-01-01 00:00:02"),
        ("Ana", "1970-01-01 00:00:01"),
    ]


def test_only_stewards_see_the_audit_log(held: Service, browser: dict[str, str]) -> None:
    page = run("audit")
    assert "Your role does not allow this." in said(page)
    assert page.get("bidi_component") == []
    browser["cookie"] = cookie("ben", groups=["librarians"])
    (drawn,) = run("audit").get("bidi_component")
    lines = json.loads(drawn.proto.json)["entries"]
    assert [(line["who"], line["deed"], line["object"]) for line in lines][1:2] == [("Ana", "Was refused", "/audit")]


def test_everything_of_mine_goes_after_a_second_question(held: Service, browser: dict[str, str]) -> None:
    owner = held.identity.person(visitor.carried()).owner
    kept = held.conversations()
    kept.append(owner, kept.begin(owner), answer_to("Mine?"), None)
    bens = kept.begin("ben")
    kept.append("ben", bens, answer_to("His?"), None)

    page = run()
    next(button for button in page.button if button.label == "Delete everything of mine").click()
    page = checked(page.run())
    assert len(kept.list(owner)) == 1
    next(button for button in page.button if button.label == "Keep it").click()
    page = checked(page.run())
    assert "Delete everything" not in labels(page)
    assert len(kept.list(owner)) == 1

    next(button for button in page.button if button.label == "Delete everything of mine").click()
    page = checked(page.run())
    next(button for button in page.button if button.label == "Delete everything").click()
    page = checked(page.run())
    assert kept.list(owner) == ()
    assert [toast.value for toast in page.toast] == ["Everything of yours is deleted."]
    assert len(kept.load("ben", bens).turns) == 1
    assert "Mine?" not in json.dumps([element.proto.json for element in page.get("bidi_component")])
