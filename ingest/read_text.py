"""Reads text files: Markdown here, plain text in plain_text.

Markdown is CommonMark with tables, struck-out text and footnotes. Its markup is left out: of a link its words stay, of
a picture its alternative text, as a caption; struck-out words, front matter and the marks of footnotes go and are
counted. HTML within Markdown is read as HTML. A numbered list of one item is a numbered paragraph and keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from ingest.charset import decode
from ingest.plain_text import append_plain_text
from ingest.read_html import append_html
from ingest.superscript import is_footnote_mark, raise_digits
from ingest.text_builder import TextBuilder
from report_qa.records.document import DocumentText

MARKDOWN_READER = "markdown/2"
TEXT_READER = "text/1"

_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*\n(?=(?:[ \t]*(?:#.*)?\n)*[ \t]*[\w\"'-]+[ \t]*[:=])(?:.*\n)*?(?:\1|\.\.\.)[ \t]*(?:\n|\Z)"
)
_ANCHOR = re.compile(r"\{\s*#([^\s{}]+)[^{}]*\}\s*$")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*(.*)")
_FOOTNOTE_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_TAG = re.compile(r"<(/?[a-zA-Z][\w-]*)")
_DEEPEST_NESTING = 100


def read_plain_text(content: bytes, *, name: str) -> DocumentText:
    """Return the reading text of a text file without markup."""
    builder = TextBuilder()
    append_plain_text(builder, decode(content, name=name))
    return builder.build(reader=TEXT_READER, name=name)


def read_markdown(content: bytes, *, name: str) -> DocumentText:
    """Return the reading text of a Markdown file."""
    text = re.sub(r"\r\n?", "\n", decode(content, name=name))
    builder = TextBuilder()
    if front_matter := _FRONT_MATTER.match(text):
        builder.drop("front matter", front_matter.end())
        text = text[front_matter.end() :]
    _Walk(builder, _parser().parse(text), name=name).read()
    return builder.build(reader=MARKDOWN_READER, name=name)


class _Walk:
    """One pass through a file. What a list item says gathers until the item, or a list in it, begins or ends."""

    def __init__(self, builder: TextBuilder, tokens: Sequence[Token], *, name: str) -> None:
        self._builder = builder
        self._name = name
        self._tokens = tokens
        self._position = 0
        self._item: list[str] = []
        self._lists: list[bool] = []  # whether each list that is open is one, and not a numbered paragraph
        self._number = ""

    def read(self) -> None:
        handlers: dict[str, Callable[[Token], None]] = {
            "heading_open": self._heading,
            "inline": self._paragraph,
            "code_block": self._code,
            "fence": self._code,
            "html_block": self._html,
            "table_open": self._table,
            "footnote_open": self._footnote,
        }
        while self._position < len(self._tokens):
            token = self._tokens[self._position]
            self._position += 1
            if token.type in handlers:
                handlers[token.type](token)
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                self._end_item()
                self._lists.append(bool(self._lists) or not self._is_numbered_paragraph(token))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._end_item()
                self._lists.pop()
            elif token.type == "list_item_close":
                self._end_item()

    @property
    def _depth(self) -> int:
        return sum(self._lists) - 1

    def _is_numbered_paragraph(self, opening: Token) -> bool:
        """Say whether a list has one item and a number, which then goes before the words that follow."""
        if opening.type != "ordered_list_open":
            return False
        item = self._tokens[self._position]
        end = self._position + 1
        while self._tokens[end].level > item.level:
            end += 1
        if self._tokens[end + 1].type == "list_item_open":
            return False
        self._number = f"{item.info}{item.markup} "
        return True

    def _end_item(self) -> None:
        if self._depth >= 0:
            self._builder.list_item(" ".join(self._item), depth=self._depth)
            self._item.clear()

    def _inline(self) -> tuple[str, list[str]]:
        """Return the words of the next inline token, and the alternative texts of its pictures."""
        token = self._tokens[self._position]
        self._position += 1
        pictures: list[str] = []
        return _words(self._builder, token.children or [], pictures), pictures

    def _heading(self, opening: Token) -> None:
        self._end_item()
        words, pictures = self._inline()
        anchor = _ANCHOR.search(words)
        words = words[: anchor.start()] if anchor else words
        self._builder.heading(words, int(opening.tag[1]), anchor=anchor[1] if anchor else "")
        self._captions(pictures)

    def _paragraph(self, _: Token) -> None:
        self._position -= 1
        words, pictures = self._inline()
        if self._depth >= 0:
            self._item.append(words)
        else:
            self._builder.paragraph(self._number + words if words else "")
            self._number = ""
        if pictures:
            self._end_item()
            self._captions(pictures)

    def _captions(self, pictures: list[str]) -> None:
        for alternative in pictures:
            self._builder.caption(alternative)

    def _code(self, token: Token) -> None:
        if self._depth >= 0:
            self._item.append(token.content)
        else:
            self._builder.paragraph(token.content, keep_lines=True)

    def _html(self, token: Token) -> None:
        self._end_item()
        append_html(self._builder, token.content, name=self._name)

    def _footnote(self, opening: Token) -> None:
        words, _pictures = self._inline()
        self._builder.footnote(words, note=opening.info)

    def _table(self, _: Token) -> None:
        self._end_item()
        rows: list[list[str]] = []
        captions: list[str] = []
        header_rows = 0
        while (token := self._tokens[self._position]).type != "table_close":
            if token.type == "inline":
                words, pictures = self._inline()
                rows[-1].append(words)
                captions += pictures
                continue
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "thead_close":
                header_rows = len(rows)
            self._position += 1
        self._builder.table(rows, header_rows=header_rows)
        self._captions(captions)


def _words(builder: TextBuilder, tokens: Sequence[Token], pictures: list[str]) -> str:
    """Return the words of inline tokens without markup."""
    words: list[str] = []
    struck = 0
    raised_from: int | None = None
    for token in tokens:
        if token.type in ("s_open", "s_close"):
            struck += token.nesting
        elif struck and token.content:
            builder.drop("struck text", len(token.content))
        elif token.type in ("text", "code_inline"):
            words.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            pictures.append(_words(builder, token.children or [], pictures))
        elif token.type == "footnote_mark":
            builder.drop("footnote mark", len(token.content))
            words.append(builder.note_mark(label=token.info, note=token.info))
        elif token.type == "html_inline":
            match = _TAG.match(token.content)
            tag = match[1].lower() if match else ""
            if tag == "br":
                words.append(" ")
            elif tag == "sup":
                raised_from = len(words)
            elif tag == "/sup" and raised_from is not None:
                _end_raised(builder, words, raised_from)
                raised_from = None
    return "".join(words)


def _end_raised(builder: TextBuilder, words: list[str], start: int) -> None:
    raised, before = "".join(words[start:]), "".join(words[:start])
    del words[start:]
    if is_footnote_mark(raised, before):
        builder.drop("footnote mark", len(raised.strip()))
        words.append(builder.note_mark(label=raised.strip()))
    else:
        words.append(raise_digits(raised, before))


def _parser() -> MarkdownIt:
    """Return a CommonMark parser that knows tables, struck-out text and footnotes (`[^label]`, `[^label]: words`)."""
    markdown = MarkdownIt("commonmark", {"maxNesting": _DEEPEST_NESTING}).enable(["table", "strikethrough"])
    markdown.block.ruler.before("reference", "footnote", _footnote_rule, {"alt": ["paragraph", "reference"]})
    markdown.inline.ruler.before("link", "footnote_mark", _footnote_mark_rule)
    return markdown


def _footnote_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a definition. It ends at an empty line that no indented one follows, or where the next definition begins."""
    if state.is_code_block(start_line):
        return False
    match = _FOOTNOTE.match(_line(state, start_line))
    if match is None:
        return False
    if silent:
        return True
    words = [match[2]]
    line = start_line + 1
    while line < end_line and not _FOOTNOTE.match(_line(state, line)):
        if state.isEmpty(line) and not (line + 1 < end_line and state.is_code_block(line + 1)):
            break
        words.append(_line(state, line))
        line += 1
    state.env.setdefault("footnotes", set()).add(match[1])
    state.push("footnote_open", "", 1).info = match[1]
    inline = state.push("inline", "", 0)
    inline.content = "\n".join(words).strip()
    inline.children = []
    state.push("footnote_close", "", -1)
    state.line = line
    return True


def _footnote_mark_rule(state: StateInline, silent: bool) -> bool:
    """Read a mark; one whose label no footnote has stays text."""
    match = _FOOTNOTE_MARK.match(state.src, state.pos)
    if match is None or match[1] not in state.env.get("footnotes", ()):
        return False
    if not silent:
        mark = state.push("footnote_mark", "", 0)
        mark.content, mark.info = match[0], match[1]
    state.pos = match.end()
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
