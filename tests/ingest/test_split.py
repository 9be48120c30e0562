"""Passages: exact, whole enough to be understood, and never longer than the embedder can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.split import embedded_text, part_ranges, split_document, vector_key
from ingest.text_builder import TextBuilder
from report_qa.records.document import BlockKind, DocumentText, Line, Page, SourceDocument
from report_qa.records.passage import Passage
from tests.doubles import HashingEmbedder

SOURCE = SourceDocument(document_id="note", path="note.md", title="A note", media_type="text/markdown", sha256="0" * 64)
SENTENCE = "The hall in ward number {} is open on every day of the week but Sunday. "


def built(builder: TextBuilder) -> DocumentText:
    return builder.build(reader="test/1", name="note.md")


def split(text: DocumentText, *, max_tokens: int = 254, title: str = "A note") -> tuple[Passage, ...]:
    embedder = HashingEmbedder(max_tokens=max_tokens)
    passages = split_document(replace(SOURCE, title=title), text, embedder)
    for passage in passages:
        assert passage.text == "\n".join(text.words(span) for span in passage.spans)
        whole = embedded_text(title, passage.heading_path, passage.text)
        for unit, ranges in zip(passage.units, part_ranges(passage, title), strict=True):
            assert [whole[start:end] for start, end in ranges] == [text.words(span) for span in unit.spans]
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    assert len({passage.passage_id for passage in passages}) == len(passages)
    return passages


def units(text: DocumentText, passage: Passage) -> list[str]:
    return [" / ".join(text.words(span) for span in unit.spans) for unit in passage.units]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    builder = TextBuilder()
    builder.heading("Halls", 1)
    builder.paragraph("".join(SENTENCE.format(number) for number in range(20)))
    text = built(builder)
    passages = split(text)
    assert len(passages) > 2
    assert all(len(passage.text) <= 500 for passage in passages)
    assert sum(len(passage.units) for passage in passages) == 20
    assert all(passage.heading_path == ("Halls",) for passage in passages)
    assert all(unit.endswith("Sunday.") for passage in passages for unit in units(text, passage))


def test_one_leftover_sentence_is_not_left_alone() -> None:
    builder = TextBuilder()
    builder.paragraph("".join(SENTENCE.format(number) for number in range(6)) + "It rains.")
    assert [len(passage.units) for passage in split(built(builder))] == [7]


def test_short_neighbours_are_joined_but_not_across_headings() -> None:
    builder = TextBuilder()
    builder.heading("One", 1)
    builder.paragraph("It is short.")
    builder.paragraph("So is this.")
    builder.heading("Two", 1)
    builder.paragraph("And this.")
    passages = split(built(builder))
    assert [(passage.heading_path, passage.paragraph, len(passage.units)) for passage in passages] == [
        (("One",), 1, 2),
        (("Two",), 1, 1),
    ]


def test_every_item_of_a_list_stands_under_its_lead_in() -> None:
    builder = TextBuilder()
    builder.paragraph("Residents ask for three things:")
    for item in ("a hall", "a bus", "a shop"):
        builder.list_item(item)
    text = built(builder)
    (passage,) = split(text)
    lead = "Residents ask for three things:"
    assert passage.kind is BlockKind.LIST
    assert units(text, passage)[-3:] == [f"{lead} / a hall", f"{lead} / a bus", f"{lead} / a shop"]
    assert passage.text.startswith(lead)


def test_every_part_of_a_long_list_has_the_lead_in() -> None:
    builder = TextBuilder()
    builder.paragraph("Residents ask for these things:")
    for number in range(60):
        builder.list_item(SENTENCE.format(number))
    passages = split(built(builder))
    assert len(passages) > 2
    assert all(passage.text.startswith("Residents ask for these things:") for passage in passages)


@pytest.mark.parametrize("below", [False, True])
def test_every_part_of_a_long_table_has_caption_and_header(below: bool) -> None:
    builder = TextBuilder()
    if not below:
        builder.caption("Table 1. Halls")
    builder.table(
        [["Ward", "Halls"], *[[f"Ward number {number}", f"{number}"] for number in range(200)]], header_rows=1
    )
    if below:
        builder.caption("Table 1. Halls")
    text = built(builder)
    passages = split(text)
    assert len(passages) > 1
    assert {passage.kind for passage in passages} == {BlockKind.TABLE}
    assert all(passage.text.startswith("Table 1. Halls\nWard | Halls\nWard number") for passage in passages)
    assert units(text, passages[-1])[-1] == "Table 1. Halls / Ward | Halls / Ward number 199 | 199"
    assert sum(not unit.whole for passage in passages for unit in passage.units) == 200


def test_captions_of_figures_and_footnotes_are_passages_of_their_own() -> None:
    builder = TextBuilder()
    builder.paragraph("Before the figure.")
    builder.caption("Figure 1. A hall")
    builder.paragraph("After the figure.")
    builder.footnote("See the annex.")
    kinds = [passage.kind.value for passage in split(built(builder))]
    assert kinds == ["prose", "caption", "prose", "footnote"]


@pytest.mark.parametrize("words", ["word " * 900, "clause by clause, " * 300, "x" * 9_000, "1,2;" * 3_000])
@pytest.mark.parametrize("max_tokens", [70, 254])
def test_nothing_exceeds_what_the_embedder_reads(words: str, max_tokens: int) -> None:
    embedder = HashingEmbedder(max_tokens=max_tokens)
    builder = TextBuilder()
    builder.heading("A heading of some length", 1)
    builder.paragraph(words)
    passages = split(built(builder), max_tokens=max_tokens)
    for passage in passages:
        assert embedder.count_tokens([embedded_text("A note", passage.heading_path, passage.text)])[0] <= max_tokens
    kept = "".join(passage.text for passage in passages)
    assert "".join(kept.split()) == "".join(words.split())


def test_an_overlong_title_leaves_room_for_the_words() -> None:
    builder = TextBuilder()
    for level in range(1, 9):
        builder.heading("Chapter and verse " * 5, level)
    builder.paragraph(SENTENCE.format(1))
    title = "A very long title indeed " * 100
    (passage,) = split(built(builder), title=title)
    assert HashingEmbedder().count_tokens([embedded_text(title, passage.heading_path, passage.text)])[0] <= 254


def test_a_repeated_paragraph_has_an_id_of_its_own_and_the_same_vector() -> None:
    builder = TextBuilder()
    for _ in range(3):
        builder.paragraph(SENTENCE.format(1) * 3)
    passages = split(built(builder))
    assert len({passage.passage_id for passage in passages}) == 3
    assert len({passage.vector_key for passage in passages}) == 1


def test_the_vectors_are_named_for_the_units_too() -> None:
    """Else an edition would give a passage that is quoted in other parts now the vectors of its former parts."""
    builder = TextBuilder()
    builder.paragraph("The hall is open. The pub is shut.")
    (passage,) = split(built(builder))
    fewer = replace(passage, units=passage.units[:1])
    assert vector_key(passage, "A note", "m") != vector_key(fewer, "A note", "m")
    assert vector_key(passage, "A note", "m") != vector_key(passage, "A note", "n")


def test_ids_survive_words_put_in_front() -> None:
    before, after = TextBuilder(), TextBuilder()
    after.paragraph(SENTENCE.format(99) * 5)
    for builder in (before, after):
        builder.heading("Halls", 1)
        builder.paragraph(SENTENCE.format(1) * 3)
    assert split(built(before))[0].passage_id == split(built(after))[-1].passage_id


def test_the_page_is_that_of_the_line_where_the_first_unit_begins() -> None:
    builder = TextBuilder()
    builder.paragraph("Here it begins on the first page of all.")
    builder.paragraph(SENTENCE.format(1) * 6)
    text = built(builder)
    cut = text.text.index("\n\n") + 2

    def page(index: int, start: int, end: int) -> Page:
        line = Line(
            start_char=start, end_char=end, y0_pt=0, y1_pt=9, edges_pt=tuple(map(float, range(end - start + 1)))
        )
        return Page(
            page_index=index,
            printed_label="i" * (index + 1),
            start_char=start,
            end_char=end,
            width_pt=595,
            height_pt=842,
            lines=(line,),
        )

    text = replace(text, pages=(page(0, 0, cut - 2), page(1, cut, len(text.text))))
    assert [(passage.page_index, passage.page_label) for passage in split(text)] == [(0, "i"), (1, "ii")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["heading", "paragraph", "item", "table", "caption", "footnote"]), st.text(max_size=300)
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_document_is_split_exactly(parts: list[tuple[str, str]]) -> None:
    builder = TextBuilder()
    builder.paragraph("At least these words.")
    for kind, words in parts:
        match kind:
            case "heading":
                builder.heading(words, 1)
            case "paragraph":
                builder.paragraph(words)
            case "item":
                builder.list_item(words)
            case "table":
                builder.table([[words[:9], words[9:20]], [words[20:40], words[40:]]], header_rows=1)
            case "caption":
                builder.caption(words)
            case _:
                builder.footnote(words)
    text = built(builder)
    passages = split(text, max_tokens=90)
    covered = {at for passage in passages for span in passage.spans for at in range(span.start_char, span.end_char)}
    for block in text.blocks:
        assert all(text.text[at].isspace() or at in covered for at in range(block.start_char, block.end_char))


HEAD = "Ward | Year | Rent"


def table_of(*rows: Sequence[str], caption: str = "") -> tuple[DocumentText, tuple[Passage, ...]]:
    builder = TextBuilder()
    if caption:
        builder.caption(caption)
    builder.table(rows, header_rows=1)
    text = built(builder)
    return text, split(text)


def rows_of(text: DocumentText, passage: Passage) -> list[str]:
    return [words for words, unit in zip(units(text, passage), passage.units, strict=True) if not unit.whole]


def test_headings_that_head_nothing_are_quoted_together() -> None:
    builder = TextBuilder()
    for words in ("Northfield Review", "Alice Marsh", "May 2011", "Halls"):
        builder.heading(words, 1)
    builder.paragraph(SENTENCE.format(1))
    text = built(builder)
    title_page, halls = split(text)
    assert units(text, title_page) == ["Northfield Review\n\nAlice Marsh\n\nMay 2011"]
    assert (title_page.heading_path, halls.heading_path) == ((), ("Halls",))


def test_headings_that_head_nothing_stand_in_the_section_around_them() -> None:
    builder = TextBuilder()
    builder.heading("People", 1)
    for words in ("Alice Marsh", "Bert Fell"):
        builder.heading(words, 2)
    builder.heading("Halls", 1)
    builder.paragraph(SENTENCE.format(1))
    builder.heading("The end", 1)
    text = built(builder)
    passages = split(text)
    assert [(passage.heading_path, passage.text) for passage in passages] == [
        (("People",), "Alice Marsh\n\nBert Fell"),
        (("Halls",), SENTENCE.format(1).strip()),
        ((), "The end"),
    ]


def test_a_heading_over_another_is_no_passage() -> None:
    builder = TextBuilder()
    builder.paragraph("It begins here.")
    builder.heading("Places", 1)
    builder.heading("Halls", 2)
    builder.paragraph(SENTENCE.format(1))
    _, halls = split(built(builder))
    assert halls.heading_path == ("Places", "Halls")


def test_lines_that_are_no_sentences_are_quoted_together() -> None:
    builder = TextBuilder()
    for words in ("We thank you.", "Alice Marsh", "Director", "2 May 2015", "It is open. So come", "and see (Bert.)"):
        builder.paragraph(words)
    text = built(builder)
    (passage,) = split(text)
    assert units(text, passage) == [
        "We thank you.",
        "Alice Marsh\n\nDirector\n\n2 May 2015",
        "It is open.",
        "So come",
        "and see (Bert.)",
    ]


@pytest.mark.parametrize(
    ("lines", "together"), [(["Bert"] * 3, 1), (["x" * 80] * 4, 2), (["x" * 91, "Bert", "Alice"], 2)]
)
def test_only_as_many_lines_are_joined_as_one_takes_in(lines: list[str], together: int) -> None:
    builder = TextBuilder()
    for number, words in enumerate(lines):
        builder.heading(words[: len(words) - 1] + str(number), 1)
    text = built(builder)
    assert sum(len(passage.units) for passage in split(text)) == together


@pytest.mark.parametrize(
    "rows",
    [
        [["Name:", "Alice Marsh"], ["Ward:", "Hartley"], ["Since", "2011"]],
        [
            ["Aim", "The hall is to be open on every day of the week."],
            ["Need", "Nobody has a place to go to at night."],
        ],
    ],
)
def test_the_first_row_of_a_form_heads_nothing(rows: list[list[str]]) -> None:
    text, (passage,) = table_of(*rows)
    assert rows_of(text, passage) == [" | ".join(row) for row in rows]
    text, (passage,) = table_of(*rows, caption="Table 1. A form")
    assert rows_of(text, passage) == [f"Table 1. A form / {' | '.join(row)}" for row in rows]


@pytest.mark.parametrize(
    "rows",
    [
        [["Ward", "Rent"], ["Northfield", "£5"], ["Hartley", "£6"]],
        [
            ["Aim", "By", "The hall is to be open on every day of it."],
            ["Need", "2011", "Nobody has a place to go to now."],
        ],
    ],
)
def test_other_tables_keep_their_head(rows: list[list[str]]) -> None:
    text, (passage,) = table_of(*rows)
    head = " | ".join(rows[0])
    assert rows_of(text, passage) == [f"{head} / {' | '.join(row)}" for row in rows[1:]]


def test_a_row_without_a_label_has_the_one_above_it() -> None:
    text, (passage,) = table_of(
        ["Ward", "Year", "Rent"],
        ["Northfield", "2004", "£5"],
        ["", "2008", "£7"],
        ["Hartley", "2004", "£6"],
        ["", "2008", "£8"],
        caption="Table 1. Rents",
    )
    caption = "Table 1. Rents"
    assert rows_of(text, passage) == [
        f"{caption} / {HEAD} / Northfield | 2004 | £5",
        f"{caption} / Northfield / {HEAD} /  | 2008 | £7",
        f"{caption} / {HEAD} / Hartley | 2004 | £6",
        f"{caption} / Hartley / {HEAD} /  | 2008 | £8",
    ]
    assert all(unit.lead == len(unit.spans) - 1 for unit in passage.units if not unit.whole)
    assert passage.text.count("Northfield") == passage.text.count("Hartley") == 1


def test_a_line_with_a_colon_heads_the_rows_below_it() -> None:
    text, (passage,) = table_of(
        ["Item", "2004", "2008"],
        ["Current assets:", "", ""],
        ["Cash", "5", "7"],
        ["Stock", "6", "8"],
        ["Debts:", "", ""],
        ["Loans", "1", "2"],
    )
    assert [words.split(" / ")[:-1] for words in rows_of(text, passage)] == [
        ["Item | 2004 | 2008"],
        ["Current assets:", "Item | 2004 | 2008"],
        ["Current assets:", "Item | 2004 | 2008"],
        ["Item | 2004 | 2008"],
        ["Debts:", "Item | 2004 | 2008"],
    ]


def test_a_label_goes_with_its_rows_into_other_passages() -> None:
    rows = [["", f"{year}", SENTENCE.format(year)] for year in range(1960, 2000)]
    text, passages = table_of(["Ward", "Year", "Rent"], ["Northfield", "1959", "£5"], *rows)
    assert len(passages) > 2
    assert all(passage.text.startswith(f"{HEAD}\nNorthfield") for passage in passages)
    assert all(passage.text.count("Northfield") == 1 for passage in passages)
    label = text.text.index("Northfield")
    for passage in passages[1:]:
        assert all(
            [span.start_char for span in unit.spans[:-1]] == [label, 0] for unit in passage.units if not unit.whole
        )


NAMES = st.sampled_from(["Northfield", "Alice Marsh", "A hall.", "Assets:", "2011", "", "x" * 92])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["heading", "paragraph", "table", "item"]),
            st.integers(1, 3),
            st.lists(NAMES, min_size=6, max_size=6),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=80, deadline=None)
def test_every_word_can_be_quoted_but_headings_over_something(parts: list[tuple[str, int, list[str]]]) -> None:
    builder = TextBuilder()
    builder.paragraph("At least these words.")
    said: list[str] = []
    heading: tuple[int, list[str]] | None = None
    for number, (kind, level, words) in enumerate(parts):
        own = [f"W{number}-{place}-{word}" if word else "" for place, word in enumerate(words)]
        own = own[:3] if kind == "heading" else own
        if not any(own):
            continue
        if heading is not None and (kind != "heading" or level > heading[0]):
            # It heads something, so it is no passage.
            del said[-len(heading[1]) :]
        heading = None
        said += filter(None, own)
        match kind:
            case "heading":
                builder.heading(" ".join(own), level)
                heading = (level, [word for word in own if word])
            case "paragraph":
                builder.paragraph(" ".join(own))
            case "item":
                builder.list_item(" ".join(own))
            case _:
                builder.table([own[:3], own[3:]], header_rows=1)
    text = built(builder)
    quotable = [text.words(span) for passage in split(text) for unit in passage.units for span in unit.spans]
    together = " ".join(" ".join(quotable).split())
    assert [word for word in said if word not in together] == []
