"""Words and rows of a PDF page: glyphs put together by where they stand, never by their order in the file alone.

A word is a run of glyphs without white space in one style; `glued` says that it follows the word before it without a
space (a style changed in the middle of a word, or a raised footnote mark follows). A row is the words on one baseline
across the whole page, so two columns side by side share rows until the layout parts them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from report_qa.backends.pdfium import PageGlyphs

# Shares of the font size.
SPACE_GAP = 0.25  # a gap as wide as this separates words even where the file has no space
LONE_SPACE_GAP = 0.12  # and one as wide as this does between glyphs that otherwise touch
TOUCHING_GAP = 0.05
SAME_LINE_OVERLAP = 0.5
ASCENT, DESCENT = 0.78, 0.22
RAISED_SIZE = 0.82  # a raised mark is smaller than this share of its neighbours
RAISED_BY = 0.12

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
# Symbol and Wingdings bullets come as private characters; pdfium marks a line-end hyphen by character 2.
_REPLACED = {
    2: "-",
    0xFFFE: "-",
    0x2010: "-",
    0x2011: "-",
    0xF0B7: "•",
    0xF0A7: "▪",
    0xF0D8: "➢",
    0xF0FC: "✓",
    0xF076: "❖",
}
_INVISIBLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_PLAIN = re.compile(r"[!-~£€–—‘’“”•§©®°·]*")


@dataclass(slots=True)
class Word:
    """`edges` has one more x than `text` has characters. `y0` and `y1` are where a line of this size would lie."""

    text: str
    edges: list[float]
    baseline: float
    size: float
    bold: bool
    glued: bool
    y0: float
    y1: float
    raised: bool = False
    host: Word | None = None

    @property
    def x0(self) -> float:
        return self.edges[0]

    @property
    def x1(self) -> float:
        return self.edges[-1]


class Row:
    """Words on one baseline of one page, from left to right; size, baseline and weight are those of its longest word.

    The words of a row are not changed after it is made; a part of it is a new row.
    """

    __slots__ = ("_text", "baseline", "bold", "page_index", "size", "words", "x0", "x1", "y0", "y1")

    def __init__(self, words: list[Word], page_index: int) -> None:
        self.words = words
        self.page_index = page_index
        main = words[0]
        for word in words:
            if len(word.text) * (not word.raised) > len(main.text) * (not main.raised):
                main = word
        self.baseline, self.size = main.baseline, main.size
        self.bold = main.bold and all(word.bold or word.raised or not word.text.isalnum() for word in words)
        self.x0, self.x1 = words[0].edges[0], max([word.edges[-1] for word in words])
        self.y0, self.y1 = min([word.y0 for word in words]), max([word.y1 for word in words])
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The words, a space apart unless they are glued."""
        if self._text is None:
            parts: list[str] = []
            for word in self.words:
                if parts and not word.glued:
                    parts.append(" ")
                parts.append(word.text)
            self._text = "".join(parts)
        return self._text

    def chunks(self, widest_gap: float) -> list[list[Word]]:
        """Return the words parted at gaps wider than `widest_gap` points."""
        parts = [[self.words[0]]]
        part = parts[0]
        right = self.words[0].edges[-1]
        for word in self.words[1:]:
            edges = word.edges
            if edges[0] - right > widest_gap:
                part = []
                parts.append(part)
            part.append(word)
            if edges[-1] > right:
                right = edges[-1]
        return parts


@dataclass(slots=True)
class PageWords:
    """The words of a page: upright ones in rows, and turned ones, which layout does not reach, one by one."""

    page_index: int
    width_pt: float
    height_pt: float
    rows: list[Row]
    turned: list[Row]
    horizontals: tuple[tuple[float, float, float], ...]
    verticals: tuple[tuple[float, float, float], ...]
    fills: tuple[tuple[float, float, float, float], ...]
    dropped: Counter[str] = field(default_factory=Counter)
    images: int = 0
    recognised: bool = False
    problem: str = ""

    @property
    def has_text(self) -> bool:
        """Whether a letter or a digit stands on the page."""
        return any(character.isalnum() for row in [*self.rows, *self.turned] for character in row.text)


