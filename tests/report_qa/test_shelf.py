"""The shelf: documents by name, and citations that open their words or nothing."""

from __future__ import annotations

import pytest

from report_qa.citations import encode_cite
from report_qa.errors import IndexDamaged, NothingPublished
from report_qa.shelf import Shelf
from report_qa.wiring import open_shelf
from tests.small_library import GAP, GAP_ANSWER, NOTES, SmallLibrary


@pytest.fixture(scope="module")
def shelf(small: SmallLibrary) -> Shelf:
    return small.shelf()


@pytest.fixture(scope="module")
def cite(small: SmallLibrary) -> str:
    """A citation as an answer gives it."""
    return small.assistant().ask(GAP).evidence[0].cite


def test_the_report_comes_first(shelf: Shelf) -> None:
    assert [document.title for document in shelf.documents()] == ["The big plan", "buses", "libraries"]
    assert (shelf.title, shelf.edition_id) == ("Places", "000001")


def test_a_document_is_found_by_id_path_and_hash_only(shelf: Shelf) -> None:
    document = shelf.documents()[0]
    for name in (document.document_id, document.path, document.sha256):
        assert shelf.find(name) == document
    for name in ("", "big", document.title, document.sha256[:12], "../notes/big-plan.md", "/etc/passwd"):
        assert shelf.find(name) is None


def test_the_original_is_what_was_ingested(shelf: Shelf) -> None:
    original = shelf.original(shelf.documents()[0])
    assert original.path.read_text(encoding="utf-8") == NOTES["big-plan.md"]
    assert (original.media_type, original.file_name) == ("text/markdown", "big-plan.md")


@pytest.mark.parametrize("sha256", ["../CURRENT", "/etc/passwd", "", "0" * 64, "..%2fCURRENT"])
def test_only_a_kept_original_is_opened(shelf: Shelf, sha256: str) -> None:
    with pytest.raises(IndexDamaged, match="is missing"):
        shelf.library.original(sha256)


def test_a_citation_opens_its_words(shelf: Shelf, cite: str) -> None:
    view = shelf.evidence(cite)
    assert view is not None
    assert (view.located, view.cite, view.edition_id) == (True, cite, "000001")
    assert GAP_ANSWER in view.quote
    assert view.document.document_id == "big-plan.md"


def test_other_words_are_not_located(shelf: Shelf, cite: str) -> None:
    edition, document, ranges, check = cite.split("~")
    start, end = (int(part) for part in ranges.split("-"))
    for forged in (
        f"{edition}~{document}~{ranges}~{'0' * 8 if check != '0' * 8 else '1' * 8}",
        f"{edition}~{document}~{start + 4}-{end + 4}~{check}",
        f"{edition}~{document}~900000-900010~{check}",
        f"{edition}~libraries.md~{ranges}~{check}",
    ):
        view = shelf.evidence(forged)
        assert view is not None
        assert (view.located, view.quote, view.paragraphs, view.pages) == (False, "", (), ())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nonsense",
        "000001~big-plan.md~0-5",
        "000001~big-plan.md~5-5~00000000",
        "000001~big-plan.md~9-5~00000000",
        "000001~..%2F..%2F..%2Fetc%2Fpasswd~0-5~00000000",
        "000001~%2Fetc%2Fpasswd~0-5~00000000",
        "000001~no-such.md~0-5~00000000",
        "../000001~big-plan.md~0-5~00000000",
        "000001/../000001~big-plan.md~0-5~00000000",
        "000001~big-plan.md~0-5~00000000\n",
    ],
)
def test_what_names_no_quotation_opens_nothing(shelf: Shelf, name: str) -> None:
    assert shelf.evidence(name) is None


@pytest.mark.parametrize("edition", ["000099", "1", "999999999999"])
def test_an_edition_that_is_gone_is_looked_up_in_the_current_one(shelf: Shelf, cite: str, edition: str) -> None:
    view = shelf.evidence("~".join([edition, *cite.split("~")[1:]]))
    assert view is not None
    assert (view.located, view.edition_id) == (True, "000001")


def test_a_name_with_signs_of_its_own_survives(own: SmallLibrary) -> None:
    name = "a~b & 100% über.md"
    own.write(name, "# Odd\n\n## Tides\n\nThe tide turns at noon.\n")
    own.ingest()
    shelf = own.shelf()
    text = shelf.text(name)
    start = text.index("The tide")
    view = shelf.evidence(encode_cite("000002", name, ((start, start + 8),), "The tide"))
    assert view is not None
    assert (view.located, view.quote) == (True, "The tide")


def test_examples_are_the_catalogues_else_the_reports_headings(own: SmallLibrary) -> None:
    assert own.shelf().examples() == (
        "What does it say about productivity?",
        "What does it say about recommendations?",
    )
    own.replace("catalogue.toml", 'title = "Places"', 'title = "Places"\nexamples = ["What does a fare cost?"]')
    own.ingest()
    assert own.shelf().examples() == ("What does a fare cost?",)


def test_a_shelf_follows_the_pointer(own: SmallLibrary) -> None:
    shelf = own.shelf()
    assert shelf.find("extra.md") is None
    own.write("extra.md", "# Extra\n\nMore to read.\n")
    own.ingest()
    assert shelf.find("extra.md") is not None
    assert shelf.edition_id == "000002"


def test_nothing_published_is_said_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(NothingPublished):
        open_shelf(library=tmp_path_factory.mktemp("empty"))


def test_a_document_is_opened_in_the_edition_that_a_citation_names(own: SmallLibrary) -> None:
    span = own.assistant().ask(GAP).evidence[0]
    before = own.shelf().documents()[0]
    own.replace("big-plan.md", "twenty years", "thirty years")
    own.ingest()
    shelf = own.shelf()
    opened, current = shelf.open(before.sha256, span.cite), shelf.open(shelf.documents()[0].sha256, span.cite)
    assert opened
    assert current
    assert (opened.edition_id, opened.find("twenty years", most=1).total) == ("000001", 1)
    assert (current.edition_id, current.find("twenty years", most=1).total) == ("000002", 0)
    assert shelf.open(before.sha256) is None
    assert shelf.open("0" * 64, span.cite) is None
    assert shelf.open(before.sha256, "nonsense") is None


def test_the_record_says_since_when_these_bytes_are_there(own: SmallLibrary) -> None:
    own.replace("buses.md", "52%", "53%")
    own.ingest()
    shelf = own.shelf()
    since = {}
    for document in shelf.documents():
        opened = shelf.open(document.sha256)
        assert opened
        record = shelf.record(opened)
        since[document.path] = (record.since_edition_id, record.since_is_first)
        assert (record.edition_id, record.page_count, record.recognised_pages) == ("000002", 0, 0)
    assert since == {"big-plan.md": ("000001", True), "libraries.md": ("000001", True), "buses.md": ("000002", True)}


def test_places_of_citations_that_name_nothing_are_left_out(shelf: Shelf, cite: str) -> None:
    wrong = cite[:-8] + "00000000"
    places = shelf.places([cite, "nonsense", wrong, cite.replace("big-plan", "no-plan")])
    assert {name: place.located for name, place in places.items()} == {cite: True, wrong: False}
    assert GAP_ANSWER in places[cite].quote
