"""Cut a document into passages: small enough to be found exactly, whole enough to be understood.

Passages never cross a section, a list keeps its lead-in, a table part its caption and header rows, and nothing that can be
quoted (`Unit`) is cut unless it is longer than the embedder can read. About 400 characters find and answer best (docs/adr/0003);
the limit that may not be passed is the embedder's own, counted in its tokens with the title and headings in front.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from report_qa.ports import Embedder
from report_qa.records.document import Block, BlockKind, DocumentText, Page, Section, SourceDocument, Span
from report_qa.records.passage import Passage, Unit
from report_qa.sentences import split_sentences

SPLITTER = "split/2"
TARGET_CHARS = 400
LIST_CHARS = 1_200
# A short paragraph is joined to its neighbour: a heading's single line says little by itself.
SHORT_CHARS = 120
_CLAUSE = re.compile(r"[;:,]\s|\s[–—-]\s|\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Units that belong together: `lead` are the spans that stand in front of every one of them."""

    kind: BlockKind
    lead: tuple[Span, ...]
    units: tuple[Unit, ...]
    paragraph: int


def split_document(document: SourceDocument, text: DocumentText, embedder: Embedder) -> tuple[Passage, ...]:
    """Return a document's passages in reading order."""
    pages = _PageFinder(text.pages)
    occurrences: Counter[tuple[tuple[str, ...], str]] = Counter()
    passages: list[Passage] = []
    for section, blocks in _by_section(text):
        room = _room(document, section, embedder)
        for piece in _pieces(blocks, text):
            for part in _fitting(piece, text, room, embedder):
                passage = _passage(document, section, part, text, pages, occurrences, embedder)
                passages.append(replace(passage, ordinal=len(passages)))
    return tuple(passages)


def embedded_text(title: str, heading_path: Sequence[str], text: str) -> str:
    """Return what is embedded for a passage: its title and headings in front of its words."""
    return "\n".join(part for part in (title, " › ".join(heading_path), text) if part)


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


def _by_section(text: DocumentText) -> Iterator[tuple[Section, list[Block]]]:
    """Yield the sections with their blocks; blocks outside every section come under an empty heading path."""
    bare = Section(heading_path=(), start_char=0, end_char=max(1, len(text.text)))
    current: Section = bare
    held: list[Block] = []
    for block in text.blocks:
        section = text.section_of(block.start_char) or bare
        if section is not current:
            if held:
                yield current, held
            current, held = section, []
        held.append(block)
    if held:
        yield current, held


def _pieces(blocks: Sequence[Block], text: DocumentText) -> Iterator[_Piece]:
    introducing = {block.lead_in for block in blocks if block.lead_in is not None}
    waiting: list[tuple[Block, int]] = []
    index = 0
    numbered = list(enumerate(blocks, 1))
    while index < len(numbered):
        number, block = numbered[index]
        if block.kind is BlockKind.PROSE:
            waiting.append((block, number))
            index += 1
            continue
        following = numbered[index + 1][1] if index + 1 < len(numbered) else None
        if block.kind is BlockKind.LIST:
            run = [(number, block)]
            while index + len(run) < len(numbered) and _same_list(block, numbered[index + len(run)][1]):
                run.append(numbered[index + len(run)])
            yield from _prose(waiting, text, introducing)
            waiting = []
            yield _list_piece(run)
            index += len(run)
            continue
        yield from _prose(waiting, text, introducing)
        waiting = []
        if block.kind is BlockKind.CAPTION and following is not None and following.kind is BlockKind.TABLE:
            yield _table_piece(following, number + 1, text, caption=block)
            index += 2
        elif block.kind is BlockKind.TABLE and _captioned_below(numbered, index):
            assert following is not None
            yield _table_piece(block, number, text, caption=following)
            index += 2
        elif block.kind is BlockKind.TABLE:
            yield _table_piece(block, number, text, caption=None)
            index += 1
        else:
            units = tuple(Unit(spans=(span,), kind=block.kind) for span in _sentences(block, text))
            yield _Piece(kind=block.kind, lead=(), units=units, paragraph=number)
            index += 1
    yield from _prose(waiting, text, introducing)


