"""How records lie in the passages store: the schema, and each record to a row and back.

Lines of pages are the bulk: their edges are kept as whole tenths of a point, as differences, compressed. Vectors are
kept in half precision, which changes a cosine by less than 0.001.
"""

from __future__ import annotations

import json
import zlib
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report_qa.records.audience import ALL
from report_qa.records.document import (
    Block,
    BlockKind,
    DocumentState,
    Line,
    NoteMark,
    Page,
    PageReading,
    Place,
    Role,
    Section,
    SourceDocument,
    Span,
)
from report_qa.records.passage import Passage, Unit

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    document_id TEXT PRIMARY KEY, entry TEXT NOT NULL, root TEXT NOT NULL, read_key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS texts (
    document_id TEXT PRIMARY KEY, text TEXT NOT NULL, sections TEXT NOT NULL, blocks TEXT NOT NULL,
    reader TEXT NOT NULL, title TEXT NOT NULL DEFAULT '', places TEXT NOT NULL DEFAULT '[]',
    readings TEXT NOT NULL DEFAULT '[]', dropped TEXT NOT NULL DEFAULT '[]', marks TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS pages (
    document_id TEXT NOT NULL, page_index INTEGER NOT NULL, label TEXT NOT NULL, start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL, width_pt REAL NOT NULL, height_pt REAL NOT NULL, lines BLOB NOT NULL,
    PRIMARY KEY (document_id, page_index)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
    passage_id TEXT PRIMARY KEY, document_id TEXT NOT NULL, ordinal INTEGER NOT NULL, text TEXT NOT NULL,
    spans TEXT NOT NULL, units TEXT NOT NULL, heading_path TEXT NOT NULL, kind TEXT NOT NULL,
    vector_key TEXT NOT NULL, page_index INTEGER, page_label TEXT NOT NULL, paragraph INTEGER NOT NULL,
    place TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS passages_by_vector ON passages (vector_key);
CREATE INDEX IF NOT EXISTS passages_of_document ON passages (document_id, ordinal);
CREATE TABLE IF NOT EXISTS acronyms (
    document_id TEXT NOT NULL, short TEXT NOT NULL, long TEXT NOT NULL, PRIMARY KEY (document_id, short)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (vector_key TEXT PRIMARY KEY, rows INTEGER NOT NULL, vectors BLOB NOT NULL);
"""
# The form of the file; what was made before a step is brought up to date by it, in the copy that an ingest writes to.
SCHEMA_VERSION = 3
# Editions of schema 1 were not numbered. Those from before acronyms were kept get the table from SCHEMA itself.
MIGRATIONS = {
    2: """
ALTER TABLE texts ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE texts ADD COLUMN places TEXT NOT NULL DEFAULT '[]';
ALTER TABLE texts ADD COLUMN readings TEXT NOT NULL DEFAULT '[]';
ALTER TABLE texts ADD COLUMN dropped TEXT NOT NULL DEFAULT '[]';
ALTER TABLE passages ADD COLUMN place TEXT NOT NULL DEFAULT '';
""",
    # What was read before has no marks until it is read anew, which the readers' new versions see to.
    3: "ALTER TABLE texts ADD COLUMN marks TEXT NOT NULL DEFAULT '[]';",
}
PASSAGE_COLUMNS = (
    "passage_id, document_id, ordinal, text, spans, units, heading_path, kind, vector_key, page_index, page_label, "
    "paragraph, place"
)


def document_to(document: SourceDocument) -> str:
    """Return a catalogue entry as JSON."""
    entry = {name: getattr(document, name) for name in SourceDocument.__dataclass_fields__}
    entry["published_on"] = document.published_on.isoformat() if document.published_on else None
    return json.dumps(entry, ensure_ascii=False)


# Editions repeat most of their catalogue; entries are read once for all of them.
@lru_cache(maxsize=10_000)
def document_from(raw: str) -> SourceDocument:
    """Return a catalogue entry from JSON."""
    entry = json.loads(raw)
    day = entry["published_on"]
    entry["published_on"] = date.fromisoformat(day) if day else None
    entry["role"] = Role(entry["role"])
    entry["state"] = DocumentState(entry["state"])
    # What was written before documents had readers was for everybody.
    entry["visible_to"] = tuple(entry.get("visible_to", (ALL,)))
    return SourceDocument(**entry)


def page_to(page: Page) -> tuple[Any, ...]:
    """Return a page's columns."""
    # Of all lines at once: a page has thousands of edges.
    tenths = np.rint(np.fromiter(chain.from_iterable(line.edges_pt for line in page.lines), np.float64) * 10)
    steps = np.diff(tenths, prepend=0).astype(np.int64).tolist()
    packed = []
    at = 0
    for line in page.lines:
        end = at + len(line.edges_pt)
        own = [int(tenths[at]), *steps[at + 1 : end]]
        packed.append([line.start_char, line.end_char, round(line.y0_pt * 10), round(line.y1_pt * 10), own])
        at = end
    lines = zlib.compress(json.dumps(packed, separators=(",", ":")).encode())
    return (page.page_index, page.printed_label, page.start_char, page.end_char, page.width_pt, page.height_pt, lines)


def page_from(row: tuple[Any, ...]) -> Page:
    """Return a page from its columns; without lines where those were not read."""
    index, label, start, end, width, height, packed = row
    lines = []
    for first, last, y0, y1, steps in json.loads(zlib.decompress(packed)) if packed else ():
        edges = []
        position = 0
        for step in steps:
            position += step
            edges.append(position / 10)
        lines.append(Line(start_char=first, end_char=last, y0_pt=y0 / 10, y1_pt=y1 / 10, edges_pt=tuple(edges)))
    return Page(
        page_index=index,
        printed_label=label,
        start_char=start,
        end_char=end,
        width_pt=width,
        height_pt=height,
        lines=tuple(lines),
    )


def sections_to(sections: tuple[Section, ...]) -> str:
    """Return sections as JSON."""
    return _dumps([[list(part.heading_path), part.start_char, part.end_char, part.anchor] for part in sections])


def sections_from(raw: str) -> tuple[Section, ...]:
    """Return sections from JSON."""
    return tuple(
        Section(heading_path=tuple(path), start_char=start, end_char=end, anchor=anchor)
        for path, start, end, anchor in json.loads(raw)
    )


def blocks_to(blocks: tuple[Block, ...]) -> str:
    """Return blocks as JSON."""
    return _dumps(
        [
            [block.kind.value, block.start_char, block.end_char, block.header_rows, _pair(block.lead_in)]
            for block in blocks
        ]
    )


def blocks_from(raw: str) -> tuple[Block, ...]:
    """Return blocks from JSON."""
    return tuple(
        Block(
            kind=BlockKind(kind),
            start_char=start,
            end_char=end,
            header_rows=header_rows,
            lead_in=_span(lead_in) if lead_in else None,
        )
        for kind, start, end, header_rows, lead_in in json.loads(raw)
    )


def passage_to(passage: Passage) -> tuple[Any, ...]:
    """Return a passage's columns, in the order of PASSAGE_COLUMNS."""
    return (
        passage.passage_id,
        passage.document_id,
        passage.ordinal,
        passage.text,
        _dumps([_pair(span) for span in passage.spans]),
        _dumps(
            [[unit.kind.value, unit.whole, unit.lead, [_pair(span) for span in unit.spans]] for unit in passage.units]
        ),
        _dumps(list(passage.heading_path)),
        passage.kind.value,
        passage.vector_key,
        passage.page_index,
        passage.page_label,
        passage.paragraph,
        passage.place,
    )


def passage_from(row: tuple[Any, ...]) -> Passage:
    """Return a passage from its columns."""
    passage_id, document_id, ordinal, text, spans, units, path, kind, key, page_index, page_label, paragraph, place = (
        row
    )
    return Passage(
        passage_id=passage_id,
        document_id=document_id,
        ordinal=ordinal,
        text=text,
        spans=tuple(_span(pair) for pair in json.loads(spans)),
        units=tuple(
            Unit(kind=BlockKind(unit_kind), whole=whole, lead=lead, spans=tuple(_span(pair) for pair in pairs))
            for unit_kind, whole, lead, pairs in json.loads(units)
        ),
        heading_path=tuple(json.loads(path)),
        kind=BlockKind(kind),
        vector_key=key,
        page_index=page_index,
        page_label=page_label,
        paragraph=paragraph,
        place=place,
    )


def places_to(places: tuple[Place, ...]) -> str:
    """Return places as JSON."""
    return _dumps([[place.start_char, place.end_char, place.label] for place in places])


def places_from(raw: str) -> tuple[Place, ...]:
    """Return places from JSON."""
    return tuple(Place(start_char=start, end_char=end, label=label) for start, end, label in json.loads(raw))


def readings_to(readings: tuple[PageReading, ...]) -> str:
    """Return page readings as JSON."""
    return _dumps(
        [
            [each.page_index, each.characters, each.images, each.tables, each.recognised, each.problem, each.dropped]
            for each in readings
        ]
    )


def readings_from(raw: str) -> tuple[PageReading, ...]:
    """Return page readings from JSON."""
    return tuple(
        PageReading(
            page_index=index,
            characters=characters,
            images=images,
            tables=tables,
            recognised=recognised,
            problem=problem,
            dropped=counts_from(dropped) if dropped else (),
        )
        for index, characters, images, tables, recognised, problem, dropped in json.loads(raw)
    )


def marks_to(marks: tuple[NoteMark, ...]) -> str:
    """Return the marks of notes as JSON."""
    return _dumps([[mark.char, mark.label, _pair(mark.note)] for mark in marks])


def marks_from(raw: str) -> tuple[NoteMark, ...]:
    """Return the marks of notes from JSON."""
    return tuple(
        NoteMark(char=char, label=label, note=_span(note) if note else None) for char, label, note in json.loads(raw)
    )


def counts_from(raw: str | list[list[Any]]) -> tuple[tuple[str, int], ...]:
    """Return (reason, count) pairs from JSON."""
    pairs = json.loads(raw) if isinstance(raw, str) else raw
    return tuple((reason, count) for reason, count in pairs)


def counts_to(counts: tuple[tuple[str, int], ...]) -> str:
    """Return (reason, count) pairs as JSON."""
    return _dumps(counts)


def vectors_to(vectors: NDArray[np.float32]) -> bytes:
    """Return vectors, shape (rows, dimensions), as half-precision bytes."""
    return vectors.astype(np.float16).tobytes()


def vectors_from(blob: bytes, count: int) -> NDArray[np.float32]:
    """Return vectors of shape (count, dimensions) from their bytes."""
    return np.frombuffer(blob, dtype=np.float16).reshape(count, -1).astype(np.float32)


def _pair(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start_char, span.end_char]


def _span(pair: list[int]) -> Span:
    return Span(start_char=pair[0], end_char=pair[1])


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
