"""Make the pictures of docs/screenshots/ anew: a real chat over corpus/, driven in Chromium (`make screenshots`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chat_server import serving  # noqa: E402
from tests.browser.visit import QUIET, ask  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
# Pages of text need few colours; a picture then takes a quarter of the room.
COLOURS = 128
QUESTION = "How large is the productivity gap?"
UNKNOWN = "How many nuclear power stations does the report ask for?"
DRAFT = (
    "The total productivity gap of the most deprived communities is £124.1 billion. "
    "It is £5 billion a year. The report was printed on recycled paper."
)


def answer(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".cite").first.click()
    expect(page.locator(".paper mark").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def refusal(page: Page) -> None:
    ask(page, UNKNOWN)


def verdicts(page: Page) -> None:
    page.get_by_role("link", name="Check a claim").click()
    page.get_by_label("Sentence or draft").fill(DRAFT)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".sentences")).to_be_visible(timeout=60_000)


def library(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("heading", level=1, name="Documents")).to_be_visible()


def shared(page: Page) -> None:
    ask(page, QUESTION)
    page.get_by_role("button", name="Share this answer").click()
    page.get_by_role("button", name="Make a link").click()
    page.goto(page.get_by_label("Link", exact=True).input_value())
    page.locator(".cite").first.click()
    expect(page.locator(".paper mark").first).to_be_visible()


def export(page: Page) -> None:
    ask(page, QUESTION)
    page.get_by_role("button", name="Export this answer").click()


# Name of the picture → what is done first, the window's size, and the colours.
PICTURES: dict[str, tuple[Callable[[Page], None], tuple[int, int], str]] = {
    "answer": (answer, (1440, 900), "light"),
    "answer-dark": (answer, (1440, 900), "dark"),
    "answer-phone": (answer, (390, 844), "light"),
    "export": (export, (1440, 900), "light"),
    "library": (library, (1440, 900), "light"),
    "shared": (shared, (1440, 900), "light"),
    "refusal": (refusal, (1440, 900), "light"),
    "verdicts": (verdicts, (1440, 900), "light"),
}


def main() -> None:
    """Ingest, serve, and take the pictures that are named as arguments, or all of them."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        sys.exit("The pictures are taken in Chromium: install it, or set CHROMIUM to its program.")
    FOLDER.mkdir(exist_ok=True)
    names = sys.argv[1:] or list(PICTURES)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        library = Path(folder) / "library"
        ingest = [sys.executable, "-m", "ingest", str(ROOT / "corpus"), "--library", str(library)]
        subprocess.run(ingest, cwd=ROOT, check=True, capture_output=True)
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        with serving(library) as chat:
            for name in names:
                take(browser, chat, name)
        browser.close()


def take(browser: Browser, chat: str, name: str) -> None:
    """Take one picture."""
    prepare, (width, height), scheme = PICTURES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=width < 641,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(chat)
    prepare(page)
    page.wait_for_timeout(300)
    path = FOLDER / f"{name}.png"
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")
    context.close()


if __name__ == "__main__":
    main()
