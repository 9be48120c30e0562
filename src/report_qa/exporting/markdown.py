"""Markdown (CommonMark) that shows the very words: whatever could mean something as markup is escaped.

Escaped everywhere are the signs of inline markup, HTML, entities, tables, strikethrough and mathematics; at the beginning of
a line also those of headings, lists and rules. "http://" and "www." inside words are broken up, so that no viewer makes links
of them; the only links are the references' own addresses. Line breaks inside a block are hard ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report_qa.exporting.content import Content
from report_qa.exporting.prose import Block, ReferenceText, Style, blocks

_INLINE = re.compile(r"[\\`*_\[\]<>&~$|^{}]|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_BEGINNING = re.compile(r"^(?:(?P<sign>[#+\-=:])|(?P<number>\d{1,9})(?P<mark>[.)]))")
_MARKS = {
    Style.TITLE: "# ",
    Style.QUESTION: "## ",
    Style.HEADING: "## ",
    Style.SOURCE: "### ",
    Style.CHOICE: "- ",
    Style.REASON: "- ",
    Style.QUOTATION: "> ",
    Style.NOTICE: "> ",
}
_LINE_BREAK = "\\\n"


def as_markdown(content: Content) -> bytes:
    """Return an export as CommonMark in UTF-8."""
    return ("\n\n".join(part for block in blocks(content) for part in _parts(block)) + "\n").encode()


def _parts(block: Block) -> Iterator[str]:
    if block.reference is not None:
        yield from _reference(block.reference)
        return
    text = _escaped(block.text)
    numbers = "".join(f" \\[{number}\\]" for number in block.numbers)
    if block.style is Style.SOURCE:
        label = f" ({_escaped(block.label)})" if block.label else ""
        yield f"{_MARKS[block.style]}{text}{label}"
    elif block.style is Style.STATE:
        yield f"**{text}**"
    elif block.label:
        yield f"**{_escaped(block.label)}:** {text}{numbers}"
    else:
        yield f"{_MARKS.get(block.style, '')}{text}{numbers}"


def _reference(reference: ReferenceText) -> Iterator[str]:
    yield f"**\\[{reference.number}\\]** {_escaped(reference.quote)}"
    said = [_escaped(f"{reference.title}. {reference.source}.")]
    if reference.standing:
        said.append(f"**{_escaped(reference.standing)}.**")
    if reference.remark:
        said.append(_escaped(reference.remark))
    if reference.licence:
        said.append(f"Licence: {_escaped(reference.licence)}.")
    if reference.address:
        said.append(f"<{reference.address}>")
    said.append(
        f"Permanent link: <{reference.link}>" if reference.link else f"Permanent name: {_escaped(reference.cite)}"
    )
    yield " ".join(said)


def _escaped(text: str) -> str:
    return _LINE_BREAK.join(_line(line) for line in text.split("\n") if line.strip())


def _line(line: str) -> str:
    """Return one line in which nothing is markup; lines that begin a block are escaped as if each did."""
    line = _INLINE.sub(r"\\\g<0>", line.strip())
    return _BEGINNING.sub(
        lambda begins: f"\\{begins['sign']}" if begins["sign"] else f"{begins['number']}\\{begins['mark']}", line
    )
