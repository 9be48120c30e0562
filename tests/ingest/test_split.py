"""Passages: exact, whole enough to be understood, and never longer than the embedder can read."""

from __future__ import annotations

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
