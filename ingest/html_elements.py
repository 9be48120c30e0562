"""What the elements of a web page are, going by their names and attributes alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4.element import Tag

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = frozenset(["ul", "ol", "menu", "dir"])
BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"]
).union(HEADINGS)  # fmt: skip
NOT_READ = frozenset(
    [
        "annotation",
        "annotation-xml",
        "aside",
        "audio",
        "button",
        "canvas",
        "datalist",
        "dialog",
        "embed",
        "head",
        "iframe",
        "input",
        "label",
        "meter",
        "nav",
        "noscript",
        "object",
        "optgroup",
        "option",
        "output",
        "progress",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ]
)
STRUCK = frozenset(["del", "s", "strike"])
SITE_ROLES = frozenset(
    [
        "navigation",
        "search",
        "banner",
        "contentinfo",
        "complementary",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
    ]
)
_UNSEEN_CLASSES = re.compile(
    r"(?:^|[\s-])(?:visually-hidden|sr-only|screen-reader-text|mw-cite-backlink|mw-editsection)(?:\s|$)"
)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])")
_WIDEST_SPAN = 100


def attribute(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return (value if isinstance(value, str) else " ".join(value)).lower()


def roles(tag: Tag) -> frozenset[str]:
    """Return what an element says that it is: its role, its epub:type and its classes."""
    return frozenset(" ".join(attribute(tag, name) for name in ("role", "epub:type", "class")).split())


def is_unseen(tag: Tag) -> bool:
    return (
        tag.has_attr("hidden")
        or attribute(tag, "aria-hidden") == "true"
        or bool(_UNSEEN_STYLE.search(attribute(tag, "style")))
        or bool(_UNSEEN_CLASSES.search(attribute(tag, "class")))
    )


def anchor(heading: Tag) -> str:
    """Return the id of a heading, of something in it, or of the section that it opens."""
    section = heading.find_parent("section")
    opens = section is not None and section.find(HEADINGS) is heading
    candidates = [heading, heading.find(id=True), section if opens else None]
    return next((str(tag["id"]) for tag in candidates if tag is not None and tag.has_attr("id")), "")


def is_layout(table: Tag) -> bool:
    return attribute(table, "role") in ("presentation", "none") or bool(table.find(["table", *HEADINGS]))


def is_header(row: Tag) -> bool:
    cells = row.find_all(["td", "th"], recursive=False)
    return bool(row.find_parent("thead")) or (bool(cells) and all(cell.name == "th" for cell in cells))


def span(cell: Tag, direction: str) -> int:
    """Return how many columns or rows a cell covers; a rowspan of 0 means all rows below."""
    value = attribute(cell, direction).strip()
    if not re.fullmatch("[0-9]{1,5}", value) or (value == "0" and direction == "colspan"):
        return 1
    return min(int(value), _WIDEST_SPAN)