def _captioned_below(numbered: Sequence[tuple[int, Block]], index: int) -> bool:
    """A caption right after a table is its own unless it introduces the next table."""
    after = [block.kind for _, block in numbered[index + 1 : index + 3]]
    return after[:1] == [BlockKind.CAPTION] and after[1:] != [BlockKind.TABLE]


def _same_list(first: Block, other: Block) -> bool:
    return other.kind is BlockKind.LIST and other.lead_in == first.lead_in


def _list_piece(run: Sequence[tuple[int, Block]]) -> _Piece:
    lead = (run[0][1].lead_in,) if run[0][1].lead_in is not None else ()
    items = [Span(start_char=block.start_char, end_char=block.end_char) for _, block in run]
    units = tuple(Unit(spans=(*lead, item), kind=BlockKind.LIST) for item in items)
    return _Piece(kind=BlockKind.LIST, lead=lead, units=units, paragraph=run[0][0])


def _table_piece(block: Block, number: int, text: DocumentText, *, caption: Block | None) -> _Piece:
    rows = []
    position = block.start_char
    for row in text.text[block.start_char : block.end_char].split("\n"):
        if row.strip():
            rows.append(Span(start_char=position, end_char=position + len(row)))
        position += len(row) + 1
    header, body = rows[: block.header_rows], rows[block.header_rows :]
    if not body:
        header, body = [], rows
    lead: tuple[Span, ...] = ()
    if caption is not None:
        lead = (Span(start_char=caption.start_char, end_char=caption.end_char),)
    if header:
        lead = (*lead, Span(start_char=header[0].start_char, end_char=header[-1].end_char))
    units = tuple(Unit(spans=(*lead, row), kind=BlockKind.TABLE) for row in body)
    return _Piece(kind=BlockKind.TABLE, lead=lead, units=units, paragraph=number)


def _prose(waiting: Sequence[tuple[Block, int]], text: DocumentText, introducing: set[Span]) -> Iterator[_Piece]:
    """Join short paragraphs to the one after them; a long one stands for itself.

    A sentence that introduces a list says nothing without it: it is left to the list's own passage.
    """
    units: list[Unit] = []
    first = 0
    size = 0
    for block, number in waiting:
        own = [
            Unit(spans=(span,), kind=BlockKind.PROSE) for span in _sentences(block, text) if span not in introducing
        ]
        if not own:
            continue
        if units and size + block.end_char - block.start_char > TARGET_CHARS:
            yield _Piece(kind=BlockKind.PROSE, lead=(), units=tuple(units), paragraph=first)
            units, size = [], 0
        first = first if units else number
        units += own
        size += block.end_char - block.start_char
        if size >= SHORT_CHARS:
            yield _Piece(kind=BlockKind.PROSE, lead=(), units=tuple(units), paragraph=first)
            units, size = [], 0
    if units:
        yield _Piece(kind=BlockKind.PROSE, lead=(), units=tuple(units), paragraph=first)


def _sentences(block: Block, text: DocumentText) -> list[Span]:
    words = text.text[block.start_char : block.end_char]
    return [
        Span(start_char=block.start_char + start, end_char=block.start_char + end) for start, end in split_sentences(words)
    ]


