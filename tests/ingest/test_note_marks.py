"""Every reader keeps where the mark of a note stood, and which note it means; the reading text stays without marks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docx import Document

from ingest.pool import Job, ReaderPool
from ingest.read_docx import read_docx
from ingest.read_html import read_html
from ingest.read_pdf import read_pdf
from ingest.read_text import read_markdown
from ingest.superscript import labels_of
from ingest.text_builder import TextBuilder
from report_qa.records.document import BlockKind, DocumentText
from tests.ingest.test_read_docx import add_notes, body, p, r, saved
from tests.ingest.test_read_pdf import pdf_of

HTML = (
    "<main><p>It rose. <sup><a href='#n1'>1</a></sup> It fell.<a href='#n2'>[2]</a></p>"
    "<ol><li id=n1>Times<li id=n2>Post</ol></main>"
)
MARKDOWN = "It rose.[^a] It fell.[^2]\n\n[^a]: Times\n[^2]: Post"
PDF = "It rose.#footnote[Times] It fell.#footnote[Post]"


def _docx() -> bytes:
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    document = body(p(r("It rose.") + mark.format(2) + r(" It fell.") + mark.format(3)))
    add_notes(document, "footnote", {"2": p(r("Times")), "3": p(r("Post"))})
    return saved(document)


def _read(kind: str) -> DocumentText:
    readers: dict[str, Callable[[], DocumentText]] = {
        "docx": lambda: read_docx(_docx(), name="a.docx"),
        "html": lambda: read_html(HTML.encode(), name="a.html"),
        "markdown": lambda: read_markdown(MARKDOWN.encode(), name="a.md"),
        "pdf": lambda: read_pdf(pdf_of(PDF), name="a.pdf"),
    }
    return readers[kind]()


@pytest.mark.parametrize(
    ("kind", "labels"),
    [("docx", ["", ""]), ("html", ["1", "[2]"]), ("markdown", ["a", "2"]), ("pdf", ["1", "2"])],
)
def test_a_mark_stands_behind_its_sentence_and_leads_to_its_note(kind: str, labels: list[str]) -> None:
    document = _read(kind)
    assert document.text.startswith("It rose. It fell.\n\n")
    found = [
        (document.text[: mark.char], document.words(mark.note).split()[-1]) for mark in document.marks if mark.note
    ]
    assert found == [("It rose.", "Times"), ("It rose. It fell.", "Post")]
    assert [mark.label for mark in document.marks] == labels


def test_a_mark_in_a_list_leads_to_the_note_that_waits_for_the_lists_end() -> None:
    document = read_markdown(b"Two things:\n\n- tea[^1]\n- rain\n\n[^1]: Times", name="a.md")
    (mark,) = document.marks
    assert document.text[: mark.char].endswith("tea")
    assert mark.note is not None
    assert document.words(mark.note) == "Times"


def test_a_mark_of_several_notes_is_several_marks() -> None:
    assert labels_of("3,5") == ("3", "5")
    assert labels_of("[2–4]") == ("2", "3", "4")
    assert labels_of("1–90") == ()
    document = read_pdf(pdf_of("It rose.#super[7,8] It fell."), name="a.pdf")
    assert [(mark.char, mark.label, mark.note) for mark in document.marks] == [(8, "7", None), (8, "8", None)]


def test_raised_digits_without_a_link_are_marks_without_a_note() -> None:
    document = read_html(b"<main><p>In 2019<sup>3</sup> it rose by 40 km<sup>2</sup>.</p></main>", name="a.html")
    assert document.text == "In 2019 it rose by 40 km²."
    assert [(mark.char, mark.label, mark.note) for mark in document.marks] == [(7, "3", None)]


def test_what_stands_for_a_mark_never_reaches_the_text() -> None:
    builder = TextBuilder()
    mark = builder.note_mark(label="1", note="n")
    forged = "\ufdd099\ufdd1"
    builder.heading(f"Head{mark}", 1)
    builder.paragraph(f"a {mark} b{forged}")
    builder.paragraph(f"code {mark}\nmore", keep_lines=True)
    builder.table([["c", f"d{mark}"], ["e", "f"]], header_rows=1)
    builder.footnote(f"note {mark}", note="n")
    document = builder.build(reader="x", name="x")
    assert "\ufdd00" not in document.text
    assert "a b" in document.text
    assert [document.text[: each.char].split("\n")[-1] for each in document.marks] == ["Head", "a"]


def test_a_mark_comes_back_from_the_confined_reader() -> None:
    pool = ReaderPool(workers=1)
    try:
        (outcome,) = pool.read(iter([Job(media_type="text/markdown", name="a.md", content=MARKDOWN.encode())]))
    finally:
        pool.close()
    assert isinstance(outcome, DocumentText)
    assert len(outcome.marks) == 2


def test_a_document_without_notes_has_no_marks() -> None:
    document = Document()
    document.add_paragraph("Plain.")
    text = read_docx(saved(document), name="a.docx")
    assert text.marks == ()
    assert [block.kind for block in text.blocks] == [BlockKind.PROSE]
