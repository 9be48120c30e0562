"""The library page as a person meets it: a real server over a small real library of two editions, driven in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import audit
from tests.browser.chat_server import PDF, run_ingest, serving, small_library
from tests.browser.visit import Seen, highlighted, visiting, watching

pytestmark = pytest.mark.browser

NOTE = "Note on local economic growth"
REPORT = "Note on <i>Policy spotlight 2</i>"
WORDS = "total productivity gap"
BEFORE, AFTER = "The report costs £5m a year.", "The report costs £6m a year."


@pytest.fixture(scope="module")
def two_editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library whose second edition changed a figure and met a file that could not be read."""
    folder = tmp_path_factory.mktemp("two-editions")
    library = small_library(folder)
    note = folder / "corpus" / "local-economic-growth.md"
    for sentence in (BEFORE, AFTER):
        text = note.read_text(encoding="utf-8").removesuffix(f"\n\n{BEFORE}\n")
        note.write_text(f"{text}\n\n{sentence}\n", encoding="utf-8")
        if sentence == AFTER:
            (folder / "corpus" / "scan.pdf").write_bytes(PDF.read_bytes()[:4_000])
        assert run_ingest(library, str(folder / "corpus")) == (1 if sentence == AFTER else 0)
    return library


@pytest.fixture(scope="module")
def chat(two_editions: Path) -> Iterator[str]:
    with serving(two_editions) as address:
        yield address


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def open_library(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("heading", level=1, name="Documents")).to_be_visible()


def search(page: Page, words: str) -> None:
    page.get_by_label("Words or a question").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".passages")).to_be_visible(timeout=60_000)


def test_from_the_list_to_a_document_and_back(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        open_library(page)
        expect(page.locator("table.documents tbody tr")).to_have_count(2)
        page.get_by_label("Find a document").fill("economic")
        expect(page.get_by_text("1 of 2 documents").first).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("1 of 2 documents")
        page.get_by_label("Find a document").fill("")
        page.get_by_role("link", name=REPORT).click()
        expect(page.get_by_role("heading", level=1, name=REPORT)).to_be_focused()
        expect(page.locator(".strip li")).to_have_count(6)
        expect(page.locator(".strip li").first).to_contain_text("Text")
        assert "view=document" in page.url
        page.reload()
        expect(page.get_by_role("heading", level=1, name=REPORT)).to_be_visible()
        page.go_back()
        expect(page.locator("table.documents")).to_be_visible()


def test_a_question_about_a_document_is_prefilled_and_not_asked(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, f"{chat}/library?view=document&document=local-economic-growth", seen) as page:
        page.get_by_role("button", name="Ask about this document").click()
        box = page.get_by_placeholder("Ask a question")
        expect(box).to_have_value(f"What does “{NOTE}” say about ")
        expect(page.locator(".question")).to_have_count(0)
        box.press("End")
        box.press_sequentially("the authors?")
        box.press("Enter")
        expect(page.locator(".question")).to_contain_text("say about the authors?")


def test_a_search_keeps_to_its_filters_and_opens_the_words_on_their_page(
    chromium: Browser, chat: str, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as page:
        open_library(page)
        page.get_by_role("link", name="Search").click()
        expect(page.get_by_role("heading", level=1, name="Search")).to_be_visible()
        page.get_by_label("Role").select_option("report")
        search(page, WORDS)
        assert "role=report" in page.url
        titles = page.locator(".passages b").all_inner_texts()
        assert set(titles) == {REPORT}
        best = page.locator(".passages .near").first
        assert "gap" in best.locator("mark").all_inner_texts()
        best.click()
        expect(page.locator(".paper mark").first).to_be_visible()
        assert "productivity gap" in " ".join(highlighted(page, PDF).split())
        page.reload()
        expect(page.locator(".paper mark").first).to_be_visible()
        expect(page.get_by_label("Role")).to_have_value("report")
        expect(page.locator('.passages [aria-pressed="true"]')).to_have_count(1)
        page.get_by_label("Close the evidence").click()
        expect(page.locator(".sheet")).to_have_count(0)
        page.get_by_label("From year").fill("1990")
        page.get_by_label("To year").fill("1991")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator(".found .problem")).to_have_text(
            "No document on the shelf fits these filters. Set fewer of them."
        )


def test_what_changed_and_what_was_not_read(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, f"{chat}/library?view=editions", seen) as page:
        last = page.locator(".edition").first
        expect(last.get_by_role("heading", level=2)).to_contain_text("Edition 000003In use")
        expect(last).to_contain_text("1 changed")
        last.get_by_role("link", name=f"What changed in “{NOTE}”").click()
        expect(page.locator(".figures del")).to_have_text("£5m")
        expect(page.locator(".figures ins")).to_have_text("£6m")
        row = page.locator(".sides tr.changed")
        expect(row).to_have_count(1)
        for side, words in (("Edition 000002", BEFORE), ("Edition 000003", AFTER)):
            row.locator(f'td[data-label="{side}"] button').click()
            expect(page.locator(".section mark").first).to_be_visible()
            expect(page.locator(".section mark").first).to_have_text(words)
        page.get_by_role("link", name="Not read (1)").click()
        expect(page.locator("table.refused tbody tr")).to_contain_text("scan.pdf can't be opened as a PDF.")


def states(page: Page, chat: str) -> Iterator[str]:
    """Bring the page into one state after the other, and yield its name once it is there."""
    page.goto(f"{chat}/library")
    expect(page.locator("table.documents")).to_be_visible()
    yield "documents"
    page.get_by_role("link", name=REPORT).click()
    expect(page.locator(".strip")).to_be_visible()
    yield "document"
    page.goto(f"{chat}/library?view=compare&document=local-economic-growth&before=000001&after=000003")
    expect(page.locator(".sides")).to_be_visible()
    yield "comparison"
    page.get_by_role("link", name="Editions").click()
    expect(page.locator(".edition").first).to_be_visible()
    yield "editions"
    page.get_by_role("link", name="Not read").click()
    expect(page.locator(".refused")).to_be_visible()
    yield "not read"
    page.get_by_role("link", name="Search").click()
    search(page, WORDS)
    yield "search"
    page.locator(".passages .near").first.click()
    expect(page.locator(".sheet")).to_be_visible()
    yield "evidence"


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark"), (720, "light")])
def test_no_state_breaks_a_rule_or_is_wider_than_the_screen(
    chromium: Browser, chat: str, seen: Seen, scheme: Literal["light", "dark"], width: int
) -> None:
    """720 pixels are a desk of 1440 at 200 per cent."""
    with visiting(chromium, f"{chat}/library", seen, width=width, height=844, scheme=scheme) as page:
        found = {}
        for state in states(page, chat):
            if violations := audit(page).violations:
                found[state] = violations
            assert page.evaluate("document.documentElement.scrollWidth") == width
            if state != "evidence":
                assert page.locator(".st-key-turns").evaluate("node => node.scrollWidth <= node.clientWidth")
        assert found == {}
        if width == 390:
            assert page.locator(".sheet").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
