"""While questions are switched off, every page says so, takes none, and shows what there is to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_qa.doors.chat.service import Service
from tests.report_qa.doors.chat.fakes import HOSTILE, PROSE, SENTENCE
from tests.report_qa.doors.chat.opened import checked, run
from tests.report_qa.doors.chat.test_pages import answered, held, shown, tokens

__all__ = ["held", "tokens"]


@pytest.mark.parametrize("at", ["", "check", "library"])
def test_each_page_shows_the_message_as_text(held: Service, at: str) -> None:
    assert "Back at noon." not in [each.value for each in run(at).text]
    held.switch.turn_off(f"Back at noon. {HOSTILE}")
    assert f"Back at noon. {HOSTILE}" in [each.value for each in run(at).text]


def test_no_question_is_taken_and_answers_stay(held: Service) -> None:
    page = run()
    page.chat_input(key="question").set_value("What does £1m return?")
    page = answered(page)
    # A page that was open before learns of it with its next question.
    page.chat_input(key="question").set_value("And what else?")
    held.switch.turn_off("Back at noon.")
    page = checked(page.run())
    first, last = shown(page)["conversation"]["turns"]
    assert first["groups"][0]["claims"][0]["text"] == SENTENCE
    assert "Back at noon." in str(last)
    assert not held.jobs.busy
    assert page.chat_input(key="question").disabled
    assert "evidence" in shown(run(cite=PROSE.cite))
    held.switch.turn_on()
    assert not run().chat_input(key="question").disabled


def test_no_text_is_checked(held: Service, tmp_path: Path) -> None:
    held.switch.turn_off("Back at noon.")
    page = run("check")
    assert [button.disabled for button in page.button if button.label == "Check"] == [True]
