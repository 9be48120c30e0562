"""A person's visit to a chat, in Chromium, and everything that their pages asked for and complained about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pypdfium2
from playwright.sync_api import Browser, BrowserContext, Page, expect

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
# On a page below the root Streamlit's client first looks for its server there, and finds it at the root.
_NOISE = re.compile(r"/(?:evidence|check|shared|library|insights|upload|audit)/_stcore/")


@dataclass(kw_only=True)
class Seen:
    """What all pages of a test asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def watching(chat: str, *, absent: str = "") -> Iterator[Seen]:
    """Collect what happens, and at the end let only loopback and known noise have happened.

    `absent` is a pattern of the addresses that a double does not serve, "" for none.
    """
    collected = Seen()
    yield collected
    outside = {address for address in collected.requests if urlsplit(address).netloc not in ("", urlsplit(chat).netloc)}
    assert outside == set()
    assert collected.requests
    noise = re.compile(f"{_NOISE.pattern}|{absent}") if absent else _NOISE
    complaints = [complaint for complaint in collected.complaints if not noise.search(complaint)]
    assert complaints == [], complaints


@contextmanager
def visiting(
    chromium: Browser,
    chat: str,
    seen: Seen,
    *,
    width: int = 1440,
    height: int = 900,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """Open the chat in a browser of its own: no cookies, no history."""
    context = chromium.new_context(
        viewport={"width": width, "height": height}, has_touch=width < 641, color_scheme=scheme
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=chat)
    try:
        yield opened(context, chat, seen)
    finally:
        # A page that stays open after a failure would keep the chat from ending.
        context.close()


def opened(context: BrowserContext, address: str, seen: Seen) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("websocket", lambda stream: seen.requests.append(stream.url.replace("ws://", "http://")))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            seen.complaints.append(f"{message.text} {message.location['url']}") if message.type == "error" else None
        ),
    )
    page.goto(address)
    return page


def ask(page: Page, question: str) -> None:
    """Ask a question and wait for its answer."""
    before = page.locator(".question").count()
    page.get_by_placeholder("Ask a question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_count(before + 1)
    expect(page.locator(".pending, .writing")).to_have_count(0, timeout=60_000)


def squeezed(text: str) -> str:
    """Return a text without white space and the hyphens at line ends."""
    return re.sub(r"-\s*\n|\s|\x02|\ufffe", "", text)


def highlighted(page: Page, pdf: Path, marks: str = ".paper mark") -> str:
    """Return the words of the PDF that lie under the marks, read from the PDF itself."""
    number = re.search(r"/page/[0-9a-f]{64}/(\d+)\.jpg", page.locator(".paper img").first.get_attribute("src") or "")
    assert number
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[int(number[1])]
        width, height = sheet.get_size()
        text = sheet.get_textpage()
        words = []
        for mark in page.locator(marks).all():
            left, top, wide, high = mark.evaluate(
                "m => ['left', 'top', 'width', 'height'].map(s => parseFloat(m.style[s]))"
            )
            bounds = (left * width / 100, height - (top + high) * height / 100 + 2)
            words.append(
                text.get_text_bounded(*bounds, bounds[0] + wide * width / 100, height - top * height / 100 - 2)
            )
        return "\n".join(words)
