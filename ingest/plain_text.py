"""Finds paragraphs, headings, lists and tables in text without markup, by how its lines stand.

Empty lines part paragraphs, whose lines are joined. A heading is underlined with = or -, or is one short line that
begins with a section number ("2.1 Costs") and stands alone. A list item begins with a bullet, which is left out, or in
a run of such lines with a number or letter ("(a)"), which stays. Lines whose columns stand apart alike make a table.
Nothing else is guessed.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.text_builder import TextBuilder

LONGEST_HEADING_CHARS = 100

_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
_RULE = re.compile(r"[\s=\-_*~#+.]{3,}")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,5})\.?[ \t]+[A-Z\u00c0-\u00de\"'\u2018\u201c]\S*.*")
_BULLET = re.compile(r"([ \t]*)[-*+\u2022\u2023\u2043\u2013\u2014\u25aa\u25cf\u25e6\u00b7\uf0b7][ \t]+(?=\S)")
_ENUMERATOR = re.compile(r"([ \t]*)(?=(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)])[ \t]+\S)")
_COLUMN_GAP = re.compile(r"[ \t]*\t[ \t]*|[ \t]{2,}")
_FEWEST_TABLE_ROWS = 3


def append_plain_text(builder: TextBuilder, text: str) -> None:
    """Add the parts of a text to a reading text."""
    text = re.sub(r"\r\n?|[\f\v\u2028\u2029]", "\n", text)
    groups = [group for lines in _groups(text) for group in _split_headings(lines)]
    for position, group in enumerate(groups):
        following = groups[position + 1] if position + 1 < len(groups) else []
        if level := _heading_level(group, following):
            builder.heading(group[0], level)
        elif table := _table(group):
            ruled = bool(_RULE.fullmatch(group[1]))
            figures_begin = not any(map(_has_digit, table[0])) and any(map(_has_digit, table[1]))
            builder.table(table, header_rows=int(ruled or figures_begin))
        else:
            _paragraph_and_items(builder, [line for line in group if not _RULE.fullmatch(line)])


def _groups(text: str) -> list[list[str]]:
    """Return the runs of lines between empty lines."""
    groups: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            groups[-1].append(line.rstrip())
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _split_headings(lines: list[str]) -> list[list[str]]:
    """Part a run where an underlined line stands in it; the underlined line keeps its underline as its second line."""
    parts: list[list[str]] = []
    rest: list[str] = []
    position = 0
    while position < len(lines):
        if _is_underlined(lines[position : position + 2]):
            parts += [rest, lines[position : position + 2]]
            rest = []
            position += 2
        else:
            rest.append(lines[position])
            position += 1
    return [part for part in [*parts, rest] if part]


def _is_underlined(lines: list[str]) -> bool:
    if len(lines) < 2 or not any(character.isalnum() for character in lines[0]):
        return False
    line, underline = lines[0].strip(), lines[1].strip()
    alike = len(line) <= LONGEST_HEADING_CHARS and len(underline) >= len(line) // 2
    plain = not _BULLET.match(lines[0]) and not _COLUMN_GAP.search(line)
    return bool(_UNDERLINE.fullmatch(underline)) and alike and plain


def _heading_level(group: list[str], following: list[str]) -> int:
    """Return the level of a group that is a heading, else 0. Numbered lines in a row are a list, not headings."""
    if _is_underlined(group):
        return 1 if group[1].strip().startswith("=") else 2
    depth = _number_depth(group)
    return 0 if depth == 0 or _number_depth(following) == depth else depth


def _number_depth(group: list[str]) -> int:
    if len(group) != 1 or len(group[0]) > LONGEST_HEADING_CHARS:
        return 0
    match = _NUMBERED.fullmatch(group[0].strip())
    return match[1].count(".") + 1 if match and group[0].strip()[-1] not in ".;:,?!" else 0


def _table(group: list[str]) -> list[list[str]] | None:
    """Return the cells of lines that all have the same number of columns, two or more."""
    rows = [_COLUMN_GAP.split(line.strip()) for line in group if not _RULE.fullmatch(line)]
    alike = len(rows) >= _FEWEST_TABLE_ROWS and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1
    return rows if alike and not all(_BULLET.match(line) for line in group) else None


def _has_digit(cell: str) -> bool:
    return any(character.isdigit() for character in cell)


def _paragraph_and_items(builder: TextBuilder, group: list[str]) -> None:
    """Add the lines before the first bullet as a paragraph, and each bullet with the lines that follow as an item."""
    enumerated = sum(bool(_ENUMERATOR.match(line)) for line in group) > 1
    items: list[tuple[int, list[str]]] = [(-1, [])]
    for line in group:
        bullet = _BULLET.match(line)
        start = bullet or (_ENUMERATOR.match(line) if enumerated else None)
        if start:
            items.append((len(start[1].expandtabs(4)), [line[start.end() :]]))
        else:
            items[-1][1].append(line)
    builder.paragraph(" ".join(items[0][1]))
    indents = sorted({indent for indent, _ in items[1:]})
    indents = indents[:1] + [wider for narrower, wider in pairwise(indents) if wider - narrower > 1]
    for indent, lines in items[1:]:
        depth = sum(step <= indent for step in indents) - 1
        builder.list_item(" ".join(lines), depth=depth)
