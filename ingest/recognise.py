"""Text recognition (OCR) for pages that are pictures: words with boxes, put together like the words of any other page.

The models of rapidocr (PP-OCR; Cui et al., arXiv 2507.05595) come with its package and run here, on the processor. It
gives lines with a box, and words with boxes inside them; characters share their word's box evenly. Words that the model
is unsure of are left out and counted, since a wrong figure is worse than a missing one. A page that was scanned sideways or
upside down is turned, read, and its boxes are turned back to where the page shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.pdf_words import ASCENT, DESCENT, PageWords, Row, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNSURE = "unsure recognition"
# Dots for a point of the page: 144 dots an inch, at which ten-point print has the height that the models know best.
SCALE = 2.0
LARGEST_SIDE = 2_400
LEAST_CONFIDENCE = 0.75
# A line's box has a margin around its letters.
_FONT_SHARE = 0.8
_SAME_FONT = 0.3
# A line this much higher than wide, of more than a few letters, stands on its side.
_UPRIGHT = 1.5
_FEW_LETTERS = 4
# Upside down, lines are read with a confidence of .6 to .8; upright, even poor scans are mostly above this.
_DOUBTFUL = 0.9
# Lines whose baselines are this share of their size apart stand side by side.
_SAME_ROW = 0.5


def scale_for(width_pt: float, height_pt: float) -> float:
    """Return at which scale to draw a page for recognition: a poster is not drawn larger than the models can use."""
    return min(SCALE, LARGEST_SIDE / max(width_pt, height_pt, 1.0))


def recognise(page: PageWords, picture: NDArray[np.uint8], scale: float) -> None:
    """Fill a page without text with the words that a picture of it shows, of `scale` dots for each point."""
    found = _lines_of(picture)
    if not found:
        return
    page.recognised = True
    turns = _turns_to_try(found)
    tried = [(turn, _lines_of(np.ascontiguousarray(np.rot90(picture, turn))) if turn else found) for turn in turns]
    turn, found = max(tried, key=lambda each: sum(len(line.text) for line in each[1] if line.is_sure))
    page.dropped[UNSURE] += sum(len(line.text) for line in found if not line.is_sure)
    rows = [Row(words, page.page_index) for words in _side_by_side(_words_of(found, scale))]
    if turn:
        page.turned = [Row([_turned_back(word, turn, page) for word in row.words], page.page_index) for row in rows]
    else:
        page.rows = rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line as the models see it: its corners (4, 2) in dots, and its words with their boxes."""

    text: str
    corners: NDArray[np.float32]
    confidence: float
    parts: list[tuple[str, list[list[int]]]]

    @property
    def is_sure(self) -> bool:
        return self.confidence >= LEAST_CONFIDENCE

    @property
    def height(self) -> float:
        return float(np.ptp(self.corners[:, 1]))

    @property
    def width(self) -> float:
        return float(np.ptp(self.corners[:, 0]))


def _lines_of(picture: NDArray[np.uint8]) -> list[_Line]:
    found = _engine()(picture)
    if found.boxes is None or found.txts is None:
        return []
    return [
        _Line(
            text=text.strip(),
            corners=np.asarray(box, dtype=np.float32),
            confidence=float(score),
            parts=[(part, where) for part, _, where in parts],
        )
        for box, text, score, parts in zip(found.boxes, found.txts, found.scores, found.word_results, strict=False)
        if text.strip()
    ]


def _turns_to_try(found: Sequence[_Line]) -> tuple[int, ...]:
    """Return by how many quarters, counter-clockwise, a page may have to be turned; mostly by none."""
    lines = [line for line in found if len(line.text) >= _FEW_LETTERS]
    # The models turn a single line by themselves, but not the order of the lines.
    if 2 * sum(line.height > _UPRIGHT * line.width for line in lines) > len(lines):
        return (1, 3, 0)
    usual = median(line.confidence for line in lines) if lines else 1.0
    return (0, 2) if usual < _DOUBTFUL else (0,)


