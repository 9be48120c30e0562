"""The evidence pane as a person uses it: the answer's citations on a page, pages to turn, search, keys, record, every kind of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from report_qa.shelf import Shelf
from report_qa.wiring import open_shelf
from tests.browser.chat_server import ingested, serving
from tests.browser.visit import Seen, ask, highlighted, squeezed, visiting, watching
from tests.shelf_of_kinds import PDFS, ROOT, Quoted, quoted, write_documents

pytestmark = pytest.mark.browser

SEVERAL = "What do the documents say about pride in place?"
PLAN = ROOT / "corpus" / PDFS[1]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("kinds")
    documents = folder / "documents"
    documents.mkdir()
    write_documents(documents)
    return open_shelf(library=ingested(documents, folder / "library"))


@pytest.fixture(scope="module")
def chat(shelf: Shelf) -> Iterator[str]:
    with serving(shelf.library.folder) as address:
        yield address


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def with_sources(page: Page) -> int:
    """Ask what several places of one PDF answer, open the first one, and return how many there are."""
    ask(page, SEVERAL)
    # Once the answer is there, the page stops looking for it.
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()
    count = page.locator(".cite").count()
    assert count > 2
    page.locator(".cite").first.click()
    expect(page.locator(".where")).to_have_text(f"Source 1 of {count}")
    expect(page.locator(".paper mark").first).to_be_visible()
    return count


def alone(page: Page, chat: str, each: Quoted) -> None:
    page.goto(f"{chat}/evidence?cite={quote(each.cite, safe='')}")
    expect(page.locator(".view")).to_be_visible()


def shown_page(page: Page) -> int:
    """Return the index of the page whose picture is shown."""
    number = re.search(r"/(\d+)\.jpg", page.locator(".paper img").first.get_attribute("src") or "")
    assert number
    return int(number[1])


def test_all_citations_on_a_page_are_boxed_and_the_open_one_is_stronger(
    chromium: Browser, chat: str, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as page:
        with_sources(page)
        other = page.locator(".box.other")
        expect(other.first).to_be_visible()
        # Not by colour alone: one is filled within a solid line, the others have a dashed one; and each has its number.
        assert other.first.evaluate("box => getComputedStyle(box).borderStyle") == "dashed"
        assert "2px" in page.locator(".words mark").first.evaluate("mark => getComputedStyle(mark).boxShadow")
        assert squeezed(highlighted(page, PLAN)) == squeezed(page.locator(".answer q").nth(0).inner_text())
        expect(page.locator(".number.now")).to_have_text("1")
        badge = page.locator("button.number").first
        number = int(badge.inner_text())
        wanted = page.locator(".answer q").nth(number - 1).inner_text()
        assert squeezed(wanted[1:40]) in squeezed(highlighted(page, PLAN, ".box.other"))
        badge.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".where")).to_contain_text(f"Source {number} of")
        expect(page.locator(".number.now")).to_have_text(str(number))
        assert squeezed(highlighted(page, PLAN)) == squeezed(wanted)
        # The button that was pressed is gone; the focus is not.
        expect(page.locator(".view")).to_be_focused()
        page.locator(".box.other").first.click()
        expect(page.locator(".where")).to_contain_text("Source 1 of")


def test_pages_are_turned_and_called_by_either_number(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        with_sources(page)
        first = shown_page(page)
        page.get_by_label("Next page").click()
        expect(page.get_by_role("button", name="Marked words")).to_be_visible()
        assert shown_page(page) == first + 1
        expect(page.get_by_label("Next page")).to_be_focused()
        field = page.get_by_label("Go to page")
        for called, index, caption in (
            ("1", 2, "p. 1 (PDF page 3 of 7)"),
            ("PDF 1", 0, "PDF page 1 of 7"),
            ("p. i", 1, "p. i"),
        ):
            field.fill(called)
            field.press("Enter")
            expect(page.locator("figcaption")).to_contain_text(caption)
            assert shown_page(page) == index
        expect(field).to_be_focused()
        field.fill("xcix")
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator(".sheet [aria-live]")).to_contain_text("no page “xcix”")
        page.get_by_label("Next page").click()
        expect(page.locator(".paper img")).to_have_attribute(
            "alt", re.compile("PDF page 3 of 7.*Long-Term Plan for Towns")
        )
        page.get_by_role("button", name="Marked words").click()
        expect(page.locator(".words mark").first).to_be_visible()
        assert shown_page(page) == first


def test_the_pages_that_the_answer_cites_are_at_hand(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        with_sources(page)
        small = page.locator(".thumb")
        assert small.count() > 1
        expect(small.first).to_have_attribute("aria-current", "true")
        expect(small.first).to_have_attribute("aria-label", re.compile(r"p\. .*: sources? 1"))
        assert small.first.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        before = shown_page(page)
        small.nth(1).click()
        expect(small.nth(1)).to_have_attribute("aria-current", "true")
        expect(page.locator(".words mark").first).to_be_visible()
        assert shown_page(page) != before


def test_words_are_found_and_marked_on_their_page(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        with_sources(page)
        page.get_by_role("button", name="Find").click()
        field = page.get_by_label("Find in this document")
        expect(field).to_be_focused()
        field.fill("northern ireland")
        expect(page.locator(".count")).to_contain_text("places")
        hit = page.locator(".hit").first
        expect(hit.locator("mark")).to_have_text("Northern Ireland")
        hit.click()
        expect(page.locator(".found.now").first).to_be_visible()
        # The comma after the words touches the air around them.
        assert squeezed(highlighted(page, PLAN, ".found.now")).rstrip(",") == "NorthernIreland"
        assert page.locator(".paper .found").count() >= page.locator(".paper .found.now").count()
        field.focus()
        field.press("Enter")
        expect(page.locator(".hit").nth(1)).to_have_attribute("aria-current", "true")
        field.fill("no such words at all")
        expect(page.locator(".count")).to_have_text("These words stand nowhere in this document.")
        page.keyboard.press("Escape")
        expect(field).to_be_hidden()
        expect(page.get_by_role("button", name="Find")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".sheet")).to_have_count(0)
        expect(page.locator(".cite").first).to_be_focused()


def test_keys_work_in_the_pane_and_take_nothing_from_a_text_field(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        count = with_sources(page)
        where = page.locator(".where")
        # From the conversation, with a key that is no letter; a letter there does nothing.
        page.keyboard.press("j")
        page.keyboard.press("Alt+ArrowDown")
        expect(where).to_have_text(f"Source 2 of {count}")
        expect(page.locator(".sheet [aria-live]")).to_contain_text(f"Source 2 of {count}: ")
        page.locator(".view").focus()
        page.keyboard.press("j")
        expect(where).to_have_text(f"Source 3 of {count}")
        page.keyboard.press("k")
        expect(where).to_have_text(f"Source 2 of {count}")
        page.keyboard.press("+")
        expect(page.get_by_role("button", name="150%")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("0")
        expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "true")
        before = shown_page(page)
        for _ in range(4):
            page.keyboard.press("PageDown")
        expect(page.locator(".paper img")).not_to_have_attribute("src", re.compile(f"/{before}\\.jpg"))
        page.keyboard.press("?")
        expect(page.locator(".disclosed.keyboard")).to_contain_text("Next or previous source")
        page.keyboard.press("Escape")
        expect(page.locator(".disclosed.keyboard")).to_be_hidden()
        page.locator(".view").focus()
        page.keyboard.press("/")
        field = page.get_by_label("Find in this document")
        expect(field).to_be_focused()
        page.keyboard.type("jk+-0/?")
        expect(field).to_have_value("jk+-0/?")
        expect(where).to_have_text(f"Source 2 of {count}")
        box = page.get_by_placeholder("Ask a question")
        box.click()
        page.keyboard.type("jk/")
        page.keyboard.press("Alt+ArrowDown")
        expect(box).to_have_value("jk/")
        expect(where).to_have_text(f"Source 2 of {count}")


def test_the_record_of_the_source(chromium: Browser, chat: str, seen: Seen, shelf: Shelf) -> None:
    with visiting(chromium, chat, seen) as page:
        (each, *_) = quoted(shelf, PDFS[1], 3)
        alone(page, chat, each)
        page.get_by_role("button", name="Source record").click()
        record = page.locator(".disclosed.record")
        document = shelf.find(PDFS[1])
        assert document
        for words in (document.title, "In force", "edition 000001", PDFS[1], "7 pages", document.sha256[:12]):
            expect(record).to_contain_text(words)
        page.get_by_label("Copy the SHA-256 hash").click()
        expect(record.get_by_text("Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == document.sha256


@pytest.mark.parametrize("suffix", [".docx", ".html", ".md", ".pptx", ".xlsx", ".csv"])
def test_every_kind_is_shown_as_text_with_the_passage_marked(
    chromium: Browser, chat: str, seen: Seen, shelf: Shelf, suffix: str
) -> None:
    with visiting(chromium, chat, seen) as page:
        each = quoted(shelf, suffix, 3)[-1]
        alone(page, chat, each)
        marks = page.locator(".section mark.cited")
        expect(marks.first).to_be_in_viewport()
        assert squeezed("".join(marks.all_inner_texts())) == squeezed(each.quote.replace(" | ", ""))
        if suffix == ".pptx":
            expect(page.locator(".place").first).to_have_text(re.compile(r"^Slide \d$"))
            expect(page.locator(".section h3").first).to_be_visible()
        if suffix in (".xlsx", ".csv"):
            assert page.locator("thead .cell-name").all_inner_texts()[1:3] == ["A", "B"]
            assert page.locator("tbody th.cell-name").first.inner_text() == "2"
            assert page.locator("thead tr").nth(1).locator("th[scope=col]").count() > 1


def test_the_text_goes_on_before_and_after(chromium: Browser, chat: str, seen: Seen, shelf: Shelf) -> None:
    with visiting(chromium, chat, seen) as page:
        each = quoted(shelf, PDFS[0], 5)[2]
        alone(page, chat, each)
        page.get_by_role("button", name="Text", exact=True).click()
        mark = page.locator(".section mark.cited").first
        expect(mark).to_be_in_viewport()
        assert squeezed("".join(page.locator(".section mark.cited").all_inner_texts())) == squeezed(each.quote)
        text = page.locator(".paragraphs")
        before = text.inner_text()
        page.get_by_role("button", name="Show what comes before").click()
        expect(text).not_to_have_text(before)
        assert squeezed(text.inner_text()).endswith(squeezed(before))
        longer = text.inner_text()
        page.get_by_role("button", name="Show what comes after").click()
        expect(text).not_to_have_text(longer)
        assert squeezed(longer) in squeezed(text.inner_text())
        expect(mark).to_be_in_viewport()


def test_a_page_that_can_not_be_drawn_is_said_to_be_one(chromium: Browser, chat: str, seen: Seen, shelf: Shelf) -> None:
    with visiting(chromium, chat, seen) as page:
        page.route("**/page/**", lambda route: route.fulfill(status=200, content_type="image/jpeg", body=b"no picture"))
        each = quoted(shelf, PDFS[0], 5)[2]
        alone(page, chat, each)
        expect(page.locator(".undrawn")).to_contain_text("Not located on a picture")
        assert squeezed(page.locator(".undrawn b").inner_text()) == squeezed(each.quote)
        expect(page.locator(".paper")).to_have_count(0)


def test_a_picture_that_is_lost_on_its_way_is_asked_for_again(chromium: Browser, chat: str, shelf: Shelf) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort()

    with visiting(chromium, chat, Seen()) as page:
        page.route("**/page/**", lose_the_first)
        alone(page, chat, quoted(shelf, PDFS[0], 5)[2])
        picture = page.locator(".paper img").first
        expect(picture).not_to_have_js_property("naturalWidth", 0)
        expect(page.locator(".undrawn")).to_have_count(0)
    assert len(lost) == 1


def test_on_a_phone_everything_is_within_reach(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen, width=390, height=844) as page:
        with_sources(page)
        expect(page.locator(".paper mark").first).to_be_in_viewport()
        expect(page.locator(".thumb").first).to_be_in_viewport()
        page.get_by_role("button", name="Find").click()
        page.get_by_label("Find in this document").fill("northern ireland")
        page.locator(".hit").first.click()
        expect(page.locator(".found.now").first).to_be_in_viewport()
        for control in page.locator(".sheet").locator("button:visible, a:visible, input:visible").all():
            box = control.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 24, control.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_low_window_is_gone_through_as_a_whole(chromium: Browser, chat: str, seen: Seen, tmp_path: Path) -> None:
    """What a window of 1440 × 900 is at a zoom of 200%."""
    with visiting(chromium, chat, seen, width=720, height=450) as page:
        with_sources(page)
        page.locator(".words mark").first.scroll_into_view_if_needed()
        expect(page.locator(".words mark").first).to_be_in_viewport()
        view = page.locator(".view").bounding_box()
        assert view
        assert view["height"] >= 300
