"""The PDF reader: reading order, structure, and where each character stands. Fixtures are made by typst."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle

from ingest.read_pdf import READER, read_facts, read_pdf
from report_qa.backends.pdfium import render_page
from report_qa.errors import DocumentEncrypted, DocumentUnreadable, NoTextLayer
from report_qa.records.document import Block, BlockKind, DocumentText, Span

PAGE = """
#set page(width: 400pt, height: 500pt, margin: 50pt)
#set text(size: 10pt, lang: "en", hyphenate: false)
#set par(leading: 0.6em, spacing: 1.2em)
"""
LOREM = (
    "The council opened a library in the old mill and kept it open for ten years with the help of residents who "
    "gave their evenings to it and asked for nothing but tea. "
)


@cache
def pdf_of(source: str) -> bytes:
    return typst.compile((PAGE + source).encode(), ignore_system_fonts=True)


@cache
def read(source: str) -> DocumentText:
    return read_pdf(pdf_of(source), name="it.pdf")


def words(document: DocumentText, kind: BlockKind) -> list[str]:
    return [document.text[block.start_char : block.end_char] for block in document.blocks if block.kind is kind]


def blocks(document: DocumentText, kind: BlockKind) -> list[Block]:
    return [block for block in document.blocks if block.kind is kind]


def dropped(document: DocumentText) -> dict[str, int]:
    return dict(document.dropped)


def paths(document: DocumentText) -> list[tuple[str, ...]]:
    return [section.heading_path for section in document.sections]


REPORT = (
    """
#set page(header: [Annual report of the mill #h(1fr) 2024], numbering: "1")
#set page(footer: context align(center, counter(page).display()))
#set document(title: "The mill")
#outline(title: [Contents])
#pagebreak()
= First part
"""
    + LOREM
    + """
== Its detail
Before the list stands this. Three things were done in 2024:
- the roof was mended by the people who lived next to the mill and who had seen it leak for all of their lives;
- the floor was laid;
  - also in the cellar;
- the door was hung.

The tea is hot.#footnote[Tea is a drink.] It rains on 40 km#super[2] of land.

#figure(table(columns: 3, table.header([Place], [2023], [2024]), [Mill], [1,200], [1,300], [House by the
long river that never ends], [12%], [14%]), caption: [Visitors of the places.], kind: table)
= Second part
"""
    + LOREM * 9
)


def test_headings_come_from_the_outline_with_their_levels() -> None:
    document = read(REPORT)
    assert paths(document) == [("First part",), ("First part", "Its detail"), ("Second part",)]
    assert not any("First part" in text for text in words(document, BlockKind.PROSE))
    assert "\n\nIts detail\n\n" in document.text


def test_running_heads_and_page_numbers_are_left_out_and_counted() -> None:
    document = read(REPORT)
    assert "Annual report" not in document.text
    assert dropped(document)["running head"] == sum(len(f"Annual report of the mill 2024{page}") for page in (1, 2, 3))


def test_a_lone_page_number_is_left_out_whatever_its_kind() -> None:
    source = f"""#set page(numbering: "i")\n{LOREM}\n#pagebreak()\n#set page(numbering: "1")\n#counter(page).update(7)
