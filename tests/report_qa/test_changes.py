"""What is said of cited words after the documents changed: the same only of the very same, the rest beside them."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from ingest.withdraw import withdraw
from report_qa.changes import Change, ChangeKind
from report_qa.records.answer import EvidenceSpan
from report_qa.redaction import NOTICE
from tests.small_library import GAP, GAP_ANSWER, NOTES, SmallLibrary

COUNT = "How many public libraries were there in England in 2019?"
FARE = "How much does a single bus fare cost?"
SUM = "How much is the sum for choirs?"
TABLE = """# Grants

## Sums

| Group | Sum |
|---|---|
| Choirs | £40 |
| Bands | £60 |
"""


def cited(small: SmallLibrary, question: str) -> EvidenceSpan:
    return small.assistant().ask(question).evidence[0]


def change(small: SmallLibrary, span: EvidenceSpan) -> Change:
    return small.shelf().changes([span])[span.cite]


def test_in_its_own_edition_a_quotation_is_the_same(small: SmallLibrary) -> None:
    span = cited(small, GAP)
    found = change(small, span)
    assert (found.kind, found.notable, found.after, found.cite) == (ChangeKind.SAME, False, GAP_ANSWER, span.cite)


def test_a_change_of_another_document_changes_nothing(own: SmallLibrary) -> None:
    span = cited(own, GAP)
    own.replace("buses.md", "52%", "53%")
    own.ingest()
    found = change(own, span)
    assert (found.kind, found.notable, found.edition_id) == (ChangeKind.SAME, False, "000002")
    view = own.shelf().evidence(found.cite)
    assert view is not None
    assert (view.edition_id, view.quote) == ("000002", GAP_ANSWER)


@pytest.mark.parametrize("kept", [True, False], ids=["with its edition", "without its edition"])
def test_a_reworded_sentence_is_shown_before_and_after(own: SmallLibrary, kept: bool) -> None:
    span = cited(own, GAP)
    own.replace("big-plan.md", "£4.2 billion", "£5.1 billion")
    own.ingest()
    if not kept:
        shutil.rmtree(own.library.editions_folder / "000001")
    found = change(own, span)
    assert (found.kind, found.before) == (ChangeKind.CHANGED, GAP_ANSWER)
    assert found.after == GAP_ANSWER.replace("£4.2 billion", "£5.1 billion")
    view = own.shelf().evidence(found.cite)
    assert view is not None
    assert (view.located, view.quote) == (True, found.after)


@pytest.mark.parametrize("kept", [True, False], ids=["with its edition", "without its edition"])
def test_the_same_words_under_another_heading_have_moved(own: SmallLibrary, kept: bool) -> None:
    span = cited(own, GAP)
    own.replace("big-plan.md", f"{GAP_ANSWER} ", "")
    own.replace("big-plan.md", "## Recommendations", f"## The gap\n\n{GAP_ANSWER}\n\n## Recommendations")
    own.ingest()
    if not kept:
        shutil.rmtree(own.library.editions_folder / "000001")
    found = change(own, span)
    assert (found.kind, found.after, found.notable) == (ChangeKind.MOVED, GAP_ANSWER, True)
    assert found.locator is not None
    assert found.locator.heading_path[-1] == "The gap"


def test_a_sentence_that_goes_is_not_replaced_by_one_that_stood_beside_it(own: SmallLibrary) -> None:
    own.replace("buses.md", "A single fare costs £2.", "A single fare costs £2. A single day ticket costs £5.")
    own.ingest()
    span = cited(own, FARE)
    own.replace("buses.md", "A single fare costs £2. ", "")
    own.ingest()
    found = change(own, span)
    assert (found.kind, found.after, found.cite, found.locator) == (ChangeKind.REMOVED, "", "", None)


def test_words_that_share_little_are_not_offered_as_what_stands_there_now(own: SmallLibrary) -> None:
    span = cited(own, GAP)
    own.replace("big-plan.md", GAP_ANSWER, "Everything else is told in the second volume.")
    own.ingest()
    assert change(own, span).kind is ChangeKind.REMOVED


def test_a_longer_sentence_that_holds_the_words_is_a_change(own: SmallLibrary) -> None:
    span = cited(own, GAP)
    longer = f"It is not true that {GAP_ANSWER[0].lower()}{GAP_ANSWER[1:]}"
    own.replace("big-plan.md", GAP_ANSWER, longer)
    own.ingest()
    found = change(own, span)
    assert (found.kind, found.after) == (ChangeKind.CHANGED, longer)


def test_a_row_is_known_by_its_first_cell_and_its_header_counts(own: SmallLibrary) -> None:
    own.write("grants.md", TABLE)
    own.ingest()
    span = cited(own, SUM)
    assert span.quote == "Group | Sum\nChoirs | £40"
    own.replace("grants.md", "| Choirs | £40 |", "| Choirs | £45 |")
    own.replace("grants.md", "| Bands | £60 |", "| Bands | £40 |")
    own.ingest()
    assert change(own, span).after.endswith("Choirs | £45")
    own.replace("grants.md", "| Group | Sum |", "| Group | Loan |")
    own.ingest()
    assert change(own, span).after == "Group | Loan\nChoirs | £45"
    own.replace("grants.md", "| Choirs | £45 |\n", "")
    own.ingest()
    assert change(own, span).kind is ChangeKind.REMOVED


def test_a_withdrawn_document_is_said_to_be(own: SmallLibrary) -> None:
    span = cited(own, GAP)
    withdraw(own.library, ["big-plan.md"])
    found = change(own, span)
    assert (found.kind, found.before, found.after, found.superseded) == (ChangeKind.WITHDRAWN, GAP_ANSWER, "", False)


def test_a_document_under_another_name_is_the_same_document(own: SmallLibrary) -> None:
    span = cited(own, COUNT)
    (own.notes / "libraries.md").rename(own.notes / "public-libraries.md")
    own.ingest()
    found = change(own, span)
    assert (found.kind, "public-libraries.md" in found.cite) == (ChangeKind.SAME, True)


def test_a_document_that_was_replaced_since_is_said_to_be_and_by_which(own: SmallLibrary) -> None:
    span = cited(own, GAP)
    newer = '[[document]]\npath = "newer.md"\ntitle = "The newer plan"\nsupersedes = "big-plan.md"\n'
    own.write("newer.md", "# The newer plan\n\nNothing is as it was.\n")
    own.write("catalogue.toml", NOTES["catalogue.toml"] + 'state = "superseded"\n\n' + newer)
    own.ingest()
    found = change(own, span)
    assert (found.kind, found.superseded, found.superseded_by) == (ChangeKind.SAME, True, "The newer plan")
    assert found.notable
    # One that was superseded already when it was quoted has not been since.
    again = cited(own, GAP)
    own.replace("buses.md", "52%", "53%")
    own.ingest()
    if again.document_id == "big-plan.md":
        assert not change(own, again).notable


def test_purged_words_are_said_to_be_and_not_looked_for(own: SmallLibrary) -> None:
    span = replace(cited(own, GAP), quote=NOTICE)
    assert change(own, span).kind is ChangeKind.PURGED
