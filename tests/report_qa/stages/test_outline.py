"""A document, a section or a topic in short, in the documents' own sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa.questions import Asked, parse_question
from report_qa.records.document import BlockKind, Section
from report_qa.records.passage import Selection
from report_qa.stages.outline import (
    MOST_CHARS,
    MOST_CLAIMS,
    about_topic,
    by_document,
    outline,
    outline_document,
    outline_section,
    outline_topic,
    wants_summary,
)
from report_qa.wording import spoken
from tests.report_qa.stages.test_retrieve import Shelf, shelf

LEDE = "The board paid for halls in forty wards between the two censuses."
DETAIL = "The survey found that residents near a hall knew more of their neighbours than others did."
DANGLING = "This made them happier than the people of the wards that had none."
COSTS = "A hall costs the council forty thousand pounds a year to heat and to keep open."
ADDRESS = "Further pages are listed at https://example.org/halls for those who want them."
KEY = "Halls raise trust between neighbours, and they cost less than the board expected."
KEY_LIST = "The evaluation found that halls:\nraise trust\nlower fear of crime"


def _halls(*, with_summary: bool) -> Shelf:
    paragraphs = [f"{LEDE} {DANGLING}", DETAIL, COSTS, ADDRESS, *([KEY, KEY_LIST] if with_summary else [])]
    headings = {
        paragraphs[0]: "Programme",
        DETAIL: "Neighbours",
        COSTS: "Costs",
        ADDRESS: "References",
        KEY: "Key findings",
        KEY_LIST: "Key findings",
    }
    made = shelf(
        {"Halls": paragraphs, "Parks": ["Parks are open in every season of the year to all who live nearby."]},
        kinds={KEY_LIST: BlockKind.LIST},
        headings=headings,
    )
    sections = tuple(
        Section(heading_path=(heading,), start_char=0, end_char=1) for heading in dict.fromkeys(headings.values())
    )
    return replace(made, store=replace(made.store, section_lists={"halls": sections}))


def test_a_document_is_told_by_its_own_summary() -> None:
    store = _halls(with_summary=True).store
    units = outline_document(store.document("halls"), store)
    assert [unit.words for unit in units] == [KEY, KEY_LIST]


def test_without_one_it_is_told_by_sentences_that_can_be_read_alone_in_reading_order() -> None:
    store = _halls(with_summary=False).store
    units = outline_document(store.document("halls"), store)
    assert [unit.words for unit in units] == [LEDE, DETAIL, COSTS]


def test_what_points_elsewhere_is_not_quoted() -> None:
    store = shelf({"Wards": [ADDRESS, COSTS]}).store
    assert [unit.words for unit in outline_document(store.document("wards"), store)] == [COSTS]


def test_an_outline_is_short() -> None:
    many = [
        f"The survey of ward {number} found that {number} of its residents knew their neighbours by name, as {word} did."
        for number, word in enumerate(
            "alder birch cedar dogwood elm fir gorse hazel ivy juniper larch maple oak".split(), 10
        )
    ]
    store = shelf({"Wards": many}).store
    units = outline_document(store.document("wards"), store)
    assert 0 < len(units) <= MOST_CLAIMS
    assert sum(len(spoken(unit)) for unit in units) <= MOST_CHARS
    assert len(outline_document(store.document("wards"), store, claims=2)) == 2


def test_what_says_the_same_again_is_left_out() -> None:
    store = shelf({"Wards": [COSTS, COSTS.replace("A hall", "Any hall"), LEDE]}).store
    assert len(outline_document(store.document("wards"), store)) == 2


def test_a_section_is_found_by_its_heading() -> None:
    store = _halls(with_summary=True).store
    units = outline_section(store.documents(), store, "costs")
    assert [unit.words for unit in units] == [COSTS]
    assert outline_section(store.documents(), store, "lighthouse keepers") == ()


def test_a_section_is_found_by_its_number() -> None:
    made = shelf({"Halls": [LEDE, COSTS]}, headings={LEDE: "3.1 Programme", COSTS: "3.12 Costs"})
    sections = tuple(
        Section(heading_path=(name,), start_char=0, end_char=1) for name in ("3.1 Programme", "3.12 Costs")
    )
    store = replace(made.store, section_lists={"halls": sections})
    assert [unit.words for unit in outline_section(store.documents(), store, "3.1")] == [LEDE]


def test_of_several_documents_each_has_its_say() -> None:
    store = _halls(with_summary=True).store
    assert {unit.retrieved.document.title for unit in outline(store.documents(), store)} == {"Halls", "Parks"}


def test_of_many_documents_five_are_told_by_a_sentence_each() -> None:
    store = shelf(
        {
            f"Park {number}": [f"Park number {number} is open in every season of the year to all who live nearby."]
            for number in range(8)
        }
    ).store
    units = outline(store.documents(), store)
    assert len(units) == len({unit.retrieved.document.document_id for unit in units}) == 5


def test_a_topic_is_told_by_the_best_unit_of_each_document() -> None:
    made = shelf(
        {
            "Halls": [COSTS, LEDE],
            "Parks": ["A park costs the council ten thousand pounds a year to keep open."],
            "Copy": [COSTS],
        }
    )
    units = made.units("What does it cost the council to keep open?")
    each = [Selection(units=some[:1], nearest=(), confidence=0.9) for some in by_document(units)]
    best = Selection(units=units[:1], nearest=(), confidence=0.9)
    told = outline_topic(best, each).units
    assert len(told) == 2
    assert {unit.retrieved.document.title for unit in told} >= {"Parks"}


def test_a_topic_that_nothing_answers_stays_refused() -> None:
    refused = Selection(units=(), nearest=(), confidence=0.1, reason="no passage answers it")
    each = [
        Selection(units=(unit,), nearest=(), confidence=0.9) for unit in _halls(with_summary=False).units("Halls?")[:1]
    ]
    assert outline_topic(refused, each) is refused


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("Can you summarise the plan?", True),
        ("What are the main points of the plan?", True),
        ("In short, how large is the gap?", False),
        ("How large is it?", False),
    ],
)
def test_a_figure_in_short_is_no_summary(question: str, wants: bool) -> None:
    assert wants_summary(parse_question(question)) is wants


def test_a_topic_has_only_the_words_that_say_what_it_is_about() -> None:
    topic = about_topic(parse_question("Give me a short overview of what the documents say about halls."))
    assert (topic.terms, topic.asked) == (("hall",), frozenset({Asked.SUMMARY}))
