"""What the styles of a Word document say of a paragraph or run: heading, list, title, caption, raised.

A style inherits from the one it is based on. The names of built-in styles are English in every language version of
Word; their ids are translated, and a custom style says what it is by its outline level or numbering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY_LEVEL = 9  # the outline level of text that is no heading; headings are 0 to 8

_HEADING = re.compile(r"heading ([1-9])")
_LIST = re.compile(r"list(?: bullet| number| continue)?(?: ([2-5]))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    name: str
    based_on: str
    properties: BaseOxmlElement


class StyleSheet:
    """The styles of one document, by id. An unknown id says nothing."""

    def __init__(self, styles: BaseOxmlElement) -> None:
        self._styles = {
            style.get(f"{WORD}styleId", ""): _Style(
                name=value(style, "name").lower(), based_on=value(style, "basedOn"), properties=style
            )
            for style in styles.iterchildren(f"{WORD}style")
        }

    def name(self, style_id: str) -> str:
        """Return the name of a style in lower case ("heading 1")."""
        return self._styles[style_id].name if style_id in self._styles else ""

    def is_a(self, style_id: str, *names: str) -> bool:
        """Say whether a style is one of these, or based on one."""
        return any(style.name in names for style in self._chain(style_id))

    def heading_level(self, style_id: str) -> int:
        """Return 1 to 9 for the style of a heading, else 0."""
        for style in self._chain(style_id):
            level = outline_level(style.properties.find(f"{WORD}pPr"))
            if level is not None:
                return level + 1 if level < BODY_LEVEL else 0
            if match := _HEADING.fullmatch(style.name):
                return int(match[1])
        return 0

    def list_depth(self, style_id: str) -> int | None:
        """Return how deep a list style stands, 0 for the outermost, None for a style that is of no list."""
        for style in self._chain(style_id):
            depth = numbering_depth(style.properties.find(f"{WORD}pPr"))
            match = _LIST.fullmatch(style.name)
            if match and match[1]:
                return int(match[1]) - 1
            if depth is not None or match:
                return depth or 0
        return None

    def is_raised(self, style_id: str) -> bool:
        """Say whether a style is superscript."""
        return any(is_raised(style.properties.find(f"{WORD}rPr")) for style in self._chain(style_id))

    def _chain(self, style_id: str) -> Iterator[_Style]:
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = self._styles[style_id].based_on


def value(parent: BaseOxmlElement | None, tag: str) -> str:
    """Return the w:val of a child, "" without one."""
    child = parent.find(WORD + tag) if parent is not None else None
    return str(child.get(f"{WORD}val", "")) if child is not None else ""


def is_on(parent: BaseOxmlElement | None, tag: str) -> bool:
    """Say whether a property that is on or off is on; its presence alone means on."""
    return (
        parent is not None
        and parent.find(WORD + tag) is not None
        and value(parent, tag).lower() not in ("0", "false", "off")
    )


def is_raised(properties: BaseOxmlElement | None) -> bool:
    """Say whether the properties of a run make it superscript."""
    return value(properties, "vertAlign") == "superscript"


def outline_level(properties: BaseOxmlElement | None) -> int | None:
    """Return the outline level that the properties of a paragraph set, 0 to 9."""
    level = value(properties, "outlineLvl")
    return int(level) if re.fullmatch("[0-9]", level) else None


def numbering_depth(properties: BaseOxmlElement | None) -> int | None:
    """Return the list level that the properties of a paragraph set, 0 to 8; None without numbering."""
    numbering = properties.find(f"{WORD}numPr") if properties is not None else None
    if numbering is None or value(numbering, "numId") in ("", "0"):
        return None
    level = value(numbering, "ilvl")
    return int(level) if re.fullmatch("[0-8]", level) else 0
