"""Where the chat listens: beyond this machine only where people sign in."""

from __future__ import annotations

from typing import Any

import pytest

from report_qa import Settings
from report_qa.doors.chat.server import answers_to, refuse_strangers
from report_qa.errors import SettingInvalid
from tests.report_qa.doors.chat.signed import SETTINGS

OPEN: tuple[dict[str, Any], ...] = (
    {"host": "0.0.0.0"},
    {"host": "::"},
    {"host": "192.0.2.1"},
    {"public_url": "https://reports.example.org"},
    {"allowed_hosts": ["reports.example.org"]},
    {"allowed_hosts": ["*"]},
)


@pytest.mark.parametrize("settings", OPEN, ids=str)
def test_nothing_is_open_to_others_without_sign_in(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingInvalid, match="needs sign-in"):
        refuse_strangers(Settings(**settings))
    refuse_strangers(Settings(**SETTINGS | settings))


@pytest.mark.parametrize(
    "settings", [{}, {"host": "127.0.0.2"}, {"host": "::1"}, {"public_url": "http://localhost:8501"}]
)
def test_this_machine_needs_none(settings: dict[str, Any]) -> None:
    refuse_strangers(Settings(**settings))


def test_the_chat_answers_to_its_names_alone() -> None:
    named: dict[str, Any] = {"allowed_hosts": "chat.internal, reports.example.org"}
    settings = Settings(host="0.0.0.0", public_url="https://reports.example.org/", **named)
    assert answers_to(settings) == ["127.0.0.1", "localhost", "reports.example.org", "chat.internal"]
