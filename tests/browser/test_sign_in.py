"""People sign in: at a real provider on loopback, or at a proxy; each has what is theirs, and a stranger has nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import audit
from tests.browser.chat_server import serving, status
from tests.browser.naming_proxy import naming
from tests.browser.oidc_provider import provider, settings
from tests.browser.visit import ask

pytestmark = pytest.mark.browser

QUESTION = "What is the total productivity gap of the most deprived communities?"
COOKIE = "_streamlit_user"
NAMES = {"X-Forwarded-User": "ana-1", "X-Forwarded-Preferred-Username": "Ana Costa", "X-Forwarded-Groups": "policy"}
PROOF = {"X-Report-QA-Proxy-Secret": "a-secret-between-two"}


@pytest.fixture(scope="module")
def chat(library: Path) -> Iterator[str]:
    """Return the address of a chat whose people sign in at the provider."""
    with provider() as at, serving(library, **settings(at)) as address:
        yield address


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    # The provider's page asks for a style sheet on the internet, which it can do without.
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    yield context
    context.close()


def sign_in(page: Page, subject: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=subject).click()
    expect(page.get_by_role("button", name="Account")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_threat_23_two_people_at_one_browser_see_nothing_of_each_other(browser: BrowserContext, chat: str) -> None:
    page = browser.new_page()
    page.goto(f"{chat}/library")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert audit(page).violations == ()
    sign_in(page, "ana-1")
    expect(page).to_have_url(f"{chat}/library")
    page.goto(chat)
    ask(page, QUESTION)
    (signed,) = (cookie for cookie in browser.cookies() if cookie["name"] == COOKIE)
    assert signed["httpOnly"]
    assert "a-secret-of-the-client" not in page.content()
    page.get_by_role("button", name="Export this answer").click()
    address = page.get_by_role("link", name="Export as CSV").get_attribute("href")
    page.reload()
    expect(page.locator(".question")).to_have_count(1)
    sign_out(page)
    assert QUESTION not in page.content()

    sign_in(page, "ben-2")
    expect(page.locator(".opening")).to_have_count(1)
    expect(page.locator(".question")).to_have_count(0)
    page.get_by_role("button", name="History").click()
    expect(page.get_by_text("No questions yet.")).to_be_visible()
    page.keyboard.press("Escape")
    assert browser.request.get(f"{chat}{address}").status == 404
    page.get_by_role("button", name="Account").click()
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_text("Ana Costa").first).to_be_visible()
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Delete everything of mine").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert status(f"{chat}{address}") == 401


def test_who_is_in_no_group_that_may_read_is_told_so(browser: BrowserContext, chat: str) -> None:
    page = browser.new_page()
    page.goto(chat)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="cat-3").click()
    expect(page.get_by_text("Cat Novak is in no group that may use this.")).to_be_visible()
    expect(page.get_by_placeholder("Ask a question")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign in as somebody else")).to_be_visible()


def test_a_forged_cookie_signs_nobody_in(browser: BrowserContext, chat: str) -> None:
    browser.add_cookies([{"name": COOKIE, "value": "eyJzdWIiOiJhbmEtMSJ9.ZZZ.forged", "url": chat}])
    page = browser.new_page()
    page.goto(chat)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert browser.request.get(f"{chat}/export/check").status == 401


def test_a_proxy_names_people_and_nobody_else_does(library: Path, browser: BrowserContext) -> None:
    with serving(library, REPORT_QA_SIGN_IN="proxy", REPORT_QA_PROXY_SECRET=PROOF["X-Report-QA-Proxy-Secret"]) as chat:
        for path in ("/", "/library", "/static/js/index.js", "/export/check"):
            assert status(f"{chat}{path}", **NAMES) == 401
            assert status(f"{chat}{path}", **NAMES, **{"X-Report-QA-Proxy-Secret": "a-secret-of-somebody"}) == 401
        assert status(f"{chat}/ready") == 200
        with naming(chat, NAMES | PROOF) as front:
            page = browser.new_page()
            page.goto(front)
            ask(page, QUESTION)
            page.get_by_role("button", name="Account").click()
            expect(page.get_by_text("Signed in as Ana Costa")).to_be_visible()
        with naming(chat, NAMES | PROOF | {"X-Forwarded-User": "ben-2"}) as front:
            page = browser.new_page()
            page.goto(front)
            expect(page.locator(".opening")).to_have_count(1)
            expect(page.locator(".question")).to_have_count(0)
