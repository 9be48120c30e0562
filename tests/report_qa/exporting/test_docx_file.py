"""Word: the document read back by its parts, and by LibreOffice where it is there (test_office.py)."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given, settings

from report_qa.exporting.collect import of_answer, of_checked, of_conversation
from report_qa.exporting.content import Content
from report_qa.exporting.docx_file import as_docx
from report_qa.exporting.prose import blocks
from tests.report_qa.exporting.samples import (
    CHECKED,
    CONVERSATION,
    EXTRACTS,
    PICTURE,
    PLAN,
    REPORT,
    RETURNS,
    SAFE,
    of_words,
    one_line,
    open_evidence,
    pieces,
    squeezed,
)

NASTY = pieces("<w:p>", "&lt;", "]]>", "\x0b", "\ufffe", "\u2028", "{ PAGE }", "\U0001f600", "x" * 4000)


def read(content: Content) -> WordDocument:
    return Document(io.BytesIO(as_docx(content)))


def paragraphs(document: WordDocument) -> list[str]:
    """Return the text of each paragraph, links included."""
    return [one_line(paragraph.text) for paragraph in document.paragraphs]


def test_a_conversation_reads_the_same() -> None:
    content = of_conversation(CONVERSATION, open_evidence)
    shown = paragraphs(read(content))
    assert f"“{RETURNS.quote}” [1]" in shown
    assert f"[2] “{PLAN.quote}”" in shown
    assert f"[3] “Item | Sum {SAFE} | £1.15m”" in shown
    assert "Each million brought back more than three, and every district had planned by 2015. [1] [2]" in shown
    assert "Withheld: 2 sentences not shown: contradicted by the sources, not in the sources." in shown
    squeezed_whole = squeezed("".join(shown))
    for block in blocks(content):
        assert squeezed(block.text) in squeezed_whole
        assert squeezed(block.label) in squeezed_whole


def test_headings_are_headings_and_verdicts_are_words() -> None:
    document = read(of_conversation(CONVERSATION, open_evidence))
    named = {(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style}
    assert ("Title", "What does £1m return?") in named
    assert {("Heading 1", turn.answer.question) for turn in CONVERSATION.turns} <= named
    assert ("Heading 2", "References") in named
    checked = paragraphs(read(of_checked(CHECKED, open_evidence)))
    assert "Contradicted: Each million brought back £9m. [1]" in checked
    assert "The number is “£9m” here and “£3.2m” in the document." in checked


def test_numbers_lead_to_their_references_and_addresses_are_links() -> None:
    document = read(of_answer(EXTRACTS, open_evidence, address="https://reports.example"))
    body = document.element.body
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert anchors == marks == ["reference_1", "reference_2", "reference_3"]
    targets = {each.target_ref for each in document.part.rels.values() if each.is_external}
    assert REPORT.source_url in targets
    assert len(targets) == 5
    assert all(target.startswith("https://") for target in targets)


def test_pictures_have_captions_and_alternative_texts() -> None:
    document = Document(io.BytesIO(as_docx(of_answer(EXTRACTS, open_evidence), pictures=[PICTURE])))
    (shape,) = document.inline_shapes
    described = shape._inline.docPr
    assert described.get("descr") == PICTURE.alternative
    assert round(shape.width / shape.height, 2) == round(60 / 85, 2)
    assert PICTURE.caption in paragraphs(document)
    assert paragraphs(document).index(PICTURE.caption) > paragraphs(document).index("References")


def test_the_file_names_its_title_day_and_language() -> None:
    document = read(of_answer(EXTRACTS, open_evidence))
    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == (EXTRACTS.question, "Report Q&A", "en-GB")
    assert str(properties.created).startswith("2026-11-24 09:05")
    assert {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}


@settings(deadline=None, max_examples=8)
@given(NASTY)
def test_threat_5_no_words_break_the_file(words: str) -> None:
    content = of_words(words)
    shown = squeezed("".join(paragraphs(read(content))))
    assert squeezed(content.references[0].quote) in shown
    assert squeezed(content.references[0].title) in shown
