"""The whole way with a chat model: a real server over a small real library, its answers written by a model.

Two models write. One is scripted, over HTTP, and says a sentence each time that a test asks for it: what is shown is then known. The
other is the small local one, where it is installed (`make local-model`): nobody knows what it will say, so what is held is
what must be true of any answer.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.local_model import installed
from tests.browser.chat_server import PDF, serving
from tests.browser.visit import Seen, highlighted, squeezed, visiting, watching
from tests.local_model import LocalModel
from tests.misbehaving_model import ModelServer, Request, pieces_of

pytestmark = pytest.mark.browser

QUESTION = "What is the total productivity gap of the most deprived communities?"
STANDS = "The most deprived communities have a total productivity gap that is estimated at £124.1 billion [E1]."
WRONG = "The most deprived communities have a total productivity gap that is estimated at £300 billion [E1]."
HOSTILE = '<img src=x onerror="document.title=1"> ![](http://x/y.png) [a](http://b) [E1].'
QUOTE = "the most deprived communities have a total productivity gap that is estimated at £124.1 billion."


class Script:
    """A model that says its next sentence when it is told to, as long as its reader listens."""

    def __init__(self) -> None:
        self.sentences = [STANDS, WRONG, HOSTILE, "And so it stands."]
        self.steps = threading.Semaphore(0)
        self.server = ModelServer(self._write)

    def _write(self, request: Request) -> None:
        request.begin()
        for sentence in self.sentences:
            while not self.steps.acquire(timeout=0.1):
                request.send(": waiting")
            for piece in pieces_of(f"{sentence} "):
                request.say(piece)
        request.finish()


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    script = Script()
    with script.server:
        yield script


@pytest.fixture(scope="module")
def chat(library: Path, script: Script) -> Iterator[str]:
    settings = {"REPORT_QA_MODEL": "openai:scripted", "REPORT_QA_MODEL_BASE_URL": script.server.address}
    with serving(library, OPENAI_API_KEY="none", **settings) as address:
        yield address


@pytest.fixture
def seen(chat: str) -> Iterator[Seen]:
    with watching(chat) as collected:
        yield collected


def begin(page: Page) -> None:
    page.get_by_placeholder("Ask a question").fill(QUESTION)
    page.keyboard.press("Enter")


def test_ask_stop_extracts_check_and_evidence(chromium: Browser, chat: str, script: Script, seen: Seen) -> None:
    with visiting(chromium, chat, seen) as page:
        begin(page)
        expect(page.get_by_role("button", name="Stop writing this answer")).to_be_visible()
        script.steps.release()
        # A sentence is complete once the next one begins.
        script.steps.release()
        first = page.locator(".writing .written")
        expect(first).to_contain_text("£124.1 billion.", timeout=30_000)
        first.locator(".cite").first.click()
        expect(page.locator(".paper mark").first).to_be_visible()
        assert squeezed(QUOTE) in squeezed(highlighted(page, PDF))
        page.get_by_label("Close the evidence").click()
        script.steps.release()
        page.wait_for_timeout(1_000)
        page.get_by_role("button", name="Stop writing this answer").click()
        answer = page.locator(".turn.answer")
        expect(answer.locator(".notice")).to_contain_text("stopped")
        expect(answer.locator(".foot")).to_contain_text("Written by openai:scripted · checked against the sources")
        withheld = answer.locator(".withheld .opens")
        expect(withheld).to_contain_text("withheld: contradicted by the sources")
        withheld.click()
        expect(answer.locator(".held")).to_contain_text(
            "The number is “about £300 billion” here and “about £124.1 billion”"
        )
        expect(answer.locator("img, a:not([download])")).to_have_count(0)
        before = answer.inner_text()
        page.reload()
        page.locator(".turn.answer .withheld .opens").click()
        assert page.locator(".turn.answer").inner_text() == before

        page.get_by_text("Extracts only").click()
        begin(page)
        extracts = page.locator(".turn.answer").last
        expect(extracts.locator(".foot")).to_contain_text("Extracts: the documents' own words", timeout=30_000)
        expect(extracts.locator("q").first).to_contain_text("£124.1 billion")

        page.get_by_role("link", name="Check a claim").click()
        texts = [STANDS, WRONG, "Penguins from Antarctica won 7 cups in 1966.", "Is that so?"]
        page.get_by_label("Sentence or draft").fill(" ".join(text.replace(" [E1]", "") for text in texts))
        page.get_by_role("button", name="Check", exact=True).click()
        words = page.locator(".sentence .verdict-word")
        expect(words).to_have_text(["Supported", "Contradicted", "Not found", "No claim"], timeout=60_000)
        page.locator(".sentence .near").nth(1).click()
        expect(page.locator(".paper mark").first).to_be_visible()
        assert squeezed(QUOTE) in squeezed(highlighted(page, PDF))


@pytest.mark.skipif(not installed(), reason="the local model is not installed: make local-model")
def test_a_real_small_model_is_held_to_the_sources(chromium: Browser, library: Path) -> None:
    model = LocalModel()
    settings = {"REPORT_QA_MODEL": model.name, "REPORT_QA_MODEL_BASE_URL": model.address}
    try:
        with (
            serving(library, OPENAI_API_KEY="none", **settings) as chat,
            watching(chat) as seen,
            visiting(chromium, chat, seen) as page,
        ):
            begin(page)
            answer = page.locator(".turn.answer")
            expect(answer.locator(".foot")).to_be_visible(timeout=120_000)
            by = answer.locator(".by").inner_text()
            assert re.match(rf"Written by {model.name} · checked|Extracts: the documents' own words", by)
            # Extracts stand in only with a word on why.
            assert by.startswith("Written") or answer.locator(".notice").count() == 1
            shown = answer.locator(".claims > *").count()
            assert shown >= 1
            assert answer.locator('.mark[aria-label^="Checked against the sources: supported"]').count() == shown
            answer.locator(".cite").first.click()
            expect(page.locator(".sheet mark").first).to_be_visible()
            page.get_by_label("Close the evidence").click()

            begin(page)
            page.get_by_role("button", name="Stop writing this answer").last.click(timeout=60_000)
            stopped = page.locator(".turn.answer").nth(1)
            expect(stopped.locator(".foot")).to_be_visible(timeout=60_000)
            assert stopped.locator(".claims > *").count() >= 1
    finally:
        model.stop()
