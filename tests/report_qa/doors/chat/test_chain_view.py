"""What the evidence pane gets of a chain: runs of words with what differs marked, and names to open passages by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from report_qa import Chain, EvidenceSpan, Link, Locator, Outcome, Reference, ReferenceKind, SourceDocument
from report_qa.doors.chains import spoken_chain
from report_qa.doors.chat import texts
from report_qa.doors.chat.chain_view import chain_data, runs
from report_qa.projection import chain_json
from report_qa.records.answer import Check, Provenance
from report_qa.records.document import Role, Span

HOSTILE = "Source: <img src=x onerror=alert(1)>, https://evil.example."
REPORT = SourceDocument(
    document_id="plan",
    path="plan.md",
    title="The big plan",
    media_type="text/markdown",
    sha256="0" * 64,
    role=Role.REPORT,
)
SURVEY = replace(REPORT, document_id="survey", path="survey.md", title="Survey", role=Role.EVIDENCE)
SPAN = Span(start_char=0, end_char=5)
THERE = EvidenceSpan(
    evidence_id="E1",
    passage_id="p",
    document_id="survey",
    document_path="survey.md",
    document_title="Survey",
    role=Role.EVIDENCE,
    spans=(SPAN,),
    quote="In 2021,\n28% of adults should volunteer.",
    boxes=(),
    locator=Locator(paragraph=2),
    source_url="",
    cite="000001~survey~0-5~00000000",
)
NOTE = Reference(kind=ReferenceKind.NOTE, words=HOSTILE, span=SPAN, mark="3")
DIFFERS = Link(
    reference=NOTE,
    outcome=Outcome.DIFFERS,
    document=SURVEY,
    matched_by="title",
    evidence=(THERE,),
    checks=(
        Check(kind="number", claimed="at least 30%", found="28%", passed=False),
        Check(kind="wording", claimed="all", found="90%", passed=False),
    ),
)
ABSENT = Link(reference=NOTE, outcome=Outcome.NOT_IN_LIBRARY)
SEARCHED = replace(
    DIFFERS,
    outcome=Outcome.SAME,
    checks=(),
    reference=replace(NOTE, kind=ReferenceKind.SEARCH, mark="", words="It rose."),
)


def chain(*links: Link, searched: bool = False) -> Chain:
    return Chain(
        cite="000001~plan~0-5~00000000",
        document=REPORT,
        quote="At least 30% of adults volunteer.[3]",
        statement="At least 30% of adults volunteer.",
        locator=Locator(paragraph=1),
        links=links,
        searched=searched,
        provenance=Provenance(
            edition_id="000001", version="1", settings_digest="x", models=(), asked_at=datetime(2026, 1, 1, tzinfo=UTC)
        ),
    )


def test_what_differs_is_marked_on_both_sides_and_can_be_opened() -> None:
    (link,) = chain_data(chain(DIFFERS))["links"]
    assert link["here"] == [["At least 30%", True], [" of adults volunteer.", False]]
    (passage,) = link["passages"]
    assert passage["runs"] == [["In 2021, ", False], ["28%", True], [" of adults should volunteer.", False]]
    assert (passage["cite"], passage["locator"], passage["label"]) == (THERE.cite, "paragraph 2", "recommendation")
    assert link["reasons"] == ["The number is “at least 30%” here and “28%” in the document."]


def test_the_words_of_a_note_are_data() -> None:
    (link,) = chain_data(chain(ABSENT))["links"]
    assert (link["outcome"], link["words"], link["title"], link["here"]) == ("not_in_library", HOSTILE, "", [])


def test_our_own_search_is_told_from_references() -> None:
    data = chain_data(chain(SEARCHED, searched=True))
    assert (data["refers"], data["searched"], data["found"], data["label"]) == (False, True, True, "report")
    assert (data["links"][0]["kind"], data["links"][0]["words"]) == ("search", "")


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("28% and 8%", "8%", ["8%"]),
        ("128% here", "28%", []),
        ("in 2021 and in 2021", "2021", ["2021"]),
        ("over 30% here", "more than 30%", ["30%"]),
        ("nothing", "", []),
    ],
)
def test_runs_mark_a_figure_as_a_whole(text: str, words: str, marked: list[str]) -> None:
    cut = runs(text, [words])
    assert "".join(run for run, _ in cut) == text
    assert [run for run, is_marked in cut if is_marked] == marked


def test_every_outcome_and_label_has_its_words() -> None:
    words = texts.section("chain")
    for outcome in Outcome:
        assert words[f"chain_{outcome.value}"]
    for label in ("report", "evidence", "recommendation"):
        assert words[f"chain_{label}"]


def test_the_command_line_says_the_same() -> None:
    said = spoken_chain(chain(DIFFERS, ABSENT, SEARCHED, searched=True))
    assert "DIFFERS: 3 “Source: <img" in said
    assert "The number is “at least 30%” here and “28%” in the document." in said
    assert "NOT IN THE LIBRARY: 3 “" in said
    assert "SAYS THE SAME: found by our search, not referred to" in said
    assert "refers to no document" in spoken_chain(chain())
    assert "no other evidence" in spoken_chain(chain(searched=True))


def test_public_json_has_the_span_of_the_reference_and_the_labels() -> None:
    public = chain_json(chain(DIFFERS))
    (link,) = public["links"]
    assert link["reference"] == {
        "kind": "note", "mark": "3", "nearby": False, "words": HOSTILE, "span": {"start_char": 0, "end_char": 5},
    }  # fmt: skip
    assert (link["outcome"], link["document"]["document"], link["evidence"][0]["label"]) == (
        "differs", "survey.md", "recommendation",
    )  # fmt: skip
    assert (public["label"], public["role"], public["statement"]) == (
        "report",
        "report",
        "At least 30% of adults volunteer.",
    )


def test_a_link_that_is_the_same_has_its_words_and_one_candidate_is_not_ambiguous() -> None:
    with pytest.raises(ValueError, match="its document and its words"):
        replace(DIFFERS, evidence=())
    with pytest.raises(ValueError, match="one candidate"):
        Link(reference=NOTE, outcome=Outcome.AMBIGUOUS, candidates=(SURVEY,))
