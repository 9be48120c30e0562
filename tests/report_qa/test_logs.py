"""Logs tell what happened, in one line each, and have no room for what people write."""

from __future__ import annotations

import logging
import threading

import pytest

from report_qa import logs
from report_qa.errors import QuestionRejected
from tests.logged import logging_to

SECRET = "Who pays Anna Brook?"


def test_an_event_is_one_line_of_json_with_its_facts_and_request() -> None:
    with logging_to() as logged, logs.request("req-1"):
        logs.note("ask", status="answered", edition="000001", ms=12.5, stage_ms={"retrieve": 3.0}, left_out=None)
    (line,) = logged.lines
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "event": "ask",
        "status": "answered",
        "edition": "000001",
        "ms": 12.5,
        "stage_ms": {"retrieve": 3.0},
        "request": "req-1",
    }


def test_people_get_a_plain_line_and_only_what_goes_wrong_by_default() -> None:
    with logging_to("text") as logged:
        logs.note("ask", status="answered")
        logs.note("ask_failed", level=logging.ERROR, code="busy", stage_ms={"a": 1.0})
    (line,) = logged.text.splitlines()
    assert line.split(" ", 1)[1] == "ERROR   ask_failed code=busy stage_ms=a:1.0"


@pytest.mark.parametrize("words", [SECRET, "anna@example.org", "x" * 81, "two words"])
def test_a_fact_that_is_no_name_is_left_out(words: str) -> None:
    with logging_to() as logged:
        logs.note("ask", status=words, stage_ms={words: 1.0})
    (line,) = logged.lines
    assert line["status"] == "?"
    assert line["stage_ms"] == {"?": 1.0}


def test_an_error_is_told_by_kind_and_place_and_not_by_its_words() -> None:
    with logging_to() as logged:
        try:
            try:
                raise ValueError(SECRET)
            except ValueError as error:
                raise QuestionRejected(SECRET) from error
        except QuestionRejected:
            logging.getLogger("report_qa.somewhere").exception("it failed")
    (line,) = logged.lines
    assert line["error"] == ["question_rejected", "ValueError"]
    assert line["places"][0].startswith("test_logs.py:")
    assert SECRET not in logged.text


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_library_is_told_by_its_pattern_alone(form: logs.Format) -> None:
    with logging_to(form, "debug") as logged:
        other = logging.getLogger("some.library")
        other.warning("refused %s", SECRET)
        other.warning(f"refused {SECRET}")
        other.info("quiet %s", SECRET)
    assert "refused %s" in logged.text
    assert "quiet" not in logged.text
    assert len(logged.text.splitlines()) == 2
    assert SECRET not in logged.text


def test_a_server_that_brought_its_own_handler_goes_through_ours() -> None:
    server = logging.getLogger("uvicorn.error")
    server.addHandler(logging.NullHandler())
    server.propagate = False
    # Another test's server, in this process, may have been told to be quiet.
    server.setLevel(logging.NOTSET)
    with logging_to() as logged:
        server.info("Started server process [%d]", 7)
    assert server.handlers == []
    assert [line["message"] for line in logged.lines] == ["Started server process [%d]"]


def test_a_thread_that_ends_in_an_error_says_so_without_its_words() -> None:
    def fail() -> None:
        raise ValueError(SECRET)

    with logging_to() as logged:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    (line,) = logged.events("thread_failed")
    assert line["error"] == ["ValueError"]
    assert SECRET not in logged.text


def test_a_callers_name_for_its_request_is_taken_only_if_it_is_a_name() -> None:
    with logs.request("from-outside") as name:
        assert logs.current_request() == name == "from-outside"
    with logs.request(SECRET) as name:
        assert name not in ("", SECRET)
    assert logs.current_request() == ""
