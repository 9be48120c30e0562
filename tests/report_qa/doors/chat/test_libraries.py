"""The chat of two libraries: each page, route and address is of one of them, and whom it is not for finds none."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from report_qa import Settings
from report_qa.doors import libraries as libraries_module
from report_qa.doors.chat import service, visitor
from report_qa.doors.chat.server import ALL_ROUTES
from report_qa.doors.chat.service import Service
from report_qa.doors.libraries import Libraries
from report_qa.doors.proxy import Carried
from report_qa.libraries import Tenant
from report_qa.records.shared import SharedConversation
from report_qa.settings import load_settings
from tests.report_qa.doors.chat import asked
from tests.report_qa.doors.chat.fakes import FakeAssistant, make_service
from tests.report_qa.doors.chat.opened import checked, run
from tests.report_qa.doors.chat.signed import SETTINGS, cookie
from tests.two_libraries import (
    CLOSED,
    HARBOUR_CLAIM,
    HARBOUR_QUESTION,
    HARBOUR_SECRET,
    HARBOUR_TITLE,
    OPEN,
    TEAM,
    TwoLibraries,
)
from tests.waiting import wait_until

PAGES = ("", "check", "library", "evidence", "shared", "upload", "audit", "insights")
# Says of the process, and of no library, whether it is ready.
OF_NONE = {"/ready"}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> TwoLibraries:
    return TwoLibraries(tmp_path_factory.mktemp("two"))


def over(two: TwoLibraries, settings: Settings) -> Libraries[Service]:
    identity = None
    every: list[Service] = []
    for tenant, own in settings.tenants().values():
        every.append(Service(own, tenant, identity=identity, assistant=two.assistant))
        identity = every[0].identity
    return Libraries(every)


@pytest.fixture(scope="module")
def libraries(two: TwoLibraries) -> Iterator[Libraries[Service]]:
    held = over(two, two.settings(**SETTINGS, steward_groups=("librarians",), contributor_groups=("librarians",)))
    service.install(held)
    for each in held.every:
        each.assistant()
    yield held
    service.install(None)
    held.close()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser sends, which AppTest has none of."""
    sent = {"cookie": ANA}
    monkeypatch.setattr(visitor, "carried", lambda: Carried(headers=list(sent.items()), peer="127.0.0.1"))
    return sent


# Ana is of the team; Ben, who looks after the service, is not.
ANA, BEN = cookie("ana", groups=[TEAM, "librarians"]), cookie("ben", groups=["librarians"])


def drawn(page: AppTest) -> str:
    """Return everything that a page shows, as text."""
    components = [element.proto.json for element in page.get("bidi_component")]
    return "\n".join(
        [*(text.value for text in page.text), *(title.value for title in page.title), *html(page), *components]
    )


def html(page: AppTest) -> list[str]:
    return [element.proto.body for element in page.get("html") if "<style>" not in element.proto.body]


def told_of_it(text: str) -> bool:
    return HARBOUR_SECRET in text or HARBOUR_TITLE in text


@pytest.fixture(scope="module")
def cases(libraries: Libraries[Service]) -> dict[str, str]:
    """Return for each route the address of something that Ana has in the closed library, without the library's name."""
    held = libraries.every[1]
    owner = held.identity.person(Carried(headers=[("cookie", ANA)], peer=None)).owner
    answer = held.assistant().ask(HARBOUR_QUESTION)
    conversation_id = held.conversations().begin(owner)
    turn = held.conversations().append(owner, conversation_id, answer, None)
    shared = SharedConversation(title="Hers", turns=(turn,))
    token = held.shares().make(owner, shared, conversation_id=conversation_id).token
    draft = held.drafts.check(owner, HARBOUR_CLAIM)
    wait_until(lambda: not draft.pending)
    cite = quote(answer.evidence[0].cite, safe="")
    (document,) = held.shelf().documents()
    sha256 = document.sha256
    return {
        "/page/{sha256}/{page}": f"/page/{sha256}/0.jpg?cite={cite}",
        "/original/{sha256}": f"/original/{sha256}?cite={cite}",
        "/pages/{sha256}": f"/pages/{sha256}?cite={cite}",
        "/leaf/{sha256}/{page}": f"/leaf/{sha256}/0?cite={cite}",
        "/find/{sha256}": f"/find/{sha256}?q=harbour&cite={cite}",
        "/text/{sha256}": f"/text/{sha256}?at=0&cite={cite}",
        "/export/answer/{turn_id}": f"/export/answer/{turn.turn_id}?format=markdown",
        "/export/conversation/{conversation_id}": f"/export/conversation/{conversation_id}?format=markdown",
        "/export/check": f"/export/check?format=json&draft={draft.draft_id}",
        "/export/evidence": f"/export/evidence?format=json&cite={cite}",
        "/audit/log.csv": "/audit/log.csv?",
        "token": token,
        "cite": answer.evidence[0].cite,
    }


