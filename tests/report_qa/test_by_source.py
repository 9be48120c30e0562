"""One question asked of each document by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_qa.assistant import Assistant
from report_qa.by_source import MOST_SOURCES
from report_qa.errors import QuestionRejected
from report_qa.records.conversation import Exchange
from report_qa.records.document import Role
from tests.report_qa.test_restricted_answers import CATALOGUE, NEW, OLD, PLAN
from tests.small_library import SmallLibrary

HOURS = "How many hours a week do public libraries open?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = SmallLibrary(tmp_path_factory.mktemp("by-source"))
    made.write("catalogue.toml", CATALOGUE)
    made.write("old.md", f"# Public libraries\n\n## Opening hours\n\n{OLD}\n")
    made.write("libraries.md", f"# Public libraries\n\n## Opening hours\n\n{NEW} Volunteers run 450 libraries.\n")
    made.write("big-plan.md", f"# The big plan\n\n## Libraries\n\n{PLAN}\n")
    made.ingest()
    return made.assistant()


def test_each_document_answers_for_itself_the_report_first(assistant: Assistant) -> None:
    told: list[tuple[int, int]] = []
    found = assistant.by_source(HOURS, on_document=lambda done, count: told.append((done, count)))
    said = {answer.document_title: [claim.sentence for claim in answer.claims] for answer in found.answers}
    assert said["The big plan"] == [PLAN]
    assert said["Public libraries, 2022 edition"] == [NEW]
    assert said["Public libraries, 2013 edition"] == [OLD]
    assert said["Rural buses"] == []
    assert [answer.role for answer in found.answers] == [Role.REPORT, *[Role.EVIDENCE] * 3]
    assert told == [(number, 4) for number in range(4)]
    assert found.left_out == 0
    for answer in found.answers:
        assert {cited.evidence_id for claim in answer.claims for cited in claim.citations} == {
            span.evidence_id for span in answer.evidence
        }
    old = next(answer for answer in found.answers if "2013" in answer.document_title)
    assert old.standing == "superseded by Public libraries, 2022 edition"


def test_a_follow_up_is_asked_of_each_in_the_light_of_what_was_asked_before(assistant: Assistant) -> None:
    found = assistant.by_source("And how many do volunteers run?", [Exchange(question="How many libraries are there?")])
    said = [answer.document_title for answer in found.answers if answer.claims]
    assert said == ["Public libraries, 2022 edition"]


def test_what_the_question_restricts_itself_to_stays_so(assistant: Assistant) -> None:
    found = assistant.by_source(f"According to the Reading Trust, {HOURS[0].lower()}{HOURS[1:]}")
    assert {answer.document_title for answer in found.answers} <= {
        "Public libraries, 2022 edition",
        "Public libraries, 2013 edition",
    }


def test_an_empty_question_is_rejected(assistant: Assistant) -> None:
    with pytest.raises(QuestionRejected):
        assistant.by_source(" ")


def test_of_many_documents_only_some_are_asked(tmp_path: Path) -> None:
    made = SmallLibrary(tmp_path)
    for number in range(MOST_SOURCES + 2):
        made.write(
            f"town-{number}.md",
            f"# Town {number}\n\nPublic libraries in town {number} open {number + 30} hours a week.\n",
        )
    made.ingest()
    found = made.assistant().by_source(HOURS)
    assert len(found.answers) == MOST_SOURCES
    assert found.left_out > 0
