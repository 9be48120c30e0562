"""The pages as Streamlit runs them, over the fakes. Components are opaque to AppTest, so the data they get is read."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from report_qa import AnswerStatus, Conversation, ReportQAError
from report_qa.doors.chat import service, visitor
from report_qa.doors.chat.owner import new_token, owner_of
from report_qa.doors.chat.service import Service
from report_qa.errors import NothingPublished, SettingInvalid
from report_qa.feedback import FeedbackKind
from tests.report_qa.doors.chat.fakes import (
    EDITION,
    MODEL,
    PROSE,
    ROW,
    SENTENCE,
    SUGGESTED,
    WRITTEN,
    FakeAssistant,
    answer_to,
    make_service,
)
from tests.report_qa.doors.chat.opened import checked, run


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Stand in for the browser's cookie, which AppTest has none of."""
    sent: dict[str, str | None] = {"token": new_token()}
    monkeypatch.setattr(visitor, "cookie_token", lambda: sent["token"])
    return sent


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Service]:
    made = make_service(tmp_path)
    service.install(made)
    yield made
    made.close()
    service.install(None)


def shown(page: AppTest) -> dict[str, dict[str, Any]]:
    """Return the data of the page's components by the part of the page that they are."""
    found: dict[str, dict[str, Any]] = {}
    for element in page.get("bidi_component"):
        proto = element.proto
        data = json.loads(proto.json)
        assert data.pop("texts")
        data.pop("exporting", None)
        found[proto.component_name.removeprefix("report_qa_")] = data
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


def button(page: AppTest, label: str) -> Button:
    """Return the button with a label."""
    (found,) = [each for each in page.button if each.label == label]
    return found


def test_a_new_conversation_leaves_the_old_one_in_the_history(held: Service) -> None:
    page = run()
    page.chat_input(key="question").set_value("What?")
    page = answered(page)
    page = checked(button(page, "New").click().run())
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


