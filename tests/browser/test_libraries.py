"""A chat with several libraries, as a person uses it: the choice between them, and what a link of one leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import audit
from tests.browser.chat_server import ingested, serving, status
from tests.browser.visit import Seen, ask, opened, visiting, watching

pytestmark = pytest.mark.browser

NOTES = """# Rural buses

## Services

Rural bus services fell by 52% between 2010 and 2020. A single fare costs £2.
"""
SETTINGS = """
library = "reports"

[libraries.reports]
folder = "{first}"
title = "Policy reports"

[libraries.transport]
folder = "{second}"
"""


@pytest.fixture(scope="module")
def chat(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chat over the small library and one of notes on buses."""
    folder = tmp_path_factory.mktemp("libraries")
    notes = folder / "notes"
    notes.mkdir()
    (notes / "buses.md").write_text(NOTES, encoding="utf-8")
    (notes / "catalogue.toml").write_text('schema = 1\ntitle = "Transport"\n', encoding="utf-8")
    second = ingested(notes, folder / "transport")
    (folder / "report_qa.toml").write_text(SETTINGS.format(first=library, second=second), encoding="utf-8")
    with serving(folder / "anywhere", REPORT_QA_LIBRARY="reports") as address:
        yield address


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, chat: str, chromium: Browser, seen: Seen) -> Iterator[Page]:
    width, height = request.param
    with visiting(chromium, chat, seen, width=width, height=height) as visit:
        yield visit


def choose(page: Page, title: str) -> None:
    page.get_by_role("button", name="Change library").click()
    page.locator("ul.libraries").get_by_role("link", name=title).click()
    expect(page.locator(".st-key-shelf-title")).to_contain_text(title)


def library_in(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("library", [])


def test_a_reader_goes_to_another_library_and_everything_there_is_of_it(page: Page, chat: str) -> None:
    ask(page, "What is the total productivity gap of the most deprived communities?")
    expect(page.locator("button.cite").first).to_be_visible()
    assert library_in(page.url) == []

    choose(page, "Transport")
    assert library_in(page.url) == ["transport"]
    expect(page.locator(".question")).to_have_count(0)
    ask(page, "By how much did rural bus services fall?")
    page.locator("button.cite").first.click()
    evidence = page.locator(".st-key-sheet")
    expect(evidence).to_contain_text("Rural bus services fell by 52%")
    original = evidence.get_by_role("link", name=re.compile("whole document", re.IGNORECASE)).first
    address = chat + str(original.get_attribute("href"))
    assert library_in(address) == ["transport"]
    assert (status(address), status(address.replace("library=transport", ""))) == (200, 404)

    link = chat + str(evidence.get_by_role("link", name="Permanent link").get_attribute("href"))
    assert library_in(link) == ["transport"]
    page.goto(link)
    expect(page.locator(".st-key-alone")).to_contain_text("Rural bus services fell by 52%")
    page.locator("a.to-chat").click()
    # Its own conversation, and the library of the link.
    expect(page.locator(".question")).to_have_count(1)
    assert library_in(page.url) == ["transport"]


def test_the_choice_is_for_the_keyboard_and_for_screen_readers_too(page: Page) -> None:
    button = page.get_by_role("button", name="Change library")
    button.focus()
    page.keyboard.press("Enter")
    here = page.locator("ul.libraries").get_by_role("link", name="Policy reports")
    expect(here).to_have_attribute("aria-current", "page")
    assert audit(page).violations == ()
    page.locator("ul.libraries").get_by_role("link", name="Transport").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-shelf-title")).to_contain_text("Transport")


def test_the_ways_within_a_library_stay_in_it(page: Page) -> None:
    choose(page, "Transport")
    page.get_by_role("link", name="Library", exact=True).click()
    expect(page.locator(".st-key-holdings")).to_contain_text("buses")
    assert library_in(page.url) == ["transport"]
    page.locator(".st-key-holdings").get_by_role("link", name="Editions").click()
    expect(page.locator(".st-key-holdings")).to_contain_text("000001")
    assert library_in(page.url) == ["transport"]
    page.reload()
    expect(page.locator(".st-key-shelf-title")).to_contain_text("Transport")
    page.get_by_role("link", name="Check a claim").click()
    expect(page.get_by_role("heading", name="Check")).to_be_visible()
    assert library_in(page.url) == ["transport"]


def test_a_library_that_is_not_there_leads_to_those_that_are(page: Page, chat: str) -> None:
    page.goto(f"{chat}/?library=nowhere")
    expect(page.get_by_role("heading", name="There is no such library")).to_be_visible()
    assert audit(page).violations == ()
    page.get_by_role("link", name="Policy reports").click()
    expect(page.locator(".st-key-shelf-title")).to_contain_text("Policy reports")


def test_two_tabs_of_one_browser_are_two_libraries(page: Page, chat: str, seen: Seen) -> None:
    other = opened(page.context, f"{chat}/?library=transport", seen)
    expect(other.locator(".st-key-shelf-title")).to_contain_text("Transport")
    ask(other, "By how much did rural bus services fall?")
    expect(other.locator(".answer, .claims").first).to_contain_text("52%")
    page.reload()
    expect(page.locator(".st-key-shelf-title")).to_contain_text("Policy reports")
    expect(page.locator(".question").filter(has_text="rural bus")).to_have_count(0)