def _turned_back(word: Word, turn: int, page: PageWords) -> Word:
    """The word with the box that it has on the page; its characters share it, left and right edge in turn."""
    wide, high = page.width_pt, page.height_pt
    corners = [(word.x0, word.y0), (word.x1, word.y1)]
    shown = [{1: (wide - y, x), 2: (wide - x, high - y), 3: (y, high - x)}[turn] for x, y in corners]
    (left, right), (top, bottom) = (sorted(values) for values in zip(*shown, strict=True))
    edges = [left if index % 2 == 0 else right for index in range(len(word.text) + 1)]
    return replace(word, edges=edges, y0=top, y1=bottom, baseline=bottom)


def _words_of(found: Sequence[_Line], scale: float) -> list[list[Word]]:
    """Return the words of the lines that the models are sure of."""
    usual = median(line.height for line in found)
    lines = []
    for line in found:
        if line.is_sure:
            # Boxes of one font differ by a few dots, which would look like headings and breaks between paragraphs.
            high = usual if abs(line.height - usual) < _SAME_FONT * usual else line.height
            corners = [(x / scale, y / scale) for x, y in line.corners.tolist()]
            lines.append(_line(line.text, corners, line.parts, scale, high / scale * _FONT_SHARE))
    return [words for words in lines if words]


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = "EngineConfig.onnxruntime.intra_op_num_threads"
    settings = {"Global.log_level": "critical", "Global.use_cls": False, "Global.return_word_box": True, threads: 1}
    return RapidOCR(params=settings)


def _line(
    text: str, corners: list[tuple[float, float]], parts: list[tuple[str, list[list[int]]]], scale: float, size: float
) -> list[Word]:
    """Return a line's words with the edges of their characters."""
    x0, x1 = min(x for x, _ in corners), max(x for x, _ in corners)
    y0, y1 = min(y for _, y in corners), max(y for _, y in corners)
    baseline = (y0 + y1) / 2 + size * (ASCENT - DESCENT) / 2
    places = _places(text, parts, scale) or _evenly(text, x0, x1)
    words: list[Word] = []
    written, edges = "", [x0]
    for character, left, right in [*places, (" ", x1, x1)]:
        if not character.isspace():
            edges = edges if written else [left]
            written += character
            edges.append(max(right, edges[-1]))
        elif written:
            word = Word(written, edges, baseline, size, bold=False, glued=False, y0=y0, y1=y1)
            words.append(word)
            written = ""
    return words


def _places(text: str, parts: list[tuple[str, list[list[int]]]], scale: float) -> list[tuple[str, float, float]]:
    """Return each character with its left and right edge, by the boxes of words; [] where these say something else."""
    if "".join("".join(part.split()) for part, _ in parts) != "".join(text.split()):
        return []
    known = []
    for part, box in parts:
        left, right = min(x for x, _ in box) / scale, max(x for x, _ in box) / scale
        known += [place for place in _evenly(part, left, right) if not place[0].isspace()]
    remaining = iter(known)
    return [(" ", 0.0, 0.0) if character.isspace() else next(remaining) for character in text]


def _evenly(text: str, left: float, right: float) -> list[tuple[str, float, float]]:
    step = (right - left) / len(text)
    return [(character, left + at * step, left + (at + 1) * step) for at, character in enumerate(text)]


def _side_by_side(lines: list[list[Word]]) -> list[list[Word]]:
    """Put lines that stand on one baseline into one row, from left to right, rows from top to bottom."""
    rows: list[list[Word]] = []
    for line in sorted(lines, key=lambda line: line[0].baseline):
        before = rows[-1][0] if rows else None
        if before and abs(before.baseline - line[0].baseline) <= _SAME_ROW * min(before.size, line[0].size):
            rows[-1] += line
        else:
            rows.append(list(line))
    for row in rows:
        row.sort(key=lambda word: word.x0)
    return rows
