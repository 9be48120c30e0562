"""Brings the drafts of all pages into reading order: a paragraph goes on over a column or a page before its footnotes.

A paragraph goes on if it does not end like a sentence and a paragraph in the same size follows on the next page or in
the next column. Tables, captions and footnotes between the two parts come after the whole.
"""

from __future__ import annotations

import re

from ingest.pdf_paragraphs import Draft
from report_qa.records.document import BlockKind

_ENDED = re.compile(r"[.!?:][\"'”’)\]]*(?:\s*\d{1,3})?$")
_PASSED_OVER = (BlockKind.TABLE, BlockKind.CAPTION, BlockKind.FOOTNOTE)
MOST_PASSED_OVER = 40


def in_reading_order(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts with continued paragraphs joined and what stood between moved behind them."""
    waiting = [draft for draft in drafts if not draft.turned]
    turned = [draft for draft in drafts if draft.turned]
    ordered: list[Draft] = []
    position = 0
    used: set[int] = set()
    while position < len(waiting):
        draft = waiting[position]
        position += 1
        if id(draft) in used:
            continue
        ordered.append(draft)
        end = position
        while (following := _continuation(draft, waiting, end, used)) is not None:
            draft.rows += waiting[following].rows
            draft.right = waiting[following].right
            used.add(id(waiting[following]))
            end = following + 1
    return _with_turned(ordered, turned)


def _continuation(draft: Draft, waiting: list[Draft], position: int, used: set[int]) -> int | None:
    """The index of the draft that goes on with this one, if any."""
    if draft.kind not in (BlockKind.PROSE, BlockKind.LIST) or draft.is_heading or _ENDED.search(_last_text(draft)):
        return None
    passed = False
    for index in range(position, min(position + MOST_PASSED_OVER, len(waiting))):
        other = waiting[index]
        if id(other) in used:
            continue
        if other.kind in _PASSED_OVER and not other.is_heading:
            passed = passed or other.kind is not BlockKind.FOOTNOTE
            continue
        return index if _goes_on(draft, other, passed) else None
    return None


def _last_text(draft: Draft) -> str:
    """The last row's words without a raised mark at its end."""
    words = list(draft.rows[-1].words)
    while len(words) > 1 and words[-1].raised:
        words.pop()
    return words[-1].text


def _goes_on(draft: Draft, other: Draft, passed: bool) -> bool:
    if other.kind is not BlockKind.PROSE or other.is_heading or abs(other.size - draft.size) > 0.06 * draft.size:
        return False
    last, first = draft.rows[-1], other.rows[0]
    elsewhere = first.page_index != last.page_index or first.baseline < last.baseline
    if not elsewhere or other.bold != draft.bold or first.page_index > last.page_index + 2:
        return False
    if other.rows[0].text[:1].islower() or last.text.endswith(("-", ",")):
        return True
    full = last.x1 > draft.right - 6 * last.size
    return full and not passed and draft.kind is BlockKind.PROSE


def _with_turned(ordered: list[Draft], turned: list[Draft]) -> list[Draft]:
    """Put turned text, which no reading order reaches, behind the last draft that ends on its page."""
    for draft in turned:
        at = next(
            (
                index + 1
                for index in range(len(ordered) - 1, -1, -1)
                if ordered[index].rows and ordered[index].rows[-1].page_index <= draft.page_index
            ),
            0,
        )
        ordered.insert(at, draft)
    return ordered
