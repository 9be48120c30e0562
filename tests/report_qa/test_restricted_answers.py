"""Questions that say whose words they want, on a shelf with a report, evidence of two bodies and a superseded edition."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_qa.assistant import Assistant
from report_qa.records.answer import AnswerStatus
from report_qa.records.conversation import Exchange
from report_qa.records.document import DocumentState
from tests.small_library import SmallLibrary

CATALOGUE = """
schema = 1
title = "Libraries"

[[document]]
path = "big-plan.md"
title = "The big plan"
publisher = "Northfield Council"
published_on = 2024-05-01
role = "report"

[[document]]
path = "libraries.md"
title = "Public libraries, 2022 edition"
publisher = "Reading Trust"
published_on = 2022-01-01
supersedes = "old.md"

[[document]]
path = "old.md"
title = "Public libraries, 2013 edition"
publisher = "Reading Trust"
published_on = 2013-01-01

[[document]]
path = "buses.md"
title = "Rural buses"
publisher = "Transport Forum"
published_on = 2021-01-01
"""
NEW = "Public libraries open 38 hours a week on average."
OLD = "Public libraries open 45 hours a week on average."
PLAN = "The plan opens public libraries 50 hours a week on average."
QUOTED = "The Treasury says that public libraries cost 90 million pounds a year."
HOURS = "How many hours a week do public libraries open on average"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("restricted")
    made = SmallLibrary(folder)
    made.write("catalogue.toml", CATALOGUE)
    made.write("old.md", f"# Public libraries\n\n## Opening hours\n\n{OLD}\n")
    made.write("libraries.md", f"# Public libraries\n\n## Opening hours\n\n{NEW} Volunteers run 450 libraries.\n")
    made.write("big-plan.md", f"# The big plan\n\n## Libraries\n\n{PLAN}\n\n## Costs\n\n{QUOTED}\n")
    made.ingest()
    return made.assistant()


def _cited(assistant: Assistant, question: str, *history: str) -> set[str]:
    answer = assistant.ask(question, [Exchange(question=earlier) for earlier in history])
    return {span.document_path for span in answer.evidence}


def test_an_answer_comes_only_from_the_documents_that_are_named(assistant: Assistant) -> None:
    assert _cited(assistant, f"{HOURS}, according to the report?") == {"big-plan.md"}
    assert _cited(assistant, f"In the 2013 edition, {HOURS.lower()}?") == {"old.md"}
    assert _cited(assistant, f"{HOURS}, but not from the report?") <= {"libraries.md", "old.md"}
    assert _cited(assistant, f"{HOURS}, according to the Reading Trust?") <= {"libraries.md", "old.md"}
    assert _cited(assistant, "What do reports published since 2023 say of how public libraries open?") == {
        "big-plan.md"
    }


def test_what_the_named_document_does_not_say_is_refused_with_what_was_searched(assistant: Assistant) -> None:
    answer = assistant.ask(f"{HOURS}, according to the Transport Forum?")
    assert answer.status is AnswerStatus.REFUSED_NO_EVIDENCE
    assert answer.searched.startswith("1 document: Rural buses; ")


def test_nobody_answers_for_somebody_else_unless_he_names_him(assistant: Assistant) -> None:
    silent = assistant.ask(f"{HOURS}, according to the Treasury?")
    assert silent.status is AnswerStatus.REFUSED_NO_EVIDENCE
    assert silent.searched == "words that name Treasury; no passage answers it"
    unnamed = assistant.ask(f"{HOURS}, according to the Home Office?")
    assert unnamed.searched.endswith("nothing by Home Office is on the shelf, and no passage names it beside an answer")
    quoting = assistant.ask("How much do public libraries cost a year, according to the Treasury?")
    assert [claim.sentence for claim in quoting.claims] == [QUOTED]
    assert quoting.restricted_to == "words that name Treasury"


def test_a_restriction_is_kept_by_a_question_that_leans_on_it_only(assistant: Assistant) -> None:
    earlier = f"In the 2013 edition, {HOURS.lower()}?"
    assert _cited(assistant, "And how many hours a week is that?", earlier) == {"old.md"}
    assert "libraries.md" in _cited(assistant, "How many libraries do volunteers run?", earlier)


def test_a_superseded_edition_comes_after_the_current_one_and_is_marked(assistant: Assistant) -> None:
    answer = assistant.ask(f"{HOURS}, according to the Reading Trust, but not from the report?")
    unnamed = assistant.ask(
        "What are the average opening hours of public libraries in a week, but not from the report?"
    )
    assert answer.status.shows_claims
    for found in (answer, unnamed):
        states = [span.state for span in found.evidence]
        assert states[:1] == [DocumentState.PUBLISHED]
    old = assistant.ask(f"In the 2013 edition, {HOURS.lower()}?")
    assert old.evidence[0].state is DocumentState.SUPERSEDED
    assert "Public libraries, 2013 edition (superseded by Public libraries, 2022 edition)" in old.text


def test_quoted_words_are_answered_only_by_what_holds_them(assistant: Assistant) -> None:
    assert _cited(assistant, 'How long is "38 hours a week" on average?') == {"libraries.md"}
    refused = assistant.ask('How many hours a week do "public lidos" open on average?')
    assert refused.status is AnswerStatus.REFUSED_NO_EVIDENCE
    assert "no passage mentions “public lidos”" in refused.text


def test_a_document_a_section_and_a_topic_are_told_in_short(assistant: Assistant) -> None:
    whole = assistant.ask("Summarise the report.")
    assert [claim.sentence for claim in whole.claims] == [PLAN, QUOTED]
    section = assistant.ask("Summarise the section on costs.")
    assert [claim.sentence for claim in section.claims] == [QUOTED]
    topic = assistant.ask("What does the evidence say about how public libraries open, in short?")
    assert topic.status.shows_claims
    assert "big-plan.md" not in {span.document_path for span in topic.evidence}
    assert (
        assistant.ask("What does the evidence say about penguins, in short?").status is AnswerStatus.REFUSED_NO_EVIDENCE
    )
    assert [claim.sentence for claim in assistant.ask("What does the big plan report say?").claims] == [PLAN, QUOTED]


def test_a_search_is_restricted_as_an_answer_is(assistant: Assistant) -> None:
    found = assistant.search(f"In the 2013 edition, {HOURS.lower()}?").kept
    assert {item.document.path for item in found} == {"old.md"}
