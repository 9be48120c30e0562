"""Which paragraphs of a PDF are headings, and how deep.

The outline says it best: its entries are matched, by their letters and digits, to rows on the page they point to.
Without a usable outline, type says it: larger or bolder than the body, short, not ending like a sentence. Deeper means
smaller or lighter, in the order in which the styles rank. The document's own title is no heading of a path.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.pdf_paragraphs import BULLETS, FORM_GAP, Draft
from report_qa.records.document import BlockKind

LONGEST_HEADING = 160
MOST_HEADING_ROWS = 4
LARGER = 1.09
DEEPEST = 5
USABLE_OUTLINE = 0.5  # share of its entries that are found on their pages
DENSE_OUTLINE = 0.4  # entries for each page; a sparser one names chapters only, and type finds the headings in them

_NOT_WORD = re.compile(r"[\W_]+")
_NUMBERING = re.compile(
    r"^(?:chapter|section|part|annex|appendix)?\s*(?:\d{1,2}(?:\.\d{1,2})*|[A-Z]|[IVX]{1,5})[.):]?\s+", re.IGNORECASE
)
_DECIMAL_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?(?=\s|[A-Z])")
_SENTENCE_END = re.compile(r"[.,;][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineEntry:
    """A bookmark: its depth from 0, its title, and the sheet that it points to (None where it points nowhere)."""

    level: int
    title: str
    page_index: int | None


def mark_headings(drafts: list[Draft], outline: Sequence[OutlineEntry], body_size: float, page_count: int) -> None:
    """Set `is_heading` and `heading_level` (0 for a title, which opens no path) on the drafts that are headings."""
    matched = _by_outline(drafts, outline)
    is_dense = matched >= USABLE_OUTLINE * len(outline) and matched >= DENSE_OUTLINE * page_count
    _by_type(drafts, body_size, only_below=is_dense)
    _deepen_by_number(drafts)
    _demote_title(drafts)


@lru_cache(maxsize=20_000)
def _letters(text: str) -> str:
    return _NOT_WORD.sub("", text.casefold())


@lru_cache(maxsize=20_000)
def _spellings(text: str) -> frozenset[str]:
    """A heading's letters and digits, with and without its number."""
    return frozenset({_letters(text), _letters(_NUMBERING.sub("", text))} - {""})


def _by_outline(drafts: list[Draft], outline: Sequence[OutlineEntry]) -> int:
    by_page: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.kind is not BlockKind.TABLE and draft.rows and not draft.turned:
            by_page.setdefault(draft.page_index, []).append(draft)
    matched = 0
    for entry in outline:
        if entry.page_index is None:
            continue
        wanted = _spellings(entry.title)
        for at in (entry.page_index, entry.page_index + 1):
            found = _matching(by_page.get(at, []), wanted)
            if found:
                _make_heading(found, entry.level + 1, drafts, by_page[at])
                matched += 1
                break
    return matched


def _matching(candidates: list[Draft], wanted: frozenset[str]) -> list[Draft]:
    """The draft, or the run of up to three, whose words are the entry's."""
    for index, draft in enumerate(candidates):
        if draft.is_heading or len(draft.rows) > MOST_HEADING_ROWS:
            continue
        text = draft.text
        for count in (1, 2, 3):
            together = candidates[index : index + count]
            if len(together) < count or any(other.is_heading for other in together):
                break
            if count > 1:
                text += " " + together[-1].text
            if len(text) > LONGEST_HEADING * 2:
                break
            if _spellings(text) & wanted:
                return together
    return []


def _make_heading(found: list[Draft], level: int, drafts: list[Draft], on_page: list[Draft]) -> None:
    first = found[0]
    for other in found[1:]:
        first.rows += other.rows
        other.rows = []
        on_page.remove(other)
        drafts.remove(other)
    first.kind = BlockKind.PROSE
    first.is_heading, first.heading_level = True, level


