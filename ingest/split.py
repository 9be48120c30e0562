"""Cut a document into passages: small enough to be found exactly, whole enough to be understood.

Passages never cross a section, a list keeps its lead-in, a table part its caption and header rows, and nothing that can
be quoted (`Unit`) is cut unless it is longer than the embedder can read. About 400 characters find and answer best
(docs/adr/0003); the limit that may not be passed is the embedder's own, counted in its tokens with the title and
headings in front.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.pieces import TARGET_CHARS, Piece, bare_headings, by_section, pieces
from report_qa.ports import Embedder
from report_qa.records.document import BlockKind, DocumentText, Page, Section, SourceDocument, Span
from report_qa.records.passage import Passage, Unit

SPLITTER = "split/9"
WHOLE_CHARS = 1_200
MOST_ROWS = 12
# Units that exceed the target by less than this share stay together: a passage of one leftover line finds nothing.
_TOLERANCE = 1.25
# Longer titles and heading paths are shortened in what is embedded, or they would crowd out the words themselves.
_FRONT_CHARS = 200
# However long the front is, so many of the embedder's tokens are left to a passage's own words.
_LEAST_ROOM = 48
_CLAUSE = re.compile(r"[;:,]\s|\s[–—-]\s")
_BLANK = re.compile(r"\s")


def split_key(embedder_digest: str) -> str:
    """Return what changes whenever the same text would be split or embedded otherwise."""
    return hashlib.sha256(f"{SPLITTER}\x00{embedder_digest}".encode()).hexdigest()[:16]


def split_document(document: SourceDocument, text: DocumentText, embedder: Embedder) -> tuple[Passage, ...]:
    """Return a document's passages in reading order."""
    pages = _PageFinder(text.pages)
    occurrences: Counter[tuple[tuple[str, ...], str]] = Counter()
    whole = [(section, piece) for section, blocks in by_section(text) for piece in pieces(blocks, text)]
    whole += bare_headings(text)
    whole.sort(key=lambda found: found[1].units[0].spans[-1].start_char)
    rooms: dict[tuple[str, ...], int] = {}
    passages: list[Passage] = []
    for section, piece in whole:
        if section.heading_path not in rooms:
            rooms[section.heading_path] = _room(document, section, embedder)
        for part in _fitting(piece, text, rooms[section.heading_path], embedder):
            passage = _passage(document, section, part, text, pages, occurrences, embedder)
            passages.append(replace(passage, ordinal=len(passages)))
    return tuple(passages)


def embedded_text(title: str, heading_path: Sequence[str], text: str) -> str:
    """Return what is embedded for a passage: its title and headings in front of its words."""
    path = " › ".join(heading_path)
    if len(path) > _FRONT_CHARS:
        # The innermost headings say most about a passage.
        path = "…" + path[-_FRONT_CHARS:]
    if len(title) > _FRONT_CHARS:
        title = title[:_FRONT_CHARS] + "…"
    return "\n".join(part for part in (title, path, text) if part)


def part_ranges(passage: Passage, title: str) -> list[list[tuple[int, int]]]:
    """Return for each unit of a passage where its words stand in the embedded text."""
    offset = len(embedded_text(title, passage.heading_path, passage.text)) - len(passage.text)
    places: dict[Span, int] = {}
    for span in passage.spans:
        places[span] = offset
        offset += span.end_char - span.start_char + 1
    return [[_locate(span, places) for span in unit.spans] for unit in passage.units]


def _locate(span: Span, places: dict[Span, int]) -> tuple[int, int]:
    for outer, start in places.items():
        if outer.start_char <= span.start_char and span.end_char <= outer.end_char:
            first = start + span.start_char - outer.start_char
            return first, first + span.end_char - span.start_char
    raise ValueError("a unit stands outside its passage")


def _fitting(piece: Piece, text: DocumentText, room: int, embedder: Embedder) -> Iterator[Piece]:
    """Yield a piece in parts of about the target size that the embedder can read whole."""
    # A list or a small table may only answer as a whole, so it is cut where the embedder's own limit asks for it.
    target = WHOLE_CHARS if piece.kind in (BlockKind.LIST, BlockKind.TABLE) else TARGET_CHARS
    room = max(_LEAST_ROOM, room - sum(embedder.count_tokens([text.words(span) for span in piece.lead])))
    measured = _measured(piece.units, text, room, embedder)
    chars_left = sum(_length(unit) for unit, _ in measured)
    held: list[Unit] = []
    chars = tokens = 0
    for unit, size in measured:
        # Once what is left fits with a little more than the target, it is not cut again.
        limit = target * _TOLERANCE if chars + chars_left <= target * _TOLERANCE else target
        if held and (chars + _length(unit) > limit or tokens + size > room):
            yield replace(piece, units=tuple(held))
            held, chars, tokens = [], 0, 0
        held.append(unit)
        chars += _length(unit)
        chars_left -= _length(unit)
        tokens += size
    if held:
        yield replace(piece, units=tuple(held))


def _length(unit: Unit) -> int:
    return unit.spans[-1].end_char - unit.spans[-1].start_char


