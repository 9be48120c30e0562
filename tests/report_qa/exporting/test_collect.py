"""What an export holds: references numbered once, whose words the sentences are, and what is known of each document."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa import Conversation, EvidenceView, Locator
from report_qa.exporting.collect import of_answer, of_checked, of_conversation, of_evidence
from report_qa.exporting.content import Kind, Wording
from tests.report_qa.exporting.samples import (
    CHECKED,
    CONVERSATION,
    DAY,
    EXTRACTS,
    GAP,
    HOSTILE,
    PLAN,
    REFUSED,
    REPORT,
    RETURNS,
    ROW,
    SAFE,
    WRITTEN,
    open_evidence,
)


def test_references_are_numbered_once_through_a_conversation() -> None:
    content = of_conversation(CONVERSATION, open_evidence)
    assert [reference.number for reference in content.references] == [1, 2, 3, 4]
    assert [reference.cite for reference in content.references] == [RETURNS.cite, PLAN.cite, ROW.cite, GAP.cite]
    extracts, refused, written, _ = content.entries
    assert [sentence.numbers for sentence in extracts.sentences] == [(1,), (2,), (3,)]
    assert refused.nearest == (4, 1)
    assert [sentence.numbers for sentence in written.sentences] == [(1, 2), (1,)]
    assert content.edition_ids == ("000007", "000008")


def test_what_only_came_nearest_is_not_cited_until_something_cites_it() -> None:
    assert [each.cited for each in of_answer(REFUSED, open_evidence).references] == [False, False]
    turns = [replace(CONVERSATION.turns[0], answer=answer) for answer in (REFUSED, EXTRACTS)]
    content = of_conversation(replace(CONVERSATION, turns=tuple(turns)), open_evidence)
    assert {each.cite: each.cited for each in content.references} == {
        GAP.cite: False,
        RETURNS.cite: True,
        PLAN.cite: True,
        ROW.cite: True,
    }


def test_the_same_words_elsewhere_are_another_reference() -> None:
    elsewhere = replace(REFUSED.nearest[1], locator=Locator(page_index=5))
    content = of_answer(replace(REFUSED, nearest=(REFUSED.nearest[1], elsewhere, REFUSED.nearest[1])), open_evidence)
    assert [each.place for each in content.references] == ["p. iii (PDF page 2)", "p. 6"]
    assert content.entries[0].nearest == (1, 2)


def test_whose_words_a_sentence_is() -> None:
    (extracts,) = of_answer(EXTRACTS, open_evidence).entries
    assert [sentence.wording for sentence in extracts.sentences] == [Wording.QUOTED, Wording.QUOTED, Wording.READ_OUT]
    written = of_answer(WRITTEN, open_evidence)
    assert [sentence.wording for sentence in written.entries[0].sentences] == [Wording.WRITTEN, Wording.QUOTED]
    assert written.writers == ("openai:small",)
    assert written.entries[0].withheld == 2


def test_a_reference_says_what_the_shelf_knows() -> None:
    first, second, third = of_answer(EXTRACTS, open_evidence).references
    assert (first.publisher, first.published_on, first.licence, first.standing) == (
        "Local Trust",
        REPORT.published_on,
        "CC BY 4.0",
        "",
    )
    assert second.standing == "superseded by The new plan"
    assert third.quote == f"Item | Sum\n{SAFE} | £1.15m".replace("TY - BOOK", "TY  - BOOK")
    assert third.title == f"Sheet {SAFE}"
    assert [len(each.pages) for each in (first, second, third)] == [1, 0, 0]


def test_a_document_that_is_gone_leaves_what_the_citation_kept() -> None:
    first = of_answer(EXTRACTS, lambda cite: None).references[0]
    assert (first.title, first.quote, first.source_url) == (REPORT.title, RETURNS.quote, REPORT.source_url)
    assert (first.publisher, first.document, first.pages) == ("", None, ())


def test_chosen_evidence_keeps_its_order_and_says_what_is_missing() -> None:
    def moved(cite: str) -> EvidenceView | None:
        view = open_evidence(cite)
        return (
            replace(view, located=False, quote="", pages=(), locator=Locator()) if view and cite == GAP.cite else view
        )

    content = of_evidence(
        [PLAN.cite, "gone~x", GAP.cite, PLAN.cite, RETURNS.cite], moved, title="For\nthe briefing", chosen_at=DAY
    )
    assert [each.cite for each in content.references] == [PLAN.cite, GAP.cite, RETURNS.cite]
    assert (content.missing, content.title, content.kind) == (("gone~x",), "For the briefing", Kind.EVIDENCE)
    assert content.references[1].quote == ""


def test_a_checked_text_keeps_its_verdicts_and_reasons() -> None:
    content = of_checked(CHECKED, open_evidence)
    assert [judged.verdict for judged in content.judged] == [each.verdict for each in CHECKED.sentences]
    assert content.judged[1].reasons == ("The number is “£9m” here and “£3.2m” in the document.",)
    assert [judged.numbers for judged in content.judged] == [(1,), (1,), (), ()]
    assert content.title.endswith("…")
    assert HOSTILE not in content.judged[2].text


def test_nothing_is_no_conversation() -> None:
    with pytest.raises(ValueError, match="without turns"):
        of_conversation(Conversation(conversation_id="c", title="", turns=()), open_evidence)
