"""The library page as Streamlit runs it, over a small real library. Components are opaque to AppTest, so their data is read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from report_qa import Conversations, Holdings, ReportQAError, Settings
from report_qa.database import Database
from report_qa.doors.chat import service, visitor
from report_qa.doors.chat.comparison_view import shared_comparison
from report_qa.doors.chat.owner import new_token
from report_qa.doors.chat.service import Service
from report_qa.errors import ModelUnavailable
from report_qa.records.person import Role, person_here
from tests.report_qa.doors.chat.fakes import make_service
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

APP = Path(__file__).resolve().parents[4] / "app.py"


def opened(
    made: SmallLibrary, folder: Path, problem: ReportQAError | None = None, gate: threading.Event | None = None
) -> Service:
    """Return a service over a small library, its conversations in a folder; its assistant comes once the gate is open, or not at
    all.
    """

    def assistant(_: Settings) -> Any:
        if gate is not None:
            gate.wait(20)
        if problem is not None:
            raise problem
        return made.assistant()

    return Service(
        Settings(library=made.library.folder),
        assistant=assistant,
        conversations=lambda _: Conversations(Database(folder / "conversations.sqlite")),
    )


@pytest.fixture(autouse=True)
def cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the browser's cookie, which AppTest has none of."""
    token = new_token()
    monkeypatch.setattr(visitor, "cookie_token", lambda: token)


@pytest.fixture
def held(small: SmallLibrary, tmp_path: Path) -> Iterator[Service]:
    """A chat over a library that no test changes."""
    yield from installed(opened(small, tmp_path))


@pytest.fixture
def changing(own: SmallLibrary, tmp_path: Path) -> Iterator[Service]:
    """A chat over a library of the test's own."""
    yield from installed(opened(own, tmp_path))


def installed(made: Service) -> Iterator[Service]:
    made.assistant()
    service.install(made)
    yield made
    made.close()
    service.install(None)


def run(**query: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=20)
    page._page_hash = calc_hash("library")
    for name, value in query.items():
        page.query_params[name] = value
    return checked(page.run())


def checked(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def shown(page: AppTest, name: str = "library") -> dict[str, Any]:
    """Return the data of one of the page's components."""
    for element in page.get("bidi_component"):
        if element.proto.component_name == f"report_qa_{name}":
            data: dict[str, Any] = json.loads(element.proto.json)
            return data
    raise AssertionError(f"the page has no {name}")


def test_documents_are_listed_without_a_model(small: SmallLibrary, tmp_path: Path) -> None:
    gate = threading.Event()
    service.install(held := opened(small, tmp_path, gate=gate))
    data = shown(run())
    assert (data["view"], [one["title"] for one in data["documents"]]) == (
        "documents",
        ["The big plan", "buses", "libraries"],
    )
    assert data["documents"][0]["kind"] == "MD"
    assert not held.ready
    gate.set()
    held.close()
    service.install(None)


def test_a_document_opens_with_its_record(held: Service) -> None:
    data = shown(run(view="document", document="big-plan.md"))["document"]
    assert (data["title"], data["role"], data["pages"]) == ("The big plan", "report", [])
    assert data["original"] == f"/original/{data['sha256']}"
    assert [version["edition"] for version in data["versions"]] == ["000001"]


@pytest.mark.parametrize("name", ["no-such.md", "../CURRENT", "<script>", "x" * 9000])
def test_a_document_that_is_not_there_is_said_to_be_none(held: Service, name: str) -> None:
    data = shown(run(view="document", document=name))
    assert data["view"] == "documents" or data["document"] is None


def test_what_the_last_edition_changed_and_a_file_that_was_not_read(changing: Service, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    (own.notes / "scan.pdf").write_bytes(b"no pdf")
    own.ingest()
    data = shown(run(view="editions"))
    assert [item["edition"] for item in data["editions"]] == ["000002", "000001"]
    assert data["editions"][0]["changed"] == [
        {"id": "buses.md", "title": "buses", "kept": 0, "fresh": 1, "gone": 1},
    ]
    assert (data["unread"], data["rolled_back"]) == (1, [])
    (refused,) = shown(run(view="unread"))["refused"]
    assert (refused["path"], refused["still"]) == ("scan.pdf", None)
    own.library.publish("000001")
    assert shown(run(view="editions"))["rolled_back"] == ["000002"]


def test_files_that_could_not_be_read_are_for_stewards(
    changing: Service, own: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.replace("buses.md", "£2", "£3")
    (own.notes / "scan.pdf").write_bytes(b"no pdf")
    own.ingest()
    assert shown(run(view="unread"))["unread"] == 1
    somebody = replace(person_here("somebody"), role=Role.CONTRIBUTOR)
    monkeypatch.setattr(visitor, "person", lambda _: somebody)
    data = shown(run(view="unread"))
    assert (data["view"], data["unread"]) == ("documents", None)
    assert "scan.pdf" not in json.dumps(data)


def test_a_search_marks_the_words_it_found_and_opens_its_evidence(held: Service) -> None:
    data = shown(run(view="search", words=GAP))
    assert (data["state"], data["words"]) == ("found", GAP)
    best = data["found"][0]
    assert {words for words, mark in best["runs"] if mark} >= {"productivity", "gap"}
    assert GAP_ANSWER in "".join(words for words, _ in best["runs"])
    page = run(view="search", words=GAP, cite=best["cite"])
    evidence = shown(page, "evidence")
    assert evidence["located"]
    assert GAP_ANSWER in evidence["quote"]
    assert shown(page)["selected"] == best["cite"]


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"within": "buses.md"}, {"buses"}),
        ({"role": "report"}, {"The big plan"}),
        ({"role": "evidence"}, {"buses", "libraries"}),
        ({"role": "nonsense", "since": "never"}, {"The big plan", "buses", "libraries"}),
    ],
)
def test_the_filters_of_the_address_are_kept_to(held: Service, filters: dict[str, str], titles: set[str]) -> None:
    data = shown(run(view="search", words="How many hours, buses and libraries are there?", **filters))
    assert {one["title"] for one in data["found"]} == titles
    assert all(data["filters"][name] == value for name, value in filters.items())