def _fitting(piece: _Piece, text: DocumentText, room: int, embedder: Embedder) -> Iterator[_Piece]:
    """Yield a piece in parts of about the target size that the embedder can read whole."""
    units = [cut for unit in piece.units for cut in _cut(unit, text, room, embedder)]
    sizes = embedder.count_tokens([text.words(unit.spans[-1]) for unit in units]) if units else []
    # A list is only an answer as a whole, so it is cut where the embedder's own limit asks for it.
    target = LIST_CHARS if piece.kind is BlockKind.LIST else TARGET_CHARS
    lead_tokens = sum(embedder.count_tokens([text.words(span) for span in piece.lead])) if piece.lead else 0
    held: list[Unit] = []
    chars = tokens = 0
    for unit, size in zip(units, sizes, strict=True):
        own = unit.spans[-1].end_char - unit.spans[-1].start_char
        if held and (chars + own > target or lead_tokens + tokens + size > room):
            yield replace(piece, units=tuple(held))
            held, chars, tokens = [], 0, 0
        held.append(unit)
        chars += own
        tokens += size
    if held:
        yield replace(piece, units=tuple(held))


def _cut(unit: Unit, text: DocumentText, room: int, embedder: Embedder) -> Iterator[Unit]:
    """Yield a unit whole, or, where it is longer than the embedder can read, cut at clauses or between words."""
    *lead, span = unit.spans
    if embedder.count_tokens([text.words(span)])[0] <= room:
        yield unit
        return
    start = span.start_char
    while start < span.end_char:
        end = _cut_point(text, start, span.end_char, room, embedder)
        yield replace(unit, spans=(*lead, Span(start_char=start, end_char=end)))
        while end < span.end_char and text.text[end].isspace():
            end += 1
        start = end


def _cut_point(text: DocumentText, start: int, end: int, room: int, embedder: Embedder) -> int:
    limit = min(end, start + max(40, room * 3))
    while limit - start > 40 and embedder.count_tokens([text.text[start:limit]])[0] > room:
        limit = start + (limit - start) * 3 // 4
    if limit >= end:
        return end
    breaks = [match.end() for match in _CLAUSE.finditer(text.text, start + (limit - start) // 2, limit)]
    point = breaks[-1] if breaks else limit
    return start + len(text.text[start:point].rstrip()) or limit


def _room(document: SourceDocument, section: Section, embedder: Embedder) -> int:
    """Return how many tokens of a passage's own words the embedder can read behind title and headings."""
    front = embedded_text(document.title, section.heading_path, "")
    return max(48, embedder.max_tokens - embedder.count_tokens([front])[0] - 8)


def _passage(
    document: SourceDocument,
    section: Section,
    piece: _Piece,
    text: DocumentText,
    pages: _PageFinder,
    occurrences: Counter[tuple[tuple[str, ...], str]],
    embedder: Embedder,
) -> Passage:
    own = [unit.spans[-1] for unit in piece.units]
    spans = (*piece.lead, *_joined(own, text))
    words = "\n".join(text.words(span) for span in spans)
    key = (section.heading_path, words)
    occurrences[key] += 1
    name = "\x00".join((document.document_id, *section.heading_path, words, str(occurrences[key])))
    embedded = embedded_text(document.title, section.heading_path, words)
    page = pages.of(own[0].start_char)
    return Passage(
        passage_id=hashlib.sha256(name.encode()).hexdigest()[:24],
        document_id=document.document_id,
        spans=spans,
        units=_with_whole_list(piece),
        text=words,
        heading_path=section.heading_path,
        kind=piece.kind,
        ordinal=0,
        vector_key=hashlib.sha256(f"{embedder.digest}\x00{embedded}".encode()).hexdigest()[:32],
        page_index=page.page_index if page else None,
        page_label=page.printed_label if page else "",
        paragraph=piece.paragraph,
    )


def _with_whole_list(piece: _Piece) -> tuple[Unit, ...]:
    """A question may ask for one item or for all: a list's passage can be quoted both ways."""
    if piece.kind is not BlockKind.LIST or len(piece.units) < 2:
        return piece.units
    whole = Unit(spans=(*piece.lead, *(unit.spans[-1] for unit in piece.units)), kind=BlockKind.LIST)
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
        self._pages = pages

    def of(self, char: int) -> Page | None:
        for page in self._pages:
            if page.start_char <= char < page.end_char and any(
                line.start_char <= char < line.end_char for line in page.lines
            ):
                return page
        return None
