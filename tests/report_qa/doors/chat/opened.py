"""A page of the chat, opened in this process as Streamlit's own tests open one."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

APP = Path(__file__).resolve().parents[4] / "app.py"


def run(at: str = "", **query: str) -> AppTest:
    """Open a page of the chat: that with this path, the conversation without one."""
    page = AppTest.from_file(str(APP), default_timeout=20)
    page._page_hash = calc_hash(at) if at else ""
    for name, value in query.items():
        page.query_params[name] = value
    return checked(page.run())


def checked(page: AppTest) -> AppTest:
    assert not page.exception
    return page
