"""What belongs together before anything is measured: paragraphs, whole lists, tables with their captions."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from report_qa.records.document import Block, BlockKind, DocumentText, Section, Span
from report_qa.records.passage import Unit
from report_qa.sentences import split_sentences

TARGET_CHARS = 400
# A short paragraph is joined to its neighbour: a heading's single line says little by itself.
SHORT_CHARS = 120
# Lines that are no sentences ("Jane Doe", "Director", "2 May 2015") say something only together.
_LINE_CHARS = 90
_LINES_CHARS = 240
_SENTENCE_END = re.compile(r"[.!?;][\"'”’)\]]*$")
# From this length on, the second column of a table of two is prose.
_PROSE_CELL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Units that belong together: `lead` are the spans that stand in front of every one of them."""

    kind: BlockKind
    lead: tuple[Span, ...]
    units: tuple[Unit, ...]
    paragraph: int


def by_section(text: DocumentText) -> Iterator[tuple[Section, list[Block]]]:
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


def bare_headings(text: DocumentText) -> Iterator[tuple[Section, Piece]]:
    """Yield the headings that head nothing, such as the lines of a title page, which could not be quoted otherwise.

    Neighbours come together, each run with the section that it stands in.
    """
    run: list[tuple[Section, Span]] = []
    end = 0
    for section, following in zip(text.sections, (*text.sections[1:], None), strict=True):
        span = _trimmed(end, section.start_char, text)
        end = section.end_char
        is_empty = not text.text[section.start_char : section.end_char].strip()
        heads = (
            following is not None and following.heading_path[:-1][: len(section.heading_path)] == section.heading_path
        )
        if is_empty and not heads and span is not None:
            run.append((section, span))
        elif run:
            yield _run_of_headings(run, text)
            run = []
    if run:
        yield _run_of_headings(run, text)


def _run_of_headings(run: Sequence[tuple[Section, Span]], text: DocumentText) -> tuple[Section, Piece]:
    outer = replace(run[0][0], heading_path=run[0][0].heading_path[:-1])
    units = [Unit(spans=(span,), kind=BlockKind.PROSE) for _, span in run]
    return outer, Piece(kind=BlockKind.PROSE, lead=(), units=tuple(_lines_joined(units, text)), paragraph=1)


def _trimmed(start: int, end: int, text: DocumentText) -> Span | None:
    words = text.text[start:end]
    first, last = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    return Span(start_char=first, end_char=last) if first < last else None


def _lines_joined(units: Sequence[Unit], text: DocumentText) -> Iterator[Unit]:
    """Yield units with neighbouring lines that are no sentences made one: a signature, an address, a title page."""
    held: Unit | None = None
    for unit in units:
        span = unit.spans[-1]
        words = text.words(span)
        line = len(words) <= _LINE_CHARS and not _SENTENCE_END.search(words)
        if held is not None and line and span.end_char - held.spans[-1].start_char <= _LINES_CHARS:
            held = replace(held, spans=(Span(start_char=held.spans[-1].start_char, end_char=span.end_char),))
            continue
        if held is not None:
            yield held
        held = unit if line else None
        if not line:
            yield unit
    if held is not None:
        yield held


def pieces(blocks: Sequence[Block], text: DocumentText) -> Iterator[Piece]:
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
            yield Piece(kind=block.kind, lead=(), units=units, paragraph=number)
            index += 1
    yield from _prose(waiting, text, introducing)


def _captioned_below(numbered: Sequence[tuple[int, Block]], index: int) -> bool:
    """A caption right after a table is its own unless it introduces the next table."""
    after = [block.kind for _, block in numbered[index + 1 : index + 3]]
    return after[:1] == [BlockKind.CAPTION] and after[1:] != [BlockKind.TABLE]


def _same_list(first: Block, other: Block) -> bool:
    return other.kind is BlockKind.LIST and other.lead_in == first.lead_in


