"""What a reader is told, whatever the format: exactness, edition and day, whose words, and what was refused or withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from report_qa import AnswerStatus
from report_qa.exporting.collect import of_answer, of_checked, of_conversation, of_evidence
from report_qa.exporting.content import Content
from report_qa.exporting.prose import (
    STATES,
    VERDICTS,
    Style,
    blocks,
    notice,
    permanent_link,
    published,
    quoted,
    reference_text,
)
from report_qa.records.answer import Verdict
from tests.report_qa.exporting.samples import (
    ASKED_BACK,
    CHECKED,
    CONVERSATION,
    DAY,
    EXTRACTS,
    GAP,
    PICTURE,
    PLAN,
    REFUSED,
    RETURNS,
    WRITTEN,
    open_evidence,
)


def said(content: Content, *styles: Style) -> list[str]:
    return [
        f"{each.label}: {each.text}" if each.label else each.text for each in blocks(content) if each.style in styles
    ]


def test_the_notice_names_edition_day_and_writer() -> None:
    assert (
        notice(of_answer(REFUSED, open_evidence)) == "Quotations are exact; edition 000007, asked on 24 November 2026."
    )
    assert notice(of_answer(WRITTEN, open_evidence)) == (
        "Quotations are exact; edition 000008, asked on 25 November 2026. Sentences that are not quotations were written by"
        " a language model (openai:small); each was checked against the quotations that it cites."
    )
    assert notice(of_conversation(CONVERSATION, open_evidence)).startswith(
        "Quotations are exact; editions 000007 and 000008, asked between 24 November 2026 and 25 November 2026. Sentences"
    )
    assert notice(of_answer(EXTRACTS, open_evidence)).endswith(
        "Rows of tables and lists are read out; the references give their exact words."
    )
    assert notice(of_checked(CHECKED, open_evidence)) == (
        "Quotations are exact; edition 000007, checked on 24 November 2026."
    )
    assert notice(of_evidence([PLAN.cite], open_evidence, title="List", chosen_at=DAY)) == (
        "Quotations are exact; edition 000007, chosen on 24 November 2026."
    )


def test_a_refusal_says_what_was_searched_and_came_nearest() -> None:
    content = of_answer(REFUSED, open_evidence)
    assert said(content, Style.STATE) == ["Not answered: the documents do not answer this."]
    assert said(content, Style.NOTE) == [
        "Searched: 3 documents, 9 passages; no passage mentions Moon",
        "What came nearest, without answering the question:",
    ]
    assert [each.numbers for each in blocks(content) if each.style is Style.NOTE] == [(), (1, 2)]
    assert reference_text(content.references[0]).remark == "Came nearest to a question; no answer cites it."


def test_a_written_answer_in_part_says_what_is_missing_withheld_and_out_of_force() -> None:
    content = of_answer(WRITTEN, open_evidence)
    assert said(content, Style.STATE) == ["Answered in part, written by openai:small and checked against the sources."]
    assert said(content, Style.CAUTION) == [
        "Superseded by The new plan: The old plan",
        "Not answered: since when",
        "Withheld: 2 sentences not shown: contradicted by the sources, not in the sources.",
        "The writing was stopped; what it wrote before is shown.",
    ]
    assert said(content, Style.NOTE) == [
        "Understood as: What of the plans, and what does £1m return?",
        "Searched only: 1 document: Why neighbourhoods matter",
    ]
    assert said(content, Style.QUOTATION) == [f"“{RETURNS.quote}”"]


def test_extracts_stand_under_their_documents() -> None:
    content = of_answer(EXTRACTS, open_evidence)
    sources = said(content, Style.SOURCE)
    assert sources[:2] == ["Why neighbourhoods matter", "Superseded by The new plan: The old plan"]
    assert sources[2].startswith("Sheet =cmd")
    assert said(content, Style.STATE) == ["Answered in the documents’ own words."]


def test_a_question_back_gives_its_choices_once() -> None:
    content = of_answer(ASKED_BACK, open_evidence)
    assert said(content, Style.NOTE, Style.CHOICE) == ["How much of what?", "How much money is there?"]


def test_verdicts_are_summed_up_the_gravest_first() -> None:
    content = of_checked(CHECKED, open_evidence)
    assert said(content, Style.STATE) == ["4 sentences: 1 contradicted, 1 not found, 1 supported, 1 without a claim."]
    empty = replace(CHECKED, sentences=(), text="")
    assert said(of_checked(empty, open_evidence), Style.STATE) == ["There was nothing to check."]


@pytest.mark.parametrize(("day", "words"), [(date(2024, 6, 3), "3 June 2024"), (date(2019, 1, 1), "2019"), (None, "")])
def test_dates_are_as_precise_as_they_are_known(day: date | None, words: str) -> None:
    assert published(day) == words


def test_every_status_and_verdict_has_words() -> None:
    assert set(STATES) == set(AnswerStatus)
    assert set(VERDICTS) == set(Verdict)


def test_marks_of_the_words_own_are_told_apart() -> None:
    assert quoted("plain") == "“plain”"
    assert quoted("“so” it is “said”") == "“\u202f“so” it is “said”\u202f”"


def test_an_address_makes_links_of_permanent_names_only_if_it_is_one() -> None:
    assert permanent_link("7~a b~1-2~x", "https://reports.example/") == (
        "https://reports.example/evidence?cite=7~a%20b~1-2~x"
    )
    for address in ("", "javascript:alert(1)", "https://reports.example/ <b>"):
        assert permanent_link("7~a~1-2~x", address) == ""


def test_pages_that_could_not_be_pictured_are_counted() -> None:
    content = of_evidence([RETURNS.cite, GAP.cite], open_evidence, title="List", chosen_at=DAY)
    elsewhere = replace(content.references[1], pages=(replace(content.references[1].pages[0], page_index=4),))
    two_pages = replace(content, references=(content.references[0], elsewhere))
    shown = list(blocks(two_pages, [PICTURE]))
    assert [each.text for each in shown if each.style is Style.PICTURE] == [PICTURE.caption]
    assert shown[-1].text == "1 cited page could not be pictured here."
    assert list(blocks(content, [PICTURE]))[-1].style is Style.PICTURE
