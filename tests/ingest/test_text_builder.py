from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text_builder import LONGEST_HEADING_CHARS, SHORT_PARAGRAPH_CHARS, TextBuilder
from report_qa.errors import DocumentUnreadable, NoTextLayer
from report_qa.records.document import DocumentText
from tests.ingest.reading import assert_consistent, blocks, header_rows, lead_ins, paths


def build(builder: TextBuilder) -> DocumentText:
    return builder.build(reader="test/1", name="file.txt")


def test_blocks_are_parted_by_an_empty_line_and_know_their_offsets() -> None:
    builder = TextBuilder()
    builder.paragraph("One.")
    builder.heading("Costs", 1, anchor="costs")
    builder.paragraph("Two.")
    document = build(builder)
    assert document.text == "One.\n\nCosts\n\nTwo."
    assert blocks(document) == [("prose", "One."), ("prose", "Two.")]
    assert paths(document) == [(), ("Costs",)]
    assert document.sections[1].anchor == "costs"
    assert document.reader == "test/1"


def test_words_of_a_heading_belong_to_no_section() -> None:
    builder = TextBuilder()
    builder.paragraph("One.")
    builder.heading("Costs", 1)
    builder.paragraph("Two.")
    document = build(builder)
    assert document.section_of(document.text.index("Costs")) is None


def test_heading_paths_follow_levels_also_where_one_is_skipped() -> None:
    builder = TextBuilder()
    for level, words in [(1, "A"), (3, "A.x"), (2, "A.y"), (1, "B"), (2, "B.z")]:
        builder.heading(words, level)
    assert paths(build(builder)) == [("A",), ("A", "A.x"), ("A", "A.y"), ("B",), ("B", "B.z")]


def test_a_title_is_no_part_of_paths() -> None:
    builder = TextBuilder()
    builder.heading("Report", 0)
    builder.paragraph("Preface.")
    builder.heading("Costs", 1)
    assert paths(build(builder)) == [(), ("Costs",)]


def test_the_only_first_level_heading_at_the_top_is_the_title() -> None:
    builder = TextBuilder()
    builder.heading("Report", 1)
    builder.heading("Costs", 2)
    assert paths(build(builder)) == [(), ("Costs",)]


@pytest.mark.parametrize("headings", [[(1, "A"), (2, "B"), (1, "C")], [(2, "A"), (1, "B")], [(1, "A")]])
def test_other_first_level_headings_stay_in_paths(headings: list[tuple[int, str]]) -> None:
    builder = TextBuilder()
    for level, words in headings:
        builder.heading(words, level)
    assert all(paths(build(builder)))


def test_a_heading_below_text_is_not_the_title() -> None:
    builder = TextBuilder()
    builder.paragraph("Draft.")
    builder.heading("Report", 1)
    builder.heading("Costs", 2)
    assert paths(build(builder)) == [(), ("Report",), ("Report", "Costs")]


def test_a_heading_as_long_as_a_paragraph_is_one() -> None:
    builder = TextBuilder()
    words = ("word " * LONGEST_HEADING_CHARS).strip()
    builder.heading(words, 1)
    assert blocks(build(builder)) == [("prose", words)]


def test_a_list_is_led_in_by_the_sentence_that_ends_with_a_colon() -> None:
    builder = TextBuilder()
    builder.paragraph("Costs rose in 2020. There are two reasons:")
    builder.list_item("fuel")
    builder.list_item("pay")
    assert lead_ins(build(builder)) == ["There are two reasons:"] * 2


def test_a_short_paragraph_without_a_colon_leads_in_as_a_whole_and_a_long_one_does_not() -> None:
    for words, expected in [("What we found", "What we found"), ("x" * (SHORT_PARAGRAPH_CHARS + 1), None)]:
        builder = TextBuilder()
        builder.paragraph(words)
        builder.list_item("fuel")
        assert lead_ins(build(builder)) == [expected]


def test_headings_tables_and_captions_part_a_list_from_the_paragraph_above() -> None:
    builder = TextBuilder()
    builder.paragraph("Reasons:")
    builder.heading("Costs", 1)
    builder.list_item("a")
    builder.paragraph("Reasons:")
    builder.table([["x", "y"]])
    builder.list_item("b")
    builder.paragraph("Reasons:")
    builder.caption("Figure")
    builder.list_item("c")
    assert lead_ins(build(builder)) == [None, None, None]


