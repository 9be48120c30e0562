from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read_text import MARKDOWN_READER, TEXT_READER, read_markdown, read_plain_text
from ingest.readers import Reader
from report_qa.errors import DocumentTooLarge, DocumentUnreadable, NoTextLayer
from report_qa.records.document import DocumentText
from tests.ingest.reading import assert_consistent, blocks, header_rows, lead_ins, path_of, paths


def markdown(text: str) -> DocumentText:
    return read_markdown(text.encode(), name="file.md")


def plain(text: str) -> DocumentText:
    return read_plain_text(text.encode(), name="file.txt")


def test_markdown_markup_is_left_out() -> None:
    document = markdown("**Costs** rose [by *5%*](https://x.org/y 'z') in `2020`  \n&amp; fell\\*\n<https://x.org>")
    assert document.text == "Costs rose by 5% in 2020 & fell* https://x.org"
    assert document.reader == MARKDOWN_READER


def test_markdown_headings_make_paths_under_the_title() -> None:
    document = markdown("# Report\n\nPreface\n\nCosts\n-----\n\n### Fuel ###\n\nWords. {#no}\n\n## Pay {#pay .big}\n")
    assert paths(document) == [(), ("Costs",), ("Costs", "Fuel"), ("Pay",)]
    assert document.sections[-1].anchor == "pay"


def test_markdown_lists_are_items_with_their_lead_in() -> None:
    document = markdown("It rose. Reasons:\n\n- fuel\n  and oil\n\n  more\n- pay:\n  1. old\n  2. new\n- time")
    assert blocks(document)[1:] == [
        ("list", "fuel and oil more"), ("list", "pay:"), ("list", "old"), ("list", "new"), ("list", "time"),
    ]  # fmt: skip
    assert lead_ins(document) == ["Reasons:", "Reasons:", "pay:", "pay:", "Reasons:"]


def test_a_numbered_paragraph_keeps_its_number() -> None:
    document = markdown("1. First words.\n\nMore.\n\n2) Second words.\n")
    assert blocks(document) == [("prose", "1. First words."), ("prose", "More."), ("prose", "2) Second words.")]


def test_markdown_tables_have_one_header_row() -> None:
    document = markdown("| Area | **2019** |\n| --- | --: |\n| North \\| East | 1 |\n| South |\n")
    assert blocks(document) == [("table", "Area | 2019\nNorth|East | 1\nSouth | ")]
    assert header_rows(document) == [1]


def test_markdown_footnotes_are_blocks_and_their_marks_go() -> None:
    document = markdown("Rose[^1] and fell[^n].\n\n[^1]: Times,\n  page 1\n\n    and 2\n[^n]: Post\n\nEnd[^x] [^].")
    assert blocks(document) == [
        ("prose", "Rose and fell."), ("footnote", "Times, page 1 and 2"), ("footnote", "Post"),
        ("prose", "End[^x] [^]."),
    ]  # fmt: skip
    assert document.dropped == (("footnote mark", 8),)


def test_a_footnote_in_a_list_item_or_quotation_is_one() -> None:
    assert blocks(markdown("- a[^1]\n- b\n\n  [^1]: Note\n")) == [("list", "a"), ("list", "b"), ("footnote", "Note")]
    assert blocks(markdown("> a[^1]\n> [^1]: Note")) == [("prose", "a"), ("footnote", "Note")]


@pytest.mark.parametrize("matter", ["---\ntitle: x\n# y\n---\n", "+++\ntitle = 1\n+++\n", "---\n# a\nb: c\n...\n"])
def test_front_matter_is_dropped(matter: str) -> None:
    document = markdown(matter + "Words.")
    assert document.text == "Words."
    assert document.dropped == (("front matter", len(matter)),)


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert markdown("---\n\nWords.\n\n---\n\nMore.").text == "Words.\n\nMore."


def test_alternative_texts_of_pictures_are_captions() -> None:
    document = markdown(
        "See ![Costs *by* area](x.png) here.\n\n![](y.png)\n\n- ![In a list](z.png) item\n\n"
        "|a|b|\n|-|-|\n|1 ![In it](z)|2|\n"
    )
    assert blocks(document) == [
        ("prose", "See here."), ("caption", "Costs by area"), ("list", "item"), ("caption", "In a list"),
        ("table", "a | b\n1 | 2"), ("caption", "In it"),
    ]  # fmt: skip


def test_code_keeps_its_lines() -> None:
    assert blocks(markdown("```py\na = 1\n\nb = 2\n```\n\n    c\n")) == [("prose", "a = 1\nb = 2"), ("prose", "c")]


def test_struck_text_goes() -> None:
    document = markdown("It is ~~ten *units*~~ nine.")
    assert document.text == "It is nine."
    assert document.dropped == (("struck text", 9),)


def test_html_in_markdown_is_read_as_html() -> None:
    document = markdown(
        "10<sup>6</sup> cells<sup>3</sup> a<br>b <i>c</i>\n\n<table><tr><th>A<th>B<tr><td>1<td>2</table>\n\n"
        "<!-- x -->\n<details>\n<summary>More</summary>\n\nWords.\n\n</details>"
    )
    assert blocks(document) == [
        ("prose", "10⁶ cells a b c"), ("table", "A | B\n1 | 2"), ("prose", "More"), ("prose", "Words."),
    ]  # fmt: skip


