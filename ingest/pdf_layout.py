"""From the rows of a PDF page to drafts of blocks, in reading order.

Columns are found by gutters that stay clear through many rows; what runs across a gutter (a heading, a table) ends the
columns above it. Within a column, rows become paragraphs by distance, indent, size, weight, and by whether the next
row's first word would have fitted on the row before: if it would, the line was ended on purpose.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from ingest.pdf_tables import CELL_GAP, Table, aligned_table
from ingest.pdf_words import PageWords, Row, Word
from report_qa.records.document import BlockKind

# Shares of the font size, unless they say otherwise.
GUTTER = 0.9
WIDER_STEP = 1.2  # a step this much wider than usual parts paragraphs
OTHER_SIZE = 0.06
SMALL_PRINT = 0.94  # footnotes are smaller than this share of the body
FEWEST_COLUMN_ROWS = 3
COLUMN_CHARACTERS = 14
USUAL_STEP = 1.3
FORM_GAP = 1.5

BULLETS = "•▪‣◦●○■□◆◇➢➤►▶✓✔❖∙·–—-*o§"
_SURE_BULLETS = "•▪‣◦●○■□◆◇➢➤►▶✓✔❖∙"
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\(\d{1,2}\)|\d{1,2}\.\d{1,2}\.?")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
_CAPTION = re.compile(
    r"(?:Table|Figure|Fig\.|Chart|Exhibit|Map|Graph|Box|Panel|Appendix Table)\s+[A-Z]?\d*(?:[.\-–]\d+)*[a-z]?"
    r"\s*(?:[:.|–—-]\s*\S|\s(?=[A-Z(]))",
    re.IGNORECASE,
)
_CAPTION_CASE = re.compile(r"(?:Table|Figure|Fig|Chart|Exhibit|Map|Graph|Box|Panel|Appendix|[A-Z]{3,})")
_NOTE_MARK = re.compile(r"\d{1,3}|\[\d{1,3}\]|[*†‡§]{1,3}|[a-z]")


@dataclass(slots=True)
class Draft:
    """What will become a block, or a heading. `right` is how far its column reaches."""

    kind: BlockKind
    rows: list[Row]
    left: float
    right: float
    step_above: float = 0.0
    table: Table | None = None
    marker: str = ""
    text_left: float = 0.0
    heading_level: int | None = None
    is_heading: bool = False
    mark: str = ""
    turned: bool = False

    @property
    def page_index(self) -> int:
        return self.rows[0].page_index if self.rows else -1

    @property
    def size(self) -> float:
        sizes = Counter[float]()
        for row in self.rows:
            for word in row.words:
                sizes[round(word.size, 1)] += len(word.text)
        return sizes.most_common(1)[0][0]

    @property
    def text(self) -> str:
        return " ".join(row.text for row in self.rows)

    @property
    def bold(self) -> bool:
        return all(row.bold for row in self.rows)


@dataclass(slots=True)
class _Stream:
    """Rows and tables of one column, from top to bottom."""

    rows: list[Row]
    left: float
    right: float
    tables: dict[int, Table] = field(default_factory=dict)


def read_blocks(page: PageWords, tables: list[Table], body_size: float, usual_step: float) -> list[Draft]:
    """Return the page's drafts in reading order, footnotes where their column ends."""
    rows = list(page.rows)
    placed: dict[int, Table] = {}
    for table in tables:
        stand_in = Row([Word("", [table.x0], table.y0, body_size, False, False, table.y0, table.y1)], page.page_index)
        stand_in.words[0].edges = [table.x0, table.x1]
        placed[id(stand_in)] = table
        rows.append(stand_in)
    rows.sort(key=lambda row: row.baseline)
    drafts: list[Draft] = []
    for stream in _streams(rows, placed):
        drafts += _drafts_of(stream, body_size, usual_step)
    for row in page.turned:
        draft = Draft(BlockKind.PROSE, [row], row.x0, row.x1, turned=True)
        drafts.append(draft)
    return drafts