def read_words(glyphs: PageGlyphs, page_index: int) -> PageWords:
    """Put the glyphs of a page together."""
    page = PageWords(
        page_index,
        glyphs.width_pt,
        glyphs.height_pt,
        [],
        [],
        glyphs.horizontals,
        glyphs.verticals,
        glyphs.fills,
        images=glyphs.images,
    )
    seen = _seen(glyphs, page.dropped)
    upright = seen[glyphs.angle[seen] == 0]
    page.rows = _rows(_words(glyphs, upright, page), page_index)
    for angle in sorted({int(angle) for angle in glyphs.angle[seen]} - {0}):
        page.turned += _turned(glyphs, seen[glyphs.angle[seen] == angle], angle, page)
    return page


def _seen(glyphs: PageGlyphs, dropped: Counter[str]) -> NDArray[np.intp]:
    """Indices of the glyphs that count, in stream order.

    Hidden ones are left out, unless nearly the whole page is hidden: then they are the text layer of a scan.
    """
    hidden = glyphs.hidden
    inside = int((~glyphs.outside).sum())
    if (hidden & ~glyphs.outside).sum() > 0.9 * inside:
        hidden = glyphs.outside
    if hidden.any():
        dropped["invisible text"] += int(hidden.sum())
    seen = np.flatnonzero(~hidden)
    if not len(seen):
        return seen
    # Bold by printing twice: the same glyph again within half a point, elsewhere in the stream.
    x, y = (np.round(values[seen] * 2).astype(np.int64) & 0xFFFFF for values in (glyphs.x0, glyphs.baseline))
    place = glyphs.codes[seen].astype(np.int64) << 40 | x << 20 | y
    _, first, where = np.unique(place, return_index=True, return_inverse=True)
    again = np.arange(len(seen)) - first[where] > 1
    if again.any():
        dropped["printed twice"] += int(again.sum())
    single: NDArray[np.intp] = seen[~again]
    return single


def _words(glyphs: PageGlyphs, chosen: NDArray[np.intp], page: PageWords) -> list[Word]:
    if not len(chosen):
        return []
    x0, x1 = glyphs.x0[chosen], np.maximum(glyphs.x1[chosen], glyphs.x0[chosen])
    baseline, size = glyphs.baseline[chosen], glyphs.size[chosen]
    larger = np.maximum(size[1:], size[:-1])
    smaller = np.minimum(size[1:], size[:-1])
    same_box = (x0[1:] == x0[:-1]) & (x1[1:] == x1[:-1]) & (baseline[1:] == baseline[:-1])
    gap = np.where(same_box, 0.0, x0[1:] - x1[:-1])
    bottom, top = baseline + DESCENT * size, baseline - ASCENT * size
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    near = (overlap > SAME_LINE_OVERLAP * smaller) & (gap < larger) & (gap > -0.6 * larger)
    new_style = (larger > 1.12 * smaller) | (glyphs.font[chosen][1:] != glyphs.font[chosen][:-1])
    new_style |= np.abs(np.diff(baseline)) > 0.1 * smaller
    spaced = glyphs.after_space[chosen][1:] & (gap > -0.1 * larger) | (gap > SPACE_GAP * larger)
    touching = np.concatenate(([True], np.abs(gap) < TOUCHING_GAP * larger, [True]))
    spaced |= (gap > LONE_SPACE_GAP * larger) & touching[:-2] & touching[2:]
    starts = np.flatnonzero(np.concatenate(([True], ~near | spaced | new_style)))
    glued = np.concatenate(([False], near & ~spaced))[starts].tolist()
    follows = np.concatenate(([False], near))[starts].tolist()
    ends = np.append(starts[1:], len(chosen)).tolist()

    left, right = np.clip(x0, 0.0, page.width_pt), np.clip(x1, 0.0, page.width_pt)
    lefts, rights = _shared_edges(left, right, np.concatenate(([False], same_box)))
    letters = glyphs.codes[chosen].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    all_plain = _PLAIN.fullmatch(letters) is not None
    sizes, baselines = size.tolist(), baseline.tolist()
    y0s, y1s = (np.clip(values, 0.0, page.height_pt).tolist() for values in (top, bottom))
    bolds = glyphs.bold[chosen].tolist()
    words: list[Word] = []
    for start, end, is_glued, is_near in zip(starts.tolist(), ends, glued, follows, strict=True):
        text, edges = letters[start:end], [*lefts[start:end], rights[end - 1]]
        if not all_plain and not _PLAIN.fullmatch(text):
            text, edges = _spelled(text, edges, page.dropped)
        if text:
            word = Word(text, edges, baselines[start], sizes[start], bolds[start], is_glued, y0s[start], y1s[start])
            if is_near and words:
                _set_host(words[-1], word)
            words.append(word)
    return words


