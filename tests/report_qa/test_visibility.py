"""Documents are visible to all, to staff or to groups: what is hidden is as if it weren't there."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_qa.projection import answer_json
from report_qa.records.answer import Answer
from report_qa.records.audience import EVERYTHING, PUBLIC
from tests.guarded_shelf import (
    BOARD_READER,
    STAFF_ANSWER,
    STAFF_QUESTION,
    STAFF_READER,
    guarded,
)
from tests.small_library import GAP, SmallLibrary

QUESTIONS = (
    GAP,
    STAFF_QUESTION,
    "How far did rural bus services fall?",
    "How many volunteers run libraries?",
    "Summarise the big plan",
    "What does the Zanthorp Trust say about buses?",
    "What is the ZRU?",
    "Zanthrop costs",
    "When was the merger agreed?",
    "public libraries",
    "Which documents are about libraries?",
    '"closes 12 libraries"',
    "What do public libraries and rural buses have in common?",
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    return guarded(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    """The same shelf without the hidden documents."""
    made = SmallLibrary(tmp_path_factory.mktemp("plain"))
    made.ingest()
    return made


def said(answer: Answer) -> dict[str, object]:
    """Return an answer without what differs between any two of them, and without scores."""
    found = answer_json(answer)
    return {name: value for name, value in found.items() if name not in ("provenance", "confidence")}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_that_of_a_library_without_the_hidden_documents(
    shelf: SmallLibrary, plain: SmallLibrary, question: str
) -> None:
    assert said(shelf.assistant().for_(PUBLIC).ask(question)) == said(plain.assistant().ask(question))


def test_each_reader_is_answered_from_what_he_may_see(shelf: SmallLibrary) -> None:
    assistant = shelf.assistant()
    for reader, answered in ((PUBLIC, False), (STAFF_READER, True), (BOARD_READER, True), (EVERYTHING, True)):
        answer = assistant.for_(reader).ask(STAFF_QUESTION)
        assert answer.status.shows_claims is answered
        assert (STAFF_ANSWER in answer.text) is answered
    assert assistant.ask(STAFF_QUESTION).status.shows_claims


def test_a_citation_opens_for_those_who_see_the_document(shelf: SmallLibrary) -> None:
    cite = shelf.assistant().ask(STAFF_QUESTION).evidence[0].cite
    for reader, opened in ((PUBLIC, False), (STAFF_READER, True), (EVERYTHING, True)):
        assert (shelf.shelf().for_(reader).evidence(cite) is not None) is opened
        assert (shelf.assistant().for_(reader).trace(cite) is not None) is opened


def test_narrowing_takes_effect_at_once_and_for_earlier_editions(tmp_path: Path) -> None:
    made = SmallLibrary(tmp_path)
    made.ingest()
    assistant, public = made.assistant(), made.shelf().for_(PUBLIC)
    cite = assistant.for_(PUBLIC).ask(GAP).evidence[0].cite
    assert public.evidence(cite) is not None

    made.replace("catalogue.toml", 'role = "report"', 'role = "report"\nvisible_to = ["staff"]')
    receipt = made.ingest()
    assert receipt.visibility == [{"document": "big-plan.md", "from": "all", "to": "staff"}]
    assert (receipt.changed, receipt.embedded, sorted(receipt.unchanged)) == ([], 0, ["buses.md", "libraries.md"])
    assert "visible    big-plan.md: to staff, was all" in receipt.as_text()
    assert public.evidence(cite) is None
    assert not assistant.for_(PUBLIC).ask(GAP).status.shows_claims
    assert assistant.for_(STAFF_READER).ask(GAP).status.shows_claims
    assert made.shelf().for_(STAFF_READER).evidence(cite) is not None

    # Withdrawn, it stays as it was when it was last there.
    (made.notes / "big-plan.md").unlink()
    made.ingest()
    assert public.evidence(cite) is None
    assert made.shelf().for_(STAFF_READER).evidence(cite) is not None
