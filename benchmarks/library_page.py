"""How long the data of the library page takes for a shelf of many documents: `python -m benchmarks.library_page [DOCUMENTS]`.

The library is made up: its passages stores are written directly, without reading or embedding anything. "First" is with nothing
remembered, as after a start or a publish; "again" is every later look. The files are in the machine's cache.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from report_qa.doors.chat.library_view import document_data, documents_data, editions_data, unread_data
from report_qa.holdings import Holdings
from report_qa.library.edition import Library
from report_qa.library.manifest import Manifest, write_manifest
from report_qa.library.passages import PassageWriter
from report_qa.records.document import Block, BlockKind, DocumentText, Page, PageReading, SourceDocument, Span
from report_qa.records.passage import Passage, Unit

_PAGES, _PASSAGES, _CHARACTERS, _EDITIONS = 40, 120, 100_000, 5


def make_library(folder: Path, documents: int) -> Library:
    """Return a library of five editions with so many documents of 40 pages."""
    library = Library(folder)
    first = library.editions_folder / "000001"
    first.mkdir(parents=True)
    library.originals_folder.mkdir()
    store = PassageWriter(first / "passages.sqlite")
    text = ("A line of a report that says nothing in particular. " * (_CHARACTERS // 52 + 1))[:_CHARACTERS]
    step = _CHARACTERS // _PAGES
    for number in range(documents):
        sha256 = f"{number:064x}"
        (library.originals_folder / sha256).write_bytes(b"x" * 1_000)
        name = f"document-{number}.pdf"
        document = SourceDocument(
            document_id=name, path=name, title=f"Document {number}", media_type="application/pdf", sha256=sha256
        )
        starts = range(0, _CHARACTERS, step)
        read = DocumentText(
            text=text,
            sections=(),
            blocks=(Block(kind=BlockKind.PROSE, start_char=0, end_char=_CHARACTERS),),
            reader="pdf/1",
            pages=tuple(
                Page(page_index=index, printed_label="", start_char=at, end_char=at + step, width_pt=595, height_pt=842)
                for index, at in enumerate(starts)
            ),
            readings=tuple(PageReading(page_index=index, characters=step) for index, _ in enumerate(starts)),
        )
        store.add(
            document, read, [_passage(name, ordinal) for ordinal in range(_PASSAGES)], root="/shelf", read_key="k"
        )
    store.finish()
    for number in range(1, _EDITIONS + 1):
        edition = library.editions_folder / f"{number:06d}"
        if number > 1:
            shutil.copytree(first, edition)
        receipt = {"edition": edition.name, "added": [f"document-{n}.pdf" for n in range(documents)], "seconds": 60.0}
        (edition / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
        write_manifest(edition, _manifest(number, documents))
    (folder / "CURRENT").write_text(f"{_EDITIONS:06d}\n", encoding="utf-8")
    return library


def _passage(name: str, ordinal: int) -> Passage:
    span = Span(start_char=ordinal * 800, end_char=ordinal * 800 + 700)
    return Passage(
        passage_id=f"{name}-{ordinal}",
        document_id=name,
        spans=(span,),
        units=(Unit(spans=(span,), kind=BlockKind.PROSE),),
        text="A line of a report that says nothing in particular. " * 13,
        heading_path=("Report",),
        kind=BlockKind.PROSE,
        ordinal=ordinal,
        vector_key=f"{ordinal}",
        page_index=ordinal // 3,
    )


def _manifest(number: int, documents: int) -> Manifest:
    return Manifest(
        edition_id=f"{number:06d}",
        parent=f"{number - 1:06d}" if number > 1 else "",
        created_at=(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)).isoformat(),
        package_version="0",
        embedder_name="none",
        embedder_digest="none",
        embedder_dimensions=1,
        documents=documents,
        pages=documents * _PAGES,
        characters=documents * _CHARACTERS,
        passages=documents * _PASSAGES,
    )


def _took_ms(look: Callable[[Holdings], object], library: Library, holdings: Holdings | None = None) -> float:
    asked = holdings or Holdings(library)
    started = time.thread_time()
    json.dumps(look(asked))
    return 1_000 * (time.thread_time() - started)


def main() -> None:
    """Print one line for each view."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    views: dict[str, Callable[[Holdings], object]] = {
        "documents": documents_data,
        "one document": lambda holdings: document_data(holdings, "document-7.pdf"),
        "editions": editions_data,
        "not read": unread_data,
    }
    with tempfile.TemporaryDirectory(prefix="library-page-") as scratch:
        library = make_library(Path(scratch) / "library", documents)
        print(
            f"{documents} documents of {_PAGES} pages, {_EDITIONS} editions; milliseconds of processor time, least of 9"
        )
        for name, look in views.items():
            warm = Holdings(library)
            look(warm)
            first = min(_took_ms(look, library) for _ in range(9))
            again = min(_took_ms(look, library, warm) for _ in range(9))
            print(f"  {name:<14} first {first:6.1f}   again {again:6.1f}")


if __name__ == "__main__":
    main()
