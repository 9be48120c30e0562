"""The passages store of an edition: one SQLite file, read only for readers.

It is the truth from which Chroma and tantivy are derived: catalogue entries, reading texts with their structure, pages
with the place of every character, passages with their units, and the vectors of both.
"""

from __future__ import annotations

import sqlite3
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from report_qa.acronyms import EVERYDAY, find_acronyms
from report_qa.errors import IndexDamaged
from report_qa.library import rows
from report_qa.records.document import (
    Block,
    DocumentText,
    NoteMark,
    Page,
    PageReading,
    Place,
    Section,
    SourceDocument,
    Span,
)
from report_qa.records.passage import Passage

# SQLite's default limit of parameters is 999 in old builds.
_MANY = 900
_EMPTY_SHARE = 0.25
# Passages that stay decoded, some 6 kB each: a question reads 200 to 300, and most of them are another question's too.
_MOST_DECODED = 4_096
_SCHEMA_WITH_MARKS = 3
_PAGES = "SELECT page_index, label, start_char, end_char, width_pt, height_pt, lines FROM pages WHERE document_id = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts over all documents of an edition; `characters` are those of the reading texts."""

    documents: int
    pages: int
    characters: int
    passages: int


class SqlitePassages:
    """Implements `ports.PassageStore` over a file that nobody writes to. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with _damage(path):
            if not path.is_file():
                raise sqlite3.DatabaseError("no such file")
            # Immutable: no lock file and no journal is looked for, so that a read-only folder will do.
            address = f"file:{quote(str(path))}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            found = self._rows("SELECT document_id, entry FROM documents ORDER BY document_id")
            (self.schema,) = self._row("PRAGMA user_version")
            # An edition of schema 1 is read as it is: it is never written to.
            self._columns = (
                rows.PASSAGE_COLUMNS if self.schema else rows.PASSAGE_COLUMNS.replace("place", "'' AS place")
            )
        self._documents = {document_id: rows.document_from(entry) for document_id, entry in found}
        self._texts: dict[str, str] = {}
        self._places: dict[str, tuple[Place, ...]] = {}
        self._decoded: OrderedDict[str, Passage] = OrderedDict()
        self._decoding = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def documents(self) -> tuple[SourceDocument, ...]:
        return tuple(self._documents.values())

    def document(self, document_id: str) -> SourceDocument:
        return self._documents[document_id]

    def text(self, document_id: str) -> str:
        if document_id not in self._texts:
            (text,) = self._row("SELECT text FROM texts WHERE document_id = ?", document_id)
            self._texts[document_id] = text
        return self._texts[document_id]

    def beginnings(self, characters: int) -> Mapping[str, str]:
        return dict(self._rows("SELECT document_id, substr(text, 1, ?) FROM texts", characters))

    def pages(self, document_id: str, indexes: Iterable[int] | None = None) -> tuple[Page, ...]:
        if indexes is None:
            found = self._rows(f"{_PAGES} ORDER BY page_index", document_id)
        else:
            wanted = sorted(set(indexes))
            found = [row for index in wanted for row in self._rows(f"{_PAGES} AND page_index = ?", document_id, index)]
        return tuple(rows.page_from(row) for row in found)

    def sheets(self, document_id: str) -> tuple[Page, ...]:
        query = f"{_PAGES.replace('lines FROM', 'NULL FROM')} ORDER BY page_index"
        return tuple(rows.page_from(row) for row in self._rows(query, document_id))

    def pages_of(self, document_id: str, spans: Iterable[Span]) -> tuple[Page, ...]:
        found: dict[int, Page] = {}
        for span in spans:
            query = f"{_PAGES} AND start_char < ? AND end_char > ? ORDER BY page_index"
            for row in self._rows(query, document_id, span.end_char, span.start_char):
                page = found.get(row[0]) or rows.page_from(row)
                if page.boxes(span):
                    found[page.page_index] = page
        return tuple(found[index] for index in sorted(found))

    def page_numbers(self, document_id: str) -> tuple[int, ...]:
        found = self._rows("SELECT page_index FROM pages WHERE document_id = ? ORDER BY page_index", document_id)
        return tuple(index for (index,) in found)

    def sections(self, document_id: str) -> tuple[Section, ...]:
        (raw,) = self._row("SELECT sections FROM texts WHERE document_id = ?", document_id)
        return rows.sections_from(raw)

    def places(self, document_id: str) -> tuple[Place, ...]:
        """Return a document's slides or cells, in order."""
        if document_id not in self._places:
            (raw,) = (
                self._row("SELECT places FROM texts WHERE document_id = ?", document_id) if self.schema else ("[]",)
            )
            self._places[document_id] = rows.places_from(raw)
        return self._places[document_id]

    def place_of(self, document_id: str, char: int) -> str:
        places = self.places(document_id)
        position = bisect_right(places, char, key=lambda place: place.start_char) - 1
        return places[position].label if position >= 0 and char < places[position].end_char else ""

    def document_text(self, document_id: str) -> DocumentText:
        """Return a document as its reader gave it, so that it can be split anew without its file."""
        (reader,) = self._row("SELECT reader FROM texts WHERE document_id = ?", document_id)
        title, readings, dropped = "", "[]", "[]"
        if self.schema:
            query = "SELECT title, readings, dropped FROM texts WHERE document_id = ?"
            title, readings, dropped = self._row(query, document_id)
        return DocumentText(
            text=self.text(document_id),
            sections=self.sections(document_id),
            blocks=self.blocks(document_id),
            reader=reader,
            title=title,
            pages=self.pages(document_id),
            dropped=rows.counts_from(dropped),
            places=self.places(document_id),
            readings=rows.readings_from(readings),
            marks=self.note_marks(document_id),
        )

    def note_marks(self, document_id: str) -> tuple[NoteMark, ...]:
        """Return where the marks of a document's notes stood; () where an edition from before they were kept holds it."""
        if self.schema < _SCHEMA_WITH_MARKS:
            return ()
        (raw,) = self._row("SELECT marks FROM texts WHERE document_id = ?", document_id)
        return rows.marks_from(raw)

    def readers(self) -> Mapping[str, str]:
        """Return for each document the reader that it was read by, with its version."""
        return dict(self._rows("SELECT document_id, reader FROM texts"))

    def readings(self) -> Mapping[str, tuple[str, tuple[PageReading, ...]]]:
        """Return for each document its reader and how its pages were read; () for kinds without pages, and where nobody kept it."""
        columns = "document_id, reader, readings" if self.schema else "document_id, reader, '[]'"
        found = self._rows(f"SELECT {columns} FROM texts")
        return {document_id: (reader, rows.readings_from(raw)) for document_id, reader, raw in found}

    def readings_of(self, document_id: str) -> tuple[PageReading, ...]:
        """Return how the pages of one document were read."""
        raw = "[]"
        if self.schema:
            (raw,) = self._row("SELECT readings FROM texts WHERE document_id = ?", document_id)
        return rows.readings_from(raw)

    def passage_counts(self) -> Mapping[str, int]:
        """Return for each document how many passages it has."""
        return dict(self._rows("SELECT document_id, count(*) FROM passages GROUP BY document_id"))

    def page_labels(self, document_id: str) -> Mapping[int, tuple[str, int]]:
        """Return for each page of a document what is printed on it as its number, and how many passages begin there."""
        labels = self._rows("SELECT page_index, label FROM pages WHERE document_id = ?", document_id)
        query = "SELECT page_index, count(*) FROM passages WHERE document_id = ? GROUP BY page_index"
        begin = dict(self._rows(query, document_id))
        return {index: (label, begin.get(index, 0)) for index, label in labels}

    def blocks(self, document_id: str) -> tuple[Block, ...]:
        (raw,) = self._row("SELECT blocks FROM texts WHERE document_id = ?", document_id)
        return rows.blocks_from(raw)

    def passages(self, passage_ids: Iterable[str]) -> Mapping[str, Passage]:
        wanted = list(dict.fromkeys(passage_ids))
        with self._decoding:
            found = {passage_id: self._decoded[passage_id] for passage_id in wanted if passage_id in self._decoded}
        for part in _parts([passage_id for passage_id in wanted if passage_id not in found]):
            marks = ",".join("?" * len(part))
            for row in self._rows(f"SELECT {self._columns} FROM passages WHERE passage_id IN ({marks})", *part):
                passage = rows.passage_from(row)
                found[passage.passage_id] = passage
        self._keep_decoded(found)
        return {passage_id: found[passage_id] for passage_id in wanted if passage_id in found}

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        query = f"SELECT {self._columns} FROM passages WHERE document_id = ? ORDER BY ordinal"
        return tuple(rows.passage_from(row) for row in self._rows(query, document_id))

    def passage_ids(self) -> tuple[str, ...]:
        """Return every passage's id, by document and in reading order."""
        return tuple(row[0] for row in self._rows("SELECT passage_id FROM passages ORDER BY document_id, ordinal"))

    def documents_by_passage(self) -> Mapping[str, str]:
        """Return every passage's document."""
        return dict(self._rows("SELECT passage_id, document_id FROM passages"))

    def vectors(self, passage_ids: Iterable[str]) -> Mapping[str, NDArray[np.float32]]:
        wanted = list(dict.fromkeys(passage_ids))
        found = {}
        for part in _parts(wanted):
            marks = ",".join("?" * len(part))
            query = (
                "SELECT passage_id, vectors.rows, vectors.vectors FROM passages JOIN vectors USING (vector_key) "
                f"WHERE passage_id IN ({marks})"
            )
            for passage_id, count, blob in self._rows(query, *part):
                found[passage_id] = rows.vectors_from(blob, count)
        return found

    def vector_keys(self) -> frozenset[str]:
        """Return the keys of all stored vectors."""
        return frozenset(row[0] for row in self._rows("SELECT vector_key FROM vectors"))

    def keys_by_passage(self) -> Mapping[str, str]:
        """Return every passage's vector key."""
        return dict(self._rows("SELECT passage_id, vector_key FROM passages"))

    def passages_by_key(self, keys: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the passages that have one of these vector keys, by key."""
        found: dict[str, tuple[str, ...]] = {}
        for part in _parts(list(dict.fromkeys(keys))):
            marks = ",".join("?" * len(part))
            query = f"SELECT vector_key, passage_id FROM passages WHERE vector_key IN ({marks})"
            for key, passage_id in self._rows(query, *part):
                found[key] = (*found.get(key, ()), passage_id)
        return found

    def acronyms(self) -> Mapping[str, frozenset[str]]:
        return self.acronyms_of(self._documents)

    def acronyms_of(self, document_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return the acronyms that these documents explain, and those that everybody knows."""
        found: dict[str, set[str]] = {short: {long} for short, long in EVERYDAY.items()}
        kept = self._rows("SELECT name FROM sqlite_master WHERE name = 'acronyms'")
        for document_id, short, long in self._rows("SELECT document_id, short, long FROM acronyms") if kept else ():
            if document_id in document_ids:
                found.setdefault(short, set()).add(long)
        return {short: frozenset(longs) for short, longs in found.items()}

    def passage_count(self) -> int:
        (count,) = self._row("SELECT count(*) FROM passages")
        return int(count)

    def integrity(self) -> str:
        """Return what SQLite finds wrong with the file, "" where nothing is."""
        found = self._rows("PRAGMA integrity_check(1)")
        return "" if found == [("ok",)] else str(found[0][0])

    def totals(self) -> Totals:
        """Return how much the edition holds."""
        (documents,) = self._row("SELECT count(*) FROM documents")
        (pages,) = self._row("SELECT count(*) FROM pages")
        (characters,) = self._row("SELECT coalesce(sum(length(text)), 0) FROM texts")
        return Totals(documents=documents, pages=pages, characters=characters, passages=self.passage_count())

    def sizes(self) -> Mapping[str, tuple[int, int]]:
        """Return for each document how many pages and how many characters it has."""
        pages = dict(self._rows("SELECT document_id, count(*) FROM pages GROUP BY document_id"))
        characters = self._rows("SELECT document_id, length(text) FROM texts")
        return {document_id: (pages.get(document_id, 0), count) for document_id, count in characters}

    def provenance(self) -> Mapping[str, tuple[str, str]]:
        """Return for each document its root, and a key of the file, reader, splitter, embedder and entry it is from."""
        found = self._rows("SELECT document_id, root, read_key FROM documents")
        return {document_id: (root, key) for document_id, root, key in found}

    def _keep_decoded(self, read: Mapping[str, Passage]) -> None:
        """Keep passages decoded in the place of those that nobody has read for the longest time."""
        with self._decoding:
            for passage_id, passage in read.items():
                self._decoded[passage_id] = passage
                self._decoded.move_to_end(passage_id)
            while len(self._decoded) > _MOST_DECODED:
                self._decoded.popitem(last=False)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._lock, _damage(self._path):
            return self._connection.execute(query, values).fetchall()

    def _row(self, query: str, *values: object) -> Any:
        found = self._rows(query, *values)
        if not found:
            raise KeyError(values[0] if values else query)
        return found[0]


class PassageWriter:
    """Writes the store of an edition that is being built."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with _damage(path):
            self._connection = sqlite3.connect(path)
            # Deleted text is overwritten; no journal file stays behind to be published with the edition.
            # Nothing is synced before the end: a store that was not finished is thrown away.
            self._connection.executescript(
                "PRAGMA secure_delete=ON; PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF;"
            )
            made = self._connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'texts'").fetchone()[0]
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            for step in range(max(1, version) + 1, rows.SCHEMA_VERSION + 1) if made else ():
                self._connection.executescript(rows.MIGRATIONS[step])
            self._connection.executescript(rows.SCHEMA)
            self._connection.execute(f"PRAGMA user_version = {rows.SCHEMA_VERSION}")
            self._gone: set[str] = set()

    def remove(self, document_id: str) -> dict[str, str]:
        """Remove a document with all that hangs on it; returns its passages' ids, each with its vector key."""
        with _damage(self._path):
            query = "SELECT passage_id, vector_key FROM passages WHERE document_id = ?"
            known = dict(self._connection.execute(query, (document_id,)).fetchall())
            for table in ("passages", "pages", "texts", "acronyms", "documents"):
                self._connection.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
            self._gone.update(known.values())
            return known

    def revise(self, document_id: str, visible_to: tuple[str, ...]) -> None:
        """Say whom a document is for from now on; nothing is done where it isn't there."""
        with _damage(self._path):
            query = "SELECT entry FROM documents WHERE document_id = ?"
            for (entry,) in self._connection.execute(query, (document_id,)).fetchall():
                document = replace(rows.document_from(entry), visible_to=visible_to)
                change = "UPDATE documents SET entry = ? WHERE document_id = ?"
                self._connection.execute(change, (rows.document_to(document), document_id))

    def add(
        self,
        document: SourceDocument,
        text: DocumentText,
        passages: Sequence[Passage],
        *,
        root: str,
        read_key: str,
    ) -> None:
        """Add a document with its text, pages and passages."""
        with _damage(self._path):
            execute = self._connection.execute
            own_id = document.document_id
            execute("INSERT INTO documents VALUES (?, ?, ?, ?)", (own_id, rows.document_to(document), root, read_key))
            execute(
                "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    own_id,
                    text.text,
                    rows.sections_to(text.sections),
                    rows.blocks_to(text.blocks),
                    text.reader,
                    text.title,
                    rows.places_to(text.places),
                    rows.readings_to(text.readings),
                    rows.counts_to(text.dropped),
                    rows.marks_to(text.marks),
                ),
            )
            self._connection.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(document.document_id, *rows.page_to(page)) for page in text.pages],
            )
            self._connection.executemany(
                "INSERT INTO acronyms VALUES (?, ?, ?)",
                [(document.document_id, short, long) for short, long in find_acronyms(text.text).items()],
            )
            self._connection.executemany(
                f"INSERT INTO passages ({rows.PASSAGE_COLUMNS}) VALUES ({','.join('?' * 13)})",
                [rows.passage_to(passage) for passage in passages],
            )

    def vectors(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return what is stored under these vector keys."""
        found = {}
        with _damage(self._path):
            for part in _parts(list(dict.fromkeys(keys))):
                marks = ",".join("?" * len(part))
                query = f"SELECT vector_key, rows, vectors FROM vectors WHERE vector_key IN ({marks})"
                for key, count, blob in self._connection.execute(query, part):
                    found[key] = rows.vectors_from(blob, count)
        return found

    def add_vectors(self, key: str, vectors: NDArray[np.float32]) -> None:
        """Store a passage's vector (row 0) and its units' vectors under the passage's vector key."""
        with _damage(self._path):
            blob = rows.vectors_to(vectors)
            self._connection.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (key, len(vectors), blob))

    def finish(self, *, shrink: bool = False) -> None:
        """Drop vectors that no passage uses any more, and close the file.

        Deleted text is overwritten where it stood; the file is only made smaller when a good part of it is empty, or
        when `shrink` asks for it.
        """
        with _damage(self._path):
            for key in self._gone:
                query = "DELETE FROM vectors WHERE vector_key = ? AND NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = ?)"
                self._connection.execute(query, (key, key))
            self._connection.commit()
            (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
            if shrink or free > pages * _EMPTY_SHARE:
                self._connection.execute("VACUUM")
            self._connection.close()

    def close(self) -> None:
        """Close the file without keeping what was not finished."""
        self._connection.close()


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise IndexDamaged(
            f"The passages store {path} can't be used: {error}.", hint="Run python -m ingest rollback."
        ) from error


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _MANY):
        yield values[start : start + _MANY]