def turns(page: AppTest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shown(page)["conversation"]["turns"]
    return found


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[FakeAssistant]:
    """A chat whose answers are written by a model, sentence by sentence as the test releases them."""
    assistant = FakeAssistant(writes=True)
    assistant.gate.set()
    held = make_service(tmp_path, assistant=assistant, model=MODEL)
    held.assistant()
    service.install(held)
    yield assistant
    assistant.steps.release(len(WRITTEN))
    held.close()
    service.install(None)


def asked(page: AppTest) -> AppTest:
    page.chat_input(key="question").set_value("What?")
    return checked(page.run())


def grown(page: AppTest, count: int) -> AppTest:
    """Run the page until so many sentences are shown, as its timer would."""
    for _ in range(100):
        page = checked(page.run())
        groups = turns(page)[-1].get("groups")
        if groups and len(groups[0]["claims"]) == count:
            return page
        time.sleep(0.02)
    raise AssertionError(f"there never were {count} sentences")


def test_an_answer_appears_sentence_by_sentence_and_a_reload_finds_it_again(writer: FakeAssistant) -> None:
    page = asked(run())
    assert turns(page)[0]["kind"] in ("pending", "writing")
    writer.steps.release()
    page = grown(page, 1)
    assert turns(page)[0]["kind"] == "writing"
    writer.steps.release()
    reloaded = grown(run(), 2)
    assert turns(reloaded)[0]["groups"][0]["claims"][0]["text"] == WRITTEN[0].sentence
    writer.steps.release()
    page = answered_in_writing(reloaded)
    assert turns(page)[0]["by"] == f"Written by {MODEL} · checked against the sources"
    assert len(turns(page)[0]["groups"][0]["claims"]) == len(WRITTEN)


def answered_in_writing(page: AppTest) -> AppTest:
    for _ in range(100):
        page = checked(page.run())
        if turns(page)[-1]["kind"] == "answer":
            return page
        time.sleep(0.02)
    raise AssertionError("the answer was never finished")


def test_a_citation_opens_while_the_answer_is_being_written(writer: FakeAssistant) -> None:
    page = asked(run())
    writer.steps.release()
    page = grown(page, 1)
    page.query_params["cite"] = PROSE.cite
    page = checked(page.run())
    assert turns(page)[0]["kind"] == "writing"
    assert shown(page)["evidence"]["quote"] == SENTENCE
    assert shown(page)["evidence"]["position"] == 1


def test_extracts_only_counts_from_the_next_question_on_and_is_remembered(writer: FakeAssistant) -> None:
    page = run()
    assert shown(page)["conversation"]["opening"]["lead"].startswith("Ask in your own words. A model writes")
    page = checked(page.toggle(key="extracts").set_value(True).run())
    page = answered_in_writing(asked(page))
    assert turns(page)[0]["by"].startswith("Extracts: the documents' own words")
    assert page.toggle(key="extracts").value is True
    page = checked(page.toggle(key="extracts").set_value(False).run())
    writer.steps.release(len(WRITTEN))
    page = answered_in_writing(asked(page))
    assert turns(page)[1]["by"].startswith("Written by")


def test_without_a_model_there_is_nothing_to_choose(held: Service) -> None:
    page = run()
    assert len(page.toggle) == 0
    assert "Answers are quotations" in shown(page)["conversation"]["opening"]["lead"]


def test_a_model_that_can_not_be_used_is_said_and_extracts_go_on(tmp_path: Path) -> None:
    held = make_service(tmp_path, model=MODEL)
    opened = held._open_assistant

    def without_key(settings: Any) -> Any:
        if settings.model:
            raise SettingInvalid("There is no key.", hint="Set one.")
        return opened(settings)

    held._open_assistant = without_key
    service.install(held)
    page = answered(asked(run()))
    assert (turns(page)[0]["kind"], turns(page)[0]["lead"]) == ("failure", "There is no key. Set one.")
    page = checked(page.toggle(key="extracts").set_value(True).run())
    page = answered(asked(page))
    assert turns(page)[-1]["by"].startswith("Extracts")
    held.close()
    service.install(None)


def verdicts(page: AppTest) -> dict[str, Any]:
    """Run the page until the text is checked, as its timer would."""
    for _ in range(100):
        draft: dict[str, Any] = shown(checked(page.run()))["check"]["draft"]
        if draft["kind"] != "pending":
            return draft
        time.sleep(0.02)
    raise AssertionError("the text stayed pending")


def test_the_whole_conversation_can_be_exported(held: Service) -> None:
    page = run()
    assert shown(page)["exporting"] == {"what": None}
    page.chat_input(key="question").set_value("What does £1m return?")
    what = shown(answered(page))["exporting"]["what"]
    assert (what["answers"], [source["cite"] for source in what["choosable"]]) == (1, [PROSE.cite, ROW.cite])


def test_a_text_is_checked_sentence_by_sentence(held: Service, tokens: dict[str, str | None]) -> None:
    page = run("check")
    assert shown(page)["check"] == {"draft": None, "selected": ""}
    page.text_area(key="text").set_value("A draft.")
    page = checked(button(page, "Check").click().run())
    draft = verdicts(page)
    assert draft["lead"].startswith("1 of 4 sentences is contradicted by the documents")
    # The last text is there after a reload, and for nobody else.
    reloaded = run("check", cite=PROSE.cite)
    assert shown(reloaded)["check"]["draft"] == draft
    assert reloaded.text_area(key="text").value == "A draft."
    assert shown(reloaded)["evidence"]["quote"] == SENTENCE
    tokens["token"] = new_token()
    assert shown(run("check"))["check"]["draft"] is None


def test_a_text_that_is_too_long_is_one_sentence(tmp_path: Path) -> None:
    service.install(held := make_service(tmp_path, max_check_chars=60))
    page = run("check")
    page.text_area(key="text").set_value("x" * 61)
    page = checked(button(page, "Check").click().run())
    draft = shown(page)["check"]["draft"]
    assert (draft["kind"], draft["lead"]) == (
        "failure",
        "The text has 61 characters; 60 can be checked at once. Check it in parts.",
    )
    held.close()
    service.install(None)


def test_without_a_library_the_check_says_what_to_do_too(tmp_path: Path) -> None:
    service.install(make_service(tmp_path, missing=NothingPublished("Nothing is published.", hint="Ingest first.")))
    page = run("check")
    assert [text.value for text in page.text][:2] == ["Nothing is published.", "Ingest first."]
    service.install(None)


def owner(tokens: dict[str, str | None]) -> str:
    found = owner_of(tokens["token"])
    assert found is not None
    return found


def until(page: AppTest, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Run the page until its conversation is as wanted, as its timer would."""
    for _ in range(100):
        data = shown(checked(page.run()))["conversation"]
        if reached(data):
            return data
        time.sleep(0.02)
    raise AssertionError("it never came")


def test_what_may_be_asked_next_comes_after_the_answer_and_without_what_was_asked(held: Service) -> None:
    held.assistant()
    page = answered(asked(run()))
    data = until(page, lambda data: "next" in data)
    assert data["next"] == {"turn": data["turns"][-1]["id"], "questions": list(SUGGESTED)}
    page.chat_input(key="question").set_value(SUGGESTED[0])
    page = answered(checked(page.run()))
    data = until(page, lambda data: "next" in data and data["next"]["turn"] == data["turns"][-1]["id"])
    assert data["next"]["questions"] == list(SUGGESTED[1:])


def test_what_can_be_asked_is_shown_by_kinds(held: Service) -> None:
    held.assistant()
    page = run()
    until(page, lambda _: bool(shown(page)["can_ask"]["examples"]))
    assert shown(page)["can_ask"]["examples"] == [{"kind": "How many, how much", "question": SUGGESTED[0]}]


def test_what_was_said_of_an_answer_is_there_after_a_reload(held: Service, tokens: dict[str, str | None]) -> None:
    data = shown(answered(asked(run())))["conversation"]
    turn = data["turns"][0]["id"]
    assert data["feedback"] == {}
    held.feedback().give(owner(tokens), turn, FeedbackKind.WRONG, note="No.")
    held.feedback().give(owner(tokens), turn, FeedbackKind.BAD_CITATION, cite=PROSE.cite)
    assert shown(run())["conversation"]["feedback"] == {
        turn: {"": {"kind": "wrong", "note": "No."}, PROSE.cite: {"kind": "bad citation", "note": ""}}
    }


def open_conversation(held: Service, tokens: dict[str, str | None]) -> Conversation:
    latest = held.conversations().latest(owner(tokens))
    assert latest is not None
    return latest


def test_each_document_answers_by_itself_below_the_answer(held: Service, tokens: dict[str, str | None]) -> None:
    data = shown(page := answered(asked(run())))["conversation"]
    turn_id = data["turns"][0]["id"]
    assert data["by_source"] == {}
    (turn,) = open_conversation(held, tokens).turns
    held.ask_by_source(turn, ())
    found = until(page, lambda data: "sources" in data["by_source"].get(turn_id, {}))["by_source"][turn_id]
    assert [(source["role"], len(source["claims"])) for source in found["sources"]] == [
        ("report", 1),
        ("evidence", 1),
        ("evidence", 0),
    ]
    assert found["leftOut"] == "1 more document was found and not asked."


def test_a_question_that_was_asked_again_says_so(held: Service, tokens: dict[str, str | None]) -> None:
    page = answered(asked(run()))
    data = shown(page)["conversation"]
    assert data["asked_again"] == []
    first = data["turns"][0]["id"]
    held.jobs.ask(owner(tokens), open_conversation(held, tokens).conversation_id, "What, rather?", instead_of=first)
    data = until(page, lambda data: len(data["turns"]) == 2 and data["turns"][1]["kind"] == "answer")
    assert data["asked_again"] == [first]
