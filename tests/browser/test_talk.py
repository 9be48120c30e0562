"""What a person does with a conversation besides asking: finding it again, asking otherwise, going on, judging and comparing.

Over fakes; that suggestions are answered is seen on the small real library, in test_chat.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from report_qa.doors.chat import desk, off_banner
from report_qa.doors.chat.jobs import Job, Jobs
from report_qa.doors.chat.service import Service
from tests.browser.chat_server import free_port, serving_here
from tests.browser.visit import Seen, ask, visiting, watching
from tests.report_qa.doors.chat.fakes import (
    HOSTILE,
    PROSE,
    ROW,
    SENTENCE,
    SUGGESTED,
    FakeAssistant,
    answer_of_figures,
    make_service,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

FIGURES = "How many homes stand empty?"
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    made = FakeAssistant(answers={FIGURES: answer_of_figures(FIGURES)})
    made.gate.set()
    return made


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory, assistant: FakeAssistant) -> Iterator[str]:
    port = free_port()
    held = make_service(tmp_path_factory.mktemp("talk"), assistant=assistant, port=port)
    held.assistant()
    with pytest.MonkeyPatch.context() as patched, serving_here(held, port) as address:
        # These tests ask faster than people do; while many ask, no suggestions are made.
        patched.setattr(Jobs, "pressed", False)
        yield address


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def history(page: Page) -> Locator:
    page.get_by_role("button", name="History").click()
    shown = page.locator(".history")
    expect(shown).to_be_visible()
    return shown


def test_a_conversation_is_named_searched_and_deleted_by_the_keyboard(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, "Where is the money?")
        page.get_by_role("button", name="New").first.click()
        expect(page.locator(".opening")).to_be_visible()
        ask(page, "Who wrote it?")
        shown = history(page)
        expect(shown.locator("h2")).to_have_text(["Today"])
        expect(shown.locator(".open span")).to_have_text(["Who wrote it?", "Where is the money?"])
        page.get_by_role("button", name="Rename the conversation “Where is the money?”").focus()
        page.keyboard.press("Enter")
        field = page.get_by_label("Name of the conversation")
        expect(field).to_be_focused()
        field.fill(f"For the board {HOSTILE}")
        page.keyboard.press("Enter")
        expect(shown.locator(".open span").last).to_have_text(f"For the board {HOSTILE}")
        search = page.get_by_label("Search your conversations")
        search.fill("money zebra")
        expect(shown.locator(".open span")).to_have_count(0)
        expect(shown).to_contain_text("No conversation has these words.")
        search.fill("WHERE money")
        expect(shown.locator(".open span")).to_have_text([f"For the board {HOSTILE}"])
        expect(shown.locator(".found")).to_have_text("Where is the money?")
        drop = page.get_by_role("button", name="Delete the conversation")
        drop.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Keep")).to_be_focused()
        page.keyboard.press("Enter")
        expect(drop).to_be_focused()
        page.keyboard.press("Enter")
        page.locator(".sure").click()
        expect(shown.locator(".open span")).to_have_count(0)
        expect(shown.locator(".said")).to_have_text("Deleted.")
        search.fill("")
        expect(shown.locator(".open span")).to_have_text(["Who wrote it?"])


def test_an_answer_that_is_there_before_the_page_is_drawn_again_is_shown(
    chromium: Browser, chat: str, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Jobs.ask

    def ask_and_wait(jobs: Jobs, *arguments: str, **settings: Any) -> Job:
        job = begin(jobs, *arguments, **settings)
        wait_until(lambda: not job.pending)
        return job

    monkeypatch.setattr(Jobs, "ask", ask_and_wait)
    with visiting(chromium, chat, seen) as page:
        ask(page, FIGURES)
        ask(page, "And who wrote it?")
        page.get_by_role("button", name="Edit this question").last.click()
        page.get_by_label("The question, to be asked again").fill("And who did not?")
        page.keyboard.press("Enter")
        expect(page.locator(".question")).to_have_count(3)


def test_a_page_that_could_not_be_drawn_once_looks_again(
    chromium: Browser, chat: str, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[int] = []
    draw = off_banner.show

    def failing_twice(held: Service) -> bool:
        if assistant.gate.is_set() or len(failed) == 2:
            return draw(held)
        failed.append(1)
        raise OSError("The disk is away.")

    with visiting(chromium, chat, Seen()) as page:
        assistant.gate.clear()
        try:
            page.get_by_placeholder("Ask a question").fill(FIGURES)
            page.keyboard.press("Enter")
            expect(page.locator(".pending")).to_have_count(1)
            monkeypatch.setattr(off_banner, "show", failing_twice)
            wait_until(lambda: len(failed) == 2)
        finally:
            assistant.gate.set()
        expect(page.locator(".answer, .claims").first).to_be_visible()


def test_a_page_whose_connection_breaks_shows_the_answer_that_came_meanwhile(
    chromium: Browser, chat: str, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So the last run before was one of the whole page, after which Streamlit does not run it anew by itself.
    monkeypatch.setattr(desk, "_LOOKS_S", 1.5)
    streams: list[tuple[WebSocketRoute, WebSocketRoute]] = []
    # What such a page complains of is the broken connection.
    with visiting(chromium, chat, Seen()) as page:
        page.route_web_socket("**/_stcore/stream", lambda here: streams.append((here, here.connect_to_server())))
        page.reload()
        assistant.gate.clear()
        try:
            page.get_by_placeholder("Ask a question").fill(FIGURES)
            page.keyboard.press("Enter")
            expect(page.locator(".pending")).to_have_count(1)
            for end in streams.pop():
                end.close()
            page.wait_for_timeout(500)
        finally:
            assistant.gate.set()
        expect(page.locator(".answer, .claims").first).to_be_visible()
        assert len(streams) == 1


def test_a_question_is_edited_in_place_and_asked_again_below(
    chromium: Browser, chat: str, seen: Seen, assistant: FakeAssistant
) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, "First?")
        ask(page, "Seccond?")
        page.get_by_role("button", name="Edit this question").last.focus()
        page.keyboard.press("Enter")
        field = page.get_by_label("The question, to be asked again")
        expect(field).to_be_focused()
        expect(field).to_have_value("Seccond?")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Edit this question").last).to_be_focused()
        page.keyboard.press("Enter")
        field.fill("Second?")
        page.keyboard.press("Enter")
        expect(page.locator(".turn.answer")).to_have_count(3)
        expect(page.locator(".question")).to_have_text(["Question: First?", "Question: Seccond?", "Question: Second?"])
        expect(page.locator(".again-below")).to_have_count(1)
        expect(page.locator(".turn").nth(1)).to_contain_text("Asked again below")
        question, earlier = assistant.heard[-1]
        assert (question, [each.question for each in earlier]) == ("Second?", ["First?"])
        page.reload()
        expect(page.locator(".turn").nth(1)).to_contain_text("Asked again below")


def test_suggestions_come_below_the_answer_and_move_nothing(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, "What?")
        answer = page.locator(".turn .claims").first
        before = answer.bounding_box()
        expect(page.locator(".next .example")).to_have_text(list(SUGGESTED))
        assert answer.bounding_box() == before
        page.locator(".next .example").first.click()
        expect(page.locator(".question").last).to_have_text(f"Question: {SUGGESTED[0]}")
        expect(page.locator(".turn.answer")).to_have_count(2)
        expect(page.locator(".next .example")).to_have_text(list(SUGGESTED[1:]))


def test_what_is_said_of_an_answer_survives_a_reload_and_may_be_taken_back(
    chromium: Browser, chat: str, seen: Seen
) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, "What?")
        wrong = page.get_by_role("button", name="Wrong", exact=True)
        wrong.focus()
        page.keyboard.press("Enter")
        expect(wrong).to_have_attribute("aria-pressed", "true")
        expect(wrong).to_be_focused()
        expect(page.get_by_role("status").filter(has_text="Thank you")).to_have_count(1)
        page.get_by_label("What should have been said?").fill(f"Another sum. {HOSTILE}")
        page.get_by_role("button", name="Save the note").click()
        page.locator(".mark").first.click()
        bad = page.get_by_role("button", name="Source 1 does not bear this out")
        bad.click()
        expect(bad).to_have_attribute("aria-pressed", "true")
        expect(bad).to_be_visible()
        page.reload()
        expect(wrong).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_label("What should have been said?")).to_have_value(f"Another sum. {HOSTILE}")
        page.locator(".mark").first.click()
        expect(bad).to_have_attribute("aria-pressed", "true")
        wrong.click()
        expect(wrong).to_have_attribute("aria-pressed", "false")
        expect(page.get_by_label("What should have been said?")).to_have_count(0)
        expect(bad).to_have_attribute("aria-pressed", "true")


def test_each_document_answers_by_itself(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, "What?")
        page.get_by_role("button", name="Ask each document this question by itself").click()
        rows = page.locator(".by-source > section > table > tbody > tr")
        expect(rows).to_have_count(3)
        expect(rows.first).to_contain_text(SENTENCE)
        expect(rows.first.locator(".badge")).to_have_text("Report")
        expect(rows.nth(1).locator(".wide thead th")).to_have_text(["Publication", "Sum"])
        expect(rows.last).to_contain_text("Does not say.")
        expect(rows.last.locator("th")).to_contain_text(HOSTILE)
        rows.nth(1).locator(".cite").click()
        expect(page.locator(".sheet")).to_contain_text("Note on money")
        page.get_by_role("button", name="Hide the answers by source").click()
        expect(rows).to_have_count(0)


def test_a_bar_opens_the_place_of_its_figure(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, FIGURES)
        bars = page.locator(".chart .figure")
        expect(bars).to_have_text(["1,200", "900", "80"])
        expect(page.locator(".chart th[scope=row]")).to_have_text(["Leeds", "Hull", "Ripon"])
        widths = [box["width"] for bar in page.locator(".chart .bar").all() if (box := bar.bounding_box())]
        assert widths == sorted(widths, reverse=True)
        assert abs(widths[1] / widths[0] - 0.75) < 0.02
        expect(page.locator(".tabular .wide tbody tr")).to_have_count(3)
        page.get_by_role("button", name="Hull: 900. Open where it stands").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".sheet")).to_contain_text("Note on money")
        expect(page.locator(f'.chart [data-cite="{ROW.cite}"]').first).to_have_attribute("aria-pressed", "true")


def test_an_answer_is_copied_with_its_sources_as_text_and_with_links(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        ask(page, "What?")
        page.get_by_role("button", name="Copy this answer").click()
        expect(page.get_by_role("button", name="Copy this answer")).to_have_text("Copied")
        text = page.evaluate("navigator.clipboard.readText()")
        assert "[1] Why neighbourhoods matter, p. 3 (PDF page 2). https://example.org/report http://127.0.0.1" in text
        html = page.evaluate(
            "navigator.clipboard.read().then(([item]) => item.getType('text/html')).then((blob) => blob.text())"
        )
        assert '<a href="https://example.org/report"' in html
        assert "<img" not in html
        assert f"/evidence?cite={PROSE.cite.split('~')[0]}" in html


def test_what_can_be_asked_is_a_key_away(chromium: Browser, chat: str, seen: Seen) -> None:
    with visiting(chromium, chat, seen, width=390, height=844) as page:
        page.get_by_role("button", name="What can I ask?").click()
        panel = page.locator(".can-ask")
        expect(panel).to_contain_text("It knows only these documents")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        panel.get_by_role("button", name=SUGGESTED[0]).click()
        expect(page.locator(".question")).to_have_text(f"Question: {SUGGESTED[0]}")
        expect(panel).to_have_count(0)


def test_a_question_that_takes_long_says_how_long(
    chromium: Browser, chat: str, seen: Seen, assistant: FakeAssistant
) -> None:
    with visiting(chromium, chat, seen) as page:
        assistant.gate.clear()
        page.get_by_placeholder("Ask a question").fill("Slow?")
        page.keyboard.press("Enter")
        expect(page.locator(".pending")).to_contain_text("Searching 2 documents…")
        expect(page.locator(".elapsed")).to_have_text("3 s", timeout=8_000)
        expect(page.get_by_role("status").filter(has_text="Searching 2 documents…")).to_have_count(1)
        assistant.gate.set()
        expect(page.locator(".turn.answer")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_enough_contrast_and_every_target_its_size(
    chromium: Browser, chat: str, seen: Seen, scheme: Literal["light", "dark"]
) -> None:
    with visiting(chromium, chat, seen, width=390, height=844, scheme=scheme) as page:
        ask(page, FIGURES)
        page.get_by_role("button", name="Ask each document").click()
        expect(page.locator(".by-source > section > table > tbody > tr")).to_have_count(3)
        page.get_by_role("button", name="Something is missing").click()
        expect(page.locator(".opinion textarea")).to_be_visible()
        expect(page.locator(".next .example").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        small = [
            (button.inner_text(), box["height"])
            for button in page.locator(".conversation button:visible").all()
            if (box := button.bounding_box()) and box["height"] < 24
        ]
        assert small == []
        assert page.evaluate(CONTRAST) == []
