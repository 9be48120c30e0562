from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.charset import MAX_BYTES
from ingest.read_html import READER, read_html
from report_qa.errors import DocumentTooLarge, DocumentUnreadable, NoTextLayer
from report_qa.records.document import DocumentText
from tests.ingest.reading import assert_consistent, blocks, header_rows, lead_ins, path_of, paths


def read(body: str) -> DocumentText:
    return read_html(f"<!doctype html><title>T</title><body>{body}".encode(), name="page.html")


def test_only_the_main_content_is_read() -> None:
    document = read(
        "<header>Site</header><nav>Menu</nav><div>Teaser</div><main><p>Words.</p></main><footer>Foot</footer>"
    )
    assert document.text == "Words."
    assert document.reader == READER


@pytest.mark.parametrize(
    "body",
    [
        "<p>Before</p><article><header><p>Words.</p></header></article>",
        "<header>Site</header><p>Words.</p><footer>Foot</footer>",
        "<main></main><p>Words.</p>",
        '<p>Before</p><div role="main"><p>Words.</p></div>',
    ],
)
def test_without_main_the_only_article_is_read_else_the_body(body: str) -> None:
    assert read(body).text == "Words."


def test_two_articles_are_both_read() -> None:
    assert blocks(read("<article>One</article><article>Two</article>")) == [("prose", "One"), ("prose", "Two")]


@pytest.mark.parametrize(
    "unread",
    [
        "<nav>x</nav>", "<aside>x</aside>", "<script>x</script>", "<style>x</style>", "<template>x</template>",
        "<noscript>x</noscript>", "<p hidden>x</p>", '<p style="display: none">x</p>', '<p aria-hidden="true">x</p>',
        '<p class="govuk-visually-hidden">x</p>', "<button>x</button>", "<select><option>x</option></select>",
        "<textarea>x</textarea>", "<label>x</label>", '<div role="navigation">x</div>', "<!-- x -->",
        "<svg><text>x</text></svg>",
    ],
)  # fmt: skip
def test_what_is_no_text_of_the_page_is_not_read(unread: str) -> None:
    assert read(f"<main><p>Words.</p>{unread}</main>").text == "Words."


def test_a_page_within_a_form_is_read() -> None:
    assert read("<form><p>Words.</p><input value=x></form>").text == "Words."


def test_struck_text_goes_and_is_counted() -> None:
    document = read("<p>It is <del>ten</del> <ins>nine</ins>.")
    assert document.text == "It is nine."
    assert document.dropped == (("struck text", 3),)


def test_headings_make_paths_and_the_only_h1_is_no_part_of_them() -> None:
    document = read("<h1>Report</h1><p>Preface</p><h2 id=costs>Costs</h2><h3>Fuel</h3><p>Words.")
    assert paths(document) == [(), ("Costs",), ("Costs", "Fuel")]
    assert [section.anchor for section in document.sections] == ["", "costs", ""]


def test_several_h1_are_roots_of_paths() -> None:
    assert paths(read("<h1>A</h1><h2>B</h2><h1>C</h1>")) == [("A",), ("A", "B"), ("C",)]


def test_the_only_h1_is_the_title_also_below_other_headings() -> None:
    assert paths(read("<h2>News</h2><h1>Report</h1><h2>Costs</h2>")) == [("News",), (), ("Costs",)]


def test_the_anchor_of_a_heading_may_stand_in_it_or_on_the_section_that_it_opens() -> None:
    document = read("<h1>T</h1><h2><a id=a></a>A</h2><section id=b><h2>B</h2><h3>C</h3></section>")
    assert [section.anchor for section in document.sections] == ["", "a", "b", ""]


def test_white_space_entities_and_line_breaks_read_as_in_a_browser() -> None:
    document = read("<p>  R&amp;D\n\n  costs&nbsp;&pound;5 &amp;lt; &#8364;6<br>x<b>y</b>z<span> </span>w</p>")
    assert document.text == "R&D costs £5 &lt; €6 xyz w"


def test_each_item_is_a_block_with_the_sentence_that_leads_in() -> None:
    document = read("<p>It rose. Reasons:</p><ul><li><p>fuel</p><p>and oil</p><li>pay<ol><li>old</ol>rest</ul>")
    assert blocks(document)[1:] == [("list", "fuel and oil"), ("list", "pay"), ("list", "old"), ("list", "rest")]
    assert lead_ins(document) == ["Reasons:", "Reasons:", "pay", "Reasons:"]