The tea of page two is cold."""
    assert read(source).text.endswith("but tea.\n\nThe tea of page two is cold.")


def test_words_that_a_few_pages_begin_with_are_no_running_head() -> None:
    document = read(f"{LOREM}\n#pagebreak()\n{LOREM}")
    assert words(document, BlockKind.PROSE) == [LOREM.strip()] * 2


def test_a_contents_list_is_left_out_and_counted() -> None:
    document = read(REPORT)
    assert "Contents" not in document.text
    assert "...." not in document.text
    assert dropped(document)["contents list"] > 50


def test_text_before_the_first_heading_has_an_empty_path() -> None:
    document = read("Before all.\n\n= One\nIn one.\n\n= Two\nIn two.")
    assert paths(document) == [(), ("One",), ("Two",)]
    before = document.sections[0]
    assert document.words(Span(start_char=before.start_char, end_char=before.end_char)) == "Before all."


def test_the_outline_knows_levels_that_type_does_not_show() -> None:
    source = "#show heading: set text(size: 12pt)\n= One\n" + LOREM + "\n== Two\n" + LOREM + "\n= Three\n" + LOREM
    assert paths(read(source)) == [("One",), ("One", "Two"), ("Three",)]


def test_numbers_make_headings_deeper_where_type_does_not() -> None:
    bold = [f"#block(above: 2em, below: 1em)[*{words}*]\n{LOREM}\n" for words in ("1 Roads", "1.1 Lanes", "2 Rivers")]
    assert paths(read("".join(bold))) == [("1 Roads",), ("1 Roads", "1.1 Lanes"), ("2 Rivers",)]


def test_without_an_outline_type_makes_the_headings() -> None:
    source = (
        '#let h(size, body) = block(above: 2em, below: 1em, text(size: size, weight: "bold", body))\n'
        "#h(20pt)[The mill and its people]\n"
        + LOREM
        + "\n#h(14pt)[Beginnings]\n"
        + LOREM
        + "\n#h(10pt)[The roof]\n"
        + LOREM
        + "\n#h(14pt)[Ends]\n"
        + LOREM
    )
    document = read(source)
    assert not read_facts(pdf_of(source)).outline
    assert paths(document)[1:] == [("Beginnings",), ("Beginnings", "The roof"), ("Ends",)]
    assert document.text.startswith("The mill and its people\n\nThe council")


def test_a_bold_sentence_is_no_heading() -> None:
    assert paths(read(f"{LOREM}\n\n*This sentence is bold.*\n\n{LOREM}")) == [()]


def test_lines_of_a_paragraph_are_joined_by_a_space() -> None:
    assert words(read(LOREM * 2), BlockKind.PROSE) == [(LOREM * 2).strip()]


def test_a_line_end_hyphen_goes_where_the_word_goes_on() -> None:
    narrow = "#set text(hyphenate: true)\n#block(width: 90pt)[responsibility considerations of neighbourhoods]"
    document = read(narrow)
    assert document.text == "responsibility considerations of neighbourhoods"
    assert dropped(document)["line-end hyphen"] >= 1


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("a neighbourhood- \\ based plan. It is neighbourhood-based.", "a neighbourhood-based plan."),
        ("to over- \\ come it. We come over and overcome it.", "to overcome it."),
        ("a resident- \\ led plan. A resident was led.", "a resident-led plan."),
        ("the Anglo- \\ Saxon plan", "the Anglo-Saxon plan"),
        ("in 2019- \\ 2024 it was", "in 2019-2024 it was"),
        ("the consti- \\ tution of it", "the constitution of it"),
        ("a well#sym.hyph.soft\\known one", "a wellknown one"),
        ("see https://example.org/one- \\ two/three. It", "see https://example.org/one-two/three."),
        ("see https://example.org/ \\ a1b2 there", "see https://example.org/a1b2 there"),
        ("see https://example.org/one \\ and then", "see https://example.org/one and then"),
    ],
)
def test_where_a_hyphen_stays(lines: str, joined: str) -> None:
    source = "#show link: it => it.body\n" + lines.replace("https://", "https:\\/\\/")
    assert joined in read(source).text


def test_ligatures_are_letters_and_no_break_spaces_are_spaces() -> None:
    document = read('#set text(font: "Libertinus Serif", ligatures: true)\nEfficient offices flow 5~kg ﬁne.')
    assert document.text == "Efficient offices flow 5 kg fine."
    line = document.pages[0].lines[0]
    assert all(left < right for left, right in zip(line.edges_pt, line.edges_pt[1:], strict=False))


def test_invisible_text_is_left_out_and_counted() -> None:
    document = read("Seen. #text(fill: white)[Ignore all of this.] Seen too.")
    assert document.text == "Seen. Seen too."
    assert dropped(document)["invisible text"] == len("Ignoreallofthis.")


def test_footnote_marks_are_left_out_and_exponents_kept() -> None:
    document = read(REPORT)
    assert "The tea is hot. It rains on 40 km² of land." in document.text
    assert dropped(document)["footnote mark"] == 1


def test_a_footnote_is_a_block_of_its_own() -> None:
    assert words(read(REPORT), BlockKind.FOOTNOTE) == ["1 Tea is a drink."]


def test_a_paragraph_goes_on_over_the_page_before_its_footnotes() -> None:
    long = LOREM.strip().removesuffix(".") + "#footnote[A note about tea.] "
    document = read(LOREM * 7 + long + LOREM * 8)
    assert len(document.pages) == 2
    kinds = [block.kind for block in document.blocks]
    assert kinds == [BlockKind.PROSE, BlockKind.FOOTNOTE]
    prose = document.blocks[0]
    span = Span(start_char=prose.start_char, end_char=prose.end_char)
    assert all(page.boxes(span) for page in document.pages)
    assert "tea The council" in document.text


def test_a_paragraph_that_ends_with_its_page_is_whole() -> None:
    document = read(f"{LOREM}\n#pagebreak()\niron is what the mill was made of.")
    assert words(document, BlockKind.PROSE) == [LOREM.strip(), "iron is what the mill was made of."]


def test_list_items_are_blocks_without_bullets_and_share_a_lead_in() -> None:
    document = read(REPORT)
    assert words(document, BlockKind.LIST) == [
        "the roof was mended by the people who lived next to the mill and who had seen it leak for all of their lives;",
        "the floor was laid;",
        "also in the cellar;",
        "the door was hung.",
    ]
    lead_ins = {block.lead_in for block in blocks(document, BlockKind.LIST)}
    assert len(lead_ins) == 1
    lead_in = lead_ins.pop()
    assert lead_in is not None
    assert document.words(lead_in) == "Three things were done in 2024:"


@pytest.mark.parametrize(
    ("numbering", "first", "third"), [("1.", "1. ", "3. "), ("(a)", "(a) ", "(c) "), ("i)", "i) ", "iii) ")]
)
def test_numbers_of_items_stay(numbering: str, first: str, third: str) -> None:
    document = read(f'#set enum(numbering: "{numbering}")\nThese were done:\n+ the roof\n+ the floor\n+ the door')
    items = words(document, BlockKind.LIST)
    assert [items[0], items[2]] == [f"{first}the roof", f"{third}the door"]


@pytest.mark.parametrize("bullet", ["•", "–", "▪", "‣", "-"])
def test_bullets(bullet: str) -> None:
    document = read(f"#set list(marker: [{bullet}])\nThese were done:\n- the roof\n- the floor")
    assert words(document, BlockKind.LIST) == ["the roof", "the floor"]


def test_a_list_that_is_run_together_is_parted() -> None:
    document = read("The mill will: • mend the roof; • lay the floor.")
    assert words(document, BlockKind.LIST) == ["mend the roof;", "lay the floor."]


TABLES = {
    "gridded": "#table(columns: (90pt, 60pt, 60pt), [Place], [2023], [2024], [Mill], [1,200], [1,300], "
    "[House by the long river that never ends], [12%], [14%])",
    "booktabs": "#table(columns: (90pt, 60pt, 60pt), stroke: none, align: (left, right, right), table.hline(), "
    "[Place], [2023], [2024], table.hline(), [Mill], [1,200], [1,300], [House by the long river that never ends], "
    "[12%], [14%], table.hline())",
    "striped": "#table(columns: (90pt, 60pt, 60pt), stroke: none, fill: (_, y) => if calc.even(y) { luma(220) }, "
    "[Place], [2023], [2024], [Mill], [1,200], [1,300], [House by the long river that never ends], [12%], [14%])",
    "bare": "#table(columns: (90pt, 60pt, 60pt), stroke: none, [Place], [2023], [2024], [Mill], [1,200], [1,300], "
    "[House by the long river that never ends], [12%], [14%])",
    "centred": "#table(columns: (90pt, 60pt, 60pt), align: horizon, [Place], [2023], [2024], [Mill], [1,200], [1,300], "
    "[House by the long river that never ends], [12%], [14%])",
}


@pytest.mark.parametrize("style", TABLES)
def test_tables(style: str) -> None:
    document = read(f"{LOREM}\n\n{TABLES[style]}\n\n{LOREM}")
    assert words(document, BlockKind.TABLE) == [
        "Place | 2023 | 2024\nMill | 1,200 | 1,300\nHouse by the long river that never ends | 12% | 14%"
    ]
    assert [block.header_rows for block in blocks(document, BlockKind.TABLE)] == [1]
    assert words(document, BlockKind.PROSE) == [LOREM.strip()] * 2


def test_an_empty_cell_and_a_spanned_row_keep_their_columns() -> None:
    document = read(
        "#table(columns: 3, [Place], [Kind], [2024], table.cell(rowspan: 2)[Mill], [roof], [12], [floor], [14], "
        "[House], [], [16])"
    )
    assert words(document, BlockKind.TABLE) == ["Place | Kind | 2024\nMill | roof | 12\n | floor | 14\nHouse |  | 16"]


def test_a_spanned_row_of_words_is_two_rows() -> None:
    document = read(
        "#table(columns: 3, [Place], [Part], [State], table.cell(rowspan: 2)[Mill], [roof], [mended], [floor], [laid], "
        "[House], [door], [hung])"
    )
    assert words(document, BlockKind.TABLE) == [
        "Place | Part | State\nMill | roof | mended\n | floor | laid\nHouse | door | hung"
    ]


def test_a_wrapped_header_is_one_row() -> None:
    document = read(
        "#table(columns: 3, stroke: none, table.hline(), [Place \\ name], [FY 2023 \\ results], [FY 2024 \\ results], "
        "table.hline(), [Mill], [1,200], [1,300], [House], [14], [15], table.hline())"
    )
    assert words(document, BlockKind.TABLE) == [
        "Place name | FY 2023 results | FY 2024 results\nMill | 1,200 | 1,300\nHouse | 14 | 15"
    ]


def test_shading_of_some_columns_does_not_part_a_table() -> None:
    document = read(
        "#table(columns: (120pt, 50pt, 50pt), stroke: none, fill: (x, y) => if x < 2 and calc.even(y) { luma(220) }, "
        "[Place], [2023], [2024], [Mill], [12], [13], [House], [14], [15], [River], [16], [17])"
    )
    assert words(document, BlockKind.TABLE) == ["Place | 2023 | 2024\nMill | 12 | 13\nHouse | 14 | 15\nRiver | 16 | 17"]


def test_columns_of_figures_are_no_columns_of_text() -> None:
    rows = "".join(f"[Visitors of place number {number}], [1,300 1,400 1,50{number}]," for number in range(6))
    document = read(f"#table(columns: (150pt, 100pt), stroke: none, {rows})")
    for number in range(6):
        line = rf"Visitors of place number {number}( \| | )1,300 1,400 1,50{number}"
        assert re.search(line, document.text), document.text


@pytest.mark.parametrize(
    "source",
    [
        f"#block(stroke: 1pt, inset: 6pt)[{LOREM * 3}]",
        f"#line(length: 100%)\n{LOREM * 2}\n#line(length: 100%)",
        f"#set par(justify: true)\n{LOREM * 4}",
        "Dear reader,\n\nThe mill is old.\n\nYours,\n\nThe miller",
    ],
)
def test_what_is_no_table_is_prose(source: str) -> None:
    document = read(source)
    assert not blocks(document, BlockKind.TABLE)
    assert " | " not in document.text


def test_captions() -> None:
    assert words(read(REPORT), BlockKind.CAPTION) == ["Table 1: Visitors of the places."]
    assert not words(read("Figure 2 shows that the mill is old and that it leaks. " + LOREM), BlockKind.CAPTION)


def test_two_columns_are_read_one_after_the_other() -> None:
    source = (
        "#set page(columns: 2)\n#set text(size: 9pt)\n"
        '#place(top, scope: "parent", float: true)[#text(size: 18pt, weight: "bold")[A title over both columns]]\n'
        + " ".join(f"Sentence number {number} of the left and the right column." for number in range(60))
    )
    document = read(source)
    order = [int(number) for number in re.findall(r"number (\d+) of the left and the right column\.", document.text)]
    assert order == list(range(60))
    assert document.text.startswith("A title over both columns\n\n")


def test_marks_in_columns_stay_in_their_column() -> None:
    left = (
        "The mill is old.#super[1] It leaks all the time and everywhere, and nobody who lives near it minds that. " * 3
    )
    right = "The tea is hot.#super[2] Everybody who comes to the mill in the evening is given a cup of it at once. " * 3
    document = read(f"#columns(2)[{left} #colbreak() #v(3.4pt) {right}]")
    plain = [re.sub(r"#super\[.\]", "", text).strip() for text in (left, right)]
    assert words(document, BlockKind.PROSE) == plain
    assert dropped(document)["footnote mark"] == 6


def test_a_full_width_table_breaks_the_columns() -> None:
    wide = TABLES["gridded"].replace("(90pt, 60pt, 60pt)", "(120pt, 90pt, 90pt)")
    source = (
        f"#columns(2)[{LOREM * 3} #colbreak() {LOREM * 3}]\n{wide}\n#columns(2)[{LOREM * 2} #colbreak() {LOREM * 2}]"
    )
    document = read(f"#set page(height: auto)\n{source}")
    assert [block.kind for block in document.blocks] == [
        BlockKind.PROSE,
        BlockKind.PROSE,
        BlockKind.TABLE,
        BlockKind.PROSE,
        BlockKind.PROSE,
    ]


def test_turned_text_is_kept_with_its_place() -> None:
    document = read(f"{LOREM}\n#place(right + horizon, rotate(-90deg, reflow: true)[Sideways words])")
    assert "Sideways words" in document.text
    start = document.text.index("Sideways")
    (box,) = document.pages[0].boxes(Span(start_char=start, end_char=start + 8))
    assert box.y1_pt - box.y0_pt > 2 * (box.x1_pt - box.x0_pt)


def test_printed_labels_are_those_of_the_file() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of(REPORT))))
    writer.set_page_label(0, 1, PageLabelStyle.LOWERCASE_ROMAN, start=1)
    writer.set_page_label(2, 2, PageLabelStyle.DECIMAL, start=7)
    out = io.BytesIO()
    writer.write(out)
    assert [page.printed_label for page in read_pdf(out.getvalue(), name="it.pdf").pages] == ["i", "ii", "7"]
    bare = PdfWriter()
    bare.append(io.BytesIO(pdf_of(LOREM)))
    out = io.BytesIO()
    bare.write(out)
    assert [page.printed_label for page in read_pdf(out.getvalue(), name="it.pdf").pages] == [""]


def test_the_reader_names_itself() -> None:
    assert read(LOREM).reader == READER


@pytest.mark.parametrize("content", [b"", b"  \n", b"%PDF-1.7", b"no pdf at all"])
def test_broken_files(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match=r"^plan\.pdf") as caught:
        read_pdf(content, name="plan.pdf")
    assert caught.value.hint


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(DocumentUnreadable, match=r"^plan\.pdf is empty\."):
        read_pdf(b"", name="plan.pdf")


def test_pages_without_text() -> None:
    with pytest.raises(NoTextLayer, match=r"plan\.pdf has no text on any of its 1 pages"):
        read_pdf(pdf_of("#rect(width: 50pt, height: 50pt, fill: red)"), name="plan.pdf")


def test_a_protected_file() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of(LOREM))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(DocumentEncrypted):
        read_pdf(out.getvalue(), name="plan.pdf")
    assert read_pdf(out.getvalue(), name="plan.pdf", password="secret").text == LOREM.strip()


def test_a_file_that_pypdf_cannot_read_goes_on_without_its_facts() -> None:
    assert read_facts(b"%PDF-1.7 nothing").outline == ()


SOURCES = [REPORT, LOREM * 30, *(f"{LOREM}\n{table}" for table in TABLES.values())]


def checked_lines(document: DocumentText) -> Iterator[str]:
    """The text of each line, after checking that it lies on its page and in its range."""
    for page in document.pages:
        for line in page.lines:
            assert page.start_char <= line.start_char < line.end_char <= page.end_char
            assert 0 <= line.y0_pt < line.y1_pt <= page.height_pt
            assert all(0 <= edge <= page.width_pt for edge in line.edges_pt)
            yield document.text[line.start_char : line.end_char]


@pytest.mark.parametrize("source", SOURCES)
def test_every_printed_character_is_on_exactly_one_line(source: str) -> None:
    document = read(source)
    assert "\n" not in "".join(checked_lines(document))
    owners = np.zeros(len(document.text), int)
    for page in document.pages:
        for line in page.lines:
            owners[line.start_char : line.end_char] += 1
    assert all((count == 1) == (character != "\n") for count, character in zip(owners, document.text, strict=True))


@pytest.mark.parametrize("source", SOURCES)
def test_blocks_lie_in_sections_and_boxes_cover_their_words(source: str) -> None:
    document = read(source)
    pictures = [
        np.asarray(Image.open(io.BytesIO(render_page(pdf_of(source), page.page_index, scale=2.0))).convert("L"))
        for page in document.pages
    ]
    for block in document.blocks:
        section = document.section_of(block.start_char)
        assert section is not None
        assert block.end_char <= section.end_char
        text = document.text[block.start_char : block.end_char]
        for match in re.finditer(r"\w{2,}", text):
            span = Span(start_char=block.start_char + match.start(), end_char=block.start_char + match.end())
            boxes = [box for page in document.pages for box in page.boxes(span)]
            assert boxes
            for box in boxes:
                rows = slice(int(box.y0_pt * 2), int(box.y1_pt * 2) + 1)
                dots = pictures[box.page_index][rows, int(box.x0_pt * 2) : int(box.x1_pt * 2) + 1]
                assert (dots < 160).mean() > 0.04, match.group()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.text("abcdefghij", min_size=1, max_size=9), min_size=1, max_size=60).map(" ".join),
        min_size=1,
        max_size=5,
    )
)
def test_all_words_are_read_in_order(paragraphs: list[str]) -> None:
    document = read("\n\n".join(f"{paragraph.capitalize()}." for paragraph in paragraphs))
    list(checked_lines(document))
    assert document.text.lower().split() == " ".join(f"{paragraph}." for paragraph in paragraphs).split()
