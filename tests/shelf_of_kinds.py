"""A shelf with a document of every kind that is read: PDF, Word, HTML, Markdown, slides, a workbook and a table of text."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from pptx import Presentation

from ingest.pool import ReadHere
from ingest.run import ingest
from report_qa.citations import encode_cite
from report_qa.library.edition import Library
from report_qa.shelf import Shelf
from tests.doubles import HashingEmbedder

ROOT = Path(__file__).resolve().parents[1]
PDFS = ("policy-spotlight-2.pdf", "plan-for-neighbourhoods-and-pride-in-place.pdf")
OTHERS = ("turnaround.docx", "neighbourhood-policy-asks.html", "local-economic-growth.md")
SLIDES = {
    "Where we are": ("Half of the halls are shut", "Buses run twice a day"),
    "What to do": ("Open the halls on weekdays", "Run a bus every hour until ten", "Ask the people who live there"),
}
CELLS = (
    ("Place", "Visits in 2023", "Visits in 2024"),
    ("Library", "12,400", "15,200"),
    ("Village hall", "3,100", "2,950"),
    ("Swimming pool", "48,000", "51,500"),
)


def write_documents(folder: Path) -> None:
    """Write one document of each kind, two for PDF."""
    for name in (*PDFS, *OTHERS):
        shutil.copy(ROOT / "corpus" / name, folder)
    deck = Presentation()
    for title, lines in SLIDES.items():
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = "\n".join(lines)
    deck.slides[1].notes_slide.notes_text_frame.text = "The hourly bus costs £80,000 a year."
    deck.save(str(folder / "halls.pptx"))
    book = openpyxl.Workbook()
    book.active.title = "Visits"
    for row in CELLS:
        book.active.append(row)
    book.save(folder / "visits.xlsx")
    (folder / "fares.csv").write_text("Route,Fare in pence\nHarbour,180\nStation,220\nHospital,150\n", encoding="utf-8")


def library_of_kinds(folder: Path) -> Library:
    """Ingest the documents with the small embedder, in this process."""
    documents = folder / "documents"
    documents.mkdir()
    write_documents(documents)
    library, embedder = Library(folder / "library"), HashingEmbedder()
    ingest(
        [documents],
        library=library,
        embedder_digest=embedder.digest,
        make_embedder=lambda: embedder,
        readers=ReadHere(),
    )
    return library


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """A citation as an answer may give it, and its words."""

    cite: str
    quote: str


def quoted(shelf: Shelf, suffix: str, count: int) -> list[Quoted]:
    """Return citations of the quotable units of the documents of a kind, spread over them: sentences, items, rows, notes."""
    found = []
    edition = shelf.library.open(shelf.edition_id)
    for document in edition.store.documents():
        if not document.path.endswith(suffix):
            continue
        text = edition.store.text(document.document_id)
        for passage in edition.store.passages_of(document.document_id):
            for unit in passage.units:
                ranges = tuple((span.start_char, span.end_char) for span in unit.spans)
                quote = "\n".join(text[start:end] for start, end in ranges)
                found.append(
                    Quoted(cite=encode_cite(shelf.edition_id, document.document_id, ranges, quote), quote=quote)
                )
    edition.close()
    step = max(1, len(found) // count)
    return found[::step][:count]