def test_definitions_are_items_of_term_and_description() -> None:
    document = read("<dl><dt>GDP:<dd>output<dt>A</dt><dt>B</dt><dd>both<dd>more<dt>Lone</dl>")
    assert [words for _, words in blocks(document)] == ["GDP: output", "A, B: both", "A, B: more", "Lone"]


def test_a_description_with_structure_follows_its_term() -> None:
    document = read("<dl><dt>Costs<dd>They are <table><tr><td>a<td>b</table></dl>")
    assert blocks(document) == [("list", "Costs"), ("list", "They are"), ("table", "a | b")]


def test_quotations_code_and_captions() -> None:
    document = read(
        "<blockquote><p>Quote</p></blockquote><pre>a\n  b<br>c</pre><figure><figcaption>Fig</figcaption></figure>"
    )
    assert blocks(document) == [("prose", "Quote"), ("prose", "a\n b\nc"), ("caption", "Fig")]


def test_the_columns_of_a_table_align_under_spans() -> None:
    document = read(
        "<table><caption>Costs</caption><thead><tr><th rowspan=2>Area<th colspan=2>Year<tr><th>2019<th>2020</thead>"
        "<tr><td rowspan=2>North<td>1<td>2<tr><td>3<td>4<tr><th>South<td colspan=2>5</table>"
    )
    assert blocks(document) == [
        ("caption", "Costs"),
        ("table", "Area | Year | \n | 2019 | 2020\nNorth | 1 | 2\n | 3 | 4\nSouth | 5 | "),
    ]
    assert header_rows(document) == [2]


def test_a_table_without_header_cells_has_no_header_rows() -> None:
    assert header_rows(
        read("<table><tr><td>a<td>b<tr><td>1<td>2</table><table><tr><th>a<th>b<tr><td>1<td>2</table>")
    ) == [0, 1]


def test_a_table_that_lays_out_the_page_is_read_as_text() -> None:
    document = read("<table><tr><td><h2>A</h2><p>One</p><td><table><tr><td>x<td>y</table></table>")
    assert blocks(document) == [("prose", "One"), ("table", "x | y")]
    assert path_of(document, "One") == ("A",)


def test_absurd_spans_are_bounded() -> None:
    document = read(
        "<table><tr><td colspan=99999 rowspan=65000>a<td>b<tr><td rowspan=0>c<td colspan=0>d<td colspan=x>e</table>"
    )
    assert_consistent(document)
    assert len(document.text) < 1000


def test_marks_of_footnotes_go_and_what_they_point_at_is_a_footnote() -> None:
    document = read(
        "<main><p>It rose.<sup><a href='#n1' id=r1>1</a></sup> It fell.<a href='#n2'>[2]</a></p><h2>Sources</h2>"
        "<ol><li id=n1>Times <a href='#r1'>↩</a></li><li id=n2>Post</li><li>Mail</li></ol></main>"
    )
    assert blocks(document) == [
        ("prose", "It rose. It fell."), ("footnote", "Times"), ("footnote", "Post"), ("footnote", "Mail"),
    ]  # fmt: skip
    assert document.dropped == (("footnote mark", 5),)


def test_notes_are_found_by_role_and_outside_the_article_text() -> None:
    document = read(
        "<article><p>Rose<a href='#f' role=doc-noteref>note 1</a>.</p>"
        "<aside role=doc-footnote><p id=f>Times</p></aside>"
        "<section class=footnotes><ol><li>Post</ol></section></article>"
    )
    assert blocks(document) == [("prose", "Rose."), ("footnote", "Times"), ("footnote", "Post")]


def test_a_back_link_makes_no_footnote_of_the_paragraph_it_returns_to() -> None:
    document = read("<p id=r>Rose<sup><a href='#n'>1</a></sup>.</p><div id=n><sup><a href='#r'>1</a></sup> Times</div>")
    assert blocks(document) == [("prose", "Rose."), ("footnote", "Times")]


def test_a_link_within_the_page_that_is_no_mark_stays() -> None:
    document = read("<p>See section <a href='#s'>2</a>.</p><p id=s>Two</p>")
    assert blocks(document) == [("prose", "See section 2."), ("prose", "Two")]


