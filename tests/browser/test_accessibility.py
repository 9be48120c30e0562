"""Every page and state of the chat keeps WCAG 2.2 AA, as far as axe can tell: in light and dark, on a desk and on a phone.

Two of the four looks, unless LOOKS=all: `make accessibility` tries them all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from report_qa.library.switch import Switch
from tests.browser.axe import audit
from tests.browser.visit import Seen, ask, visiting, watching

pytestmark = pytest.mark.browser

ON_A_PAGE = "What is the total productivity gap of the most deprived communities?"
IN_A_SECTION = "Who are the authors of Achieving local economic change?"
UNKNOWN = "Who won the football world cup in 1966?"
CLAIMS = "The total productivity gap is £124.1 billion. The total productivity gap is £12 billion. Pigs fly at night."


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def states(page: Page, chat: str, switch: Switch) -> Iterator[str]:
    """Bring the page into one state after the other, and yield its name once it is there."""
    yield from conversation(page)
    yield from evidence(page)
    yield from sharing(page)
    yield from checking(page, chat)
    yield from shelf(page)
    yield from operation(page, switch)
    yield from account(page, chat)


def conversation(page: Page) -> Iterator[str]:
    expect(page.locator(".opening")).to_be_visible()
    yield "opening"
    page.get_by_role("button", name="What can I ask?").click()
    expect(page.locator(".can-ask")).to_be_visible()
    yield "what can be asked"
    page.keyboard.press("Escape")
    ask(page, UNKNOWN)
    yield "refusal"
    ask(page, ON_A_PAGE)
    yield "answer"
    page.get_by_role("button", name="Edit this question").last.click()
    yield "a question being edited"
    page.keyboard.press("Escape")
    page.locator(".answer .mark").last.click()
    yield "checks of a sentence"
    page.get_by_role("button", name="Wrong", exact=True).last.click()
    expect(page.get_by_label("What should have been said?")).to_be_visible()
    yield "feedback"
    page.get_by_role("button", name="Ask each document").last.click()
    expect(page.locator(".by-source > section > table")).to_be_visible(timeout=60_000)
    yield "answers by source"
    page.get_by_role("button", name="History").click()
    expect(page.get_by_label("Search your conversations")).to_be_visible()
    yield "history"
    page.keyboard.press("Escape")


def evidence(page: Page) -> Iterator[str]:
    page.locator(".answer .cite").last.click()
    expect(page.locator(".paper mark").first).to_be_visible()
    yield "evidence on a page"
    for name in ("Source record", "Keyboard"):
        button = page.get_by_role("button", name=name)
        # A phone has no keys to tell of.
        if button.is_visible():
            button.click()
            yield name.lower()
            button.click()
    leads = page.locator('[data-name="show-chain"]')
    expect(leads).to_be_visible(timeout=60_000)
    leads.click()
    expect(page.locator(".chain")).to_be_visible(timeout=60_000)
    yield "where a quotation leads"
    leads.click()
    page.locator(".sheet").get_by_role("button", name="Find").click()
    page.locator(".sheet").get_by_role("searchbox").fill("growth")
    expect(page.locator(".sheet .hits button, .sheet .hit").first).to_be_visible()
    yield "found in the document"
    page.locator(".sheet").get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Text", exact=True).click()
    yield "evidence as text"


def sharing(page: Page) -> Iterator[str]:
    page.get_by_role("button", name="Share this quotation").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    yield "a link"
    page.keyboard.press("Escape")
    page.goto(link)
    expect(page.locator(".shared")).to_be_visible()
    yield "what a link shows"
    page.goto(link[:-3])
    expect(page.get_by_text("There is nothing behind this link")).to_be_visible()
    yield "a link to nothing"


def checking(page: Page, chat: str) -> Iterator[str]:
    page.goto(f"{chat}/check")
    expect(page.get_by_label("Sentence or draft")).to_be_visible()
    yield "check"
    page.get_by_label("Sentence or draft").fill(CLAIMS)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".sentences")).to_be_visible(timeout=60_000)
    yield "verdicts"


def shelf(page: Page) -> Iterator[str]:
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("heading", level=1, name="Documents")).to_be_visible()
    yield "documents"
    page.get_by_role("link", name="Note on <i>Policy spotlight 2</i>").click()
    expect(page.get_by_role("heading", level=1, name="Policy spotlight 2")).to_be_visible()
    yield "a document"
    for view in ("Editions", "Not read", "Search"):
        page.get_by_role("link", name=view, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        yield view.lower()
    page.get_by_label("Words or a question").fill("productivity gap")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".passages, .found").first).to_be_visible(timeout=60_000)
    yield "passages"


def operation(page: Page, switch: Switch) -> Iterator[str]:
    page.get_by_role("link", name="Insights").click()
    expect(page.get_by_role("heading", level=2, name="To judge")).to_be_visible()
    expect(page.locator(".matter").first).to_be_visible()
    yield "insights"
    page.get_by_text("It is right after all").first.click()
    page.get_by_role("button", name="Settle").first.click()
    # Drawn anew, what was unfolded is folded again.
    expect(page.get_by_text("Nothing waits to be judged.")).to_be_visible()
    page.get_by_text("Settled: ").click()
    expect(page.get_by_role("button", name="Open this matter again").first).to_be_visible()
    yield "a matter that is settled"
    switch.turn_off("Back on Monday.")
    try:
        page.get_by_role("link", name="Ask a question").click()
        expect(page.get_by_text("Back on Monday.")).to_be_visible()
        yield "questions switched off"
    finally:
        switch.turn_on()


def account(page: Page, chat: str) -> Iterator[str]:
    page.goto(f"{chat}/upload")
    expect(page.get_by_role("heading", name="Add documents")).to_be_visible()
    yield "adding documents"
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("0 files were chosen.")).to_be_visible()
    yield "an upload refused"
    page.goto(f"{chat}/audit")
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    yield "audit log"
    page.get_by_role("button", name="Account").click()
    expect(page.get_by_role("button", name="Delete everything of mine")).to_be_visible()
    yield "account"
    page.get_by_role("button", name="Delete everything of mine").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_visible()
    yield "the question whether everything goes"
    page.get_by_role("button", name="Keep it").click()


LOOKS = [("light", 1440), ("dark", 390), ("dark", 1440), ("light", 390)]


@pytest.mark.parametrize(("scheme", "width"), LOOKS if os.environ.get("LOOKS") == "all" else LOOKS[:2])
def test_no_state_breaks_a_rule(
    chromium: Browser, chat: str, library: Path, seen: Seen, scheme: Literal["light", "dark"], width: int
) -> None:
    with visiting(chromium, chat, seen, width=width, height=900, scheme=scheme) as page:
        found, kept = {}, []
        for state in states(page, chat, Switch(library)):
            said = audit(page)
            kept.append(said.kept)
            if said.violations:
                found[state] = said.violations
    print(
        f"{scheme}, {width} px: {len(kept)} states, at least {min(kept)} rules kept in each, {len(found)} states break one"
    )
    assert found == {}, "\n".join(f"{state}: {each}" for state, all_of_it in found.items() for each in all_of_it)
    assert len(kept) > 20
    assert min(kept) > 5
