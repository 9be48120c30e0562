"""How long a click takes until the marked page is there: in real Chromium, over a real chat, on a library of one's own.

    python -m benchmarks.evidence_clicks [--library DIR] [--question TEXT] [--rounds N]

Measured from the click to the moment when the page's picture is decoded and the marks lie on it: opening the neighbouring citation of
an answer, opening the pane, turning a page, and from the last letter of a search to its list of places. The first round warms up
and is not counted. CHROMIUM names the browser's program.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.chat_server import serving
from tests.browser.visit import QUIET, ask

QUESTION = "What do the documents say about pride in place?"
_DRAWN = """selector => {
  const hosts = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')];
  const sheet = hosts.map(host => host.shadowRoot?.querySelector('.sheet')).find(Boolean);
  const image = sheet?.querySelector('.paper img');
  return Boolean(image?.complete && image.naturalWidth && sheet.querySelector(selector));
}"""


def timed(page: Page, act: Callable[[], None], arrived: Callable[[], None], selector: str = ".words mark") -> float:
    """Return the milliseconds from an act until it has arrived and the page is drawn with its marks."""
    start = time.perf_counter()
    act()
    arrived()
    page.wait_for_function(_DRAWN, arg=selector, polling="raf")
    return (time.perf_counter() - start) * 1000


def measure(page: Page, rounds: int) -> dict[str, list[float]]:
    """Click through the open conversation and return the milliseconds of each kind of click."""
    cites = page.locator(".answer .cite")
    count = cites.count()
    where = page.locator(".where")
    took: dict[str, list[float]] = {"open the pane": [], "next citation": [], "turn a page": [], "search": []}
    for each in range(rounds + 1):
        kept: dict[str, list[float]] = {name: [] for name in took}
        for number in range(1, count + 1):
            kept["open the pane"].append(
                timed(page, cites.nth(number - 1).click, lambda n=number: expect(where).to_contain_text(f"Source {n} "))  # type: ignore[misc]
            )
            page.get_by_label("Close the evidence").click()
            expect(where).to_have_count(0)
        cites.first.click()
        expect(where).to_contain_text("Source 1 ")
        for number in range(2, count + 1):
            kept["next citation"].append(
                timed(
                    page,
                    page.get_by_label("Next source").click,
                    lambda n=number: expect(where).to_contain_text(f"Source {n} "),  # type: ignore[misc]
                )
            )
        for _ in range(3):
            src = page.locator(".paper img").get_attribute("src") or ""
            turn = page.get_by_label("Previous page")
            if turn.get_attribute("aria-disabled") == "true":
                break
            kept["turn a page"].append(
                timed(
                    page,
                    turn.click,
                    lambda old=src: expect(page.locator(".paper img")).not_to_have_attribute("src", old),  # type: ignore[misc]
                    ".paper img",
                )
            )
        page.get_by_role("button", name="Find").click()
        field = page.get_by_label("Find in this document")
        for words in ("neighbourhood", "government", "place"):
            field.fill("")
            kept["search"].append(
                timed(
                    page,
                    lambda w=words: field.fill(w),  # type: ignore[misc]
                    lambda w=words: expect(page.locator(".hit mark").first).to_contain_text(w, ignore_case=True),  # type: ignore[misc]
                    ".hit",
                )
            )
        page.get_by_label("Close the search").click()
        page.get_by_label("Close the evidence").click()
        expect(where).to_have_count(0)
        if each:
            for name, values in kept.items():
                took[name] += values
    return took


def main() -> None:
    """Serve the chat, ask, click and print the median and the 95th percentile of each kind of click."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, default=Path("library"))
    parser.add_argument("--question", default=QUESTION, help="one that several places answer")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        parser.error("Chromium is needed: set CHROMIUM to its program")
    with serving(asked.library.resolve()) as chat, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(chat)
        ask(page, asked.question)
        print(f"{page.locator('.answer .cite').count()} citations, {asked.rounds} rounds, milliseconds")
        for name, values in measure(page, asked.rounds).items():
            values.sort()
            high = values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
            print(f"{name:14} median {statistics.median(values):5.0f}   p95 {high:5.0f}   n {len(values)}")
        browser.close()


if __name__ == "__main__":
    main()