def _by_type(drafts: list[Draft], body_size: float, *, only_below: bool) -> None:
    """Find headings by their type; a style that the outline has given a level keeps it.

    `only_below` an outline that names nearly everything, bold lines in smaller type than its headings count.
    """
    candidates = [draft for draft in drafts if not draft.is_heading and _looks_like_heading(draft, body_size)]
    if only_below:
        smallest = min((_style(draft) for draft in drafts if draft.is_heading), default=(0.0, False))
        candidates = [draft for draft in candidates if draft.bold and _style(draft)[0] < smallest[0]]
    _join_wrapped(candidates, drafts)
    candidates = [draft for draft in candidates if draft.rows]
    levels = _levels_of_styles(candidates, [draft for draft in drafts if draft.is_heading])
    for draft in candidates:
        draft.is_heading, draft.kind = True, BlockKind.PROSE
        draft.heading_level = levels[_style(draft)]


def _levels_of_styles(candidates: list[Draft], known: list[Draft]) -> dict[tuple[float, bool], int]:
    """Rank the styles, larger and bolder first, each one level deeper than the one before."""
    given: dict[tuple[float, bool], Counter[int]] = {}
    for draft in known:
        given.setdefault(_style(draft), Counter())[draft.heading_level or 1] += 1
    styles = {_style(draft) for draft in candidates} | set(given)
    levels: dict[tuple[float, bool], int] = {}
    deepest = 0
    for style in sorted(styles, key=lambda style: (-style[0], -style[1])):
        level = given[style].most_common(1)[0][0] if style in given else deepest + 1
        levels[style] = min(level, DEEPEST)
        deepest = max(level, deepest) if style in given else level
    return levels


def _style(draft: Draft) -> tuple[float, bool]:
    return (round(draft.size * 2) / 2, draft.bold)


def _looks_like_heading(draft: Draft, body_size: float) -> bool:
    if draft.kind not in (BlockKind.PROSE, BlockKind.LIST) or draft.turned or len(draft.rows) > 3:
        return False
    if draft.kind is BlockKind.LIST and draft.marker in BULLETS:
        return False
    text = draft.text
    if len(text) > LONGEST_HEADING or _SENTENCE_END.search(text) or sum(map(str.isalpha, text)) < 3:
        return False
    if text[:1].islower() or len(text.split()) > 20 or sum(map(str.isdigit, text)) > 0.3 * len(text):
        return False
    if any(len(row.chunks(FORM_GAP * row.size)) > (2 if row.words[0].text[:1].isdigit() else 1) for row in draft.rows):
        return False  # labels of a chart or a form
    size = draft.size
    if size >= LARGER * body_size:
        return True
    return draft.bold and size >= 0.95 * body_size and len(draft.rows) <= 2 and not text.endswith(":")


def _join_wrapped(candidates: list[Draft], drafts: list[Draft]) -> None:
    """Put the lines of a heading that were taken for paragraphs of their own together."""
    where = {id(draft): index for index, draft in enumerate(drafts)}
    for draft, following in zip(candidates[::-1][1:], candidates[::-1], strict=False):
        close = where[id(following)] == where[id(draft)] + 1 and following.page_index == draft.page_index
        if (
            close
            and _style(draft) == _style(following)
            and 0 < following.rows[0].baseline - draft.rows[-1].baseline < 1.35 * draft.size
            and len(draft.text) + len(following.text) < LONGEST_HEADING
            and draft.size >= 14
        ):
            draft.rows += following.rows
            following.rows = []
    drafts[:] = [draft for draft in drafts if draft.rows]


def _deepen_by_number(drafts: list[Draft]) -> None:
    """Put "2.1.3" below "2.1" where the outline or the type put both on one level."""
    levels: dict[tuple[str, ...], int] = {}
    for draft in drafts:
        number = _DECIMAL_NUMBER.match(draft.text) if draft.is_heading else None
        if number is not None:
            parts = tuple(number.group().rstrip(".").split("."))
            above = levels.get(parts[:-1])
            if above is not None and (draft.heading_level or 0) <= above:
                draft.heading_level = above + 1
            levels[parts] = draft.heading_level or 0


def _demote_title(drafts: list[Draft]) -> None:
    """Make the title's level 0: a heading alone on its level, before all others."""
    headings = [draft for draft in drafts if draft.is_heading]
    if len(headings) < 2:
        return
    pages = headings[0].page_index
    while True:
        levels = Counter(draft.heading_level for draft in headings if draft.heading_level)
        if not levels:
            return
        top = min(levels)
        alone = [draft for draft in headings if draft.heading_level == top]
        first = next(draft for draft in headings if draft.heading_level)
        if len(alone) > 1 or alone[0] is not first or first.page_index > pages or len(levels) == 1:
            return
        first.heading_level = 0
