"""Reads web pages: the words that a person reads in the page's main content, and nothing of the site around it.

Left out are navigation, asides, headers and footers of the site, forms, scripts, what is hidden or struck through, and
the marks of footnotes. The notes that those marks point at become footnotes. The only h1 is the title of the page and
is no part of heading paths. Nothing that a page refers to is fetched.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator

from bs4 import BeautifulSoup, ParserRejectedMarkup
from bs4.element import CData, NavigableString, PageElement, Tag

from ingest.charset import decode
from ingest.html_elements import (
    BLOCKS,
    HEADINGS,
    LISTS,
    NOT_READ,
    SITE_ROLES,
    STRUCK,
    anchor,
    attribute,
    is_header,
    is_layout,
    is_unseen,
    span,
)
from ingest.html_notes import footnotes, is_back_link, is_reference, named, note_of
from ingest.superscript import is_footnote_mark, raise_digits
from ingest.text_builder import TextBuilder
from report_qa.errors import DocumentUnreadable
from report_qa.records.document import DocumentText

READER = "html/2"

_DECLARED = re.compile(
    rb"""<meta[^>]+?charset\s*=\s*["']?\s*([\w-]+)|^\s*<\?xml[^>]+?encoding\s*=\s*["']([\w-]+)""", re.IGNORECASE
)
_DECLARED_WITHIN_BYTES = 4096
_DEEPEST_NESTING = 200
_WIDEST_TABLE = 1000


def read_html(content: bytes, *, name: str) -> DocumentText:
    """Return the reading text of a web page's main content."""
    declared = _DECLARED.search(content[:_DECLARED_WITHIN_BYTES])
    charset = (declared[1] or declared[2]).decode("ascii") if declared else ""
    builder = TextBuilder()
    try:
        page = _parse(decode(content, name=name, declared=charset), name=name)
    except ParserRejectedMarkup as error:
        raise DocumentUnreadable(f"{name} is not HTML.", hint="Open it in a browser and save it again.") from error
    root = _main_content(page)
    _Walk(builder, root, title=_only_h1(root)).read()
    return builder.build(reader=READER, name=name)


def append_html(builder: TextBuilder, markup: str, *, name: str) -> None:
    """Add a piece of HTML that stands in a file of another format."""
    _Walk(builder, _parse(markup, name=name), title=None).read()