def body_style(pages: list[PageWords]) -> tuple[float, float]:
    """The document's commonest font size, and the usual step between its rows as a share of that size."""
    sizes, steps = Counter[float](), Counter[float]()
    for page in pages:
        for row in page.rows:
            for word in row.words:
                sizes[round(word.size * 2) / 2] += len(word.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    for page in pages:
        for upper, lower in zip(page.rows, page.rows[1:], strict=False):
            step = (lower.baseline - upper.baseline) / size
            if abs(upper.size - size) < 0.3 and abs(lower.size - size) < 0.3 and 0.9 < step < 2.5:
                steps[round(step * 20) / 20] += 1
    return size, steps.most_common(1)[0][0] if steps else USUAL_STEP


# Columns


def _streams(rows: list[Row], tables: dict[int, Table]) -> list[_Stream]:
    """Part rows into columns wherever a gutter runs through enough of them."""
    streams: list[_Stream] = []
    plain: list[Row] = []
    index = 0
    while index < len(rows):
        run = _column_run(rows, index, tables)
        if run is None:
            plain.append(rows[index])
            index += 1
            continue
        end, gutter = run
        middle = (gutter[0] + gutter[1]) / 2
        start = index
        while plain and _belongs_left(plain[-1], rows[start], gutter, tables):
            start -= 1
            plain.pop()
        if plain:
            streams.append(_stream(plain, tables))
            plain = []
        left, right = _sides(rows[start:end], middle)
        streams += _streams(left, tables) + _streams(right, tables)
        index = end
    if plain:
        streams.append(_stream(plain, tables))
    return streams


def _stream(rows: list[Row], tables: dict[int, Table]) -> _Stream:
    inside = {id(row): tables[id(row)] for row in rows if id(row) in tables}
    return _Stream(rows, min(row.x0 for row in rows), max(row.x1 for row in rows), inside)


def _sides(rows: list[Row], middle: float) -> tuple[list[Row], list[Row]]:
    left, right = [], []
    for row in rows:
        before = [word for word in row.words if (word.x0 + word.x1) / 2 < middle]
        after = [word for word in row.words if (word.x0 + word.x1) / 2 >= middle]
        if before:
            left.append(row if not after else Row(before, row.page_index))
        if after:
            right.append(row if not before else Row(after, row.page_index))
    return left, right


def _gaps(row: Row) -> list[tuple[float, float]]:
    chunks = row.chunks(GUTTER * row.size)
    return [
        (max(word.x1 for word in before), after[0].x0) for before, after in zip(chunks, chunks[1:], strict=False)
    ]


def _column_run(rows: list[Row], start: int, tables: dict[int, Table]) -> tuple[int, tuple[float, float]] | None:
    """The end of the longest run of rows from `start` that a gutter parts into columns of text, and that gutter."""
    if id(rows[start]) in tables:
        return None
    best: tuple[int, tuple[float, float]] | None = None
    for gap in _gaps(rows[start]):
        gutter = gap
        end = start + 1
        while end < len(rows):
            narrowed = _narrowed(gutter, rows[end])
            if narrowed is None:
                break
            gutter = narrowed
            end += 1
        end = _without_tail(rows, start, end, gutter)
        if (best is None or end > best[0]) and _are_columns(rows[start:end], gutter, tables):
            best = (end, gutter)
    return best


def _narrowed(gutter: tuple[float, float], row: Row) -> tuple[float, float] | None:
    """What is left of the gutter when a row's words are taken away, if it is still wide enough."""
    left, right = gutter
    free = [(left, right)]
    for word in row.words:
        if word.x1 > left and word.x0 < right:
            parts = [(max(low, left), min(high, right)) for low, high in free]
            free = []
            for low, high in parts:
                if word.x0 > low:
                    free.append((low, min(high, word.x0)))
                if word.x1 < high:
                    free.append((max(low, word.x1), high))
    free = [(low, high) for low, high in free if high - low >= GUTTER * 0.8 * row.size]
    return max(free, key=lambda part: part[1] - part[0]) if free else None


def _without_tail(rows: list[Row], start: int, end: int, gutter: tuple[float, float]) -> int:
    """Cut off rows at the end that stand on one side only, from a wide step or a new style on.

    A short full-width heading under two columns looks like more of the left column but for these.
    """
    middle = (gutter[0] + gutter[1]) / 2
    last_of_both = max(
        (index for index in range(start, end) if rows[index].x0 < middle < rows[index].x1), default=start
    )
    for index in range(last_of_both + 1, end):
        row, above = rows[index], rows[index - 1]
        stepped = row.baseline - above.baseline > 1.9 * above.size
        if stepped and (abs(row.size - above.size) > 0.5 or row.bold != above.bold) or row.baseline - above.baseline > (
            4 * above.size
        ):
            return index
    return end


def _are_columns(rows: list[Row], gutter: tuple[float, float], tables: dict[int, Table]) -> bool:
    """Whether both sides of a gutter read as columns of text rather than as cells of a table."""
    middle = (gutter[0] + gutter[1]) / 2
    left, right = _sides(rows, middle)
    both = sum(row.x0 < middle < row.x1 for row in rows)
    if both < FEWEST_COLUMN_ROWS:
        return False
    for side in (left, right):
        lines = [row for row in side if id(row) not in tables]
        if len(lines) < FEWEST_COLUMN_ROWS:
            return False
        whole = [row for row in lines if len(row.chunks(CELL_GAP * 1.2 * row.size)) == 1]
        if len(whole) < 0.6 * len(lines):
            return False
        if median(len(row.text) for row in lines) < COLUMN_CHARACTERS:
            return False
        far = max(row.x1 for row in lines)
        near = min(row.x0 for row in lines)
        full = sum(row.x1 > far - 0.25 * (far - near) for row in lines)
        if full < 0.35 * len(lines):
            return False
    return True


def _belongs_left(row: Row, below: Row, gutter: tuple[float, float], tables: dict[int, Table]) -> bool:
    """Whether a row above a run of columns is the left column's own beginning."""
    return (
        id(row) not in tables
        and row.x1 <= gutter[0] + 1
        and row.x1 > gutter[0] - 0.3 * (gutter[0] - below.x0)
        and abs(row.x0 - below.x0) < 2 * row.size
        and abs(row.size - below.words[0].size) < 0.5
        and below.baseline - row.baseline < 1.6 * row.size
    )


# Paragraphs


def _drafts_of(stream: _Stream, body_size: float, usual_step: float) -> list[Draft]:
    rows, notes = _without_footnotes(stream, body_size)
    drafts: list[Draft] = []
    for part in _parts(rows, stream):
        if isinstance(part, Table):
            cells = [row for line in part.cells for cell in line for row in cell]
            drafts.append(Draft(BlockKind.TABLE, cells, part.x0, part.x1, table=part))
        else:
            drafts += _paragraphs(part, stream, usual_step)
    drafts += notes
    return drafts


def _parts(rows: list[Row], stream: _Stream) -> list[list[Row] | Table]:
    """Part a column's rows into runs of prose and tables, ruled or merely aligned."""
    parts: list[list[Row] | Table] = []
    prose: list[Row] = []
    index = 0
    while index < len(rows):
        table = stream.tables.get(id(rows[index]))
        end = index + 1
        if table is None:
            end = _end_of_gapped(rows, index, stream)
            table = _best_aligned(rows, index, end) if end > index + 1 else None
            if table is not None:
                taken = {id(word) for line in table.cells for cell in line for row in cell for word in row.words}
                end = index + sum(id(row.words[0]) in taken for row in rows[index:end])
        if table is None:
            prose.append(rows[index])
            index += 1
            continue
        if prose:
            parts.append(prose)
            prose = []
        parts.append(table)
        index = end
    if prose:
        parts.append(prose)
    return parts


def _best_aligned(rows: list[Row], start: int, end: int) -> Table | None:
    """The longest run of gapped rows from `start` that makes a table."""
    while end - start >= 2:
        table = aligned_table(rows[start:end])
        if table is not None and (len(table.cells) >= 3 or len(table.cells[0]) >= 3):
            return table
        end = start + (end - start) * 2 // 3
    return None


def _end_of_gapped(rows: list[Row], start: int, stream: _Stream) -> int:
    """Where a run of rows with wide gaps ends; a single row without one may stand between two that have it."""
    if len(rows[start].chunks(CELL_GAP * rows[start].size)) < 2 or _marker(rows[start]):
        return start
    end = last = start + 1
    while end < len(rows) and id(rows[end]) not in stream.tables:
        row, above = rows[end], rows[end - 1]
        if row.baseline - above.baseline > 3 * row.size:
            break
        if len(row.chunks(CELL_GAP * row.size)) >= 2:
            last = end + 1
        elif end - last >= 2 or row.x1 - row.x0 > 0.75 * (stream.right - stream.left):
            break
        end += 1
    return last


def _paragraphs(rows: list[Row], stream: _Stream, usual_step: float) -> list[Draft]:
    drafts: list[Draft] = []
    right = max(row.x1 for row in rows)
    step_of_size = _steps(rows, usual_step)
    above: Row | None = None
    for row in rows:
        marker = _marker(row)
        step = row.baseline - above.baseline if above is not None else 0.0
        current = drafts[-1] if drafts else None
        if current is None or above is None or _begins(row, above, current, marker, step, right, step_of_size):
            draft = Draft(BlockKind.PROSE, [row], row.x0, right, step)
            if marker and _is_item(row, marker, drafts, rows):
                draft.kind, draft.marker = BlockKind.LIST, marker
                following = row.words[1] if len(row.words) > 1 else row.words[0]
                draft.text_left = following.x0
            drafts.append(draft)
        else:
            current.rows.append(row)
            current.left = min(current.left, row.x0)
        above = row
    for draft in drafts:
        if draft.kind is BlockKind.PROSE and _is_caption(draft):
            draft.kind = BlockKind.CAPTION
    return drafts


def _steps(rows: list[Row], usual_step: float) -> dict[float, float]:
    """The usual step between rows of each size on this stretch, in points."""
    seen: dict[float, Counter[float]] = {}
    for upper, lower in zip(rows, rows[1:], strict=False):
        if abs(upper.size - lower.size) < 0.3:
            step = lower.baseline - upper.baseline
            if 0.9 * lower.size < step < 2.6 * lower.size:
                seen.setdefault(round(lower.size), Counter())[round(step * 2) / 2] += 1
    steps = {}
    for size, counts in seen.items():
        step, count = counts.most_common(1)[0]
        few = count < 4 or count < 0.3 * sum(counts.values())
        steps[size] = min(usual_step * size, step) if few else step
        smallest = min(counts)
        if counts[smallest] >= 3 and smallest < steps[size] / WIDER_STEP:
            steps[size] = smallest
    return steps


def _begins(
    row: Row, above: Row, current: Draft, marker: str, step: float, right: float, steps: dict[float, float]
) -> bool:
    """Whether a row begins a new paragraph."""
    usual = steps.get(round(row.size), USUAL_STEP * row.size)
    if step > WIDER_STEP * usual + 0.5 or step < 0.3 * row.size:
        return True
    if len(row.chunks(FORM_GAP * row.size)) > 1 and len(above.chunks(FORM_GAP * row.size)) > 1:
        return True  # labels and values of a form: each row is its own
    if abs(row.size - above.size) > OTHER_SIZE * above.size + 0.2:
        return True
    if marker and (marker in _SURE_BULLETS or current.kind is BlockKind.LIST or _fits(row, above, right)):
        return True
    ended = bool(_SENTENCE_END.search(above.text))
    fits = _fits(row, above, right)
    if row.bold != above.bold and (fits or step > 1.08 * usual):
        return True
    if current.kind is BlockKind.LIST:
        back = row.x0 < current.text_left - 0.6 * row.size
        return (back and row.x0 <= current.left + 0.5 * row.size and ended and fits) or row.x0 > (
            current.text_left + 3 * row.size
        )
    indented = row.x0 > above.x0 + 0.8 * row.size and row.x0 > current.left + 0.8 * row.size
    if indented and len(current.rows) >= 1 and (ended or fits):
        return True
    starts_anew = row.text[:1].isupper() or row.text[:1].isdigit() or row.text[:1] in "“\"'‘(["
    return fits and starts_anew and (ended or above.x1 < current.left + 0.6 * (right - current.left))


def _fits(row: Row, above: Row, right: float) -> bool:
    """Whether the first word of a row would have fitted on the row above, so that the line was ended on purpose."""
    first = row.words[0]
    end = first.x1
    for word in row.words[1:]:
        if not word.glued:
            break
        end = word.x1
    return above.x1 + (end - first.x0) + 1.2 * row.size < right


def _marker(row: Row) -> str:
    """The bullet or number that a row begins with, if a gap follows it."""
    first = row.words[0]
    if len(row.words) < 2 or first.raised:
        return ""
    if row.words[1].glued and first.text not in _SURE_BULLETS:
        return ""
    if len(first.text) == 1 and first.text in BULLETS:
        return first.text
    return first.text if _NUMBERED.fullmatch(first.text) and not row.bold else ""


def _is_item(row: Row, marker: str, drafts: list[Draft], rows: list[Row]) -> bool:
    """Whether a row that begins with a marker is an item; a dash or a number needs a neighbour or a hanging indent."""
    if marker in _SURE_BULLETS:
        return True
    if any(draft.kind is BlockKind.LIST for draft in drafts[-2:]):
        return True
    if marker in "o*§" and row.words[1].x0 - row.words[0].x1 < 0.5 * row.size:
        return False
    following = rows[rows.index(row) + 1 :]
    text_left = row.words[1].x0
    if following and not _marker(following[0]) and abs(following[0].x0 - text_left) < 0.4 * row.size:
        return True
    return any(
        _kind_of(_marker(other)) == _kind_of(marker) and abs(other.x0 - row.x0) < 1.2 * row.size
        for other in following[:12]
    )


def _kind_of(marker: str) -> str:
    if not marker:
        return ""
    return re.sub(r"[a-zA-Z]+", "a", re.sub(r"\d+", "1", marker))


def _is_caption(draft: Draft) -> bool:
    text = draft.text
    return bool(
        len(draft.rows) <= 4
        and _CAPTION_CASE.match(text)
        and _CAPTION.match(text)
        and len(text) <= 400
        and re.match(r"\S+\s+(?:Table\s+)?[A-Z]?\d", text)
    )


# Footnotes


def _without_footnotes(stream: _Stream, body_size: float) -> tuple[list[Row], list[Draft]]:
    """Part the small print at a column's foot, from its first numbered row on, into footnotes."""
    rows = stream.rows
    start = len(rows)
    while start and id(rows[start - 1]) not in stream.tables and rows[start - 1].size <= SMALL_PRINT * body_size:
        start -= 1
    first = next((index for index in range(start, len(rows)) if _note_mark(rows[index], strict=True)), None)
    if first is None:
        return rows, []
    notes: list[Draft] = []
    last_number = 0
    for row in rows[first:]:
        mark = _note_mark(row, strict=False)
        number = int(mark.strip("[]")) if mark.strip("[]").isdigit() else 0
        if mark and (row.words[0].raised or not notes or 0 < number - last_number <= 3):
            notes.append(Draft(BlockKind.FOOTNOTE, [row], row.x0, stream.right, mark=mark))
            last_number = number or last_number
        else:
            notes[-1].rows.append(row)
    return rows[:first], notes


def _note_mark(row: Row, *, strict: bool) -> str:
    """The mark that a footnote begins with: raised, or a number before the text."""
    first = row.words[0]
    if len(row.words) < 2 or not _NOTE_MARK.fullmatch(first.text):
        return ""
    if first.raised:
        return first.text
    if first.text.isalpha() or row.words[1].glued:
        return ""
    following = row.words[1].text
    return first.text if following[:1].isupper() or following[:1] in "“\"‘" or not strict else ""
