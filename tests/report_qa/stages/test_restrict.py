"""A phrase restricts a question to the documents that it is sure to mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from report_qa.called import called
from report_qa.questions import Asked, parse_question
from report_qa.records.document import Role, SourceDocument
from report_qa.records.scope import Scope
from report_qa.stages.restrict import attributing, restrict, without_bodies
from tests.report_qa.stages.test_retrieve import shelf


def _document(name: str, title: str, publisher: str = "Somebody", **more: object) -> SourceDocument:
    entry = SourceDocument(
        document_id=name,
        path=f"{name}.md",
        title=title,
        media_type="text/markdown",
        sha256="0" * 64,
        publisher=publisher,
    )
    return replace(entry, **more)  # type: ignore[arg-type]


PLAN = _document("plan", "The big plan", "Local Trust", role=Role.REPORT, published_on=date(2024, 5, 1))
HALLS = _document("halls", "Halls and parks: an evaluation", "Frontier Economics", published_on=date(2019, 1, 1))
PARKS = _document("parks", "Parks survey", "Joseph Rowntree Foundation", published_on=date(2021, 1, 1))
NOTE = _document(
    "note",
    "Note on Cold homes (Frontier Economics, 2013)",
    "Us",
    about="Frontier Economics",
    published_on=date(2026, 1, 1),
)
BARE = _document("GSA2022", "GSA2022", publisher="")
SHELF = tuple(
    called(document, beginning)
    for document, beginning in (
        (PLAN, ""), (HALLS, "For the Treasury"), (PARKS, ""), (NOTE, ""), (BARE, "General Services Board, plan for 2022"),
    )
)  # fmt: skip


def _scope(question: str, earlier: str = "", acronyms: Mapping[str, frozenset[str]] | None = None) -> Scope | None:
    context = parse_question(earlier) if earlier else None
    return restrict(parse_question(question, acronyms or {}), context, SHELF, acronyms or {})[1]


def _ids(question: str) -> set[str]:
    scope = _scope(question)
    assert scope is not None
    return set(scope.document_ids)


def test_a_publisher_is_found_by_name_and_by_initials_and_by_acronym() -> None:
    assert _ids("According to Frontier, what is cold?") == {"halls", "note"}
    assert _ids("What does JRF say about parks?") == {"parks"}
    acronyms = {"FREC": frozenset({"Frontier Economics"})}
    scope = _scope("According to FREC, what is cold?", acronyms=acronyms)
    assert scope is not None
    assert scope.document_ids == {"halls", "note"}


def test_a_document_is_found_by_words_of_its_title_and_by_its_year() -> None:
    assert _ids("What is cold in the halls report?") == {"halls"}
    assert _ids("What is cold in the 2021 report?") == {"parks"}
    assert _ids("What is cold in the Frontier report of 2013?") == {"note"}
    assert _ids('What is cold, according to "The big plan"?') == {"plan"}


def test_a_note_has_the_year_of_what_it_is_about() -> None:
    assert "note" in _ids("What is cold in reports published before 2020?")
    assert "note" not in _ids("What is cold in reports published since 2020?")


def test_a_document_without_a_catalogue_is_found_by_its_first_lines() -> None:
    assert _ids("What is cold in the General Services Board report?") == {"GSA2022"}
    assert _ids("What is cold in the 2022 report?") == {"GSA2022"}


def test_the_first_lines_of_a_catalogued_document_name_nobody() -> None:
    scope = _scope("According to the Treasury, what is cold?")
    assert scope is not None
    assert (scope.document_ids, scope.attributed_to) == (frozenset(), (("treasuri",),))


def test_roles_are_sure_only_where_there_is_a_report() -> None:
    assert _ids("What does the report say about cold?") == {"plan"}
    assert _ids("What does the evidence say about cold?") == {"halls", "parks", "note", "GSA2022"}
    without = tuple(item for item in SHELF if item.document is not PLAN)
    assert restrict(parse_question("What does the report say about cold?"), None, without, {})[1] is None


def test_what_is_excluded_is_left_out() -> None:
    assert _ids("What is said of cold, but not from the report?") == {"halls", "parks", "note", "GSA2022"}
    assert _scope("What is said of cold, but not from the Treasury report?") is None


def test_half_of_a_name_is_another_name() -> None:
    scope = _scope("According to Local Government, what is cold?")
    assert scope is not None
    assert scope.document_ids == frozenset()


def test_loose_words_that_no_title_has_restrict_nothing() -> None:
    assert _scope("What is cold in the police report?") is None


def test_a_year_that_no_document_has_is_unsure_where_a_date_is_unknown() -> None:
    assert _scope("What is cold in the 1987 report?") is not None
    undated = (*SHELF, called(_document("old", "Old halls"), ""))
    assert restrict(parse_question("What is cold in the 1987 report?"), None, undated, {})[1] is None


def test_a_publication_on_the_shelf_speaks_for_itself_and_a_body_may_be_quoted() -> None:
    publication, body = _scope("What does the Frontier report say of cold?"), _scope("What does Frontier say of cold?")
    assert publication is not None
    assert body is not None
    assert (publication.attributed_to, body.attributed_to) == ((), (("frontier",),))


def test_a_restriction_goes_on_only_where_the_question_leans() -> None:
    earlier = "What does the halls report say about cold?"
    leaning = _scope("And for women?", earlier)
    assert leaning is not None
    assert leaning.document_ids == {"halls"}
    assert _scope("How many parks are there in England?") is None
    own = _scope("And according to JRF?", earlier)
    assert own is not None
    assert own.document_ids == {"parks"}


def test_words_that_only_say_where_to_look_are_no_conditions() -> None:
    bare, _ = restrict(parse_question("How cold was it in the 2021 parks report?"), None, SHELF, {})
    assert (bare.terms, bare.years, bare.names) == (("cold",), frozenset(), ())
    assert bare.spelt_out == "How cold was it?"


def test_a_question_that_asks_for_nothing_else_wants_a_summary() -> None:
    bare, _ = restrict(parse_question("What does the halls report say?"), None, SHELF, {})
    assert (bare.asked, bare.terms) == (frozenset({Asked.SUMMARY}), ())


def test_words_of_others_count_where_they_name_the_body_beside_them() -> None:
    small = shelf({"News": ["The Treasury says that homes are cold.", "Homes are cold in winter."]})
    scope = Scope(named="Treasury", document_ids=frozenset(), attributed_to=(("treasuri",),))
    kept = attributing(small.units("Are homes cold?"), scope)
    assert [unit.words for unit in kept] == ["The Treasury says that homes are cold."]
    bare = without_bodies(parse_question("According to the Treasury, are homes cold?"), scope)
    assert (bare.terms, bare.names) == (("home", "cold"), ())


@pytest.mark.parametrize(
    ("count", "described"),
    [(1, "1 document: A"), (2, "2 documents: A; B"), (5, "5 documents: A; B; C; and 2 more")],
)
def test_a_scope_says_what_was_searched(count: int, described: str) -> None:
    scope = Scope(named="x", document_ids=frozenset(map(str, range(count))), titles=tuple("ABCDE"[:count]))
    assert scope.described == described
    assert replace(scope, undated=2).described.endswith("(2 without a known date left out)")
