"""The PDF backend: where glyphs stand, what is hidden, pictures, and what broken files say."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from report_qa.backends.pdfium import PdfFile, render_page
from report_qa.errors import DocumentEncrypted, DocumentUnreadable
from report_qa.records.document import Box


def pdf_of(source: str) -> bytes:
    page = "#set page(width: 300pt, height: 200pt, margin: 20pt)\n#set text(size: 10pt)\n"
    return typst.compile((page + source).encode(), ignore_system_fonts=True)


def letters(pdf: bytes, *, hidden: bool = False) -> str:
    with PdfFile(pdf, name="it.pdf") as file:
        glyphs = file.glyphs(0)
    return "".join(map(chr, glyphs.codes[glyphs.hidden == hidden]))


def changed(pdf: bytes, *, rotation: int = 0, crop: tuple[float, float, float, float] | None = None) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    if rotation:
        writer.pages[0].rotate(rotation)
    if crop is not None:
        writer.pages[0].cropbox = RectangleObject(crop)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def protected(pdf: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def ink_share(pdf: bytes, *, scale: float = 3.0) -> list[float]:
    """For each glyph of the page, the share of dark dots where it is said to stand."""
    picture = np.asarray(Image.open(io.BytesIO(render_page(pdf, 0, scale=scale))).convert("L"))
    with PdfFile(pdf, name="it.pdf") as file:
        glyphs = file.glyphs(0)
    assert picture.shape == (round(glyphs.height_pt * scale), round(glyphs.width_pt * scale))
    shares = []
    for x0, x1, y0, y1 in zip(glyphs.x0, glyphs.x1, glyphs.y0, glyphs.y1, strict=True):
        dots = picture[int(y0 * scale) : int(y1 * scale) + 1, int(x0 * scale) : int(x1 * scale) + 1]
        shares.append(float((dots < 140).mean()))
    return shares


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (10, 10, 250, 190)])
def test_boxes_are_where_the_page_shows_the_glyphs(rotation: int, crop: tuple[float, ...] | None) -> None:
    pdf = changed(pdf_of("WHERE MMMMMMM\n\nSTANDS"), rotation=rotation, crop=crop)  # type: ignore[arg-type]
    shares = ink_share(pdf)
    assert len(shares) == len("WHEREMMMMMMMSTANDS")
    assert min(shares) > 0.08


def test_the_angle_is_the_one_shown() -> None:
    with PdfFile(changed(pdf_of("word"), rotation=90), name="it.pdf") as file:
        assert set(file.glyphs(0).angle.tolist()) == {90}
    with PdfFile(pdf_of("#rotate(-90deg)[word]"), name="it.pdf") as file:
        assert set(file.glyphs(0).angle.tolist()) == {270}


def test_size_weight_and_space_of_glyphs() -> None:
    with PdfFile(pdf_of("One *bold* #text(size: 20pt)[large]"), name="it.pdf") as file:
        glyphs = file.glyphs(0)
    text = "".join(map(chr, glyphs.codes))
    assert text == "Oneboldlarge"
    assert [text[index] for index in np.flatnonzero(glyphs.bold)] == list("bold")
    assert [text[index] for index in np.flatnonzero(glyphs.after_space)] == ["O", "b", "l"]
    assert glyphs.size.round().tolist() == [10] * 7 + [20] * 5


def test_digits_that_the_font_raises_are_small_and_high() -> None:
    with PdfFile(pdf_of("word#super[7]"), name="it.pdf") as file:
        glyphs = file.glyphs(0)
    assert glyphs.size[-1] < 0.8 * glyphs.size[0]
    assert glyphs.baseline[-1] < glyphs.baseline[0] - 1


def test_text_that_nobody_sees_is_hidden() -> None:
    seen_and_not = "Seen #text(fill: white)[white] #text(size: 0.5pt)[tiny] #place(top + left, dx: -90pt)[beyond]"
    assert letters(pdf_of(seen_and_not)) == "Seen"
    assert letters(pdf_of(seen_and_not), hidden=True) == "beyondwhitetiny"


def test_white_text_on_something_dark_is_seen() -> None:
    assert letters(pdf_of("#block(fill: navy, inset: 5pt)[#text(fill: white)[Seen]]")) == "Seen"


def test_ruling_lines_and_areas() -> None:
    pdf = pdf_of(
        "#place(top + left, dx: 10pt, dy: 30pt, line(length: 100pt))"
        "#place(top + left, dx: 10pt, dy: 40pt, line(length: 50pt, angle: 90deg))"
        "#place(top + left, dx: 30pt, dy: 60pt, rect(width: 60pt, height: 20pt, fill: gray))"
    )
    with PdfFile(pdf, name="it.pdf") as file:
        glyphs = file.glyphs(0)
    assert any(line == pytest.approx((50, 30, 130), abs=1.1) for line in glyphs.horizontals)
    assert any(line == pytest.approx((30, 60, 110), abs=1.1) for line in glyphs.verticals)
    assert any(area == pytest.approx((50, 80, 110, 100), abs=0.6) for area in glyphs.fills)


def test_a_password_is_asked_for_and_used() -> None:
    pdf = protected(pdf_of("Secret"))
    with pytest.raises(DocumentEncrypted, match=r"plan\.pdf needs a password, and none is known") as caught:
        PdfFile(pdf, name="plan.pdf")
    assert caught.value.hint
    assert caught.value.__cause__ is not None
    with PdfFile(pdf, name="plan.pdf", password="secret") as file:
        assert file.page_count == 1


def test_the_failure_of_another_file_is_not_taken_for_this_one() -> None:
    with pytest.raises(DocumentEncrypted):
        PdfFile(protected(pdf_of("Secret")), name="locked.pdf")
    without_pages = changed(pdf_of("Broken")).replace(b"/Pages", b"/Pagez")
    with pytest.raises(DocumentUnreadable) as caught:
        PdfFile(without_pages, name="broken.pdf")
    assert not isinstance(caught.value, DocumentEncrypted)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and then nothing", b"<html>"])
def test_what_is_no_pdf_is_unreadable(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match=r"plan\.pdf can't be opened") as caught:
        PdfFile(content, name="plan.pdf")
    assert not isinstance(caught.value, DocumentEncrypted)
    assert caught.value.hint


def test_a_picture_of_a_page_that_is_not_there() -> None:
    with pytest.raises(DocumentUnreadable, match="page 8"):
        render_page(pdf_of("word"), 7, name="plan.pdf")


def test_a_picture_is_a_jpeg_of_the_asked_scale() -> None:
    image = Image.open(io.BytesIO(render_page(pdf_of("word"), 0, scale=1.5)))
    assert image.format == "JPEG"
    assert image.size == (450, 300)


def test_boxes_are_drawn_around_their_words_on_their_page_only() -> None:
    pdf = pdf_of("word")
    box = Box(page_index=0, x0_pt=50.0, y0_pt=40.0, x1_pt=120.0, y1_pt=60.0)
    elsewhere = replace(box, page_index=1)
    plain = np.asarray(Image.open(io.BytesIO(render_page(pdf, 0))).convert("RGB")).astype(int)
    other = np.asarray(Image.open(io.BytesIO(render_page(pdf, 0, boxes=[elsewhere]))).convert("RGB")).astype(int)
    boxed = np.asarray(Image.open(io.BytesIO(render_page(pdf, 0, boxes=[box]))).convert("RGB")).astype(int)
    assert (plain == other).all()
    rows, columns = np.nonzero(np.abs(boxed - plain).sum(axis=2) > 200)
    # Two dots for each point, the line outside the words.
    assert (96 <= columns.min() < 100) & (240 <= columns.max() <= 244)
    assert (76 <= rows.min() < 80) & (120 <= rows.max() <= 124)
    inside = np.abs(boxed - plain).sum(axis=2)[84:116, 104:236]
    assert inside.max() < 100
