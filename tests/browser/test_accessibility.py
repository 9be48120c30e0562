"""Every page and state of the chat keeps WCAG 2.2 AA, as far as axe can tell: in light and dark, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import audit
from tests.browser.chat_server import serving
from tests.browser.visit import Seen, ask, visiting, watching

pytestmark = pytest.mark.browser

ON_A_PAGE = "What is the total productivity gap of the most deprived communities?"
IN_A_SECTION = "Who are the authors of Achieving local economic change?"
UNKNOWN = "Who won the football world cup in 1966?"
CLAIMS = "The total productivity gap is £124.1 billion. The total productivity gap is £12 billion. Pigs fly at night."


@pytest.fixture(scope="module")
def chat(library: Path) -> Iterator[str]:
    with serving(library) as address:
        yield address


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def states(page: Page, chat: str) -> Iterator[str]:
    """Bring the page into one state after the other, and yield its name once it is there."""
    expect(page.locator(".opening")).to_be_visible()
    yield "opening"
    ask(page, ON_A_PAGE)
    yield "answer"
    page.locator(".mark").first.click()
    yield "checks of a sentence"
    page.locator(".cite").first.click()
    expect(page.locator(".paper mark").first).to_be_visible()
    yield "evidence on a page"
    page.get_by_role("button", name="Text").click()
    yield "evidence as text"
    page.get_by_label("Close the evidence").click()
    ask(page, UNKNOWN)
    yield "refusal"
    page.get_by_role("button", name="History").click()
    yield "history"
    page.keyboard.press("Escape")
    page.goto(f"{chat}/check")
    expect(page.get_by_label("Sentence or draft")).to_be_visible()
    yield "check"
    page.get_by_label("Sentence or draft").fill(CLAIMS)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".sentences")).to_be_visible(timeout=60_000)
    yield "verdicts"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_breaks_a_rule(
    chromium: Browser, chat: str, seen: Seen, scheme: Literal["light", "dark"], width: int
) -> None:
    with visiting(chromium, chat, seen, width=width, height=900, scheme=scheme) as page:
        found, kept = {}, []
        for state in states(page, chat):
            said = audit(page)
            kept.append(said.kept)
            if said.violations:
                found[state] = said.violations
    print(
        f"{scheme}, {width} px: {len(kept)} states, at least {min(kept)} rules kept in each, {len(found)} states break one"
    )
    assert found == {}
    assert min(kept) > 10
