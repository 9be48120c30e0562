"""The marked words are the quoted words, for citations of every kind of document.

On a page they are compared twice, neither time with the reader that placed the marks: the PDF's own text layer under the boxes
says the quotation, and the picture that the browser gets has ink in each of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from report_qa.doors.chat import service
from report_qa.doors.chat.evidence_view import open_data
from report_qa.doors.chat.routes import ROUTES
from report_qa.doors.chat.service import Service
from report_qa.settings import Settings
from report_qa.shelf import Shelf
from report_qa.wiring import open_shelf
from tests.browser.visit import squeezed
from tests.report_qa.doors.chat.asked import get
from tests.shelf_of_kinds import library_of_kinds, quoted

_SCALE = 2


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A shelf of every kind, which the routes serve from, too."""
    folder = tmp_path_factory.mktemp("kinds")
    library = library_of_kinds(folder)
    opened = open_shelf(library=library.folder)
    held = Service(Settings(library=library.folder), shelf=lambda _settings: opened)
    service.install(held)
    yield opened
    held.close()
    service.install(None)


def under(boxes: list[dict[str, float]], sheet: Any) -> str:
    """Return the words of the PDF's text layer that lie in boxes."""
    width, height = sheet.get_size()
    text = sheet.get_textpage()
    words = []
    for box in boxes:
        left, top = box["left"] * width / 100, box["top"] * height / 100
        right, bottom = left + box["width"] * width / 100, top + box["height"] * height / 100
        # A little less than the box, so that its air does not touch the lines above and below, or a raised figure beside it.
        words.append(text.get_text_bounded(left + 2, height - bottom + 2, right - 2, height - top - 2))
    return "\n".join(words)


def plain(words: str) -> str:
    """Return words without white space, and without hyphens: whether one at the end of a line is printed says nothing of it."""
    return squeezed(words).replace("-", "")


def ink(boxes: list[dict[str, float]], picture: Image.Image) -> list[float]:
    """Return for each box which share of its pixels is clearly darker or lighter than most of it."""
    shares = []
    for box in boxes:
        left, top = round(box["left"] * picture.width / 100), round(box["top"] * picture.height / 100)
        right, bottom = (
            left + round(box["width"] * picture.width / 100),
            top + round(box["height"] * picture.height / 100),
        )
        pixels = picture.convert("L").crop((left, top, right, bottom)).tobytes()
        ground = max(set(pixels), key=pixels.count)
        shares.append(sum(abs(pixel - ground) > 60 for pixel in pixels) / len(pixels))
    return shares


def test_on_pages_the_boxes_lie_on_the_quoted_words(shelf: Shelf) -> None:
    cited = quoted(shelf, ".pdf", 24)
    assert len(cited) == 24
    for each in cited:
        data = open_data(shelf, each.cite)
        assert data["located"]
        assert data["quote"] == each.quote
        original = shelf.library.original(data["sha256"])
        with pypdfium2.PdfDocument(original) as document:
            words = [under(page["boxes"], document[page["index"]]) for page in data["pages"]]
        assert plain("\n".join(words)) == plain(each.quote.replace(" | ", " "))
        for page in data["pages"]:
            address = data["picture"].replace("{page}", str(page["index"]))
            status, _, body = get(f"{address}scale={_SCALE}", ROUTES)
            assert status == 200
            assert min(ink(page["boxes"], Image.open(io.BytesIO(body)))) > 0.02, each.quote


def marked(data: dict[str, Any]) -> list[str]:
    """Return what is marked in a text, a string for each stretch without a gap."""
    found: list[str] = []
    for paragraph in data["stretch"]["paragraphs"]:
        cells = [paragraph["runs"]] if "runs" in paragraph else [cell for row in paragraph["rows"] for cell in row]
        found += [words for runs in cells for words, kind, *_ in runs if kind == "cited"]
    return found


@pytest.mark.parametrize(
    ("suffix", "count"), [(".docx", 8), (".html", 8), (".md", 8), (".pptx", 6), (".xlsx", 3), (".csv", 3)]
)
def test_in_texts_the_marked_runs_are_the_quotation(shelf: Shelf, suffix: str, count: int) -> None:
    cited = quoted(shelf, suffix, count)
    assert len(cited) == count
    for each in cited:
        data = open_data(shelf, each.cite)
        assert data["located"]
        assert data["pages"] == []
        assert squeezed("".join(marked(data))) == squeezed(each.quote.replace(" | ", "")), each.quote


def test_together_they_are_forty_and_more() -> None:
    assert 24 + 8 + 8 + 8 + 6 + 3 + 3 >= 40


def test_slides_and_cells_say_where_they_are(shelf: Shelf) -> None:
    (slide, *_) = [each for each in quoted(shelf, ".pptx", 99) if each.quote.startswith("Run a bus")]
    stretch = open_data(shelf, slide.cite)["stretch"]
    assert {paragraph["place"] for paragraph in stretch["paragraphs"]} == {"slide 2", "slide 2, notes"}
    assert stretch["paragraphs"][0]["runs"] == [["What to do", ""]]
    assert stretch["before"]["heading"] == "Where we are"
    (row, *_) = [each for each in quoted(shelf, ".xlsx", 99) if "Village hall" in each.quote]
    (table,) = [part for part in open_data(shelf, row.cite)["stretch"]["paragraphs"] if part["kind"] == "table"]
    assert (table["columns"], table["numbers"]) == (["A", "B", "C"], ["1", "2", "3", "4"])


def test_nothing_is_marked_where_the_words_are_others(shelf: Shelf) -> None:
    (each, *_) = quoted(shelf, ".pdf", 5)
    edition, document, ranges, _ = each.cite.split("~")
    data = open_data(shelf, f"{edition}~{document}~{ranges}~00000000")
    assert (data["located"], data["pages"], data["stretch"], data["quote"]) == (False, [], None, "")


def test_the_pictures_are_those_of_the_file(shelf: Shelf, tmp_path: Path) -> None:
    """The check above would pass on any page full of ink: a page that is moved by a line fails it."""
    (each, *_) = quoted(shelf, ".pdf", 5)
    page = open_data(shelf, each.cite)["pages"][0]
    moved = [box | {"top": box["top"] + 4.0} for box in page["boxes"]]
    with pypdfium2.PdfDocument(shelf.library.original(open_data(shelf, each.cite)["sha256"])) as document:
        assert squeezed(under(moved, document[page["index"]])) != squeezed(each.quote)
