"""Exports from the chat, as a reader makes them: the panel, the files that arrive, and nothing for anybody else."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import docx
import pypdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import audit
from tests.browser.visit import Seen, ask, opened, squeezed, visiting, watching

pytestmark = pytest.mark.browser

ON_A_PAGE = "What is the total productivity gap of the most deprived communities?"
IN_A_SECTION = "Who are the authors of Achieving local economic change?"
UNKNOWN = "Who won the football world cup in 1966?"
TITLE = "Note on <i>Policy spotlight 2</i>"
CLAIMS = "The total productivity gap is £124.1 billion. The total productivity gap is £12 billion."


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def panel_of(page: Page, name: str = "Export this answer") -> Locator:
    """Open the panel of a name and return it."""
    page.get_by_role("button", name=name).click()
    panel = page.get_by_role("group", name=name)
    expect(panel).to_be_in_viewport(ratio=0.95)
    return panel


def downloaded(panel: Locator, label: str, folder: Path) -> Path:
    """Follow the link to a format and return the file that arrived, under its own name."""
    with panel.page.expect_download() as arriving:
        panel.get_by_role("link", name=f"Export as {label}", exact=True).click()
    path = folder / arriving.value.suggested_filename
    arriving.value.save_as(path)
    return path


def words_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_an_answer_goes_into_word_and_some_of_its_sources_alone_into_the_others(
    chromium: Browser, chat: str, seen: Seen, tmp_path: Path
) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        quotes = page.locator(".answer q").all_inner_texts()
        panel = panel_of(page)
        offered = panel.get_by_role("link").all_inner_texts()
        assert offered == ["Word", "PDF", "Markdown", "CSV", "JSON", "RIS", "BibTeX", "CSL-JSON"]
        path = downloaded(panel, "Word", tmp_path)
        assert path.name.startswith("What is the total productivity gap of the most deprived communities - ")
        whole = words_of(path)
        assert all(squeezed(quote) in squeezed(whole) for quote in quotes)
        assert TITLE in whole
        expect(panel.get_by_text("The file is being made")).to_be_visible()

        expect(panel.get_by_text("The whole answer with its")).to_be_visible()
        assert "TY  - " in downloaded(panel, "RIS", tmp_path).read_text(encoding="utf-8")
        for box in panel.get_by_role("group", name="Sources").get_by_role("checkbox").all():
            box.uncheck()
        expect(panel.get_by_text("Nothing is chosen: tick a source.")).to_be_visible()
        expect(panel.get_by_role("link")).to_have_count(0)


def test_some_of_the_sources_go_into_a_file_without_the_answers(
    chromium: Browser, chat: str, seen: Seen, tmp_path: Path
) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, IN_A_SECTION)
        ask(page, ON_A_PAGE)
        ask(page, UNKNOWN)
        page.locator(".st-key-masthead").get_by_role("button", name="Export").click()
        panel = page.get_by_role("group", name="Export this conversation")
        boxes = panel.get_by_role("group", name="Sources").get_by_role("checkbox")
        assert boxes.count() > 2
        panel.get_by_role("button", name="Untick all").click()
        expect(panel.get_by_role("link")).to_have_count(0)
        boxes.first.check()
        expect(panel.get_by_text("The 1 chosen source, without questions and answers")).to_be_visible()
        boxes.nth(1).check()
        expect(panel.get_by_text("The 2 chosen sources, without questions and answers")).to_be_visible()
        markdown = downloaded(panel, "Markdown", tmp_path)
        assert markdown.name.startswith("Chosen evidence Two briefing notes - ")
        listed = markdown.read_text(encoding="utf-8")
        assert f"{chat}/evidence?cite=" in listed
        assert "124.1 billion" in listed
        assert ON_A_PAGE not in listed
        with downloaded(panel, "CSV", tmp_path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) == 3
        assert any("124.1 billion" in cell for row in rows for cell in row)


def test_a_conversation_goes_into_a_pdf_with_pictures_of_its_pages(
    chromium: Browser, chat: str, seen: Seen, tmp_path: Path
) -> None:
    with visiting(chromium, chat, seen) as page:
        page.get_by_role("button", name="Export").click()
        expect(page.get_by_text("There is nothing to export yet: ask a question first.")).to_be_visible()
        page.keyboard.press("Escape")
        ask(page, ON_A_PAGE)
        ask(page, UNKNOWN)
        page.locator(".st-key-masthead").get_by_role("button", name="Export").click()
        panel = page.get_by_role("group", name="Export this conversation")
        expect(panel.get_by_text("The whole conversation: 2 questions with their answers")).to_be_visible()
        bare = pypdf.PdfReader(downloaded(panel, "PDF", tmp_path))
        panel.get_by_label("With pictures of the cited pages (Word, PDF)").check()
        pictured = pypdf.PdfReader(downloaded(panel, "PDF", tmp_path))
        text = "\n".join(sheet.extract_text() for sheet in pictured.pages)
        assert "124.1 billion" in text
        assert "1966" in text
        assert sum(len(sheet.images) for sheet in bare.pages) == 0
        assert sum(len(sheet.images) for sheet in pictured.pages) >= 1
        href = panel.get_by_role("link", name="Export as CSV").get_attribute("href")
        assert f"{chat}/evidence?cite=" in downloaded(panel, "Markdown", tmp_path).read_text(encoding="utf-8")
        stranger = page.context.browser.new_context()  # type: ignore[union-attr]
        refused = stranger.request.get(f"{chat}{href}")
        assert (refused.status, refused.text()) == (404, "There is nothing of yours to export under this address.")
        assert page.request.get(f"{chat}{href}").status == 200
        stranger.close()


def test_a_checked_text_goes_into_json(chromium: Browser, chat: str, seen: Seen, tmp_path: Path) -> None:
    with visiting(chromium, f"{chat}/check", seen) as page:
        page.get_by_label("Sentence or draft").fill(CLAIMS)
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator(".sentences")).to_be_visible(timeout=60_000)
        panel = panel_of(page, "Export this text with its verdicts")
        found = json.loads(downloaded(panel, "JSON", tmp_path).read_text(encoding="utf-8"))
        assert "The total productivity gap is £12 billion." in json.dumps(found, ensure_ascii=False)
        assert audit(page).violations == ()


@pytest.mark.parametrize("what", ["answer", "conversation"])
def test_who_was_given_a_link_exports_what_it_quotes(
    chromium: Browser, chat: str, seen: Seen, tmp_path: Path, what: str
) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        share = page if what == "answer" else page.locator(".st-key-masthead")
        share.get_by_role("button", name="Share this answer" if what == "answer" else "Share").click()
        page.get_by_role("button", name="Make a link").click()
        link = page.get_by_role("textbox", name="Link").input_value()
        stranger = chromium.new_context()
        shared = opened(stranger, link, seen)
        panel = panel_of(shared, "Export this answer" if what == "answer" else "Export these quotations")
        alone = "The 1 chosen source, without the answer" if what == "answer" else "The 1 chosen quotation"
        expect(panel.get_by_text(alone)).to_be_visible()
        listed = downloaded(panel, "Markdown", tmp_path).read_text(encoding="utf-8")
        assert "124.1 billion" in listed
        assert ON_A_PAGE not in listed
        assert audit(shared).violations == ()
        stranger.close()


def test_the_keyboard_is_enough(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        button = page.get_by_role("button", name="Export this answer")
        button.focus()
        expect(button).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        # Past the answer's other actions, whose row comes before what is opened.
        for _ in range(5):
            page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Export as Word")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("group", name="Export this answer")).to_have_count(0)
        expect(button).to_be_focused()
        button = page.locator(".st-key-masthead").get_by_role("button", name="Export")
        button.focus()
        page.keyboard.press("Enter")
        panel = page.get_by_role("group", name="Export this conversation")
        expect(panel).to_be_visible()
        expect(page.locator(".exporting")).to_be_focused()
        page.keyboard.press("Tab")
        expect(panel.get_by_role("link", name="Export as Word")).to_be_focused()
        page.keyboard.press("Tab")
        expect(panel.get_by_role("link", name="Export as PDF")).to_be_focused()
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(button).to_be_focused()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_panels_break_no_rule(
    chromium: Browser, chat: str, seen: Seen, scheme: Literal["light", "dark"], width: int
) -> None:
    with visiting(chromium, chat, seen, width=width, scheme=scheme) as page:
        ask(page, ON_A_PAGE)
        panel = panel_of(page)
        assert audit(page).violations == ()
        for target in panel.locator("a, button, label").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 24
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        page.locator(".st-key-masthead").get_by_role("button", name="Export").click()
        expect(page.get_by_role("group", name="Export this conversation")).to_be_visible()
        assert audit(page).violations == ()
