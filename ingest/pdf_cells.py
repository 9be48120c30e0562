"""Parts the rows of a table into cells, at gutters: vertical stretches that (nearly) no row's words cover.

A line of cells is a list with one entry for each column, from left to right; an empty cell is an empty list.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from ingest.pdf_words import Row, Word

PART_GAP = 0.33  # in font sizes: words of one cell stand closer than this

_LONE_SYMBOL = re.compile(r"[$£€¥%()*†]+")


def find_gutters(
    rows: list[Row], upright: tuple[float, ...], *, least: float, allowed: int | None = None
) -> list[tuple[float, float]]:
    """Vertical stretches that (nearly) no row's words cover, between the first and the last column.

    `upright` ruling lines are gutters themselves; where they part all columns there are no others.
    `allowed` rows, such as a header over two columns, may cross one; a gutter is then where fewest of them do.
    """
    size = median(row.size for row in rows)
    if allowed is None:
        allowed = len(rows) // 6 + (1 if 4 <= len(rows) < 6 else 0)
    if len(rows) <= 3:
        least = max(least, 1.0)
    changes: list[tuple[float, int]] = []
    for row in rows:
        for chunk in row.chunks(0.3 * size if len(rows) > 4 else 0.5 * size):
            changes += [(chunk[0].x0, 1), (max(word.x1 for word in chunk), -1)]
    changes.sort()
    gutters: list[tuple[float, float]] = []
    covered = 0
    pieces: list[tuple[int, float, float]] = []  # how many rows cover it, from, to
    left, right = changes[0][0], max(x for x, _ in changes)
    for (x, change), (following, _) in zip(changes, [*changes[1:], (right, 0)], strict=True):
        covered += change
        if covered > allowed or x >= right:
            if pieces:
                gutters += _clearest(pieces, least * size)
            pieces = []
        elif following > x > left:
            pieces.append((covered, x, following))
    gutters = _useful(gutters, rows)
    drawn = [(x, x) for x in sorted(upright)]
    if len(drawn) >= len(gutters):
        return drawn
    return sorted([*drawn, *(part for part in gutters if not any(part[0] - 2 <= x <= part[1] + 2 for x in upright))])


def _clearest(pieces: list[tuple[int, float, float]], least: float) -> list[tuple[float, float]]:
    """Of a stretch that few rows cover, the widest part that fewest do, if the stretch is wide enough."""
    if pieces[-1][2] - pieces[0][1] < least:
        return []
    fewest = min(covered for covered, _, _ in pieces)
    clear: list[tuple[float, float]] = []
    for covered, left, right in pieces:
        if covered == fewest:
            if clear and clear[-1][1] == left:
                clear[-1] = (clear[-1][0], right)
            else:
                clear.append((left, right))
    return [max(clear, key=lambda part: part[1] - part[0])]


def _useful(gutters: list[tuple[float, float]], rows: list[Row]) -> list[tuple[float, float]]:
    """Without gutters beside which too few cells begin: the end of one long cell is no column."""
    begins = [
        chunk[0].x0 + min(chunk[0].x1 - chunk[0].x0, chunk[0].size) / 2
        for row in rows
        for chunk in row.chunks(0.5 * row.size)
    ]
    kept: list[tuple[float, float]] = []
    right = float("inf")
    for gutter in reversed(gutters):
        middle = (gutter[0] + gutter[1]) / 2
        if sum(middle < begin < right for begin in begins) >= max(1, 0.12 * len(rows)):
            kept.insert(0, gutter)
            right = middle
    first = kept[0] if kept else None
    if first is not None and sum(begin < first[0] for begin in begins) < max(1, 0.12 * len(rows)):
        kept.pop(0)
    return kept


def cells_of(row: Row, gutters: list[tuple[float, float]]) -> list[list[Row]]:
    """Part a row at the gutters. A run of words across a gutter, such as a spanning header, stays whole."""
    middles = [(left + right) / 2 for left, right in gutters]
    cells: list[list[Word]] = [[] for _ in range(len(gutters) + 1)]
    for chunk in row.chunks(0.45 * row.size):
        for part in _parted(chunk, gutters):
            centre = part[0].x0 + min(part[0].x1 - part[0].x0, part[0].size) / 2
            cells[sum(middle < centre for middle in middles)] += part
    return [[Row(words, row.page_index)] if words else [] for words in cells]


def _parted(chunk: list[Word], gutters: list[tuple[float, float]]) -> list[list[Word]]:
    """Part a run of words at gutters that no word of it covers."""
    parts = [[chunk[0]]]
    for before, word in pairwise(chunk):
        if any(before.x1 <= right + 1 and word.x0 >= left - 1 and word.x0 > before.x1 for left, right in gutters) and (
            not word.glued and word.x0 - before.x1 > PART_GAP * word.size
        ):
            parts.append([])
        parts[-1].append(word)
    return parts


def join_symbol_columns(
    cells: list[list[list[Row]]], gutters: list[tuple[float, float]]
) -> tuple[list[list[list[Row]]], list[tuple[float, float]]]:
    """Join columns that hold nothing but a currency sign, a percent sign or a bracket with the number beside them."""
    column = 0
    while column < len(cells[0]):
        texts = [row[column][0].text for row in cells if row[column]]
        if len(cells[0]) > 2 and texts and all(_LONE_SYMBOL.fullmatch(text) for text in texts):
            opening = all(text in "$£€¥(" for text in texts)
            first = column if opening and column + 1 < len(cells[0]) else max(column - 1, 0)
            cells = [[*row[:first], _side_by_side(row[first], row[first + 1]), *row[first + 2 :]] for row in cells]
            gutters = gutters[:first] + gutters[first + 1 :]
            column = first
        column += 1
    return cells, gutters


def move_signs(cells: list[list[list[Row]]]) -> list[list[list[Row]]]:
    """Move a currency sign at the end of one cell to the number in the next, whose it is."""
    for row in cells:
        for column in range(len(row) - 1):
            left, right = row[column], row[column + 1]
            if left and right and left[0].words[-1].text in "$£€¥" and right[0].text[:1].isdigit():
                words = left[0].words
                row[column] = [Row(words[:-1], left[0].page_index)] if len(words) > 1 else []
                right[0].words[0].glued = True
                row[column + 1] = [Row([words[-1], *right[0].words], right[0].page_index)]
    return cells


def join_complements(cells: list[list[list[Row]]]) -> list[list[list[Row]]]:
    """Join neighbouring columns of figures that no row fills both of, such as the labels at the ends of bars."""
    column = 1
    while column + 1 < len(cells[0]):
        pairs = [(line[column], line[column + 1]) for line in cells]
        figures = [part.text for pair in pairs for cell in pair for part in cell]
        alternate = not any(left and right for left, right in pairs)
        if alternate and figures and all(any(map(str.isdigit, text)) for text in figures):
            cells = [[*line[:column], line[column] or line[column + 1], *line[column + 2 :]] for line in cells]
        else:
            column += 1
    return cells


def _side_by_side(left: list[Row], right: list[Row]) -> list[Row]:
    if not left or not right:
        return left or right
    right[0].words[0].glued = True
    return [Row([*left[0].words, *right[0].words], left[0].page_index)]
