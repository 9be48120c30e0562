"""The chat as a person meets it: a real server over a small real library, driven in Chromium.

The library holds one PDF and one Markdown file of corpus/. What is highlighted on the page is read back from the PDF
with pypdfium2, independently of the reader that placed the marks.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.chat_server import PDF, START, status
from tests.browser.visit import Seen, ask, highlighted, squeezed, visiting, watching

pytestmark = pytest.mark.browser

ON_A_PAGE = "What is the total productivity gap of the most deprived communities?"
IN_A_SECTION = "Who are the authors of Achieving local economic change?"


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def quoted(page: Page) -> str:
    return page.locator(".answer q").first.inner_text()


def test_a_question_is_answered_and_its_words_are_marked_on_their_page(
    chromium: Browser, chat: str, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        quote = quoted(page)
        assert "124.1 billion" in quote
        page.locator(".cite").first.click()
        expect(page.locator(".paper mark").first).to_be_visible()
        assert squeezed(highlighted(page, PDF)) == squeezed(quote)
        expect(page.locator(".words")).to_have_attribute("aria-label", f"Marked: {quote}")
        page.wait_for_function(
            "() => { const sheet = document.querySelector('.st-key-evidence [data-testid=stBidiComponentIsolated]');"
            " const image = sheet?.shadowRoot.querySelector('.paper img');"
            " return image?.complete && image.naturalWidth; }"
        )
        sheet = page.locator(".sheet")
        expect(sheet).to_contain_text("Note on <i>Policy spotlight 2</i>")
        expect(sheet).to_contain_text("24 November 2026")
        expect(sheet.locator(".locator")).to_have_text("p. 1 (PDF page 3)")
        expect(sheet.get_by_text("Original publication")).to_have_attribute("rel", "noopener noreferrer")
        page.get_by_role("button", name="200%").click()
        assert squeezed(highlighted(page, PDF)) == squeezed(quote)
        box, view = page.locator(".paper mark").first.bounding_box(), page.locator(".view").bounding_box()
        assert box
        assert view
        assert view["y"] < box["y"] < view["y"] + view["height"]


def test_back_and_forward_walk_through_the_citations(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        page.locator(".cite").first.click()
        expect(page.locator(".sheet")).to_be_visible()
        page.go_back()
        expect(page.locator(".sheet")).to_have_count(0)
        expect(page.locator(".question")).to_have_count(1)
        page.go_forward()
        expect(page.locator(".paper mark").first).to_be_visible()
        page.get_by_label("Close the evidence").click()
        expect(page.locator(".sheet")).to_have_count(0)
        expect(page).to_have_url(f"{chat}/")


def test_threat_23_a_reload_keeps_the_conversation_and_its_address_hands_it_to_nobody(
    chromium: Browser, chat: str, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        page.locator(".cite").first.click()
        expect(page.locator(".paper mark").first).to_be_visible()
        address = page.url
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        owner = cookies["report_qa_owner"]
        assert owner["httpOnly"]
        assert owner["sameSite"] == "Lax"
        assert owner["value"] not in page.content()
        assert owner["value"] not in address
        page.reload()
        expect(page.locator(".question")).to_have_text(f"Question: {ON_A_PAGE}")
        expect(page.locator(".paper mark").first).to_be_visible()
        with visiting(chromium, address, seen) as stranger:
            expect(stranger.locator(".paper mark").first).to_be_visible()
            expect(stranger.locator(".question")).to_have_count(0)
            expect(stranger.locator(".opening")).to_have_count(1)
            stranger.get_by_role("button", name="History").click()
            expect(stranger.get_by_text("No questions yet.")).to_be_visible()


def test_a_permanent_link_opens_the_same_words(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        page.locator(".cite").first.click()
        link = page.get_by_role("link", name="Permanent link").get_attribute("href")
        words = highlighted(page, PDF)
        page.get_by_role("button", name="Copy citation").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"“{quoted(page)}” — Note on")
        assert copied.endswith(f"https://example.org/original {chat}{link}")
    with visiting(chromium, f"{chat}{link}", seen) as page:
        expect(page.locator(".paper mark").first).to_be_visible()
        assert highlighted(page, PDF) == words
        expect(page.locator(".question")).to_have_count(0)


def test_a_section_shows_its_text_with_the_words_marked(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, IN_A_SECTION)
        answer = page.locator("section.group", has_text="local economic growth")
        quote = answer.locator("q").first.inner_text()
        answer.locator(".cite").first.click()
        expect(page.locator(".section mark").first).to_be_visible()
        assert squeezed("".join(page.locator(".section mark").all_inner_texts())) == squeezed(quote)
        with page.context.expect_page() as tab:
            page.get_by_role("link", name="Open the whole document").click()
        assert quote in tab.value.inner_text("body")
        assert tab.value.evaluate("document.contentType") == "text/plain"


def test_on_a_phone_the_evidence_covers_the_screen(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen, width=390, height=844) as page:
        ask(page, ON_A_PAGE)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.locator(".cite").first.click()
        expect(page.locator(".paper mark").first).to_be_in_viewport()
        assert page.locator(".sheet").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        for button in page.locator(".sheet").locator("button:visible, a:visible").all():
            box = button.bounding_box()
            assert box
            assert box["height"] >= 24
        page.get_by_label("Close the evidence").click()
        expect(page.locator(".question")).to_be_in_viewport()


def test_the_keyboard_is_enough(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        page.get_by_role("button", name=ON_A_PAGE).focus()
        page.keyboard.press("Enter")
        expect(page.locator(".question")).to_have_count(1)
        expect(page.locator(".turn:focus, .turn :focus")).to_have_count(1)
        cite = page.locator(".cite").first
        cite.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".paper mark").first).to_be_visible()
        expect(cite).to_be_focused()
        expect(page.get_by_role("status")).to_contain_text("124.1 billion")
        page.get_by_label("Close the evidence").focus()
        page.keyboard.press("Escape")
        expect(page.locator(".sheet")).to_have_count(0)
        expect(cite).to_be_focused()


def test_threat_5_markup_in_a_question_is_shown_as_text(chromium: Browser, chat: str, seen: Seen) -> None:
    hostile = '<img src="http://evil.test/x.png" onerror="document.title=1"> **bold** ![x](http://evil.test/y.png)'
    with visiting(chromium, chat, seen) as page:
        ask(page, hostile)
        expect(page.locator(".question")).to_have_text(f"Question: {hostile}")
        expect(page.locator(".question *")).to_have_count(1)
        page.get_by_role("button", name="History").click()
        expect(page.get_by_role("button", name=hostile).first).to_be_visible()
        assert page.title() != "1"


def test_a_refusal_says_what_was_searched(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, "Who won the football world cup in 1966?")
        expect(page.locator(".refusal .verdict")).to_have_text("The documents do not answer this.")
        expect(page.locator(".refusal")).to_contain_text("Searched 2 documents")


def test_a_new_conversation_and_back_to_the_old_one(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, ON_A_PAGE)
        page.get_by_role("button", name="New").first.click()
        expect(page.locator(".opening")).to_be_visible()
        page.get_by_role("button", name="History").click()
        page.locator(".open").first.click()
        expect(page.locator(".question")).to_have_text(f"Question: {ON_A_PAGE}")


def test_no_run_throws_away_what_the_browser_has_not_been_sent(chromium: Browser, chat: str, seen: Seen) -> None:
    sent: list[BackMsg] = []
    received: list[ForwardMsg] = []

    def follow(stream: WebSocket) -> None:
        stream.on("framesent", lambda frame: sent.append(BackMsg.FromString(frame)))
        stream.on("framereceived", lambda frame: received.append(ForwardMsg.FromString(frame)))

    with visiting(chromium, chat, seen) as page:
        page.on("websocket", follow)
        page.reload()
        ask(page, ON_A_PAGE)
        ask(page, IN_A_SECTION)
    # A timer of Streamlit's fires while a run is still being sent; a message that is only named outlives what it stands in.
    assert [message for message in sent if message.rerun_script.is_auto_rerun] == []
    assert any("look-again" in state.id for message in sent for state in message.rerun_script.widget_states.widgets)
    assert {message.WhichOneof("type") for message in received} >= {"new_session", "delta", "script_finished"}
    assert [message for message in received if message.HasField("ref_hash")] == []


def test_on_real_documents_a_suggestion_is_answered(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, IN_A_SECTION)
        suggested = page.locator(".next .example")
        # While many ask, none are made; these tests ask faster than people do.
        for _ in range(10):
            if suggested.count():
                break
            page.wait_for_timeout(3_000)
            page.reload()
        expect(suggested.first).to_be_visible()
        words = page.locator(".turn q").first.inner_text()
        suggested.first.click()
        expect(page.locator(".turn")).to_have_count(2)
        expect(page.locator(".pending, .writing")).to_have_count(0, timeout=60_000)
        expect(page.locator(".turn.answer")).to_have_count(2)
        assert page.locator(".turn").last.locator("q, td").first.inner_text() != words


@pytest.mark.parametrize("path", ["page/..%2f..%2fCURRENT/0.jpg", "original/..%2fconversations.sqlite"])
def test_threat_30_nothing_else_of_the_library_is_served(chat: str, path: str) -> None:
    assert status(f"{chat}/{path}") in (400, 403, 404)


def test_another_host_name_is_refused(chat: str) -> None:
    assert status(chat, Host="localhost") == 200
    assert status(chat, Host="evil.test") == 400


def test_a_taken_port_is_one_sentence(chat: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "REPORT_QA_LIBRARY": str(tmp_path),
        "REPORT_QA_PORT": str(urlsplit(chat).port),
    }
    ended = subprocess.run(START, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert re.fullmatch(r"Port \d+ is taken.*\n", ended.stderr), ended.stderr
