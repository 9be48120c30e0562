"""Text recognition (OCR) for pages that are pictures: words with boxes, put together like the words of any other page.

The models of rapidocr (PP-OCR; Cui et al., arXiv 2507.05595) come with its package and run here, on the processor. It
gives lines with a box, and words with boxes inside them; characters share their word's box evenly. Words that the model
is unsure of are left out and counted, since a wrong figure is worse than a missing one.
"""

from __future__ import annotations

from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.pdf_words import ASCENT, DESCENT, PageWords, Row, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNSURE = "unsure recognition"
# Dots for a point of the page: 144 dots an inch, at which ten-point print has the height that the models know best.
SCALE = 2.0
LARGEST_SIDE = 2_400
LEAST_CONFIDENCE = 0.75
# A line's box has a margin around its letters.
_FONT_SHARE = 0.8
_SAME_FONT = 0.3
# Lines whose baselines are this share of their size apart stand side by side.
_SAME_ROW = 0.5


def scale_for(width_pt: float, height_pt: float) -> float:
    """Return at which scale to draw a page for recognition: a poster is not drawn larger than the models can use."""
    return min(SCALE, LARGEST_SIDE / max(width_pt, height_pt, 1.0))


def recognise(page: PageWords, picture: NDArray[np.uint8], scale: float) -> None:
    """Fill a page without text with the words that a picture of it shows, of `scale` dots for each point."""
    found = _engine()(picture)
    if found.boxes is None or found.txts is None:
        return
    page.recognised = True
    usual = median(float(box[:, 1].max() - box[:, 1].min()) for box in found.boxes)
    lines = []
    for box, text, score, parts in zip(found.boxes, found.txts, found.scores, found.word_results, strict=False):
        if score < LEAST_CONFIDENCE or not text.strip():
            page.dropped[UNSURE] += len(text)
            continue
        corners = [(x / scale, y / scale) for x, y in box.tolist()]
        high = float(box[:, 1].max() - box[:, 1].min())
        # Boxes of one font differ by a few dots, which would look like headings and breaks between paragraphs.
        size = (usual if abs(high - usual) < _SAME_FONT * usual else high) / scale * _FONT_SHARE
        lines.append(_line(text, corners, [(part, where) for part, _, where in parts], scale, size))
    page.rows = [Row(words, page.page_index) for words in _side_by_side([line for line in lines if line])]


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
