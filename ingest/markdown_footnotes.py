"""Footnotes for markdown-it: `[^label]` refers to `[^label]: words`, which CommonMark knows nothing of.

A definition ends at an empty line that is not followed by an indented one. Its tokens are footnote_open, inline and
footnote_close; a reference gives a footnote_ref, if its label is defined anywhere in the file, else it stays text.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*(.*)")
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
_CONTINUATION_INDENT = 4
_CODE_INDENT = 4


def add_footnotes(markdown: MarkdownIt) -> None:
    """Teach a parser footnotes."""
    options = {"alt": ["paragraph", "reference"]}
    markdown.block.ruler.before("reference", "footnote_definition", _definition, options)
    markdown.inline.ruler.before("link", "footnote_reference", _reference)


def _definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.sCount[start_line] - state.blkIndent >= _CODE_INDENT:
        return False
    match = _DEFINITION.match(_line(state, start_line))
    if match is None:
        return False
    if silent:
        return True
    words = [match[2]]
    next_line = start_line + 1
    while next_line < end_line and not _DEFINITION.match(_line(state, next_line)):
        if state.isEmpty(next_line) and not _goes_on(state, next_line + 1, end_line):
            break
        words.append(_line(state, next_line))
        next_line += 1
    state.env.setdefault("footnotes", set()).add(match[1])
    state.push("footnote_open", "", 1)
    inline = state.push("inline", "", 0)
    inline.content = "\n".join(words).strip()
    inline.children = []
    state.push("footnote_close", "", -1)
    state.line = next_line
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    match = _REFERENCE.match(state.src, state.pos)
    if match is None or match[1] not in state.env.get("footnotes", ()):
        return False
    if not silent:
        state.push("footnote_ref", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _goes_on(state: StateBlock, line: int, end_line: int) -> bool:
    return line < end_line and not state.isEmpty(line) and state.sCount[line] - state.blkIndent >= _CONTINUATION_INDENT