def test_blocks_within_blocks_part_paragraphs_but_not_items() -> None:
    document = read("<div>a<div>b</div>c<center><b>d</b></center></div><ul><li>e<p>f</p><pre>g\nh</pre>i</ul>")
    assert blocks(document) == [*(("prose", words) for words in "abcd"), ("list", "e f g h i")]


def test_paragraphs_in_a_cell_stay_apart_and_a_rowspan_of_0_covers_all_rows_below() -> None:
    document = read("<table><tr><td rowspan=0>x<td><p>a</p><p>b</p><tr><td>c<tr><td>d<td>e</table>")
    assert blocks(document) == [("table", "x | a b | \n | c | \n | d | e")]


def test_a_table_ends_the_paragraph_and_the_list_around_it() -> None:
    document = read("before<dl><dt>A<dd>b <dl><dt>C<dd>d</dl></dl>text<table><tr><td>x<td>y</table>")
    assert blocks(document) == [
        ("prose", "before"), ("list", "A"), ("list", "b"), ("list", "C: d"), ("prose", "text"), ("table", "x | y"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        ("in 2019<sup>3</sup>.", "in 2019."),
        ("rose<sup>1, 2</sup>", "rose"),
        ("10<sup>6</sup> cells", "10⁶ cells"),
        ("10<sup>-6</sup>", "10⁻⁶"),
        ("5 km<sup>2</sup>", "5 km²"),
        ("5 m s<sup>-1</sup>", "5 m s⁻¹"),
        ("R<sup>2</sup>", "R²"),
        ("the 21<sup>st</sup>", "the 21st"),
        ("them<sup>2</sup>", "them"),
        ("cost<sup>*</sup>", "cost"),
    ],
)
def test_raised_digits_are_marks_or_exponents(raised: str, words: str) -> None:
    assert read(f"<p>{raised}</p>").text == words


@pytest.mark.parametrize(
    "content",
    [
        "<meta charset=utf-8><p>Café £5".encode(),
        "<p>Café £5".encode(),
        "<p>Café £5".encode("windows-1252"),
        "<meta charset=iso-8859-1><p>Café £5".encode("windows-1252"),
        b'<meta http-equiv=content-type content="text/html; charset=cp850"><p>Caf\x82 \x9c5',
        '<?xml version="1.0" encoding="iso-8859-15"?><html><p>Café £5'.encode("iso-8859-15"),
        "\ufeff<meta charset=iso-8859-1><p>Café £5".encode(),
        "\ufeff<p>Café £5".encode("utf-16-le"),
        "\ufeff<p>Café £5".encode("utf-16-be"),
        "<meta charset=unicode_escape><p>Café £5".encode(),
        "<meta charset=windows-9999><p>Café £5".encode(),
    ],
)
def test_the_charset_is_that_of_the_mark_the_page_or_utf_8(content: bytes) -> None:
    assert read_html(content, name="page.html").text == "Café £5"


@pytest.mark.parametrize("body", ["", "<p> </p>", "<nav>Menu</nav>", "<img src=x.png>"])
def test_a_page_without_text_is_refused(body: str) -> None:
    with pytest.raises(NoTextLayer, match=r"page\.html has no text"):
        read(body)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="nested too deeply"):
        read("<div>" * 5000 + "Words.")


def test_a_huge_page_is_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        read_html(b" " * (MAX_BYTES + 1), name="page.html")


tags = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "sup",
    "a",
    "dl",
    "dt",
    "dd",
    "pre",
    "br",
    "b",
    "main",
    "article",
    "nav",
    "section",
    "del",
]
piece = st.one_of(
    st.text(max_size=8),
    st.sampled_from([f"<{tag}>" for tag in tags] + [f"</{tag}>" for tag in tags]),
    st.sampled_from(
        ["<a href='#a'>", "<li id=a>", "<td colspan=2>", "<td rowspan=3>", "&lt;", "&#0;", "<!--", "<![CDATA["]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(piece, max_size=25).map("".join))
def test_any_markup_gives_a_consistent_text_or_is_refused(markup: str) -> None:
    try:
        document = read_html(markup.encode("utf-8", "surrogatepass"), name="page.html")
    except DocumentUnreadable:
        return
    assert_consistent(document)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_consistent_text_or_are_refused(content: bytes) -> None:
    try:
        document = read_html(content, name="page.html")
    except DocumentUnreadable:
        return
    assert_consistent(document)
