"""Footnotes of web pages: which elements refer to one, and which elements are one.

HTML has no element for footnotes. A reference is a link within the page that says so (role, epub:type, class), or one
that is raised or stands in brackets; what it points at, further down the page, is the note, and with it the whole list
that the note stands in. A link that points backwards leads from a note to its reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.html_elements import HEADINGS, LISTS, attribute, roles

if TYPE_CHECKING:
    from bs4.element import Tag

_NOTE_ROLES = frozenset(
    ["doc-endnotes", "doc-footnote", "doc-endnote", "footnotes", "footnote", "endnotes", "endnote", "rearnotes"]
)
_REFERENCE_ROLES = frozenset(["doc-noteref", "noteref", "footnote-ref", "footnote-reference"])
_BACK_ROLES = frozenset(["doc-backlink", "backlink", "footnote-backref", "footnote-back", "reversefootnote"])
_BACK_WORDS = re.compile(r"[\u21a9\u21b5\u2191\u23ce^]+\ufe0e?")
_BRACKETED = re.compile(r"\[\s*\w{1,4}\s*\]")
_LONGEST_MARK_CHARS = 16
_NOTE_PARTS = ("li", "p", "div", "dd", "aside")


def is_reference(tag: Tag) -> bool:
    """Say whether an element refers to a footnote: it says so, or is a short link that is raised or in brackets."""
    words = tag.get_text(strip=True)
    if not words or len(words) > _LONGEST_MARK_CHARS:
        return False
    if roles(tag) & _REFERENCE_ROLES:
        return True
    link = tag if tag.name == "a" else tag.find("a")
    if link is None or not attribute(link, "href").startswith("#"):
        return False
    return bool(tag.name == "sup" or tag.find_parent("sup") or tag.find("sup") or _BRACKETED.fullmatch(words))


def is_back_link(tag: Tag) -> bool:
    to_page = attribute(tag, "href").startswith("#")
    return to_page and bool(roles(tag) & _BACK_ROLES or _BACK_WORDS.fullmatch(tag.get_text(strip=True)))


def note_of(reference: Tag, by_name: Mapping[str, Tag], notes: frozenset[int]) -> Tag | None:
    """Return the note, among those that were found, that a reference points at."""
    link = reference if reference.name == "a" else reference.find("a")
    target = by_name.get(unquote(attribute(link, "href").removeprefix("#"))) if link is not None else None
    if target is None:
        return None
    return next((tag for tag in (target, *target.parents) if id(tag) in notes), None)


def named(root: Tag) -> dict[str, Tag]:
    """Return the elements that links within the page can point at, by name; the first one where several have it."""
    found = [(str(tag.get("id") or (tag.name == "a" and tag.get("name")) or ""), tag) for tag in root.find_all(True)]
    return {name: tag for name, tag in reversed(found) if name}


def footnotes(root: Tag) -> frozenset[int]:
    """Return the identities of elements that are footnotes, or entries of the list of sources that marks point at."""
    tags = root.find_all(True)
    order = {id(tag): position for position, tag in enumerate(tags)}
    by_id = named(root)
    found: list[Tag] = []
    for tag in tags:
        if tag.name == "a" and is_reference(tag):
            target = by_id.get(unquote(str(tag.get("href", "")).removeprefix("#")))
            if target is not None and order[id(target)] > order[id(tag)]:  # a back link points backwards
                found.append(target)
        elif roles(tag) & _NOTE_ROLES and tag.name != "a":
            found += tag.find_all("li") or tag.find_all("p") or [tag]
    notes: set[int] = set()
    for tag in found:
        note = tag if tag.name in _NOTE_PARTS else tag.find_parent(_NOTE_PARTS)
        if note is None or id(note) in notes or id(note) not in order or note.find([*HEADINGS, *LISTS, "table"]):
            continue
        siblings = note.find_next_siblings("li") + note.find_previous_siblings("li") if note.name == "li" else []
        notes.update(id(each) for each in [note, *siblings])
    return frozenset(notes)