def within(address: str, library: str) -> str:
    return f"{address}&library={library}" if library else address


def test_every_route_has_its_case(cases: dict[str, str]) -> None:
    assert {route.path for route in ALL_ROUTES} == {name for name in cases if name.startswith("/")} | OF_NONE


def test_threat_34_a_route_into_a_library_that_is_not_for_somebody_leads_nowhere(cases: dict[str, str]) -> None:
    for route in (name for name in cases if name.startswith("/")):
        hidden, never = (
            asked.get(within(cases[route], library), ALL_ROUTES, cookie=BEN) for library in (CLOSED, "never")
        )
        assert hidden[0] == 404, route
        assert hidden[::2] == never[::2], route
        assert not told_of_it(hidden[2].decode("utf-8", "replace")), route


def test_threat_34_what_is_of_one_library_is_on_no_route_of_another(cases: dict[str, str]) -> None:
    for route in (name for name in cases if name.startswith("/") and name != "/audit/log.csv"):
        for library in ("", OPEN):
            status, _, body = asked.get(within(cases[route], library), ALL_ROUTES, cookie=ANA)
            assert status == 404, (route, library)
            assert not told_of_it(body.decode("utf-8", "replace")), route
        status, _, _ = asked.get(within(cases[route], CLOSED), ALL_ROUTES, cookie=ANA)
        # A note has no pages to be drawn or read one by one.
        assert status == (404 if route in ("/page/{sha256}/{page}", "/leaf/{sha256}/{page}") else 200), route


def test_an_export_leads_back_into_its_library(cases: dict[str, str]) -> None:
    address = within(cases["/export/answer/{turn_id}"].replace("markdown", "json"), CLOSED)
    body = asked.get(address, ALL_ROUTES, cookie=ANA, host="reports.example.org")[2]
    assert re.search(rf"http://reports.example.org/evidence\?cite=[^\"]+&library={CLOSED}\"", body.decode())


@pytest.mark.parametrize("at", PAGES)
def test_threat_34_no_page_of_a_library_that_is_not_for_somebody_shows_anything_of_it(
    cases: dict[str, str], browser: dict[str, str], at: str
) -> None:
    more = {"cite": cases["cite"], "link": cases["token"]}
    assert told_of_it(drawn(run(at, library=CLOSED, **more))) or at in ("upload", "audit", "insights")
    browser["cookie"] = BEN
    hidden, never = (drawn(run(at, library=library, **more)) for library in (CLOSED, "never"))
    assert hidden == never
    assert "There is no such library" in hidden
    assert not told_of_it(hidden)


@pytest.mark.parametrize("at", [at for at in PAGES if at not in ("upload", "audit")])
def test_threat_34_what_is_of_one_library_is_on_no_page_of_another(
    cases: dict[str, str], browser: dict[str, str], at: str
) -> None:
    shown = drawn(run(at, cite=cases["cite"], link=cases["token"]))
    # But for the choice in the line at the top, which names it to those who may see it.
    assert not told_of_it(re.sub(r"<ul class=.libraries.*?</ul>", "", shown))


def test_the_choice_is_there_for_those_who_have_one(cases: dict[str, str], browser: dict[str, str]) -> None:
    (links,) = [each for each in html(run()) if "libraries" in each]
    assert '<a href="/" target="_self" aria-current="page">Places</a>' in links
    assert f'<a href="/?library={CLOSED}" target="_self">{HARBOUR_TITLE}</a>' in links
    browser["cookie"] = BEN
    assert not any("libraries" in each for each in html(run()))


