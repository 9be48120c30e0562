"""Written answers and checked claims as a person meets them, over fakes that say one sentence each time a test asks for it.

The fake model's third sentence wants to be an element of the page; so does one of those that are withheld, and one of the
checked text.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from report_qa.doors.chat import service
from tests.browser.chat_server import free_port, serving_here
from tests.browser.visit import Seen, visiting, watching
from tests.report_qa.doors.chat.fakes import (
    HOSTILE,
    MODEL,
    PROSE,
    SENTENCE,
    WITHHELD,
    WRITTEN,
    FakeAssistant,
    make_service,
)

pytestmark = pytest.mark.browser


@dataclass(kw_only=True)
class Chat:
    """The chat, and the fake that answers in it."""

    address: str
    assistant: FakeAssistant = field(default_factory=lambda: FakeAssistant(writes=True))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    chat = Chat(address=f"http://127.0.0.1:{(port := free_port())}")
    held = make_service(tmp_path_factory.mktemp("fakes"), assistant=chat.assistant, model=MODEL, port=port)
    held.assistant()
    with serving_here(held, port):
        yield chat
        chat.assistant.gate.set()
        chat.assistant.steps.release(100)


@pytest.fixture
def chat(running: Chat) -> Chat:
    """Return the chat with its fake as it was in the beginning: ready to write, and waiting for `say`."""
    running.assistant.gate.set()
    running.assistant.steps = threading.Semaphore(0)
    running.assistant.gives_up = False
    return running


@pytest.fixture
def seen(chat: Chat) -> Iterator[Seen]:
    # The fake shelf has documents to be cited, and none to be gone through.
    with watching(chat.address, absent="/(?:leaf|pages)/a{64}") as collected:
        yield collected


def ask(page: Page) -> None:
    page.get_by_placeholder("Ask a question").fill("What?")
    page.keyboard.press("Enter")
    expect(page.locator(".writing")).to_be_visible()


def say(chat: Chat, page: Page, count: int) -> None:
    """Have sentences written until so many are shown."""
    written = page.locator(".turn").last.locator(".claims > *")
    chat.assistant.steps.release(max(1, count - written.count()) if not chat.assistant.gives_up else 1)
    expect(written).to_have_count(count)


def finish(chat: Chat, page: Page) -> Locator:
    """Have the rest written and return the answer."""
    chat.assistant.steps.release(len(WRITTEN))
    answer = page.locator(".turn").last
    expect(answer.locator(".foot")).to_be_visible()
    return answer


def test_sentences_appear_one_by_one_and_can_be_looked_into_meanwhile(
    chromium: Browser, chat: Chat, seen: Seen
) -> None:
    with visiting(chromium, chat.address, seen) as page:
        ask(page)
        expect(page.locator(".claims > *")).to_have_count(0)
        say(chat, page, 1)
        first = page.locator(".written").first
        first.evaluate("node => { node.isTheOne = true; }")
        expect(first.locator(".cite")).to_have_text(["1", "2p. 3"])
        first.locator(".cite").last.click()
        expect(page.locator(".sheet .locator")).to_have_text("p. 3 (PDF page 2)")
        expect(page.locator(".sheet .where")).to_have_text("Source 2 of 2")
        first.locator(".mark").focus()
        page.keyboard.press("Enter")
        expect(first.locator(".checks")).to_contain_text("£3.2m")
        say(chat, page, 2)
        finish(chat, page)
        # Nothing that was there was made anew: what is open stays open, what has the focus keeps it.
        assert first.evaluate("node => node.isTheOne") is True
        expect(first.locator(".checks")).to_be_visible()
        expect(first.locator(".mark")).to_be_focused()
        expect(page.locator(".turn .foot")).to_contain_text(f"Written by {MODEL} · checked against the sources")


def test_only_the_documents_own_words_stand_in_quotation_marks(chromium: Browser, chat: Chat, seen: Seen) -> None:
    with visiting(chromium, chat.address, seen) as page:
        ask(page)
        answer = finish(chat, page)
        assert answer.locator("q").all_inner_texts() == [SENTENCE]
        expect(answer.locator(".written")).to_have_count(2)
        expect(answer.get_by_role("button", name="Checked against the sources: supported")).to_have_count(len(WRITTEN))


def test_a_finished_answer_is_announced_once(chromium: Browser, chat: Chat, seen: Seen) -> None:
    with visiting(chromium, chat.address, seen) as page:
        ask(page)
        page.get_by_role("status").last.evaluate(
            "node => { window.said = []; new MutationObserver(() => said.push(node.textContent)).observe(node,"
            " { childList: true, characterData: true, subtree: true }); }"
        )
        say(chat, page, 1)
        say(chat, page, 2)
        page.wait_for_timeout(600)
        assert page.evaluate("said") == []
        answer = finish(chat, page)
        # What is drawn anew for another reason is not announced again.
        answer.locator(".cite").first.click()
        expect(page.locator(".sheet")).to_be_visible()
        page.wait_for_timeout(600)
        assert len(page.evaluate("said")) == 1


def test_stop_keeps_what_is_verified(chromium: Browser, chat: Chat, seen: Seen) -> None:
    with visiting(chromium, chat.address, seen) as page:
        ask(page)
        say(chat, page, 1)
        page.get_by_role("button", name="Stop writing this answer").focus()
        page.keyboard.press("Enter")
        answer = page.locator(".turn.answer")
        expect(answer.locator(".notice")).to_contain_text("The writing was stopped")
        expect(answer.locator(".claims > *")).to_have_count(1)
        expect(answer).to_be_focused()
        page.reload()
        expect(page.locator(".turn.answer .notice")).to_contain_text("The writing was stopped")


def test_extracts_that_stand_in_name_their_documents_and_the_reason(chromium: Browser, chat: Chat, seen: Seen) -> None:
    chat.assistant.gives_up = True
    with visiting(chromium, chat.address, seen) as page:
        ask(page)
        say(chat, page, 2)
        answer = finish(chat, page)
        expect(answer.locator(".source .badge")).to_have_text(["Report", "Evidence"])
        expect(answer.locator("q")).to_have_text([SENTENCE])
        expect(answer.locator(".notice")).to_have_text("The model did not answer in time; these are extracts.")
        expect(answer.locator(".by")).to_contain_text("Extracts: the documents' own words")


def test_a_reload_finds_the_answer_that_is_being_written(chromium: Browser, chat: Chat, seen: Seen) -> None:
    with visiting(chromium, chat.address, seen) as page:
        ask(page)
        say(chat, page, 1)
        page.reload()
        expect(page.locator(".writing .written")).to_have_count(1)
        say(chat, page, 2)
        answer = finish(chat, page)
        expect(answer.locator(".claims > *")).to_have_count(len(WRITTEN))
        assert len(chat.assistant.heard[-1][1]) == 0


def test_withheld_sentences_stand_behind_one_line(chromium: Browser, chat: Chat, seen: Seen) -> None:
    with visiting(chromium, chat.address, seen) as page:
        ask(page)
        answer = finish(chat, page)
        line = answer.get_by_role(
            "button", name="2 sentences withheld: contradicted by the sources, name not in the sources"
        )
        expect(answer.locator(".held")).to_be_hidden()
        line.focus()
        page.keyboard.press("Enter")
        expect(line).to_have_attribute("aria-expanded", "true")
        expect(answer.locator(".failed-words")).to_have_text([claim.sentence for claim in WITHHELD])
        expect(answer.locator(".held .reasons").first).to_have_text(
            "The number is “£9m” here and “£3.2m” in the document."
        )
        expect(answer.locator(".held .verdict-word")).to_have_text(["Contradicted", "Not found"])
        page.keyboard.press("Escape")
        expect(answer.locator(".held")).to_be_hidden()
        expect(line).to_be_focused()


def test_threat_2_no_markup_of_a_model_reaches_the_page(chromium: Browser, chat: Chat, seen: Seen) -> None:
    with visiting(chromium, chat.address, seen) as page:
        title = page.title()
        ask(page)
        answer = finish(chat, page)
        answer.get_by_role("button", name="2 sentences withheld").click()
        expect(answer.locator(".written > p").last).to_contain_text(f"Say {HOSTILE} ![](http://x) [a](http://b).")
        expect(answer.locator(".failed-words").last).to_have_text(f"So it was on Mars {HOSTILE}.")
        # The links are those of the export, which no model writes.
        expect(answer.locator("img, a:not([download]), strong, em, script")).to_have_count(0)
        page.get_by_role("link", name="Check a claim").click()
        check(page, "A draft.")
        expect(page.locator(".said").nth(2)).to_have_text(f"So it was on Mars {HOSTILE}.")
        expect(page.locator(".check").locator("img, a:not([download]), strong, em, script")).to_have_count(0)
        page.wait_for_timeout(300)
        assert page.title() != "1"
        assert title != "1"


def test_extracts_only_counts_from_the_next_question_on_and_is_remembered(
    chromium: Browser, chat: Chat, seen: Seen
) -> None:
    with visiting(chromium, chat.address, seen) as page:
        page.get_by_text("Extracts only").click()
        page.get_by_placeholder("Ask a question").fill("What?")
        page.keyboard.press("Enter")
        expect(page.locator(".turn.answer .foot")).to_contain_text("Extracts: the documents' own words")
        page.get_by_role("link", name="Check a claim").click()
        expect(page.get_by_role("heading", name="Check a claim")).to_be_visible()
        page.get_by_role("link", name="Ask a question").click()
        switch = page.get_by_role("switch", name="Extracts only").or_(
            page.get_by_role("checkbox", name="Extracts only")
        )
        expect(switch).to_be_checked()
        page.get_by_text("Extracts only").click()
        ask(page)
        finish(chat, page)
        expect(page.locator(".turn.answer .foot").last).to_contain_text("Written by")


def check(page: Page, text: str) -> None:
    """Paste a text and wait for its verdicts."""
    page.get_by_label("Sentence or draft").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".whole")).to_be_visible()


def test_each_sentence_of_a_text_is_marked_and_its_evidence_opens(chromium: Browser, chat: Chat, seen: Seen) -> None:
    with visiting(chromium, f"{chat.address}/check", seen) as page:
        check(page, "A draft.")
        expect(page.locator(".whole")).to_contain_text("1 of 4 sentences is contradicted by the documents")
        sentences = page.locator(".sentence")
        expect(sentences.locator(".verdict-word")).to_have_text(["Supported", "Contradicted", "Not found", "No claim"])
        expect(sentences.locator(".verdict-word svg")).to_have_count(4)
        colours = sentences.locator(".verdict-word").evaluate_all("nodes => nodes.map(n => getComputedStyle(n).color)")
        assert len(set(colours)) == 4
        expect(sentences.nth(1).locator(".reasons")).to_have_text(
            "The number is “£9m” here and “£3.2m” in the document."
        )
        quote = sentences.nth(1).locator(".near").first
        quote.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".sheet .paper mark").first).to_be_visible()
        expect(page.locator(".sheet .locator")).to_have_text("p. 3 (PDF page 2)")
        expect(page.locator(".sheet .where")).to_have_text("Source 1 of 2")
        page.get_by_label("Close the evidence").focus()
        page.keyboard.press("Escape")
        expect(page.locator(".sheet")).to_have_count(0)
        expect(sentences.first.locator(".near")).to_be_focused()
        page.reload()
        expect(page.locator(".sentence")).to_have_count(4)
        expect(page.get_by_label("Sentence or draft")).to_have_value("A draft.")
        page.get_by_role("button", name="Clear this text").click()
        expect(page.locator(".sentence")).to_have_count(0)
        expect(page.get_by_label("Sentence or draft")).to_have_value("")


def test_a_long_check_shows_how_far_it_is_and_can_be_stopped(chromium: Browser, chat: Chat, seen: Seen) -> None:
    chat.assistant.gate.clear()
    with visiting(chromium, f"{chat.address}/check", seen) as page:
        page.get_by_label("Sentence or draft").fill("A draft.")
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator(".shimmer")).to_have_text("Checking sentence 2 of 4…")
        expect(page.get_by_role("progressbar", name="Sentences checked")).to_have_js_property("value", 1)
        page.get_by_role("button", name="Stop this check").click()
        expect(page.locator(".check .result > *")).to_have_count(0, timeout=20_000)
        expect(page.get_by_label("Sentence or draft")).to_have_value("A draft.")
        chat.assistant.gate.set()
        check(page, "Another draft.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no text to check. Paste a sentence or a draft."),
        ("word " * 10_001, "The text has 50,005 characters; 50,000 can be checked at once. Check it in parts."),
    ],
)
def test_what_can_not_be_checked_is_one_sentence(
    chromium: Browser, chat: Chat, seen: Seen, text: str, sentence: str
) -> None:
    with visiting(chromium, f"{chat.address}/check", seen) as page:
        page.get_by_label("Sentence or draft").fill(text)
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator(".check .problem")).to_have_text(sentence)


def test_a_question_that_is_turned_away_is_said_to_be(chromium: Browser, chat: Chat, seen: Seen) -> None:
    chat.assistant.gate.clear()
    held = service.current()
    for number in range(32):
        owner = f"owner {number}"
        held.jobs.ask(owner, held.conversations().begin(owner), "What?", extracts_only=True)
    with visiting(chromium, chat.address, seen) as page:
        page.get_by_placeholder("Ask a question").fill("What?")
        page.keyboard.press("Enter")
        expect(page.locator(".failure .problem")).to_contain_text("32 questions are waiting to be answered already.")
        chat.assistant.gate.set()


@pytest.mark.parametrize("path", ["", "/check"])
def test_on_a_phone_nothing_is_wider_than_the_screen(chromium: Browser, chat: Chat, seen: Seen, path: str) -> None:
    with visiting(chromium, f"{chat.address}{path}", seen, width=390, height=844) as page:
        if path:
            check(page, "A draft.")
        else:
            ask(page)
            finish(chat, page)
            page.locator(".mark").first.click()
            page.locator(".withheld .opens").click()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.locator(".st-key-turns").evaluate("node => node.scrollWidth <= node.clientWidth")
        for button in page.locator(".st-key-turns button").all():
            box = button.bounding_box()
            assert box is None or box["height"] >= 24
        page.locator(f'[data-cite="{PROSE.cite}"]').first.click()
        assert page.locator(".sheet").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}


CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_enough_contrast(chromium: Browser, chat: Chat, seen: Seen, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large text."""
    with visiting(chromium, chat.address, seen) as page:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.reload()
        ask(page)
        say(chat, page, 1)
        assert page.evaluate(CONTRAST) == []
        answer = finish(chat, page)
        answer.locator(".mark").first.click()
        answer.locator(".withheld .opens").click()
        assert page.evaluate(CONTRAST) == []
        page.get_by_role("link", name="Check a claim").click()
        check(page, "A draft.")
        page.locator(".sentence .opens").first.click()
        page.mouse.move(5, 5)
        page.wait_for_timeout(400)
        assert page.evaluate(CONTRAST) == []
