"""A reader's selection is the address's in a whole run of the page, and the last choice in one that a timer began."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from report_qa.doors.chat import reader, visitor
from report_qa.doors.chat.owner import new_token
from report_qa.doors.chat.reader import Reader
from tests.report_qa.doors.chat.fakes import make_service


class FakeStreamlit:
    """What the module uses of Streamlit: the session's state and the address."""

    def __init__(self) -> None:
        self.session_state: dict[str, Any] = {}
        self.query_params: dict[str, str] = {}


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> FakeStreamlit:
    fake = FakeStreamlit()
    monkeypatch.setattr(reader, "st", fake)
    token = new_token()
    monkeypatch.setattr(visitor, "cookie_token", lambda: token)
    return fake


def test_a_timer_that_fired_before_a_click_does_not_take_the_selection_back(
    page: FakeStreamlit, tmp_path: Path
) -> None:
    held = make_service(tmp_path)
    someone = Reader(held)
    someone.select("one")
    # The browser sent this run before it knew of the click.
    page.query_params.clear()
    someone.hold_selection()
    assert someone.cite == "one"
    someone.select("")
    page.query_params["cite"] = "one"
    someone.hold_selection()
    assert someone.cite == ""
    held.close()


def test_going_back_counts(page: FakeStreamlit, tmp_path: Path) -> None:
    held = make_service(tmp_path)
    Reader(held).select("one")
    page.query_params.clear()
    again = Reader(held)
    again.hold_selection()
    assert again.cite == ""
    held.close()