def test_a_session_stays_in_its_library_until_an_address_names_another(
    libraries: Libraries[Service], cases: dict[str, str], browser: dict[str, str]
) -> None:
    page = run(library=CLOSED)
    assert told_of_it(drawn(page))
    page.session_state["sought"] = "what somebody looked for in the harbour's"
    page = checked(page.run())
    # A way within the page that forgets the library: the session doesn't, and its address says so again.
    page.query_params.clear()
    page = checked(page.run())
    assert told_of_it(drawn(page))
    assert page.query_params["library"] in (CLOSED, [CLOSED])
    page.query_params["library"] = OPEN
    page = checked(page.run())
    assert "sought" not in page.session_state
    assert not told_of_it(re.sub(r"<ul class=.libraries.*?</ul>", "", drawn(page)))


def test_who_may_not_see_the_default_library_is_led_to_theirs(
    two: TwoLibraries, libraries: Libraries[Service], browser: dict[str, str]
) -> None:
    closed, opened = (over(two, two.settings(**SETTINGS)).every[at] for at in (1, 0))
    closed.tenant, opened.tenant = (
        Tenant(name=CLOSED, visible_to=(TEAM,)),
        Tenant(name=OPEN, is_default=False),
    )
    service.install(Libraries([closed, opened]))
    try:
        browser["cookie"] = BEN
        page = run()
        assert "There is no such library" in drawn(page)
        assert f'<a href="/?library={OPEN}" target="_self">Places</a>' in "".join(html(page))
    finally:
        service.install(libraries)
        closed.close()
        opened.close()


def test_a_library_without_an_edition_leads_to_the_others(
    two: TwoLibraries, libraries: Libraries[Service], browser: dict[str, str], tmp_path: Path
) -> None:
    tables = {"new": {"folder": tmp_path / "new"}, OPEN: {"folder": two.open.library.folder}}
    held = over(two, load_settings(libraries=tables, **SETTINGS))
    service.install(held)
    try:
        page = run()
        assert "There is nothing to ask yet" in drawn(page)
        (links,) = [each for each in html(page) if "libraries" in each]
        assert '<a href="/" target="_self" aria-current="page">new</a>' in links
        assert f'<a href="/?library={OPEN}" target="_self">Places</a>' in links
    finally:
        service.install(libraries)
        held.close()


def test_everything_of_a_person_is_erased_in_every_library(
    two: TwoLibraries, libraries: Libraries[Service], browser: dict[str, str]
) -> None:
    held = over(two, two.settings(**SETTINGS))
    service.install(held)
    try:
        browser["cookie"] = cookie("cai", groups=[])
        owner = held.default.identity.person(Carried(headers=[("cookie", browser["cookie"])], peer=None)).owner
        # Cai was of the team when this was asked.
        for each in held.every:
            each.conversations().begin(owner)
        page = run()
        next(button for button in page.button if button.label == "Delete everything of mine").click()
        page = checked(page.run())
        next(button for button in page.button if button.label == "Delete everything").click()
        checked(page.run())
        assert [each.conversations().list(owner) for each in held.every] == [(), ()]
        assert held.erase(owner).conversations <= 1
    finally:
        service.install(libraries)
        held.close()


def test_all_libraries_together_answer_as_many_questions_at_a_time_as_one(
    two: TwoLibraries, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeAssistant()
    monkeypatch.setattr(libraries_module, "open_assistant", lambda _settings, models: fake)
    held = service.opened(two.settings())
    try:
        first, second = held.every
        assert first.identity is second.identity
        jobs = [first.jobs.ask(who, first.conversations().begin(who), "Here?") for who in ("ana", "ben")]
        wait_until(lambda: len(fake.heard) == 2)
        jobs.append(second.jobs.ask("cai", second.conversations().begin("cai"), "There?"))
        wait_until(lambda: jobs[2].started)
        for _ in range(20):
            time.sleep(0.01)
            assert len(fake.heard) == 2
        fake.gate.set()
        wait_until(lambda: not any(job.pending for job in jobs))
        assert [question for question, _ in fake.heard] == ["Here?", "Here?", "There?"]
    finally:
        fake.gate.set()
        held.close()


def test_with_one_library_nothing_is_said_of_libraries(
    libraries: Libraries[Service], tmp_path: Path, browser: dict[str, str]
) -> None:
    held = make_service(tmp_path, **SETTINGS)
    service.install(held)
    try:
        page = run()
        assert not any("libraries" in each for each in html(page))
        assert "library" not in page.query_params
        assert all(not link.proto.query_string for link in page.get("page_link"))
        # What was said of libraries when there were several says nothing now.
        assert "There is no such library" not in drawn(run(library="never"))
    finally:
        service.install(libraries)
        held.close()
