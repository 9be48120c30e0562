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
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.chat_server import serving
from tests.browser.visit import QUIET, ask

QUESTION = "What do the documents say about pride in place?"
# What has to be there: {where: "Source 2 of", mark: a selector, not: an address that the picture no longer has, hit: words}.
_ARRIVED = """wanted => {
  const hosts = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')];
  const sheet = hosts.map(host => host.shadowRoot?.querySelector('.sheet')).find(Boolean);
  if (!sheet) return false;
  if (wanted.hit) return [...sheet.querySelectorAll('.hit mark')].some(mark => mark.innerText.toLowerCase() === wanted.hit);
  const image = sheet.querySelector('.paper img');
  return Boolean(image?.complete && image.naturalWidth && image.getAttribute('src') !== wanted.not
    && sheet.querySelector('.where').innerText.startsWith(wanted.where || '') && sheet.querySelector(wanted.mark));
}"""
_TURNS = 3
_LOOKED_FOR = ("neighbourhood", "government", "place")


def timed(page: Page, act: Callable[[], None], **wanted: str) -> float:
    """Return the milliseconds from an act until what is wanted is there, looked for at every frame."""
    start = time.perf_counter()
    act()
    page.wait_for_function(_ARRIVED, arg=wanted, polling="raf")
    return (time.perf_counter() - start) * 1000


def one_round(page: Page) -> dict[str, list[float]]:
    """Click through the open conversation and return the milliseconds of each kind of click."""
    cites = page.locator(".answer .cite")
    numbers = range(1, cites.count() + 1)
    took: dict[str, list[float]] = {}
    took["open the pane"] = []
    for number in numbers:
        opening = cites.nth(number - 1).click
        took["open the pane"].append(timed(page, opening, where=f"Source {number} ", mark=".words mark"))
        _close(page)
    cites.first.click()
    page.wait_for_function(_ARRIVED, arg={"where": "Source 1 ", "mark": ".words mark"})
    step = page.get_by_label("Next source").click
    took["next citation"] = [timed(page, step, where=f"Source {number} ", mark=".words mark") for number in numbers[1:]]
    took["turn a page"] = []
    for _ in range(_TURNS):
        turn = page.get_by_label("Previous page")
        if turn.get_attribute("aria-disabled") != "true":
            old = page.locator(".paper img").get_attribute("src") or ""
            took["turn a page"].append(timed(page, turn.click, **{"not": old, "mark": ".paper"}))
    page.get_by_role("button", name="Find").click()
    field = page.get_by_label("Find in this document")
    took["search"] = [timed(page, partial(field.fill, words), hit=words) for words in _LOOKED_FOR]
    page.get_by_label("Close the search").click()
    _close(page)
    return took


def _close(page: Page) -> None:
    page.get_by_label("Close the evidence").click()
    expect(page.locator(".sheet")).to_have_count(0)


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
        one_round(page)
        rounds = [one_round(page) for _ in range(asked.rounds)]
        for name in rounds[0]:
            values = sorted(value for each in rounds for value in each[name])
            high = values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
            print(f"{name:14} median {statistics.median(values):5.0f}   p95 {high:5.0f}   n {len(values)}")
        browser.close()


if __name__ == "__main__":
    main()
