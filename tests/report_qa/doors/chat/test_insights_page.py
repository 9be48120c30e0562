"""A steward judges what readers said, with the evidence beside it; the reader sees how it ended at the very answer."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from report_qa import AnswerStatus
from report_qa.doors.chat import insights_page
from report_qa.doors.chat.insights_view import insights_data, settled_words
from report_qa.doors.chat.service import Service
from report_qa.feedback import FeedbackKind
from report_qa.settlements import Outcome
from tests.report_qa.doors.chat.fakes import EDITION, HOSTILE, NOTE, PROSE, REPORT, SENTENCE, FakeShelf, answer_to
from tests.report_qa.doors.chat.opened import run
from tests.report_qa.doors.chat.test_pages import held, shown, tokens

__all__ = ["held", "tokens"]
REFUSED = AnswerStatus.REFUSED_NO_EVIDENCE


@pytest.fixture
def turn_id(held: Service) -> str:
    """Somebody asked, and called a citation bad; a refusal and an answer that nobody spoke against came after."""
    kept = held.conversations()
    conversation_id = kept.begin("somebody")
    turn_id = kept.append("somebody", conversation_id, answer_to(f"What? {HOSTILE}"), None).turn_id
    kept.append("somebody", conversation_id, answer_to("Where is the Moon? a@example.org", REFUSED), None)
    kept.append("somebody", conversation_id, answer_to("What is my private matter?"), None)
    held.feedback().give("somebody", turn_id, FeedbackKind.BAD_CITATION, cite=PROSE.cite, note=f"No. {HOSTILE}")
    return turn_id


def test_a_matter_is_shown_with_all_that_it_takes(held: Service, turn_id: str) -> None:
    data = shown(run("insights"))["insights"]
    (matter,) = data["matters"]
    assert matter["kind"] == "Citation said to be wrong"
    assert matter["question"] == f"What? {HOSTILE}"
    assert matter["sentences"] == [SENTENCE]
    assert [quote["cite"] for quote in matter["quotes"]] == [PROSE.cite]
    assert matter["quotes"][0]["source"] == "Why neighbourhoods matter, p. 3 (PDF page 2)"
    assert matter["note"] == f"No. {HOSTILE}"
    assert EDITION in matter["when"]
    assert matter["quotes"][0]["since"] is None
    assert data["settled"] == []
    assert "evidence" in shown(run("insights", cite=PROSE.cite))


def test_what_has_become_of_the_quotation_since_is_said_with_it(held: Service, turn_id: str) -> None:
    cast(FakeShelf, held.shelf()).edition_id = "000002"
    (matter,) = shown(run("insights"))["insights"]["matters"]
    assert matter["quotes"][0]["since"]["lead"] == "This document was withdrawn from the library since."


def test_words_are_shown_of_what_was_refused_or_spoken_against_alone(held: Service, turn_id: str) -> None:
    data = shown(run("insights"))["insights"]
    assert [gap["question"] for gap in data["gaps"]] == ["Where is the Moon? [e-mail]"]
    assert "private matter" not in str(data)
    assert "somebody" not in str(data)
    assert data["statuses"] == [["Answered", 2], ["Refused", 1]]
    assert data["never"] == []


def test_what_is_settled_reaches_the_reader_at_the_answer(held: Service, tokens: dict[str, str | None]) -> None:
    page = run()
    page.chat_input(key="question").set_value("What does £1m return?")
    page.run()
    held.jobs.close()
    latest = held.conversations().latest(str(_owner(tokens)))
    assert latest is not None
    turn = latest.turns[0]
    held.feedback().give(str(_owner(tokens)), turn.turn_id, FeedbackKind.WRONG)
    (matter,) = shown(run("insights"))["insights"]["matters"]
    insights_page._settle(held, {"id": matter["id"], "outcome": "fixed", "note": f"Thank you. {HOSTILE}"})
    data = shown(run("insights"))["insights"]
    assert (data["matters"], len(data["settled"])) == ([], 1)
    said = shown(run())["conversation"]["feedback"][turn.turn_id][""]
    assert said["settled"].endswith(f"It was wrong and is put right. Thank you. {HOSTILE}")
    insights_page._reopen(held, matter["id"])
    assert "settled" not in shown(run())["conversation"]["feedback"][turn.turn_id][""]


def _owner(tokens: dict[str, str | None]) -> str | None:
    from report_qa.doors.chat.owner import owner_of

    return owner_of(tokens["token"])


def test_an_outcome_that_is_none_settles_nothing(held: Service, turn_id: str) -> None:
    (matter,) = held.settlements().matters(settled=False)
    insights_page._settle(held, {"id": matter.matter_id, "outcome": "perhaps", "note": ""})
    assert len(held.settlements().matters(settled=False)) == 1


@pytest.mark.parametrize(("days", "used"), [("7", "7"), ("365", "365"), ("8", "30"), ("x", "30")])
def test_the_period_is_one_of_those_offered(held: Service, days: str, used: str) -> None:
    assert shown(run("insights", days=days))["insights"]["period"] == used


def test_documents_that_no_answer_cites_are_named(held: Service, tmp_path: Path) -> None:
    data = insights_data(held.insights().read(), [REPORT, NOTE], EDITION)
    assert data["never"] == [NOTE.title, REPORT.title]
    assert data["cited"] == []


def test_how_it_ended_is_one_sentence(held: Service, turn_id: str) -> None:
    (matter,) = held.settlements().matters(settled=False)
    words = settled_words(held.settlements().settle(matter.matter_id, Outcome.RIGHT))
    assert words.startswith("Looked at by a steward on ")
    assert words.endswith(": It is right after all.")
