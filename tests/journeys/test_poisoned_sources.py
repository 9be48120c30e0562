"""Sources that were put on the shelf to mislead: who says what is shown, and they can be taken away again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.withdraw import withdraw
from report_qa.records.answer import Answer
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

FALSE = GAP_ANSWER.replace("£4.2 billion", "£9 billion")


@pytest.fixture
def poisoned(tmp_path: Path) -> SmallLibrary:
    """Return a library with five leaflets that all say the same wrong thing, in the words of the question too."""
    own = SmallLibrary(tmp_path)
    for number in range(5):
        own.write(f"leaflet-{number}.md", f"# Leaflet {number}\n\n## Productivity\n\n{FALSE} {GAP} It is £9 billion.\n")
    own.ingest()
    return own


def said_by(answer: Answer) -> dict[str, set[str]]:
    """Return which documents say each sentence."""
    titles: dict[str, set[str]] = {}
    for claim in answer.claims:
        titles.setdefault(claim.sentence, set()).update(citation.document_title for citation in claim.citations)
    return titles


def test_threat_4_five_poisoned_passages_do_not_drown_the_report(poisoned: SmallLibrary) -> None:
    said = said_by(poisoned.assistant().ask(GAP))
    assert said[GAP_ANSWER] == {"The big plan"}
    assert all(
        not title.startswith("The big plan") for sentence in said if "£9" in sentence for title in said[sentence]
    )
    assert any("£9" in sentence for sentence in said), "that the sources disagree is to be seen"


def test_threat_4_a_withdrawn_source_says_nothing_any_more(poisoned: SmallLibrary) -> None:
    assistant = poisoned.assistant()
    withdraw(poisoned.library, [f"leaflet-{number}.md" for number in range(5)])
    assert set(said_by(assistant.ask(GAP))) == {GAP_ANSWER}
