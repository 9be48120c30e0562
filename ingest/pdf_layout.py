"""From the rows of a PDF page to drafts of its blocks: columns first, then tables, then paragraphs and footnotes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from ingest.pdf_columns import Stream, part_columns
from ingest.pdf_footnotes import without_footnotes
from ingest.pdf_paragraphs import USUAL_STEP, Draft, list_marker, paragraphs
from ingest.pdf_tables import CELL_GAP, Table, aligned_table
from ingest.pdf_words import PageWords, Row, Word
from report_qa.records.document import BlockKind

MOST_WRAPPED = 8  # lines of the last row's longest cell


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
    for stream in part_columns(rows, placed):
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


def _drafts_of(stream: Stream, body_size: float, usual_step: float) -> list[Draft]:
    rows, notes = without_footnotes(stream, body_size)
    drafts: list[Draft] = []
    for part in _parts(rows, stream):
        if isinstance(part, Table):
            cells = [row for line in part.cells for cell in line for row in cell]
            drafts.append(Draft(BlockKind.TABLE, cells, part.x0, part.x1, table=part))
        else:
            drafts += paragraphs(part, usual_step)
    drafts += notes
    return drafts


def _parts(rows: list[Row], stream: Stream) -> list[list[Row] | Table]:
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
                end = index + sum(id(row.words[0]) in taken for row in rows[index : end + MOST_WRAPPED])
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
        table = aligned_table(rows[start : _with_wrapped(rows, start, end)])
        if table is not None and len(table.cells) + len(table.cells[0]) >= 5 and len(table.cells) >= 2:
            return table
        end = start + (end - start) * 2 // 3
    return None


def _with_wrapped(rows: list[Row], start: int, end: int) -> int:
    """The end of a run of gapped rows with the last row's wrapped lines: tighter than the rows, in one column."""
    steps = [lower.baseline - upper.baseline for upper, lower in pairwise(rows[start:end])]
    chunks = rows[end - 1].chunks(CELL_GAP * rows[end - 1].size)
    last = min(len(rows), end + MOST_WRAPPED)
    while end < last and steps and len(chunks) > 1:
        row = rows[end]
        step = row.baseline - rows[end - 1].baseline
        in_column = row.x0 >= chunks[0][0].x0 - 1 and row.x1 < chunks[1][0].x0
        if not in_column or step > 1.5 * row.size or step > 0.85 * max(steps):
            break
        end += 1
    return end


def _end_of_gapped(rows: list[Row], start: int, stream: Stream) -> int:
    """Where a run of rows with wide gaps ends; a single row without one may stand between two that have it."""
    if len(rows[start].chunks(CELL_GAP * rows[start].size)) < 2 or list_marker(rows[start]):
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