def test_an_inner_list_is_led_in_by_the_item_that_holds_it() -> None:
    builder = TextBuilder()
    builder.paragraph("Reasons:")
    builder.list_item("Money. That is:")
    builder.list_item("fuel", depth=1)
    builder.list_item("pay", depth=1)
    builder.list_item("time")
    assert lead_ins(build(builder)) == ["Reasons:", "That is:", "That is:", "Reasons:"]


def test_a_footnote_does_not_part_a_list_from_its_lead_in_and_waits_for_its_end() -> None:
    builder = TextBuilder()
    builder.paragraph("Reasons:")
    builder.footnote("Note 1.")
    builder.list_item("fuel")
    builder.footnote("Note 2.")
    builder.list_item("pay")
    builder.paragraph("So it goes.")
    document = build(builder)
    assert [kind for kind, _ in blocks(document)] == ["prose", "footnote", "list", "list", "footnote", "prose"]
    assert lead_ins(document) == ["Reasons:"] * 2


def test_a_footnote_of_the_last_item_is_not_lost() -> None:
    builder = TextBuilder()
    builder.list_item("fuel")
    builder.footnote("Note.")
    assert blocks(build(builder)) == [("list", "fuel"), ("footnote", "Note.")]


def test_tables_align_columns_and_leave_out_empty_rows_and_columns() -> None:
    builder = TextBuilder()
    builder.table(
        [["", "", ""], ["Area", "", "2019"], ["", "", ""], ["North | East", "", "1"], ["South"]], header_rows=2
    )
    document = build(builder)
    assert blocks(document) == [("table", "Area | 2019\nNorth|East | 1\nSouth | ")]
    assert header_rows(document) == [1]


def test_a_table_of_one_column_is_paragraphs() -> None:
    builder = TextBuilder()
    builder.table([["Box 1", ""], ["Words.", ""]])
    assert blocks(build(builder)) == [("prose", "Box 1"), ("prose", "Words.")]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Table 1. Costs by area", "caption"),
        ("Table A2: Costs", "caption"),
        ("Table 3.1 – Costs", "caption"),
        ("Table 2 shows the costs.", "prose"),
        ("The costs follow.", "prose"),
    ],
)
def test_a_paragraph_that_calls_itself_a_table_is_the_caption_of_the_table_below(words: str, kind: str) -> None:
    builder = TextBuilder()
    builder.paragraph(words)
    builder.table([["a", "b"]])
    assert blocks(build(builder))[0] == (kind, words)


def test_white_space_becomes_one_space_and_the_invisible_goes_and_is_counted() -> None:
    builder = TextBuilder()
    builder.paragraph(" £1\u00a0million\n\t was\u200b spent\u00ad \u202e\x07\U000e0041\ud800.\ufeff ")
    document = build(builder)
    assert document.text == "£1 million was spent \ufffd."
    assert document.dropped == (("invisible character", 6),)


def test_lines_stay_where_they_mean_something() -> None:
    builder = TextBuilder()
    builder.paragraph("\na =  1\n\n  b = 2 \n", keep_lines=True)
    assert blocks(build(builder)) == [("prose", "a = 1\n b = 2")]


def test_what_was_left_out_is_summed_by_reason() -> None:
    builder = TextBuilder()
    builder.paragraph("Words.")
    builder.drop("footnote mark", 2)
    builder.drop("deleted text", 0)
    builder.drop("footnote mark", 1)
    assert build(builder).dropped == (("footnote mark", 3),)


@pytest.mark.parametrize("words", ["", " \n", "—", "\u200b"])
def test_a_document_without_a_letter_or_digit_is_refused_by_name(words: str) -> None:
    builder = TextBuilder()
    builder.paragraph(words)
    with pytest.raises(NoTextLayer, match=r"file\.txt has no text in it\..*OCR"):
        build(builder)


part = st.one_of(
    st.tuples(st.just("heading"), st.text(max_size=12), st.integers(0, 6)),
    st.tuples(st.sampled_from(["paragraph", "caption", "footnote"]), st.text(max_size=30)),
    st.tuples(st.just("list_item"), st.text(max_size=20)),
    st.tuples(st.just("table"), st.lists(st.lists(st.text(max_size=5), max_size=3), max_size=3)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(part, max_size=12))
def test_whatever_is_added_the_offsets_are_right(parts: list[tuple[object, ...]]) -> None:
    builder = TextBuilder()
    for method, *arguments in parts:
        getattr(builder, str(method))(*arguments)
    try:
        document = build(builder)
    except DocumentUnreadable:
        return
    assert_consistent(document)