def _measured(units: Sequence[Unit], text: DocumentText, room: int, embedder: Embedder) -> list[tuple[Unit, int]]:
    """Return units with their tokens; one that the embedder can't read whole is cut at clauses or between words."""
    sizes = embedder.count_tokens([text.words(unit.spans[-1]) for unit in units])
    found: list[tuple[Unit, int]] = []
    for unit, size in zip(units, sizes, strict=True):
        if size <= room:
            found.append((unit, size))
            continue
        *lead, span = unit.spans
        start = span.start_char
        while start < span.end_char:
            end, cut_size = _cut_point(text.text, start, span.end_char, room, embedder)
            found.append((replace(unit, spans=(*lead, Span(start_char=start, end_char=end))), cut_size))
            while end < span.end_char and text.text[end].isspace():
                end += 1
            start = end
    return found


def _cut_point(text: str, start: int, end: int, room: int, embedder: Embedder) -> tuple[int, int]:
    """Return where to cut `text` between `start`, which is no white space, and `end`; and the tokens up to there."""
    limit = min(end, start + 4 * room)
    while True:
        point = limit
        if limit < end:
            half = start + (limit - start) // 2
            breaks = [match.end() for match in _CLAUSE.finditer(text, half, limit)]
            breaks = breaks or [match.end() for match in _BLANK.finditer(text, half, limit)]
            point = start + len(text[start : breaks[-1] if breaks else limit].rstrip())
        (size,) = embedder.count_tokens([text[start:point]])
        if size <= room or point - start < 2:
            return point, size
        limit = start + max(1, (point - start) * 3 // 4)


def _room(document: SourceDocument, section: Section, embedder: Embedder) -> int:
    """Return how many tokens of a passage's own words the embedder can read behind title and headings."""
    front = embedded_text(document.title, section.heading_path, "")
    return embedder.max_tokens - embedder.count_tokens([front])[0]


def _passage(
    document: SourceDocument,
    section: Section,
    piece: Piece,
    text: DocumentText,
    pages: _PageFinder,
    occurrences: Counter[tuple[tuple[str, ...], str]],
    embedder: Embedder,
) -> Passage:
    own = [unit.spans[-1] for unit in piece.units]
    joined = _joined(own, text)
    # A table's label may stand in a row that another passage has.
    labels = dict.fromkeys(span for unit in piece.units for span in unit.spans[:-1] if span not in piece.lead)
    outside = [
        label for label in labels if not any(span.start_char <= label.start_char < span.end_char for span in joined)
    ]
    spans = (*piece.lead, *outside, *joined)
    words = "\n".join(text.words(span) for span in spans)
    key = (section.heading_path, words)
    occurrences[key] += 1
    name = "\x00".join((document.document_id, *section.heading_path, words, str(occurrences[key])))
    page = pages.of(own[0].start_char)
    passage = Passage(
        passage_id=hashlib.sha256(name.encode()).hexdigest()[:24],
        document_id=document.document_id,
        spans=spans,
        units=_with_whole(piece),
        text=words,
        heading_path=section.heading_path,
        kind=piece.kind,
        ordinal=0,
        vector_key="",
        page_index=page.page_index if page else None,
        page_label=page.printed_label if page else "",
        paragraph=piece.paragraph,
        place=text.place_of(own[0].start_char),
    )
    return replace(passage, vector_key=vector_key(passage, document.title, embedder.digest))


def vector_key(passage: Passage, title: str, digest: str) -> str:
    """Return the name of the vectors of the passage and of its units: they depend on this model, words and ranges."""
    whole = embedded_text(title, passage.heading_path, passage.text)
    named = f"{digest}\x00{whole}\x00{part_ranges(passage, title)}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _with_whole(piece: Piece) -> tuple[Unit, ...]:
    """A question may ask for one item or row or for all: a short list or table can be quoted both ways."""
    if piece.kind not in (BlockKind.LIST, BlockKind.TABLE) or not 2 <= len(piece.units) <= MOST_ROWS:
        return piece.units
    spans = (*piece.lead, *(unit.spans[-1] for unit in piece.units))
    whole = Unit(spans=spans, kind=piece.kind, whole=True, lead=len(piece.lead))
    return (whole, *piece.units)


def _joined(spans: Sequence[Span], text: DocumentText) -> list[Span]:
    """Merge neighbouring spans that only white space separates."""
    merged: list[Span] = []
    for span in spans:
        if merged and not text.text[merged[-1].end_char : span.start_char].strip():
            merged[-1] = Span(start_char=merged[-1].start_char, end_char=span.end_char)
        else:
            merged.append(span)
    return merged


class _PageFinder:
    """Finds the page of a character by its line."""

    def __init__(self, pages: Sequence[Page]) -> None:
        lines = sorted(
            ((line.start_char, line.end_char, number) for number, page in enumerate(pages) for line in page.lines)
        )
        self._pages = pages
        self._starts = [start for start, _, _ in lines]
        self._lines = lines

    def of(self, char: int) -> Page | None:
        position = bisect_right(self._starts, char) - 1
        if position < 0 or char >= self._lines[position][1]:
            return None
        return self._pages[self._lines[position][2]]
