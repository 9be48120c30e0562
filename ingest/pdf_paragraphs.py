"""Puts the rows of one column together into paragraphs, list items and captions.

A new paragraph is told by distance, indent, size and weight, and by whether the row's first word would have fitted on
the row before: if it would, that line was ended on purpose.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.pdf_tables import Table
from ingest.pdf_words import Row
from report_qa.records.document import BlockKind

# Shares of the font size, unless they say otherwise.
WIDER_STEP = 1.2  # a step this much wider than usual parts paragraphs
OTHER_SIZE = 0.06
USUAL_STEP = 1.3
FORM_GAP = 1.5

BULLETS = "•▪‣◦●○■□◆◇➢➤►▶✓✔❖∙·–—-*o§"
INLINE_BULLET = "•"
_SURE_BULLETS = "•▪‣◦●○■□◆◇➢➤►▶✓✔❖∙"
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\(\d{1,2}\)|\d{1,2}\.\d{1,2}\.?")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
_CAPTION = re.compile(
    r"(?:Table|Figure|Fig\.|Chart|Exhibit|Map|Graph|Box|Panel|Appendix Table)\s+[A-Z]?\d*(?:[.\-–]\d+)*[a-z]?"
    r"\s*(?:[:.|–—-]\s*\S|\s(?=(?-i:[A-Z(])))",
    re.IGNORECASE,
)
_CAPTION_CASE = re.compile(r"(?:Table|Figure|Fig|Chart|Exhibit|Map|Graph|Box|Panel|Appendix|[A-Z]{3,})")


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


def paragraphs(rows: list[Row], usual_step: float) -> list[Draft]:
    drafts: list[Draft] = []
    right = max(row.x1 for row in rows)
    step_of_size = _steps(rows, usual_step)
    above: Row | None = None
    for row in rows:
        marker = _item_marker(row, drafts, rows)
        step = row.baseline - above.baseline if above is not None else 0.0
        current = drafts[-1] if drafts else None
        if current is None or above is None or _begins(row, above, current, marker, step, right, step_of_size):
            draft = Draft(BlockKind.PROSE, [row], row.x0, right, step)
            if marker:
                draft.kind, draft.marker = BlockKind.LIST, marker
                following = row.words[1] if len(row.words) > 1 else row.words[0]
                draft.text_left = following.x0
            drafts.append(draft)
        else:
            current.rows.append(row)
            current.left = min(current.left, row.x0)
        above = row
    parted: list[Draft] = []
    for draft in drafts:
        if draft.kind is BlockKind.PROSE and _is_caption(draft):
            draft.kind = BlockKind.CAPTION
        parted += _parted_at_bullets(draft)
    return parted


def _parted_at_bullets(draft: Draft) -> list[Draft]:
    """Part a paragraph that runs a whole list together ("will: • Continue … • Use …") into its items."""
    count = sum(word.text == INLINE_BULLET for row in draft.rows for word in row.words)
    if draft.kind not in (BlockKind.PROSE, BlockKind.LIST) or count - (draft.kind is BlockKind.LIST) < 2:
        return [draft]
    parts = [replace(draft, rows=[])]
    for row in draft.rows:
        start = 0
        for index, word in enumerate(row.words):
            is_first = draft.kind is BlockKind.LIST and row is draft.rows[0] and index == 0
            if word.text == INLINE_BULLET and not is_first and index + 1 < len(row.words):
                if index > start:
                    parts[-1].rows.append(Row(row.words[start:index], row.page_index))
                start = index
                parts.append(replace(draft, kind=BlockKind.LIST, rows=[], marker=INLINE_BULLET))
        parts[-1].rows.append(Row(row.words[start:], row.page_index) if start else row)
    return [part for part in parts if part.rows]


def _steps(rows: list[Row], usual_step: float) -> dict[float, float]:
    """The usual step between rows of each size on this stretch, in points."""
    seen: dict[float, Counter[float]] = {}
    for upper, lower in pairwise(rows):
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
    ended = bool(_SENTENCE_END.search(above.text))
    fits = _fits(row, above, right)
    shifted = abs(row.x0 - above.x0) > 0.5 * row.size
    if marker and (marker in _SURE_BULLETS or current.kind is BlockKind.LIST or fits or ended or shifted):
        return True
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


def list_marker(row: Row) -> str:
    """The bullet or number that a row begins with, if a gap follows it."""
    first = row.words[0]
    if len(row.words) < 2 or first.raised:
        return ""
    if row.words[1].glued and first.text not in _SURE_BULLETS:
        return ""
    if len(first.text) == 1 and first.text in BULLETS:
        return first.text
    return first.text if _NUMBERED.fullmatch(first.text) and not row.bold else ""


def _item_marker(row: Row, drafts: list[Draft], rows: list[Row]) -> str:
    """The marker of a row that is an item; a dash or a number needs a neighbour or a hanging indent to be one."""
    marker = list_marker(row)
    if not marker or marker in _SURE_BULLETS:
        return marker
    if any(draft.kind is BlockKind.LIST for draft in drafts[-2:]):
        return marker
    if marker in "o*§" and row.words[1].x0 - row.words[0].x1 < 0.5 * row.size:
        return ""
    following = rows[rows.index(row) + 1 :][:12]
    hangs = following and not list_marker(following[0]) and abs(following[0].x0 - row.words[1].x0) < 0.4 * row.size
    alike = any(
        _kind_of(list_marker(other)) == _kind_of(marker) and abs(other.x0 - row.x0) < 1.2 * row.size
        for other in following
    )
    return marker if hangs or alike else ""


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
