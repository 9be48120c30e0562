"""Sharing as two people meet it: one makes a link in their browser, the other opens it in theirs.

Each has a browser context of their own, with no cookies of the other. The documents are published anew while a link is out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat_server import NOTE, PDF, run_ingest, serving, small_library
from tests.browser.visit import Seen, ask, highlighted, squeezed, visiting, watching

pytestmark = pytest.mark.browser

ON_A_PAGE = "What is the total productivity gap of the most deprived communities?"
IN_A_SECTION = "Who are the authors of Achieving local economic change?"
OLD, NEW = "Peter Tyler, an author of", "Peter Tyler and Ron Martin, authors of"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("share")
    small_library(made)
    return made


@pytest.fixture(scope="module")
def chat(folder: Path) -> Iterator[str]:
    with serving(folder / "library") as address:
        yield address


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def make_link(page: Page, opener: str) -> str:
    """Press a button that shares, make the link, close the dialog, and return the link."""
    page.get_by_role("button", name=opener, exact=True).last.click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert len(parse_qs(urlsplit(link).query)["link"][0]) == 43
    assert token_of(link) not in page.url
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    return link


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["link"][0]


def test_a_link_in_another_browser_marks_the_same_words_and_hands_over_nothing_else(
    chromium: Browser, chat: str, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as ana, visiting(chromium, chat, seen) as ben:
        ask(ana, ON_A_PAGE)
        ana.locator(".cite").first.click()
        expect(ana.locator(".paper mark").first).to_be_visible()
        words = highlighted(ana, PDF)
        answer, quote = make_link(ana, "Share this answer"), make_link(ana, "Share this quotation")
        assert "link=" not in ana.url
        for link in (answer, quote):
            ben.goto(link)
            expect(ben.locator(".shared h1")).to_be_visible()
            expect(ben.locator(".shared q, .answer q")).to_contain_text("124.1 billion")
            expect(ben.get_by_role("button", name="Share")).to_have_count(0)
            expect(ben.get_by_placeholder("Ask a question")).to_have_count(0)
            ben.locator(".cite, .from").first.click()
            expect(ben.locator(".paper mark").first).to_be_visible()
            assert squeezed(highlighted(ben, PDF)) == squeezed(words)
            ben.reload()
            expect(ben.locator(".paper mark").first).to_be_visible()
            assert highlighted(ben, PDF) == words
        ben.get_by_role("link", name="Ask these documents").click()
        expect(ben.locator(".opening")).to_be_visible()
        assert ben.url == f"{chat}/"
        ben.get_by_role("button", name="History").click()
        expect(ben.get_by_text("No questions yet.")).to_be_visible()


def test_a_shared_conversation_does_not_grow_and_is_gone_once_it_is_withdrawn(
    chromium: Browser, chat: str, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as ana, visiting(chromium, chat, seen) as ben:
        ask(ana, ON_A_PAGE)
        link = make_link(ana, "Share")
        ask(ana, IN_A_SECTION)
        ben.goto(link)
        expect(ben.locator(".question")).to_have_text([f"Question: {ON_A_PAGE}"])
        ana.get_by_role("button", name="Share", exact=True).first.click()
        dialog = ana.get_by_role("dialog")
        expect(dialog).to_contain_text("2 answers")
        expect(dialog).to_contain_text("last opened on")
        withdraw = dialog.locator(".drop").first
        withdraw.focus()
        ana.keyboard.press("Enter")
        ana.keyboard.press("Enter")
        expect(dialog.get_by_text("None yet.")).to_be_visible()
        ben.reload()
        expect(ben.locator(".shared h1")).to_have_text("There is nothing behind this link")
        said = ben.locator(".shared").inner_text()
        ben.goto(f"{chat}/shared?link={'x' * 43}")
        expect(ben.locator(".shared h1")).to_be_visible()
        assert ben.locator(".shared").inner_text() == said


def test_the_keyboard_makes_a_link_copies_it_and_comes_back(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        opener = page.get_by_role("button", name="Share this answer")
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Make a link")).to_be_visible()
        make = page.get_by_role("button", name="Make a link")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(make).to_be_focused()
        page.keyboard.press("Enter")
        copy = page.get_by_role("button", name="Copy link")
        expect(copy).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert re.fullmatch(rf"{chat}/shared\?link=[\w-]{{43}}", page.evaluate("navigator.clipboard.readText()"))
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()
        assert page.url == f"{chat}/"


def test_on_a_phone_it_fits_and_what_is_pressed_is_large_enough(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen, width=390, height=844) as page:
        ask(page, ON_A_PAGE)
        link = make_link(page, "Share this answer")
        page.goto(link)
        expect(page.locator(".answer q")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        for button in page.locator(".shared button, .conversation button").all():
            box = button.bounding_box()
            assert box
            assert box["height"] >= 24


def test_a_link_says_what_changed_since_before_and_after(
    chromium: Browser, chat: str, folder: Path, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as ana, visiting(chromium, chat, seen) as ben:
        ask(ana, ON_A_PAGE)
        ask(ana, IN_A_SECTION)
        link = make_link(ana, "Share")
        ben.goto(link)
        expect(ben.locator(".news")).to_contain_text("not changed since")
        expect(ben.locator(".since")).to_have_count(0)
        note = folder / "corpus" / NOTE.name
        content = note.read_text(encoding="utf-8")
        assert OLD in content
        note.write_text(content.replace(OLD, NEW), encoding="utf-8")
        assert run_ingest(folder / "library", str(folder / "corpus")) == 0
        assert run_ingest(folder / "library", "withdraw", "policy-spotlight-2") == 0
        ben.goto(link)
        expect(ben.locator(".news")).to_contain_text("Something has changed since at")
        withdrawn = ben.locator("article", has_text=ON_A_PAGE).locator(".since")
        expect(withdrawn).to_contain_text("This document was withdrawn from the library since.")
        changed = ben.locator(".since", has_text="This source has changed since.")
        before, now = changed.locator("figure").all()
        expect(before).to_contain_text(OLD)
        expect(now).to_contain_text(NEW)
        expect(now.locator("figcaption")).to_contain_text("Now reads · edition 000003")
        # What was shared still stands as it was said, and each opens where it stood or stands.
        expect(ben.locator(".answer q").last).to_contain_text(OLD)
        ben.locator(".cite").first.click()
        expect(ben.locator(".paper mark").first).to_be_visible()
        assert "124.1 billion" in highlighted(ben, PDF)
        ben.locator(".cite").last.click()
        expect(ben.locator(".section mark").first).to_contain_text(OLD)
        changed.get_by_role("button", name="where it stands now").click()
        expect(ben.locator(".section mark").first).to_contain_text(NEW)