def _list_piece(run: Sequence[tuple[int, Block]]) -> Piece:
    lead = (run[0][1].lead_in,) if run[0][1].lead_in is not None else ()
    items = [Span(start_char=block.start_char, end_char=block.end_char) for _, block in run]
    units = tuple(Unit(spans=(*lead, item), kind=BlockKind.LIST, lead=len(lead)) for item in items)
    return Piece(kind=BlockKind.LIST, lead=lead, units=units, paragraph=run[0][0])


def _table_piece(block: Block, number: int, text: DocumentText, *, caption: Block | None) -> Piece:
    rows = []
    position = block.start_char
    for row in text.text[block.start_char : block.end_char].split("\n"):
        if row.strip():
            rows.append(Span(start_char=position, end_char=position + len(row)))
        position += len(row) + 1
    header, body = rows[: block.header_rows], rows[block.header_rows :]
    if not body or _is_form([text.words(row).split(" | ") for row in rows]):
        header, body = [], rows
    lead: tuple[Span, ...] = ()
    if caption is not None:
        lead = (Span(start_char=caption.start_char, end_char=caption.end_char),)
    if header:
        lead = (*lead, Span(start_char=header[0].start_char, end_char=header[-1].end_char))
    labels = _labels_above(body, text) if header else [None] * len(body)
    fronts = [lead if label is None else (*lead[:-1], label, lead[-1]) for label in labels]
    units = tuple(
        Unit(spans=(*front, row), kind=BlockKind.TABLE, lead=len(front))
        for front, row in zip(fronts, body, strict=True)
    )
    return Piece(kind=BlockKind.TABLE, lead=lead, units=units, paragraph=number)


def _labels_above(rows: Sequence[Span], text: DocumentText) -> list[Span | None]:
    """Return for each row the cell above it that says what it is about, where its own first cell is empty.

    A label that spans rows is read once; a line such as "Current assets:" heads those below it.
    """
    found: list[Span | None] = []
    label: Span | None = None
    heading: Span | None = None
    for row in rows:
        first, *others = text.words(row).split(" | ")
        own = Span(start_char=row.start_char, end_char=row.start_char + len(first)) if first.strip() else None
        is_heading = own is not None and first.rstrip().endswith(":") and not any(cell.strip() for cell in others)
        found.append(None if is_heading else label if own is None else heading)
        if is_heading:
            heading = own
        label = own or label
    return found


def _is_form(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a table is a form: labels with their values beside them, so that its first row heads nothing."""
    first = [row[0].strip() for row in rows if row[0].strip()]
    if not first:
        return False
    if sum(cell.endswith(":") for cell in first) > len(first) / 2:
        return True
    if any(len(row) != 2 for row in rows):
        return False
    return statistics.median(len(row[1].strip()) for row in rows) > _PROSE_CELL


def _prose(waiting: Sequence[tuple[Block, int]], text: DocumentText, introducing: set[Span]) -> Iterator[Piece]:
    """Join short paragraphs to the one after them; a long one stands for itself.

    A sentence that introduces a list says nothing without it: it is left to the list's own passage.
    """
    units: list[Unit] = []
    first = 0
    size = 0
    for block, number in waiting:
        own = [Unit(spans=(span,), kind=BlockKind.PROSE) for span in _sentences(block, text) if span not in introducing]
        if not own:
            continue
        if units and size + block.end_char - block.start_char > TARGET_CHARS:
            yield Piece(kind=BlockKind.PROSE, lead=(), units=tuple(_lines_joined(units, text)), paragraph=first)
            units, size = [], 0
        first = first if units else number
        units += own
        size += block.end_char - block.start_char
        if size >= SHORT_CHARS:
            yield Piece(kind=BlockKind.PROSE, lead=(), units=tuple(_lines_joined(units, text)), paragraph=first)
            units, size = [], 0
    if units:
        yield Piece(kind=BlockKind.PROSE, lead=(), units=tuple(_lines_joined(units, text)), paragraph=first)


def _sentences(block: Block, text: DocumentText) -> list[Span]:
    words = text.text[block.start_char : block.end_char]
    return [
        Span(start_char=block.start_char + start, end_char=block.start_char + end)
        for start, end in split_sentences(words)
    ]