def test_filters_that_no_document_meets_are_one_sentence(held: Service) -> None:
    data = shown(run(view="search", words=GAP, since="2019"))
    assert (data["state"], data["lead"]) == (
        "problem",
        "No document on the shelf fits these filters. Set fewer of them.",
    )


def test_a_search_waits_for_the_models_and_says_so(small: SmallLibrary, tmp_path: Path) -> None:
    gate = threading.Event()
    service.install(held := opened(small, tmp_path, gate=gate))
    page = run(view="search", words=GAP)
    assert shown(page)["state"] == "loading"
    gate.set()
    held.assistant()
    assert shown(checked(page.run()))["state"] == "found"
    held.close()
    service.install(None)


def test_models_that_can_not_be_loaded_are_said_to_be_missing(small: SmallLibrary, tmp_path: Path) -> None:
    service.install(
        held := opened(small, tmp_path, problem=ModelUnavailable("The model is missing.", hint="Install it."))
    )
    with pytest.raises(ModelUnavailable):
        held.assistant()
    data = shown(run(view="search", words=GAP))
    for _ in range(100):
        if data["state"] != "loading":
            break
        data = shown(run(view="search", words=GAP))
    assert (data["state"], data["lead"]) == ("problem", "The model is missing. Install it.")
    held.close()
    service.install(None)


def test_two_editions_side_by_side_with_the_figures_first(changing: Service, own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.ingest()
    place = {"view": "compare", "document": "buses.md", "before": "000001", "after": "000002"}
    data = shown(run(**place))["compared"]
    (figure,) = data["figures"]
    assert (figure["before"], figure["after"]) == ("£2", "£3")
    (change,) = (part for part in data["parts"] if part["kind"] == "changed")
    for side, words in (("before", "£2"), ("after", "£3")):
        evidence = shown(run(**place, cite=change[side]["cite"]), "evidence")
        assert (evidence["located"], words in evidence["quote"]) == (True, True)


def test_a_comparison_is_shared_with_the_words_of_both_sides(own: SmallLibrary) -> None:
    own.replace("buses.md", "£2", "£3")
    own.replace("buses.md", "Rural bus services", "A new sentence. Rural bus services")
    own.ingest()
    shared = shared_comparison(Holdings(own.library).compare("buses.md", "000001", "000002"))
    assert (shared.title, shared.columns) == ("What changed in “buses”", ("Edition 000001", "Edition 000002"))
    added, changed = shared.rows
    assert [[span.quote for span in cell] for cell in added.cells] == [[], ["A new sentence."]]
    assert [[span.quote for span in cell] for cell in changed.cells] == [
        ["A single fare costs £2."],
        ["A single fare costs £3."],
    ]
    assert [span.cite[:6] for span in shared.cited] == ["000002", "000001", "000002"]


@pytest.mark.parametrize("editions", [("000001", "000009"), ("", ""), ("../..", "000001")])
def test_editions_that_are_not_kept_are_said_to_be_gone(held: Service, editions: tuple[str, str]) -> None:
    data = shown(run(view="compare", document="buses.md", before=editions[0], after=editions[1]))
    assert data["compared"] is None
    assert data["problem"].startswith("One of these editions is no longer kept")


def test_a_question_about_a_document_is_put_before_the_reader_and_not_asked(held: Service) -> None:
    page = run()
    page.session_state["proposed"] = "What does “buses” say about "
    page = checked(page.run())
    assert page.chat_input(key="question").proto.value == "What does “buses” say about "
    assert shown(page, "conversation")["turns"] == []


def test_without_a_library_the_page_says_what_to_do(tmp_path: Path) -> None:
    from report_qa.errors import NothingPublished

    service.install(make_service(tmp_path, missing=NothingPublished("Nothing is published.", hint="Ingest first.")))
    page = run()
    assert [text.value for text in page.text][:2] == ["Nothing is published.", "Ingest first."]
    service.install(None)