def _set_host(before: Word, word: Word) -> None:
    """Tie a small raised or lowered word to the larger one beside it, whose row it belongs to."""
    if word.size <= RAISED_SIZE * before.size:
        word.host = before.host or before
    elif before.size <= RAISED_SIZE * word.size and before.host is None:
        before.host = word


def _shared_edges(
    x0: NDArray[np.float64], x1: NDArray[np.float64], same_box: NDArray[np.bool_]
) -> tuple[list[float], list[float]]:
    """Left and right edges; the letters of a ligature, which pdfium gives one box, share it evenly."""
    lefts, rights = x0.tolist(), x1.tolist()
    position = 0
    joined = np.flatnonzero(same_box).tolist()
    while position < len(joined):
        first = joined[position] - 1
        last = joined[position]
        while position + 1 < len(joined) and joined[position + 1] == last + 1:
            position += 1
            last += 1
        width = (rights[first] - lefts[first]) / (last - first + 1)
        left = lefts[first]
        for offset in range(last - first + 1):
            lefts[first + offset] = left + offset * width
            rights[first + offset] = left + (offset + 1) * width
        position += 1
    return lefts, rights


def _spelled(text: str, edges: list[float], dropped: Counter[str]) -> tuple[str, list[float]]:
    """Return a word's characters and edges, ligatures spelled out and what nobody can see left out."""
    spelled: list[str] = []
    kept: list[float] = []
    for index, character in enumerate(text):
        code = ord(character)
        letters = _LIGATURES.get(code) or _REPLACED.get(code) or character
        if _INVISIBLE.fullmatch(letters):
            dropped["invisible character"] += 1
            continue
        if code == 0xAD and index + 1 < len(text):
            dropped["soft hyphen"] += 1
            continue
        left, right = edges[index], edges[index + 1]
        kept.extend(left + (right - left) * offset / len(letters) for offset in range(len(letters)))
        spelled.append("-" if code == 0xAD else letters)
    kept.append(edges[-1])
    text = "".join(spelled)
    composed = unicodedata.normalize("NFC", text)
    return (composed, kept) if len(composed) == len(text) else (text, kept)


def _rows(words: list[Word], page_index: int) -> list[Row]:
    """Put words on one baseline into rows, top to bottom; raised and lowered marks join the row they belong to."""
    rows: list[list[Word]] = []
    row_of: dict[int, list[Word]] = {}
    for word in sorted((word for word in words if word.host is None), key=lambda word: word.baseline):
        for row in reversed(rows[-3:]):
            if abs(word.baseline - row[0].baseline) <= 0.3 * min(word.size, row[0].size):
                row.append(word)
                row_of[id(word)] = row
                break
        else:
            rows.append([word])
            row_of[id(word)] = rows[-1]
    for word in words:
        if word.host is not None:
            row_of[id(word.host)].append(word)
    made = []
    for row in _with_marks(rows):
        row.sort(key=lambda word: word.x0)
        _mark_raised(row)
        made.append(Row(row, page_index))
    return made


def _with_marks(rows: list[list[Word]]) -> list[list[Word]]:
    """Move small words that overlap a neighbouring row of larger ones, and touch it, into that row."""
    largest = [max(word.size for word in row) for row in rows]
    for index, row in enumerate(rows):
        near = [at for at in (index - 1, index + 1, index - 2, index + 2) if 0 <= at < len(rows)]
        if not any(rows[at] and row[0].size <= RAISED_SIZE * largest[at] for at in near):
            continue
        for word in list(row):
            for at in near:
                if rows[at] and _is_mark_of(word, rows[at]):
                    rows[at].append(word)
                    row.remove(word)
                    break
    return [row for row in rows if row]


