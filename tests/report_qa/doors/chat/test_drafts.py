"""Texts are checked in the background: one a reader, with its progress, until it is done, replaced or dropped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from report_qa.doors.chat.drafts import Draft, Drafts
from report_qa.errors import NothingPublished, QuestionRejected
from report_qa.records.checked import Checked
from tests.report_qa.doors.chat.fakes import FakeAssistant, checked_text
from tests.waiting import wait_until


@contextmanager
def checking(assistant: FakeAssistant, **limits: int) -> Iterator[Drafts]:
    def check(draft: Draft) -> Checked:
        return assistant.check(draft.text, on_sentence=draft.advance)

    drafts = Drafts(check, **{"longest": 100} | limits)
    try:
        yield drafts
    finally:
        assistant.gate.set()
        drafts.close()


def test_a_text_gets_its_verdicts_without_its_reader() -> None:
    assistant = FakeAssistant()
    with checking(assistant) as drafts:
        draft = drafts.check("ana", "A draft.")
        wait_until(lambda: (draft.done, draft.count) == (1, 4))
        assert draft.pending
        assert drafts.of("ana") is draft
        assert drafts.of("ben") is None
        assistant.gate.set()
        wait_until(lambda: not draft.pending)
        assert draft.checked == checked_text("A draft.")
        assert drafts.of("ana") is draft


def test_a_new_text_ends_the_checking_of_the_one_before() -> None:
    assistant = FakeAssistant()
    with checking(assistant) as drafts:
        first = drafts.check("ana", "First.")
        wait_until(lambda: first.done == 1)
        second = drafts.check("ana", "Second.")
        assistant.gate.set()
        wait_until(lambda: not first.pending and not second.pending)
        assert first.checked is None
        assert str(first.problem) == "The check was stopped. Please check it again."
        assert second.checked is not None
        assert drafts.of("ana") is second


def test_a_text_can_be_dropped_on_its_way() -> None:
    assistant = FakeAssistant()
    with checking(assistant) as drafts:
        draft = drafts.check("ana", "A draft.")
        wait_until(lambda: draft.done == 1)
        drafts.drop("ana")
        drafts.drop("ben")
        assistant.gate.set()
        wait_until(lambda: not draft.pending)
        assert draft.checked is None
        assert drafts.of("ana") is None


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (NothingPublished("No edition.", hint="Ingest."), "No edition. Ingest."),
        (ZeroDivisionError("secret detail"), "Something went wrong while checking. Please check it again."),
    ],
)
def test_a_failure_is_said(raised: Exception, sentence: str) -> None:
    assistant = FakeAssistant(problem=raised)
    assistant.gate.set()
    with checking(assistant) as drafts:
        draft = drafts.check("ana", "A draft.")
        wait_until(lambda: not draft.pending)
        assert str(draft.problem) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n ", "There is no text to check. Paste a sentence or a draft."),
        ("x" * 1_234, "The text has 1,234 characters; 100 can be checked at once. Check it in parts."),
    ],
)
def test_what_can_not_be_checked_is_one_sentence(text: str, sentence: str) -> None:
    with checking(FakeAssistant()) as drafts:
        with pytest.raises(QuestionRejected) as refused:
            drafts.check("ana", text)
        assert str(refused.value) == sentence
        assert drafts.of("ana") is None


def test_the_oldest_finished_texts_make_room_and_those_that_wait_do_not() -> None:
    assistant = FakeAssistant()
    assistant.gate.set()
    with checking(assistant, most_kept=2) as drafts:
        for owner in ("ana", "ben", "cem"):
            draft = drafts.check(owner, "A draft.")
            wait_until(lambda draft=draft: not draft.pending)  # type: ignore[misc]
        assert [drafts.of(owner) is None for owner in ("ana", "ben", "cem")] == [True, False, False]
    waiting = FakeAssistant()
    with checking(waiting, most_kept=2) as drafts:
        for owner in ("ana", "ben"):
            drafts.check(owner, "A draft.")
        with pytest.raises(QuestionRejected, match="Too many texts"):
            drafts.check("cem", "A draft.")
        assert drafts.of("ana") is not None


def test_closing_waits_for_no_text() -> None:
    assistant = FakeAssistant()
    drafts = Drafts(lambda draft: assistant.check(draft.text, on_sentence=draft.advance), longest=100, workers=1)
    first, second = drafts.check("ana", "First."), drafts.check("ben", "Second.")
    wait_until(lambda: first.done == 1)
    threading.Timer(0.1, assistant.gate.set).start()
    drafts.close()
    assert not first.pending
    assert first.checked is None
    assert str(second.problem) == "The check was stopped. Please check it again."