@pytest.mark.parametrize("read", [read_markdown, read_plain_text])
def test_encodings(read: Reader) -> None:
    for content in ("Café £5".encode(), "\ufeffCafé £5".encode(), "Café £5".encode("windows-1252")):
        assert read(content, name="file").text == "Café £5"
    for charset in ("utf-16-le", "utf-16-be"):
        assert read("\ufeffCafé £5".encode(charset), name="file").text == "Café £5"


@pytest.mark.parametrize("read", [read_markdown, read_plain_text])
def test_control_characters_go_and_binary_files_are_refused(read: Reader) -> None:
    assert (
        read(b"Some words that are\x00 long\x07 enough to stay, and many more of them.", name="f").text.count("\x00")
        == 0
    )
    with pytest.raises(DocumentUnreadable, match=r"f\.txt is not a text file"):
        read(b"\x89PNG\x00\x00\x00\x0dIHDR\x01\x02\x03\x04", name="f.txt")


@pytest.mark.parametrize("read", [read_markdown, read_plain_text])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"---\n***\n"])
def test_files_without_text_are_refused_by_name(read: Reader, content: bytes) -> None:
    with pytest.raises(NoTextLayer, match=r"file\.x has no text"):
        read(content, name="file.x")


def test_huge_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.charset.MAX_BYTES", 10)
    with pytest.raises(DocumentTooLarge, match=r"f\.md has 11 bytes"):
        read_markdown(b"x" * 11, name="f.md")


def test_paragraphs_of_plain_text_are_parted_by_empty_lines_and_their_lines_joined() -> None:
    document = plain("Costs rose\r\nin 2020.\r\n  \r\nThey\rfell.\fNew page.")
    assert [words for _, words in blocks(document)] == ["Costs rose in 2020.", "They fell. New page."]
    assert document.reader == TEXT_READER


def test_underlined_lines_are_headings() -> None:
    document = plain("Report\n======\n\nPreface\n\n-----\nCosts\n-----\nWords.\nPay\n---\nMore.\n\nNo heading\n-\n")
    assert paths(document) == [(), ("Costs",), ("Pay",)]
    assert path_of(document, "More.") == ("Pay",)
    assert "No heading -" in document.text


def test_numbered_lines_that_stand_alone_are_headings() -> None:
    document = plain(
        "1 Introduction\n\nWords.\n\n1.1 Aims of it\n\nMore.\n\n2. Costs\n\nEnd.\n\n3 People came.\n\n2019 Total\n\nx"
    )
    assert paths(document) == [("1 Introduction",), ("1 Introduction", "1.1 Aims of it"), ("2. Costs",)]


def test_a_long_numbered_line_is_no_heading() -> None:
    assert paths(plain("1 Introduction\n\nWords.\n\n2 " + "Costs " * 20 + "\n\nMore.")) == [("1 Introduction",)]


def test_numbered_lines_in_a_row_are_no_headings() -> None:
    assert paths(plain("1. Buy milk\n\n2. Sell eggs\n\nWords.")) == [(), ("2. Sell eggs",)]


def test_bullets_make_lists_with_their_lead_in() -> None:
    document = plain("Costs. We need:\n- fuel\n  and oil\n* pay\n    • old\n    • new\n– time\n")
    assert blocks(document)[1:] == [
        ("list", "fuel and oil"), ("list", "pay"), ("list", "old"), ("list", "new"), ("list", "time"),
    ]  # fmt: skip
    assert lead_ins(document) == ["We need:", "We need:", "pay", "pay", "We need:"]


def test_numbers_and_letters_of_items_stay() -> None:
    document = plain("We need:\n(a) fuel\n(b) pay\n\nIt fell in\n2. That is all.\n")
    assert blocks(document)[1:] == [("list", "(a) fuel"), ("list", "(b) pay"), ("prose", "It fell in 2. That is all.")]


def test_lines_with_columns_are_a_table() -> None:
    document = plain(
        "Area     2019  2020\n-------------------\nNorth    1     2\nSouth    3     4\n\na\tb\nc\td\ne\t5\n"
    )
    assert blocks(document) == [
        ("table", "Area | 2019 | 2020\nNorth | 1 | 2\nSouth | 3 | 4"),
        ("table", "a | b\nc | d\ne | 5"),
    ]
    assert header_rows(document) == [1, 0]
    assert header_rows(plain("Area\tCosts\nNorth\t1\nSouth\t2")) == [1]


@pytest.mark.parametrize(
    "text", ["Area  2019\nNorth  1\nSouth  3  4", "Area  2019\nNorth  1", "- a  b\n- c  d\n- e  f"]
)
def test_lines_whose_columns_differ_are_no_table(text: str) -> None:
    assert all(kind != "table" for kind, _ in blocks(plain(text)))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab1. \n\t-*#>|[]()^:!<&`~=_\\\x00\u00a0\ud800é•", max_size=80))
def test_any_text_gives_a_consistent_text_or_is_refused(text: str) -> None:
    for read in (read_markdown, read_plain_text):
        try:
            document = read(text.encode("utf-8", "surrogatepass"), name="file")
        except DocumentUnreadable:
            continue
        assert_consistent(document)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_give_a_consistent_text_or_are_refused(content: bytes) -> None:
    for read in (read_markdown, read_plain_text):
        try:
            document = read(content, name="file")
        except DocumentUnreadable:
            continue
        assert_consistent(document)