def _is_mark_of(word: Word, row: list[Word]) -> bool:
    first = row[0]
    if word.size > RAISED_SIZE * first.size or len(word.text) > 8:
        return False
    overlap = min(word.y1, first.y1) - max(word.y0, first.y0)
    if overlap < 0.5 * (word.y1 - word.y0):
        return False
    reach = 0.4 * first.size
    return any(
        (abs(word.x0 - other.x1) < reach or abs(word.x1 - other.x0) < reach) and other.size * RAISED_SIZE >= word.size
        for other in row
    )


def _mark_raised(row: list[Word]) -> None:
    """Find marks set small and high, and repair which words are glued now that their order is known."""
    before: Word | None = None
    for index, word in enumerate(row):
        after = row[index + 1] if index + 1 < len(row) else None
        for other in (before, after):
            if other is not None and not other.raised and word.size <= RAISED_SIZE * other.size:
                lift = other.baseline - word.baseline
                word.raised = word.raised or lift > RAISED_BY * other.size
        if word.glued and (before is None or word.x0 - before.x1 > 0.5 * max(word.size, before.size)):
            word.glued = False
        elif not word.glued and word.raised and before is not None and word.x0 - before.x1 < 0.15 * before.size:
            word.glued = True
        before = word


def _turned(glyphs: PageGlyphs, chosen: NDArray[np.intp], angle: int, page: PageWords) -> list[Row]:
    """Rows of turned text: read in its own direction, each word a row whose box is the word's on the page."""
    radians = np.deg2rad(angle)
    cos, sin = float(np.cos(radians)), float(np.sin(radians))
    along = glyphs.origin_x[chosen] * cos + glyphs.baseline[chosen] * sin
    across = -glyphs.origin_x[chosen] * sin + glyphs.baseline[chosen] * cos
    x0, x1, y0, y1 = (values[chosen] for values in (glyphs.x0, glyphs.x1, glyphs.y0, glyphs.y1))
    length = np.abs(x1 - x0) * abs(cos) + np.abs(y1 - y0) * abs(sin)
    size = glyphs.size[chosen]
    own = replace(
        glyphs,
        width_pt=float("inf"),
        height_pt=float("inf"),
        codes=glyphs.codes[chosen],
        x0=along + 10_000,
        x1=along + 10_000 + length,
        y0=across - size,
        y1=across,
        origin_x=along,
        baseline=across + 10_000,
        size=size,
        angle=glyphs.angle[chosen],
        bold=glyphs.bold[chosen],
        font=glyphs.font[chosen],
        hidden=glyphs.hidden[chosen],
        outside=glyphs.outside[chosen],
        after_space=glyphs.after_space[chosen],
    )
    frame = replace(page, width_pt=float("inf"), height_pt=float("inf"))
    rows = []
    for row in _rows(_words(own, np.arange(len(chosen)), frame), page.page_index):
        turned = [_turned_back(word, cos, sin, page) for word in row.words]
        rows.append(Row(turned, page.page_index))
    return rows


def _turned_back(word: Word, cos: float, sin: float, page: PageWords) -> Word:
    """The word with the box it has on the page; its characters share that box, left and right edge in turn."""
    corners_x, corners_y = [], []
    for along in (word.x0 - 10_000, word.x1 - 10_000):
        for across in (word.y0 - 10_000, word.y1 - 10_000):
            corners_x.append(min(max(along * cos - across * sin, 0.0), page.width_pt))
            corners_y.append(min(max(along * sin + across * cos, 0.0), page.height_pt))
    left, right = min(corners_x), max(corners_x)
    edges = [left if index % 2 == 0 else right for index in range(len(word.text) + 1)]
    return replace(word, edges=edges, y0=min(corners_y), y1=max(corners_y), baseline=max(corners_y), host=None)
