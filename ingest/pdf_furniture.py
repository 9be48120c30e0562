"""Finds what stands on the pages of a PDF and is no part of its reading text: running heads and the table of contents.

A running head (or foot) is a row near the edge of the page that comes back, its digits aside, at the same height on
other pages; or a lone page number. Only the outermost rows can be one, so a repeated table header in the middle stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ingest.pdf_words import PageWords, Row

RUNNING_HEAD = "running head"
CONTENTS_LIST = "contents list"

EDGE_SHARE = 0.12  # running heads lie within this share of the page's height
MOST_ROWS = 4
SAME_HEIGHT_PT = 4.0
SHORT_DOCUMENT_PAGES = 4
FEWEST_ENTRIES = 3
CLOSE_STEP = 1.6  # in font sizes

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|·\s]*(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d{1,4})?[-–—|·\s]*", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:\.\s?){4,}|(?:…\s?){2,}|(?:·\s?){4,}|(?:_){4,}")
_ENTRY_END = re.compile(r"(?:^|[\s.…·_])(\d{1,4}|[ivxlc]{1,7}|[A-Z]{1,3}-?\d{1,3})\s*$")
_CONTENTS_TITLE = re.compile(
    r"(?:table of )?contents|list of (?:tables|figures|charts|exhibits|boxes)|(?:tables|figures)|in this report|"
    r"table of contents.*",
    re.IGNORECASE,
)


def drop_furniture(pages: list[PageWords]) -> None:
    """Take running heads and contents lists out of the pages' rows, and count their characters."""
    _drop_running_heads(pages)
    for page in pages:
        _drop_contents_list(page, len(pages))


def _drop_running_heads(pages: list[PageWords]) -> None:
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for page in pages:
        for row in {id(row): row for edge in _edges(page) for row in edge}.values():
            found[_key(row)].append((row.baseline, page.page_index))
    needed = 2 if len(pages) <= SHORT_DOCUMENT_PAGES else 3
    for page in pages:
        dropped: set[int] = set()
        for edge in _edges(page):
            heads = []
            for row in edge:
                places = {at for height, at in found[_key(row)] if abs(height - row.baseline) <= SAME_HEIGHT_PT}
                lone_number = len(pages) > 1 and _PAGE_NUMBER.fullmatch(row.text)
                if len(places) < needed and not lone_number:
                    break
                heads.append(row)
            while len(pages) <= SHORT_DOCUMENT_PAGES and heads and _touches_text(heads[-1], page):
                heads.pop()
            dropped |= {id(row) for row in heads}
        _remove(page, [row for row in page.rows if id(row) in dropped], RUNNING_HEAD)


def _touches_text(head: Row, page: PageWords) -> bool:
    """Whether the next row inwards follows as closely as in a paragraph; then a few repeats prove nothing."""
    at = page.rows.index(head)
    inwards = at + 1 if head.baseline < page.height_pt / 2 else at - 1
    if not 0 <= inwards < len(page.rows):
        return False
    return abs(page.rows[inwards].baseline - head.baseline) < CLOSE_STEP * head.size


def _edges(page: PageWords) -> Iterator[list[Row]]:
    """The outermost rows at the top and at the bottom, each from the edge inwards."""
    yield [row for row in page.rows[:MOST_ROWS] if row.baseline < EDGE_SHARE * page.height_pt]
    yield [row for row in page.rows[: -MOST_ROWS - 1 : -1] if row.baseline > (1 - EDGE_SHARE) * page.height_pt]


def _key(row: Row) -> str:
    return _DIGITS.sub("#", row.text.casefold())


def _drop_contents_list(page: PageWords, page_count: int) -> None:
    """Drop runs of entries that end in a page number after leaders, or after a wide gap under a title."""
    under_title = False
    run: list[Row] = []
    pending: list[Row] = []
    lists: list[list[Row]] = []
    title: Row | None = None
    strong = False
    for row in [*page.rows, None]:
        if row is not None and _CONTENTS_TITLE.fullmatch(row.text.strip(" :")):
            if len(run) >= FEWEST_ENTRIES:
                lists.append(run)
            under_title, title, run, pending = True, row, [row], []
            continue
        leaders = row is not None and _is_entry_with_leaders(row)
        if row is not None and (leaders or (under_title and _is_entry_with_gap(row, page_count))):
            run += [*pending, row]
            strong = strong or leaders
            pending = []
        elif row is not None and run and len(pending) < 2:
            pending.append(row)  # an entry too long for one row goes on here
        else:
            if len(run) - (title in run) >= FEWEST_ENTRIES:
                lists.append(run)
            run, pending, under_title, title = [], [], False, None
    for entries in lists:
        _remove(page, entries, CONTENTS_LIST)


def _is_entry_with_leaders(row: Row) -> bool:
    text = row.text
    return bool(_LEADERS.search(text)) and bool(_ENTRY_END.search(text))


def _is_entry_with_gap(row: Row, page_count: int) -> bool:
    last = row.words[-1]
    if not (last.text.isdigit() and 0 < int(last.text) <= page_count + 50) or len(row.words) < 2:
        return False
    return last.x0 - row.words[-2].x1 > last.size or row.words[0].text.rstrip(".").replace(".", "").isdigit()


def _remove(page: PageWords, rows: list[Row], reason: str) -> None:
    gone = {id(row) for row in rows}
    page.dropped[reason] += sum(len(row.text) for row in rows)
    page.rows = [row for row in page.rows if id(row) not in gone]
