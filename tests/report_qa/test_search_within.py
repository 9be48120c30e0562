"""A search within chosen documents: nothing of another document is found, whatever the question itself restricts."""

from __future__ import annotations

import pytest

from report_qa.assistant import Assistant
from report_qa.errors import QuestionRejected
from report_qa.records.document import Role
from report_qa.records.scope import Within
from tests.small_library import SmallLibrary

EVERYTHING = "What do the plan, the buses and the libraries say about hours, fares and gaps?"
DATED = """
[[document]]
path = "buses.md"
title = "Rural buses"
publisher = "Bus Council"
published_on = 2019-05-01

[[document]]
path = "libraries.md"
title = "Public libraries"
about = "Library Trust; Bus Council"
published_on = 2021-05-01
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = SmallLibrary(tmp_path_factory.mktemp("dated"))
    made.write("catalogue.toml", (made.notes / "catalogue.toml").read_text(encoding="utf-8") + DATED)
    made.replace("catalogue.toml", 'title = "Public libraries"', 'title = "Public libraries 2021"')
    made.ingest()
    return made.assistant()


def found(assistant: Assistant, question: str, **conditions: object) -> set[str]:
    retrieval = assistant.search(question, within=Within(**conditions))  # type: ignore[arg-type]
    return {item.document.document_id for item in retrieval.kept}


def test_without_a_condition_every_document_counts(assistant: Assistant) -> None:
    assert found(assistant, EVERYTHING) == {"big-plan.md", "buses.md", "libraries.md"}
    assert assistant.search(EVERYTHING, within=Within()) == assistant.search(EVERYTHING)


@pytest.mark.parametrize(
    ("conditions", "documents"),
    [
        ({"documents": ("buses.md",)}, {"buses.md"}),
        ({"documents": ("buses.md", "big-plan.md")}, {"buses.md", "big-plan.md"}),
        ({"role": Role.REPORT}, {"big-plan.md"}),
        ({"role": Role.EVIDENCE}, {"buses.md", "libraries.md"}),
        ({"body": "bus council"}, {"buses.md", "libraries.md"}),
        ({"body": "Library Trust"}, {"libraries.md"}),
        ({"since": 2020}, {"libraries.md"}),
        ({"until": 2020}, {"buses.md"}),
        ({"since": 2019, "until": 2021}, {"buses.md", "libraries.md"}),
        ({"since": 2019, "body": "Library Trust", "role": Role.EVIDENCE}, {"libraries.md"}),
    ],
)
def test_only_documents_that_meet_every_condition_count(
    assistant: Assistant, conditions: dict[str, object], documents: set[str]
) -> None:
    assert found(assistant, EVERYTHING, **conditions) == documents


def test_a_restriction_of_the_question_counts_too(assistant: Assistant) -> None:
    question = "How many hours, according to the Bus Council?"
    assert found(assistant, question, role=Role.EVIDENCE) <= {"buses.md", "libraries.md"}
    assert found(assistant, question, role=Role.REPORT) == set()


@pytest.mark.parametrize("conditions", [{"documents": ("no-such.md",)}, {"body": "Bus"}, {"since": 2022}])
def test_conditions_that_no_document_meets_are_an_error(assistant: Assistant, conditions: dict[str, object]) -> None:
    with pytest.raises(QuestionRejected, match="No document on the shelf fits these filters"):
        found(assistant, EVERYTHING, **conditions)
