"""Scanned pages: recognised with word boxes, page by page, or named as needing it (threat 12)."""

from __future__ import annotations

import io
from functools import cache

import pypdfium2 as pdfium
import pytest
import typst
from PIL import Image

from ingest.pdf_words import PageWords, read_words
from ingest.read_pdf import read_pdf
from ingest.recognise import LARGEST_SIDE, SCALE, scale_for
from report_qa.backends.pdfium import PageGlyphs
from report_qa.errors import DocumentEncrypted, DocumentTooLarge, DocumentUnreadable, NoTextLayer
from report_qa.records.document import Span

LINES = ["The productivity gap is 4.2 billion pounds.", "It was measured in 2023 by the institute."]


@cache
def printed() -> bytes:
    page = "#set page(width: 400pt, height: 200pt, margin: 30pt)\n#set text(size: 12pt)\n"
    return typst.compile((page + "\n\n".join(LINES)).encode(), ignore_system_fonts=True)


@cache
def scanned(pages: int = 1) -> bytes:
    """The same page as a picture, so many times."""
    picture = pdfium.PdfDocument(printed())[0].render(scale=2).to_pil().convert("L")
    stream = io.BytesIO()
    picture.save(stream, "PDF", save_all=True, append_images=[picture] * (pages - 1), resolution=144)
    return stream.getvalue()


def joined(*contents: bytes) -> bytes:
    whole = pdfium.PdfDocument.new()
    for content in contents:
        whole.import_pages(pdfium.PdfDocument(content))
    stream = io.BytesIO()
    whole.save(stream)
    return stream.getvalue()


def test_threat_12_a_scan_is_recognised_word_for_word_with_boxes() -> None:
    seen = []
    scan, original = (
        read_pdf(scanned(), name="scan.pdf", on_page=lambda: seen.append(1)),
        read_pdf(printed(), name="a.pdf"),
    )
    assert scan.text.split() == original.text.split()
    (reading,) = scan.readings
    assert (reading.recognised, reading.images, reading.problem) == (True, 1, "")
    assert reading.characters == sum(line.end_char - line.start_char for line in scan.pages[0].lines)
    assert seen == [1]
    for word in ("billion", "2023"):
        here, there = (
            text.pages[0].boxes(Span(start_char=at, end_char=at + len(word)))[0]
            for text in (scan, original)
            for at in [text.text.index(word)]
        )
        assert abs(here.x0_pt - there.x0_pt) < 6
        assert abs(here.x1_pt - there.x1_pt) < 6
        assert here.y0_pt < (there.y0_pt + there.y1_pt) / 2 < here.y1_pt


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_scan_on_its_side_or_head_is_read_and_its_boxes_are_where_the_page_shows_them(turn: int) -> None:
    picture = pdfium.PdfDocument(printed())[0].render(scale=2).to_pil().convert("L").rotate(turn, expand=True)
    stream = io.BytesIO()
    picture.save(stream, "PDF", resolution=144)
    scan, original = read_pdf(stream.getvalue(), name="turned.pdf"), read_pdf(printed(), name="a.pdf")
    assert scan.text.split() == original.text.split()
    for word in ("billion", "2023"):
        at = scan.text.index(word)
        (box,) = scan.pages[0].boxes(Span(start_char=at, end_char=at + len(word)))
        at = original.text.index(word)
        (there,) = original.pages[0].boxes(Span(start_char=at, end_char=at + len(word)))
        x, y = (there.x0_pt + there.x1_pt) / 2, (there.y0_pt + there.y1_pt) / 2
        shown = {90: (y, 400 - x), 180: (400 - x, 200 - y), 270: (200 - y, x)}[turn]
        assert box.x0_pt < shown[0] < box.x1_pt
        assert box.y0_pt < shown[1] < box.y1_pt
        assert (box.x1_pt - box.x0_pt < box.y1_pt - box.y0_pt) == (turn != 180)


def test_only_pages_without_text_are_recognised() -> None:
    text = read_pdf(joined(printed(), scanned()), name="mixed.pdf")
    assert [reading.recognised for reading in text.readings] == [False, True]


def test_threat_12_without_recognition_a_scan_is_refused_and_a_mixed_document_says_which_page() -> None:
    with pytest.raises(NoTextLayer, match=r"scan\.pdf has no text on any of its 1 pages, only pictures\. Allow text"):
        read_pdf(scanned(), name="scan.pdf", ocr=False)
    text = read_pdf(joined(printed(), scanned()), name="mixed.pdf", ocr=False)
    assert [reading.problem for reading in text.readings] == ["", "needs text recognition"]


def test_a_picture_without_words_is_refused_after_looking() -> None:
    stream = io.BytesIO()
    Image.new("L", (600, 800), 200).save(stream, "PDF", resolution=72)
    with pytest.raises(NoTextLayer, match="none could be recognised in its pictures"):
        read_pdf(stream.getvalue(), name="grey.pdf")


def test_threat_8_more_pages_than_allowed_are_refused_before_any_is_read() -> None:
    with pytest.raises(DocumentTooLarge, match=r"long\.pdf has 2 pages; at most 1 are read\."):
        read_pdf(joined(printed(), printed()), name="long.pdf", max_pages=1)


def test_threat_14_a_password_opens_and_its_absence_is_named() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    writer.encrypt("open sesame", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    content = stream.getvalue()
    assert "4.2 billion" in read_pdf(content, name="locked.pdf", password="open sesame").text
    with pytest.raises(DocumentEncrypted, match=r"needs a password, and none is known for it\. Give it as password or"):
        read_pdf(content, name="locked.pdf")
    with pytest.raises(DocumentEncrypted, match="the password given for it is wrong"):
        read_pdf(content, name="locked.pdf", password="sesame")


def test_a_broken_page_costs_that_page_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(glyphs: PageGlyphs, page_index: int) -> PageWords:
        if page_index == 0:
            raise DocumentUnreadable("two.pdf has a broken page 1.")
        return read_words(glyphs, page_index)

    monkeypatch.setattr("ingest.read_pdf.read_words", fail)
    text = read_pdf(joined(printed(), printed()), name="two.pdf")
    assert [reading.problem for reading in text.readings] == ["two.pdf has a broken page 1.", ""]
    assert LINES[0] in text.text
    with pytest.raises(DocumentUnreadable, match=r"has a broken page 1\."):
        read_pdf(printed(), name="two.pdf")


def test_a_poster_is_drawn_no_larger_than_the_models_can_use() -> None:
    assert scale_for(595, 842) == SCALE
    assert scale_for(10_000, 5_000) * 10_000 == LARGEST_SIDE
