"""Finds footnotes: small print at the foot of a column that begins with a mark."""

from __future__ import annotations

import re

from ingest.pdf_columns import Stream
from ingest.pdf_paragraphs import Draft
from ingest.pdf_words import Row
from report_qa.records.document import BlockKind

SMALL_PRINT = 0.94  # footnotes are smaller than this share of the body

_NOTE_MARK = re.compile(r"\d{1,3}|\[\d{1,3}\]|[*†‡§]{1,3}|[a-z]")


def without_footnotes(stream: Stream, body_size: float) -> tuple[list[Row], list[Draft]]:
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
    return first.text if following[:1].isupper() or following[:1] in '“"‘' or not strict else ""