def _parse(markup: str, *, name: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "looks like a file name", "looks like XML": here it is HTML because we say so
        page = BeautifulSoup(markup, "lxml")
    depths = {id(page): 0}
    for tag in page.find_all(True):
        depths[id(tag)] = depths[id(tag.parent)] + 1
    if max(depths.values()) > _DEEPEST_NESTING:
        raise DocumentUnreadable(
            f"{name} has elements nested too deeply to be read.", hint="Save it again from a browser, or as text."
        )
    return page


def _main_content(page: BeautifulSoup) -> Tag:
    """Return main, else the only article, else the body."""
    mains = [tag for tag in page.find_all(True) if tag.name == "main" or attribute(tag, "role") == "main"]
    articles = [tag for tag in page.find_all("article") if not tag.find_parent("article")]
    for candidates in (mains, articles):
        seen = [tag for tag in candidates if not is_unseen(tag) and tag.get_text(strip=True)]
        if len(seen) == 1:
            return seen[0]
    return page.body or page


def _only_h1(root: Tag) -> Tag | None:
    found = [tag for tag in root.find_all("h1") if not any(map(is_unseen, [tag, *tag.parents]))]
    return found[0] if len(found) == 1 else None


class _Walk:
    """One pass through the content. Words gather in a buffer until a block begins or ends."""

    def __init__(self, builder: TextBuilder, root: Tag, *, title: Tag | None) -> None:
        self._builder = builder
        self._root = root
        self._title = title
        self._notes = footnotes(root)
        self._named = named(root)
        self._buffer: list[str] = []
        self._depth = -1
        self._placed: dict[str, Callable[[Tag], None]] = {
            **dict.fromkeys(HEADINGS, self._heading),
            **dict.fromkeys(LISTS, self._list),
            **dict.fromkeys(("caption", "figcaption"), self._caption),
            "dl": self._definitions,
            "pre": self._preformatted,
            "table": self._table,
        }

    def read(self) -> None:
        self._flow(self._root)
        self._emit()

    def _flow(self, parent: Tag) -> None:
        for child in parent.children:
            if isinstance(child, Tag):
                self._place(child)
            else:
                self._buffer.extend(_characters(child))

    def _place(self, tag: Tag) -> None:
        if id(tag) in self._notes:
            self._emit()
            self._builder.footnote(self._words(tag), note=str(id(tag)))
        elif self._leaves_out(tag):
            self._buffer.extend(self._mark(tag))
        elif tag.name in self._placed:
            self._placed[tag.name](tag)
        elif tag.name in BLOCKS:
            self._block(tag)
        elif tag.name in ("br", "sup"):
            self._gather(tag, self._buffer)
        else:
            self._flow(tag)

    def _block(self, tag: Tag) -> None:
        self._boundary()
        self._flow(tag)
        self._boundary()

    def _heading(self, tag: Tag) -> None:
        self._emit()
        level = 0 if tag is self._title else int(tag.name[1])
        self._builder.heading(self._words(tag), level, anchor=anchor(tag))

    def _list(self, tag: Tag) -> None:
        self._emit()
        self._depth += 1
        for item in tag.find_all(True, recursive=False):
            self._place(item)
            self._emit()
        self._depth -= 1

    def _caption(self, tag: Tag) -> None:
        self._emit()
        self._builder.caption(self._words(tag))

    def _preformatted(self, tag: Tag) -> None:
        if self._depth >= 0:
            self._block(tag)
            return
        self._emit()
        for line_break in tag.find_all("br"):
            line_break.replace_with("\n")
        self._builder.paragraph(self._words(tag), keep_lines=True)

    def _emit(self) -> None:
        words = "".join(self._buffer)
        self._buffer.clear()
        if self._depth < 0:
            self._builder.paragraph(words)
        else:
            self._builder.list_item(words, depth=self._depth)

    def _boundary(self) -> None:
        """End a paragraph; those of one list item stay together."""
        if self._depth < 0:
            self._emit()
        else:
            self._buffer.append(" ")

    def _words(self, tag: Tag) -> str:
        """Return all words of an element as one run."""
        words: list[str] = []
        self._gather_children(tag, words)
        return "".join(words)

    def _gather_children(self, tag: Tag, words: list[str]) -> None:
        for child in tag.children:
            if isinstance(child, Tag):
                self._gather(child, words)
            else:
                words.extend(_characters(child))

    def _gather(self, tag: Tag, words: list[str]) -> None:
        if self._leaves_out(tag):
            words.extend(self._mark(tag))
        elif tag.name == "br":
            words.append(" ")
        elif tag.name == "sup":
            raised, before = self._words(tag), "".join(words[-3:])
            if is_footnote_mark(raised, before):
                self._builder.drop("footnote mark", len(raised.strip()))
                words.append(self._builder.note_mark(label=raised.strip()))
            else:
                words.append(raise_digits(raised, before))
        else:
            edge = [" "] if tag.name in BLOCKS else []
            words.extend(edge)
            self._gather_children(tag, words)
            words.extend(edge)

    def _mark(self, tag: Tag) -> list[str]:
        """Return what stands for an element that was left out, if it refers to a note."""
        if tag.name not in ("a", "sup") or not is_reference(tag):
            return []
        note = note_of(tag, self._named, self._notes)
        label = tag.get_text(strip=True)
        return [self._builder.note_mark(label=label, note=str(id(note)))] if note is not None else []

    def _leaves_out(self, tag: Tag) -> bool:
        """Say whether an element is not read, and count what is left out of the text itself."""
        if tag.name in STRUCK:
            self._builder.drop("struck text", len(tag.get_text(strip=True)))
            return True
        if tag.name in ("a", "sup") and (is_reference(tag) or is_back_link(tag)):
            self._builder.drop("footnote mark", len(tag.get_text(strip=True)))
            return True
        if tag.name in ("header", "footer", "aside") or tag.name in NOT_READ:
            of_site = tag.name in NOT_READ or not tag.find_parent(["main", "article", "section"])
            return of_site and not any(id(part) in self._notes for part in tag.find_all(True))
        return is_unseen(tag) or attribute(tag, "role") in SITE_ROLES

    def _definitions(self, tag: Tag) -> None:
        """Add each term with its description as one item; a description with structure follows its term instead."""
        self._emit()
        self._depth += 1
        terms: list[str] = []
        described = False
        for part in tag.find_all(["dt", "dd"]):
            outer = part.find_parent(["dt", "dd", "dl"])
            if outer is not None and outer.name != "dl":  # its end tag is left out, which lxml does not know of
                outer.insert_after(part)
        for part in tag.find_all(["dt", "dd"]):
            if part.find_parent("dl") is not tag or (id(part) not in self._notes and self._leaves_out(part)):
                continue
            if part.name == "dt":
                terms = [*([] if described else terms), self._words(part).strip()]
                described = False
            elif id(part) in self._notes or part.find([*HEADINGS, *LISTS, "dl", "table", "pre"]):
                self._builder.list_item(", ".join(terms), depth=self._depth)
                self._place(part)
                self._emit()
                terms, described = [], True
            else:
                term = ", ".join(filter(None, terms)).removesuffix(":")
                self._builder.list_item(": ".join(filter(None, [term, self._words(part)])), depth=self._depth)
                described = True
        if not described:
            self._builder.list_item(", ".join(terms), depth=self._depth)
        self._depth -= 1

    def _table(self, tag: Tag) -> None:
        if is_layout(tag):
            self._block(tag)
            return
        self._emit()
        if caption := tag.find("caption"):
            self._builder.caption(self._words(caption))
        rows = [row for row in tag.find_all("tr") if not self._leaves_out(row)]
        header_rows = 0
        while header_rows < len(rows) and is_header(rows[header_rows]):
            header_rows += 1
        self._builder.table(list(self._grid(rows)), header_rows=header_rows)

    def _grid(self, rows: list[Tag]) -> Iterator[list[str]]:
        """Yield rows with every cell in its column; the other places of a cell that spans several stay empty."""
        still_covered: dict[int, int] = {}
        for row in rows:
            cells: list[str] = []
            covered = {column: left - 1 for column, left in still_covered.items() if left > 1}
            for cell in row.find_all(["td", "th"], recursive=False):
                while still_covered.get(len(cells), 0):
                    cells.append("")
                across = span(cell, "colspan") if len(cells) < _WIDEST_TABLE else 1
                down = span(cell, "rowspan") or len(rows)
                covered.update({len(cells) + column: down - 1 for column in range(across) if down > 1})
                cells += [self._words(cell) if not self._leaves_out(cell) else "", *[""] * (across - 1)]
            still_covered = covered
            yield cells


def _characters(node: PageElement) -> list[str]:
    """Return the words of a text node; comments and the like have none."""
    return [str(node)] if type(node) in (NavigableString, CData) else []
