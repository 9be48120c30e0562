"""What a library holds, read back from what ingest wrote: several editions, a rollback, files that could not be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from report_qa.errors import ManifestMismatch, NothingPublished
from report_qa.holdings import Holdings
from report_qa.records.comparison import ChangeKind
from report_qa.records.document import PageReading
from report_qa.records.holdings import PageState, Quality, Why
from report_qa.wiring import open_holdings
from tests.small_library import SmallLibrary

OLDER = """
[[document]]
id = "old-plan"
path = "old-plan.md"
title = "The old plan"

[[document]]
id = "new-plan"
path = "new-plan.md"
title = "The new plan"
publisher = "Plans Ltd"
supersedes = "old-plan"
"""


@pytest.fixture
def holdings(own: SmallLibrary) -> Holdings:
    return open_holdings(library=own.library.folder)


def test_nothing_published_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        open_holdings(library=tmp_path).documents()


def test_documents_come_with_their_size_reader_and_edition(holdings: Holdings, own: SmallLibrary) -> None:
    report, *rest = holdings.documents()
    assert (report.document.title, [each.document.document_id for each in rest]) == (
        "The big plan",
        ["buses.md", "libraries.md"],
    )
    assert report.size_bytes == (own.notes / "big-plan.md").stat().st_size
    assert (report.passage_count, report.page_count, report.quality) == (2, None, None)
    assert report.reader.startswith("markdown/")
    assert (report.came.edition_id, report.came.exact) == ("000001", True)


def test_a_document_says_when_it_came_and_when_it_last_changed(holdings: Holdings, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.ingest()
    own.write("late.md", "# Late\n\nThis came last.\n")
    own.ingest()
    held = {each.document.document_id: each for each in holdings.documents()}
    said = {name: (each.came.edition_id, each.changed.edition_id) for name, each in held.items()}
    assert said == {
        "big-plan.md": ("000001", "000001"),
        "libraries.md": ("000001", "000001"),
        "buses.md": ("000001", "000002"),
        "late.md": ("000003", "000003"),
    }
    # When the first edition has gone, what was before the second is not known any more.
    own.library.retire(2, ())
    held = {each.document.document_id: each for each in holdings.documents()}
    assert (held["buses.md"].came.edition_id, held["buses.md"].came.exact) == ("000002", False)
    assert (held["late.md"].came.edition_id, held["late.md"].came.exact) == ("000003", True)


def test_a_superseded_document_names_what_replaced_it(holdings: Holdings, own: SmallLibrary) -> None:
    own.write("old-plan.md", "# Plan\n\nIt costs £5m.\n")
    own.write("new-plan.md", "# Plan\n\nIt costs £6m.\n")
    own.write("catalogue.toml", (own.notes / "catalogue.toml").read_text(encoding="utf-8") + OLDER)
    own.ingest()
    held = {each.document.document_id: each for each in holdings.documents()}
    assert (held["old-plan"].superseded_by, held["old-plan"].superseded_by_title) == ("new-plan", "The new plan")
    assert held["new-plan"].superseded_by == ""
    compared = holdings.compare("new-plan", "000002", "000002", earlier_id="old-plan")
    assert (compared.before.title, compared.after.title) == ("The old plan", "The new plan")
    assert [(figure.before, figure.after) for change in compared.figures for figure in change.figures] == [
        ("£5m", "£6m")
    ]


def test_an_edition_says_what_it_changed(holdings: Holdings, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.write("late.md", "# Late\n\nThis came last.\n")
    (own.notes / "libraries.md").rename(own.notes / "public-libraries.md")
    (own.notes / "broken.pdf").write_bytes(b"no pdf")
    own.ingest()
    last, first = holdings.editions()
    assert (last.edition_id, last.parent, last.is_current) == ("000002", "000001", True)
    assert [item.title for item in last.added] == ["Late"] or [item.title for item in last.added] == ["late"]
    ((changed, passages),) = last.changed
    assert (changed.document_id, passages.kept, passages.new, passages.gone) == ("buses.md", 0, 1, 1)  # type: ignore[union-attr]
    assert last.moved == (("libraries.md", "public-libraries.md"),)
    assert last.unchanged == 1
    assert [(item.why, item.name) for item in last.left_out] == [(Why.UNREADABLE, "broken.pdf")]
    assert last.seconds is not None
    assert last.readers[0][1] == 4
    assert (first.parent, first.is_current, len(first.added)) == ("", False, 3)


def test_after_a_rollback_the_earlier_edition_is_the_current_one(holdings: Holdings, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.ingest()
    own.library.publish("000001")
    assert [(entry.edition_id, entry.is_current) for entry in holdings.editions()] == [
        ("000002", False),
        ("000001", True),
    ]
    # The next edition is made from the one in use; the one that was rolled back is none of its ancestors.
    own.replace("buses.md", "£3", "£4")
    own.ingest()
    held = {each.document.document_id: each for each in holdings.documents()}
    assert held["buses.md"].came.edition_id == "000001"
    assert held["buses.md"].changed.edition_id == "000003"


def test_without_a_receipt_an_edition_is_listed_all_the_same(holdings: Holdings, own: SmallLibrary) -> None:
    (own.library.editions_folder / "000001" / "receipt.json").unlink()
    (entry,) = holdings.editions()
    assert (entry.has_receipt, entry.seconds, entry.added, entry.documents) == (False, None, (), 3)


def test_an_edition_that_can_not_be_read_is_left_out(holdings: Holdings, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.ingest()
    (own.library.editions_folder / "000001" / "passages.sqlite").unlink()
    assert [entry.edition_id for entry in holdings.editions()] == ["000002"]
    assert {each.came.exact for each in holdings.documents()} == {False}


def test_files_that_could_not_be_read_say_why_and_what_stays(holdings: Holdings, own: SmallLibrary) -> None:
    own.write("empty.html", "<html><body></body></html>")
    (own.notes / "scan.pdf").write_bytes(b"no pdf")
    own.write("buses.md", "")
    own.ingest()
    own.write("late.md", "# Late\n\nThis came last.\n")
    own.ingest()
    found = {item.path: item for item in holdings.refused()}
    assert set(found) == {"empty.html", "scan.pdf", "buses.md"}
    assert found["empty.html"].in_quarantine
    assert found["empty.html"].remedy
    assert "not a PDF" in found["scan.pdf"].reason
    assert found["scan.pdf"].still is None
    still = found["buses.md"].still
    assert still is not None
    assert still.title == "buses"


def test_withdrawn_documents_are_listed(holdings: Holdings, own: SmallLibrary) -> None:
    from ingest.withdraw import withdraw

    assert holdings.withdrawn() == ()
    withdraw(own.library, ["buses.md"])
    assert [(item.document_id, item.purged) for item in holdings.withdrawn()] == [("buses.md", False)]
    assert [item.title for item in holdings.editions()[0].withdrawn] == ["buses"]


def test_versions_tell_the_same_file_from_another(holdings: Holdings, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.ingest()
    assert [(each.edition_id, each.is_current, each.same_as_earlier) for each in holdings.versions("buses.md")] == [
        ("000002", True, False),
        ("000001", False, False),
    ]
    assert [each.same_as_earlier for each in holdings.versions("libraries.md")] == [True, False]
    assert holdings.versions("no-such.md") == ()


def test_two_editions_are_compared_and_each_side_opens_in_its_own(holdings: Holdings, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.ingest()
    compared = holdings.compare("buses.md", "000001", "000002")
    (change,) = compared.changes
    assert change.kind is ChangeKind.CHANGED
    shelf = own.shelf()
    for side, words in ((change.before, "£2"), (change.after, "£3")):
        assert side is not None
        view = shelf.evidence(side.cite)
        assert view is not None
        assert (view.located, words in view.quote) == (True, True)
    with pytest.raises(ManifestMismatch):
        holdings.compare("buses.md", "000001", "000009")
    with pytest.raises(KeyError):
        holdings.compare("nothing.md", "000001", "000002")


def test_what_a_purge_wrote_anew_is_read_anew(holdings: Holdings, own: SmallLibrary) -> None:
    from ingest.withdraw import purge

    assert len(holdings.documents()) == 3
    purge(own.library, ["buses.md"], lambda _: 0)
    assert [each.document.document_id for each in holdings.documents()] == ["big-plan.md", "libraries.md"]
    assert "buses.md" not in json.dumps([entry.edition_id for entry in holdings.editions()])
    assert holdings.versions("buses.md") == ()


@pytest.mark.parametrize(
    ("reading", "state"),
    [
        (PageReading(page_index=0, characters=900), PageState.TEXT),
        (PageReading(page_index=0, characters=900, images=3), PageState.TEXT),
        (PageReading(page_index=0, characters=60, images=1), PageState.PICTURES),
        (PageReading(page_index=0, characters=0, images=1), PageState.PICTURES),
        (PageReading(page_index=0, characters=60), PageState.TEXT),
        (PageReading(page_index=0, characters=0), PageState.EMPTY),
        (PageReading(page_index=0, characters=900, images=1, recognised=True), PageState.RECOGNISED),
        (PageReading(page_index=0, characters=0, problem="It is a scan."), PageState.UNREAD),
    ],
)
def test_a_page_is_in_one_state(reading: PageReading, state: PageState) -> None:
    assert PageState.of(reading) is state


def test_the_quality_of_a_document_counts_its_pages() -> None:
    quality = Quality.of([PageState.RECOGNISED, PageState.TEXT, PageState.TEXT, PageState.EMPTY])
    assert quality.pages == ((PageState.TEXT, 2), (PageState.RECOGNISED, 1), (PageState.EMPTY, 1))
    assert quality.good == 0.75
    assert Quality.of([]).good == 1.0
