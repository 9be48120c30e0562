"""What the pages show when something is broken or away: the reason, once, and nothing of the inside to people who sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from report_qa import ReportQAError
from report_qa.audit import Deed
from report_qa.doors.chat import service
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.errors import (
    FrozenAnswerAltered,
    IndexUnavailable,
    NothingPublished,
    QuestionRejected,
    SettingInvalid,
    StateUnavailable,
)
from report_qa.records.audience import EVERYTHING
from report_qa.records.person import Person, Role
from tests.report_qa.doors.chat.fakes import FakeAssistant, make_service
from tests.report_qa.doors.chat.opened import checked, run
from tests.report_qa.doors.chat.test_pages import answered, shown, tokens
from tests.waiting import wait_until

__all__ = ["tokens"]
AWAY = IndexUnavailable("The Chroma server http://chroma:8000 does not answer.", hint="Start it.")
TOLD = "The documents can't be searched at the moment."
ANA = Person(owner="ana", name="Ana", role=Role.READER, audience=EVERYTHING)


def served(folder: Path, monkeypatch: pytest.MonkeyPatch, *, signed_in: bool = False, **given: Any) -> Service:
    """Return the installed service of a chat; with sign-in, whoever comes is Ana."""
    assistant = given.pop("assistant", None) or FakeAssistant()
    assistant.gate.set()
    held = make_service(folder, assistant=assistant, **given)
    if signed_in:
        monkeypatch.setattr(held, "identity", SimpleNamespace(person=lambda _carried: ANA))
    held.assistant()
    service.install(held)
    return held


@pytest.fixture(autouse=True)
def ends() -> Iterator[None]:
    yield
    service.current().close()
    service.install(None)


def raising(error: ReportQAError, counted: list[int]) -> Callable[..., Any]:
    def raised(*_: object, **__: object) -> Any:
        counted.append(1)
        raise error

    return raised


def asked(page: AppTest) -> AppTest:
    page.chat_input(key="question").set_value("And?")
    return checked(page.run())


def leads(page: AppTest) -> list[str]:
    return [turn["lead"] for turn in shown(page)["conversation"]["turns"] if "lead" in turn]


def test_a_question_to_a_database_that_is_away_is_refused_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = served(tmp_path, monkeypatch)
    page = run()
    calls: list[int] = []
    away = raising(StateUnavailable("The database is away."), calls)
    monkeypatch.setattr(held.jobs, "ask", away)
    monkeypatch.setattr(held.jobs, "seen", away)
    monkeypatch.setattr(Reader, "conversation", away)
    assert leads(asked(page)) == ["The database is away."]
    assert len(calls) < 20


def test_a_database_that_is_there_for_some_things_alone_is_looked_at_again_and_not_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(tmp_path, monkeypatch)
    page = run()
    calls: list[int] = []
    monkeypatch.setattr(Reader, "conversation", raising(StateUnavailable("The database is away."), calls))
    page = checked(page.run())
    assert leads(page) == ["The database is away."]
    assert len(calls) < 10
    assert shown(page)["look_again"]["after_s"] > 0


def test_an_altered_answer_beside_a_pending_question_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = FakeAssistant()
    served(tmp_path, monkeypatch, assistant=assistant)
    assistant.gate.clear()
    page = run()
    calls: list[int] = []
    monkeypatch.setattr(Reader, "conversation", raising(FrozenAnswerAltered("It was altered."), calls))
    page = asked(page)
    assistant.gate.set()
    assert "It was altered." in leads(page)
    assert len(calls) < 10


def test_a_refused_question_is_said_while_something_else_is_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = served(tmp_path, monkeypatch)
    page = run()
    pending = SimpleNamespace(pending=True, made=None, problem=None)
    monkeypatch.setattr(type(held), "examples", lambda _self: pending)
    monkeypatch.setattr(held.jobs, "ask", raising(QuestionRejected("It is too long."), []))
    assert leads(asked(page)) == ["It is too long."]


def test_whoever_signs_in_is_told_nothing_of_folders_and_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = NothingPublished(f"Nothing is in {tmp_path}.", hint="Ingest first.")
    served(tmp_path, monkeypatch, signed_in=True, missing=missing)
    page = run()
    assert page.text[0].value == "No documents are published here yet."
    assert len(page.code) == 0
    assert str(tmp_path) not in " ".join(text.value for text in page.text)


def test_a_failed_question_tells_whoever_signs_in_nothing_of_what_is_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(tmp_path, monkeypatch, signed_in=True, assistant=FakeAssistant(problem=AWAY))
    (turn,) = shown(answered(asked(run())))["conversation"]["turns"]
    assert (turn["kind"], turn["retry"]) == ("failure", True)
    assert turn["lead"].startswith(TOLD)


def test_whoever_signs_in_reads_nothing_of_the_inside_in_a_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = served(tmp_path, monkeypatch, signed_in=True, assistant=FakeAssistant(problem=AWAY))
    draft = held.drafts.check(ANA.owner, "One claim.")
    wait_until(lambda: not draft.pending)
    assert shown(run("check"))["check"]["draft"]["lead"].startswith(TOLD)


def test_whoever_signs_in_reads_nothing_of_the_inside_beside_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = FakeAssistant()
    held = served(tmp_path, monkeypatch, signed_in=True, assistant=assistant)
    answered(asked(run()))
    monkeypatch.setattr(assistant, "by_source", raising(AWAY, []), raising=False)
    latest = held.conversations().latest(ANA.owner)
    assert latest is not None
    (turn,) = latest.turns
    held.ask_by_source(turn, ())
    wait_until(lambda: not getattr(held.by_source(turn.turn_id), "pending", True))
    assert shown(run())["conversation"]["by_source"][turn.turn_id]["problem"].startswith(TOLD)


def test_whoever_signs_in_is_shown_no_command_whatever_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = SettingInvalid("REPORT_QA_EDITION is none.", hint="Set it.")
    served(tmp_path, monkeypatch, signed_in=True, missing=missing)
    page = run()
    assert page.text[0].value == "REPORT_QA_EDITION is none."
    assert len(page.code) == 0


def test_a_reader_who_tries_the_insights_is_turned_away_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = served(tmp_path, monkeypatch, signed_in=True)
    page = run("insights")
    assert "insights" not in shown(page)
    refused = [entry for entry in held.audit().entries() if entry.deed is Deed.REFUSED]
    assert {entry.object_id for entry in refused} == {"/insights"}
