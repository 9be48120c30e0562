"""The pages as Streamlit runs them, over the fakes. Components are opaque to AppTest, so the data they get is read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from report_qa import AnswerStatus, ReportQAError
from report_qa.doors.chat import reader, service
from report_qa.doors.chat.owner import new_token, owner_of
from report_qa.doors.chat.service import Service
from report_qa.errors import NothingPublished
from tests.report_qa.doors.chat.fakes import EDITION, PROSE, SENTENCE, FakeAssistant, answer_to, make_service

APP = Path(__file__).resolve().parents[4] / "app.py"


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Stand in for the browser's cookie, which AppTest has none of."""
    sent: dict[str, str | None] = {"token": new_token()}
    monkeypatch.setattr(reader, "cookie_token", lambda: sent["token"])
    return sent


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Service]:
    made = make_service(tmp_path)
    service.install(made)
    yield made
    made.close()
    service.install(None)


def run(**query: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    return checked(page.run())


def checked(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def shown(page: AppTest) -> dict[str, dict[str, Any]]:
    """Return the data of the page's components by the part of the page that they are."""
    found: dict[str, dict[str, Any]] = {}
    for element in page.get("bidi_component"):
        proto = element.proto
        found[proto.component_name.removeprefix("report_qa_")] = json.loads(proto.json)
    return found


def answered(page: AppTest) -> AppTest:
    """Run the page until no question is pending, as its timer would."""
    for _ in range(100):
        page = checked(page.run())
        if not any(turn["kind"] == "pending" for turn in shown(page)["conversation"]["turns"]):
            return page
        time.sleep(0.02)
    raise AssertionError("the question stayed pending")


def test_the_empty_page_offers_questions_of_the_corpus(held: Service) -> None:
    data = shown(run())
    assert data["conversation"]["opening"]["examples"] == ["What does £1m return?", "What is on the Moon?"]
    assert [document["role"] for document in data["shelf"]["documents"]] == ["report", "evidence"]
    assert "evidence" not in data


def test_the_page_does_not_wait_for_the_models(tmp_path: Path) -> None:
    assistant = FakeAssistant()
    held = make_service(tmp_path, assistant=assistant)
    service.install(held)
    page = run()
    page.chat_input(key="question").set_value("What?")
    page = checked(page.run())
    assert shown(page)["conversation"]["turns"][0]["kind"] == "pending"
    assistant.gate.set()
    assert shown(answered(page))["conversation"]["turns"][0]["kind"] == "answer"
    held.close()
    service.install(None)


def test_a_question_is_answered_and_survives_a_reload_only_for_its_owner(
    held: Service, tokens: dict[str, str | None]
) -> None:
    page = run()
    page.chat_input(key="question").set_value("What does £1m return?")
    page = answered(page)
    (turn,) = shown(page)["conversation"]["turns"]
    assert turn["groups"][0]["claims"][0]["text"] == SENTENCE
    assert page.query_params == {}
    assert shown(run())["conversation"]["turns"] == [turn]
    for other in (new_token(), None, "forged"):
        tokens["token"] = other
        data = shown(run())
        assert data["conversation"]["turns"] == []
        assert data["history"]["conversations"] == []


def test_without_cookies_a_session_still_has_its_conversation(held: Service, tokens: dict[str, str | None]) -> None:
    tokens["token"] = None
    page = run()
    page.chat_input(key="question").set_value("What?")
    assert len(shown(answered(page))["conversation"]["turns"]) == 1


def test_a_conversation_id_in_the_address_opens_nothing(held: Service) -> None:
    owner = "somebody"
    conversation_id = held.conversations().begin(owner)
    held.jobs.ask(owner, conversation_id, "Secret?")
    for name in ("c", "conversation", "conversation_id", "owner"):
        assert "Secret?" not in json.dumps(shown(run(**{name: conversation_id})))


def test_a_selected_citation_opens_beside_the_conversation(held: Service) -> None:
    data = shown(run(cite=PROSE.cite))
    assert data["evidence"]["quote"] == SENTENCE
    assert data["conversation"]["selected"] == PROSE.cite


@pytest.mark.parametrize("cite", ["nonsense", f"{EDITION}~x~1-2~00000000", "<script>alert(1)</script>", "~" * 9000])
def test_a_citation_of_nothing_is_said_to_be_one(held: Service, cite: str) -> None:
    assert shown(run(cite=cite))["evidence"]["absent"] is True


def test_a_new_conversation_leaves_the_old_one_in_the_history(held: Service) -> None:
    page = run()
    page.chat_input(key="question").set_value("What?")
    page = answered(page)
    page = checked(page.button[-1].click().run())
    data = shown(page)
    assert data["conversation"]["turns"] == []
    assert [entry["title"] for entry in data["history"]["conversations"]] == ["What?"]


def test_a_long_conversation_begins_with_its_last_turns(held: Service, tokens: dict[str, str | None]) -> None:
    owner = owner_of(tokens["token"])
    assert owner is not None
    conversation_id = held.conversations().begin(owner)
    for number in range(40):
        held.conversations().append(owner, conversation_id, answer_to(f"Question {number}?"), None)
    data = shown(run())["conversation"]
    assert data["earlier"] == 10
    assert [turn["question"] for turn in data["turns"]] == [f"Question {number}?" for number in range(10, 40)]


def test_an_error_is_one_sentence_in_the_conversation(tmp_path: Path) -> None:
    assistant = FakeAssistant(problem=ReportQAError("The index is damaged.", hint="Run rebuild."))
    assistant.gate.set()
    held = make_service(tmp_path, assistant=assistant)
    service.install(held)
    page = run()
    page.chat_input(key="question").set_value("What?")
    (turn,) = shown(answered(page))["conversation"]["turns"]
    assert (turn["kind"], turn["lead"]) == ("failure", "The index is damaged. Run rebuild.")
    held.close()
    service.install(None)


def test_a_refusal_offers_what_came_near(tmp_path: Path) -> None:
    assistant = FakeAssistant(status=AnswerStatus.REFUSED_NO_EVIDENCE)
    assistant.gate.set()
    held = make_service(tmp_path, assistant=assistant)
    service.install(held)
    page = run()
    page.chat_input(key="question").set_value("What is on the Moon?")
    (turn,) = shown(answered(page))["conversation"]["turns"]
    assert [near["cite"] for near in turn["nearest"]] == [PROSE.cite]
    held.close()
    service.install(None)


def test_without_a_library_the_page_says_what_to_do(tmp_path: Path) -> None:
    service.install(make_service(tmp_path, missing=NothingPublished("Nothing is published.", hint="Ingest first.")))
    page = run()
    assert [text.value for text in page.text][:2] == ["Nothing is published.", "Ingest first."]
    assert page.code[0].value == f"python -m ingest corpus/ --library {tmp_path}"
    service.install(None)


def test_an_answer_altered_on_the_disk_is_said_to_be(held: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3
    from contextlib import closing

    page = run()
    page.chat_input(key="question").set_value("What?")
    page = answered(page)
    with closing(sqlite3.connect(held.settings.library / "conversations.sqlite")) as by_hand, by_hand:
        by_hand.execute("UPDATE turn SET answer = answer || ' '")
    (turn,) = shown(checked(page.run()))["conversation"]["turns"]
    assert turn["kind"] == "failure"
    assert "not the one that was given" in turn["lead"]


def test_titles_of_the_shelf_are_plain_text(held: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "**Bold** ![x](http://evil.test/x.png) <b>tag</b>"
    monkeypatch.setattr(held.shelf(), "title", hostile)
    page = run()
    assert page.text[0].value == hostile
    assert all(hostile not in markdown.value for markdown in page.markdown)
