"""The passages store gives back exactly what was put in, from a folder that nobody may write to."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ingest.split import split_document
from ingest.text_builder import TextBuilder
from report_qa.errors import IndexDamaged
from report_qa.library import rows
from report_qa.library.passages import PassageWriter, SqlitePassages
from report_qa.records.document import DocumentText, Line, Page, Role, SourceDocument, Span
from report_qa.records.passage import Passage
from tests.doubles import HashingEmbedder

SOURCE = SourceDocument(
    document_id="note",
    path="notes/note.md",
    title="A note “quoted”",
    media_type="text/markdown",
    sha256="0" * 64,
    published_on=date(2024, 2, 29),
    role=Role.REPORT,
)


def line(start: int, end: int, top: float) -> Line:
    edges = tuple(72.0 + 5.5 * step for step in range(end - start + 1))
    return Line(start_char=start, end_char=end, y0_pt=top, y1_pt=top + 11.5, edges_pt=edges)


def a_text() -> DocumentText:
    builder = TextBuilder()
    builder.heading("Halls", 1)
    builder.paragraph("The hall is open. It costs £1.2m a year. The key’s at the pub.")
    builder.paragraph("Residents ask for:")
    builder.list_item("a bus")
    builder.list_item("a shop")
    builder.table([["Ward", "Halls"], ["North", "3"]], header_rows=1)
    text = builder.build(reader="test/1", name="note.md")
    middle = text.text.index("Residents")
    pages = tuple(
        Page(
            page_index=index,
            printed_label=label,
            start_char=start,
            end_char=end,
            width_pt=595.2,
            height_pt=841.8,
            lines=(line(start, (start + end) // 2, 72), line((start + end) // 2, end, 90)),
        )
        for index, label, start, end in ((0, "iii", 0, middle), (1, "", middle, len(text.text)))
    )
    return replace(text, pages=pages)


def write(path: Path, text: DocumentText) -> tuple[Passage, ...]:
    passages = split_document(SOURCE, text, HashingEmbedder())
    writer = PassageWriter(path)
    writer.add(SOURCE, text, passages, root="/shelf", read_key="key")
    for number, passage in enumerate(passages):
        writer.add_vectors(passage.vector_key, np.full((len(passage.units) + 1, 8), 0.125 * number, dtype=np.float32))
    writer.finish()
    return passages


def test_everything_comes_back(tmp_path: Path) -> None:
    text = a_text()
    passages = write(tmp_path / "passages.sqlite", text)
    store = SqlitePassages(tmp_path / "passages.sqlite")
    assert store.documents() == (SOURCE,)
    assert store.document("note") == SOURCE
    assert store.text("note") == text.text
    assert store.beginnings(9) == {"note": text.text[:9]}
    assert store.sections("note") == text.sections
    assert store.blocks("note") == text.blocks
    assert store.pages("note") == text.pages
    assert store.pages("note", [1]) == text.pages[1:]
    assert store.page_numbers("note") == (0, 1)
    assert store.passages_of("note") == passages
    ids = [passage.passage_id for passage in passages]
    assert list(store.passages([*reversed(ids), "unknown"]).values()) == list(reversed(passages))
    assert store.passage_ids() == tuple(ids)
    assert store.passage_count() == len(passages)
    vectors = store.vectors(ids)
    assert [vectors[key].shape for key in ids] == [(len(passage.units) + 1, 8) for passage in passages]
    assert vectors[ids[1]][0, 0] == 0.125
    assert store.provenance() == {"note": ("/shelf", "key")}
    store.close()


def test_a_passage_that_is_read_again_is_not_decoded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = (passage.passage_id for passage in write(tmp_path / "passages.sqlite", a_text()))
    decoded, decode = list[str](), rows.passage_from

    def counting(row: tuple[object, ...]) -> Passage:
        decoded.append(str(row[0]))
        return decode(row)

    monkeypatch.setattr(rows, "passage_from", counting)
    monkeypatch.setattr("report_qa.library.passages._MOST_DECODED", 1)
    store = SqlitePassages(tmp_path / "passages.sqlite")
    assert [store.passages([first])[first].passage_id for _ in range(3)] == [first] * 3
    assert decoded == [first]
    assert list(store.passages([second, first])) == [second, first]
    store.passages([first])
    assert decoded == [first, second, first], "the least recently read one made room"
    store.close()


def test_the_pages_of_a_span_are_those_with_a_line_under_it(tmp_path: Path) -> None:
    text = a_text()
    write(tmp_path / "passages.sqlite", text)
    store = SqlitePassages(tmp_path / "passages.sqlite")
    border = text.pages[0].end_char
    inside = Span(start_char=border - 5, end_char=border - 1)
    across = Span(start_char=border - 5, end_char=border + 5)
    assert [page.page_index for page in store.pages_of("note", [inside])] == [0]
    assert [page.page_index for page in store.pages_of("note", [across, inside])] == [0, 1]
    store.close()


def test_an_unknown_document_is_a_key_error(tmp_path: Path) -> None:
    write(tmp_path / "passages.sqlite", a_text())
    store = SqlitePassages(tmp_path / "passages.sqlite")
    for ask in (store.document, store.text, store.sections, store.blocks):
        with pytest.raises(KeyError):
            ask("unknown")
    assert store.pages("unknown") == ()
    assert store.passages_of("unknown") == ()
    store.close()


def test_a_folder_without_write_permission_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "edition"
    folder.mkdir()
    write(folder / "passages.sqlite", a_text())
    before = (folder / "passages.sqlite").read_bytes()
    (folder / "passages.sqlite").chmod(0o400)
    folder.chmod(0o500)
    try:
        store = SqlitePassages(folder / "passages.sqlite")
        assert store.passage_count() > 0
        store.close()
        assert [path.name for path in folder.iterdir()] == ["passages.sqlite"]
    finally:
        folder.chmod(0o700)
    assert (folder / "passages.sqlite").read_bytes() == before


def test_a_name_with_odd_characters_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "50% of ?this#one"
    folder.mkdir()
    write(folder / "passages.sqlite", a_text())
    store = SqlitePassages(folder / "passages.sqlite")
    assert store.passage_count() > 0
    store.close()


@pytest.mark.parametrize("content", [None, b"", b"not a database at all", b"SQLite format 3\x00 and then nothing"])
def test_a_broken_store_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "passages.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"passages\.sqlite can't be used"):
        SqlitePassages(path)


def test_removed_words_are_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "passages.sqlite"
    write(path, a_text())
    assert "The key’s at the pub".encode() in path.read_bytes()
    writer = PassageWriter(path)
    assert len(writer.remove("note")) > 2
    writer.finish()
    assert "The key’s at the pub".encode() not in path.read_bytes()
    store = SqlitePassages(path)
    assert (store.documents(), store.passage_count(), store.vector_keys()) == ((), 0, frozenset())
    store.close()


def test_several_threads_may_read(tmp_path: Path) -> None:
    passages = write(tmp_path / "passages.sqlite", a_text())
    store = SqlitePassages(tmp_path / "passages.sqlite")
    failures: list[Exception] = []

    def read() -> None:
        try:
            for _ in range(50):
                assert store.passages_of("note") == passages
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert failures == []


def test_a_full_page_is_small_and_quick_to_decode() -> None:
    lines = tuple(line(80 * number, 80 * number + 80, 12.0 * number) for number in range(50))
    page = Page(page_index=0, printed_label="1", start_char=0, end_char=4000, width_pt=595, height_pt=842, lines=lines)
    packed = rows.page_to(page)
    assert len(packed[-1]) < 4_000
    best = min(_seconds(packed) for _ in range(20))
    assert best < 0.004, "decoding a page of 4,000 characters took longer than four thousandths of a second"


def _seconds(packed: tuple[object, ...]) -> float:
    started = time.perf_counter()
    rows.page_from(packed)
    return time.perf_counter() - started


def test_a_store_of_schema_1_is_read_as_it_is_and_brought_up_to_date_in_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "passages.sqlite"
    writer = PassageWriter(path)
    writer.finish()
    old = sqlite3.connect(path)
    for table, columns in {
        "texts": ("title", "places", "readings", "dropped", "marks"),
        "passages": ("place",),
    }.items():
        for column in columns:
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    old.execute("DROP TABLE acronyms")
    old.execute("PRAGMA user_version = 0")
    old.execute(
        "INSERT INTO documents VALUES ('a', ?, 'root', 'key')", (rows.document_to(replace(SOURCE, document_id="a")),)
    )
    old.execute("INSERT INTO texts VALUES ('a', 'A hall.', '[]', '[]', 'text/1')")
    old.execute(
        "INSERT INTO passages VALUES ('p', 'a', 0, 'A hall.', '[[0,7]]', '[]', '[]', 'prose', 'k', NULL, '', 1)"
    )
    old.commit()
    old.close()
    before = path.read_bytes()
    store = SqlitePassages(path)
    (passage,) = store.passages_of("a")
    assert (passage.text, passage.place, store.place_of("a", 0)) == ("A hall.", "", "")
    assert (store.document_text("a").reader, store.note_marks("a")) == ("text/1", ())
    assert store.acronyms()  # those that everybody knows
    store.close()
    assert path.read_bytes() == before
    PassageWriter(path).finish()
    store = SqlitePassages(path)
    assert (store.schema, store.places("a"), store.note_marks("a")) == (3, (), ())
    assert store.passages_of("a")[0].text == "A hall."
    store.close()
