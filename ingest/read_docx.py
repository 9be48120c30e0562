"""Reads Word documents as they stand once all tracked changes are accepted.

Word has no pages before it is laid out, so there are none here. Headings are paragraphs with an outline level, whatever
their style is called; the title is no part of heading paths. A footnote follows the paragraph that refers to it, and so
does a text box. Left out, and counted: deleted, hidden and struck-out text, the table of contents, the marks of
footnotes. Running heads are not looked at, and relationships that point outside the file are never followed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.parser import parse_xml

from ingest.office_zip import check_office_zip
from ingest.superscript import is_footnote_mark, raise_digits
from ingest.text_builder import TextBuilder
from ingest.word_styles import WORD, StyleSheet, is_on, is_raised, numbering_depth, outline_level, value
from report_qa.errors import DocumentUnreadable
from report_qa.records.document import DocumentText

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

READER = "docx/2"

_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DELETED = frozenset({f"{WORD}del", f"{WORD}moveFrom"})
_WRAPPERS = frozenset(f"{WORD}{tag}" for tag in ["ins", "moveTo", "customXml", "smartTag", "sdtContent", "dir", "bdo"])
_TEXT = frozenset({f"{WORD}t", f"{_MATHS}t"})
_NOT_READ = frozenset(
    f"{WORD}{tag}" for tag in ["pPr", "rPr", "instrText", "delText", "delInstrText", "sectPr", "tbl", "p"]
)
_SPACES = frozenset(f"{WORD}{tag}" for tag in ["tab", "ptab", "br", "cr"])
_NOTE_MARKS = {f"{WORD}footnoteReference": "footnote", f"{WORD}endnoteReference": "endnote"}
_NOTE_PARTS = {RELATIONSHIP_TYPE.FOOTNOTES: "footnote", RELATIONSHIP_TYPE.ENDNOTES: "endnote"}
_WIDEST_SPAN = 100


def read_docx(content: bytes, *, name: str) -> DocumentText:
    """Return the reading text of a Word document."""
    check_office_zip(content, name=name)
    builder = TextBuilder()
    try:
        _Walk(builder, Document(io.BytesIO(content))).read()
    except Exception as error:  # python-docx and lxml raise whatever the first malformed part happens to break
        raise DocumentUnreadable(
            f"{name} is damaged, or no Word document ({type(error).__name__}).",
            hint="Save it again from Word as .docx.",
        ) from error
    return builder.build(reader=READER, name=name)


class _Walk:
    """One pass through the body. Notes and text boxes wait until the paragraph or table that they hang on has ended."""

    def __init__(self, builder: TextBuilder, document: WordDocument) -> None:
        self._builder = builder
        self._body = document.element.body
        self._styles = StyleSheet(document.styles.element)
        self._notes = _notes(document)
        self._waiting_notes: list[tuple[str, BaseOxmlElement]] = []
        self._waiting_boxes: list[BaseOxmlElement] = []
        self._carried = ""

    def read(self) -> None:
        self._flow(self._body)
        self._builder.paragraph(self._carried)

    def _flow(self, parent: BaseOxmlElement) -> None:
        for child in self._children(parent):
            if child.tag == f"{WORD}p":
                self._paragraph(child)
            elif child.tag == f"{WORD}tbl":
                self._table(child)

    def _children(self, parent: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
        """Yield children, looking through what wraps them and passing over what tracked changes delete."""
        for child in parent.iterchildren():
            if not isinstance(child.tag, str):
                continue
            if child.tag in _DELETED:
                self._builder.drop("deleted text", _length(child))
            elif child.tag == f"{WORD}sdt":
                if value(child.find(f"{WORD}sdtPr/{WORD}docPartObj"), "docPartGallery") == "Table of Contents":
                    self._builder.drop("table of contents", _length(child))
                else:
                    yield from self._children(child)
            elif child.tag == f"{_MARKUP}AlternateContent":
                chosen = child.find(f"{_MARKUP}Choice")
                fallback = child.find(f"{_MARKUP}Fallback")
                if (version := chosen if chosen is not None else fallback) is not None:
                    yield from self._children(version)
            elif child.tag in _WRAPPERS:
                yield from self._children(child)
            else:
                yield child

    def _paragraph(self, paragraph: BaseOxmlElement) -> None:
        properties = paragraph.find(f"{WORD}pPr")
        words = self._carried + self._words(paragraph)
        self._carried = ""
        mark = properties.find(f"{WORD}rPr") if properties is not None else None
        if mark is not None and any(mark.find(tag) is not None for tag in _DELETED):
            self._carried = words  # without its end it runs on into the next paragraph
            return
        self._place(words, properties)
        self._end_of_paragraph()

    def _place(self, words: str, properties: BaseOxmlElement | None) -> None:
        style = value(properties, "pStyle")
        name = self._styles.name(style)
        level = outline_level(properties)
        level = self._styles.heading_level(style) if level is None else (level + 1) % 10
        depth = self._depth(properties, style)
        if name.startswith("toc ") or name == "table of figures":
            self._builder.drop("table of contents", len(words))
        elif self._styles.is_a(style, "title"):
            self._builder.heading(words, 0)
        elif level > 0:
            self._builder.heading(words, level)
        elif self._styles.is_a(style, "caption"):
            self._builder.caption(words)
        elif self._styles.is_a(style, "footnote text", "endnote text"):
            self._builder.footnote(words)
        elif depth is not None:
            self._builder.list_item(words, depth=depth)
        else:
            self._builder.paragraph(words)

    def _depth(self, properties: BaseOxmlElement | None, style: str) -> int | None:
        """Return how deep a paragraph stands in a list, None outside lists; numbering 0 takes it out of one."""
        numbering = properties.find(f"{WORD}numPr") if properties is not None else None
        if value(numbering, "numId") == "0":
            return None
        depth = numbering_depth(properties)
        return self._styles.list_depth(style) if depth is None else depth

    def _end_of_paragraph(self) -> None:
        boxes, self._waiting_boxes = self._waiting_boxes, []
        for box in boxes:
            self._flow(box)
        notes, self._waiting_notes = self._waiting_notes, []
        for name, note in notes:
            self._builder.footnote(" ".join(self._words(part) for part in note.iter(f"{WORD}p")), note=name)

    def _words(self, element: BaseOxmlElement) -> str:
        """Return the words of a paragraph, raised digits that mark footnotes left out."""
        words = ""
        for raised, pieces in groupby(self._pieces(element, raised=False), key=lambda piece: piece[1]):
            joined = "".join(piece for piece, _ in pieces)
            if raised and is_footnote_mark(joined, words):
                self._builder.drop("footnote mark", len(joined.strip()))
                words += self._builder.note_mark(label=joined.strip())
            else:
                words += raise_digits(joined, words) if raised else joined
        return words

    def _pieces(self, element: BaseOxmlElement, *, raised: bool) -> Iterator[tuple[str, bool]]:
        """Yield the characters of a paragraph and whether they are raised; note the footnotes and boxes met."""
        for child in self._children(element):
            if child.tag in _TEXT:
                yield child.text or "", raised
            elif child.tag in _SPACES:
                yield " ", raised
            elif child.tag == f"{WORD}noBreakHyphen":
                yield "-", raised
            elif child.tag in _NOTE_MARKS:
                yield self._refer(_NOTE_MARKS[child.tag], child.get(f"{WORD}id", "")), False
            elif child.tag == f"{WORD}txbxContent":
                self._waiting_boxes.append(child)
            elif child.tag == f"{WORD}r":
                yield from self._run(child)
            elif child.tag not in _NOT_READ:
                yield from self._pieces(child, raised=raised)

    def _run(self, run: BaseOxmlElement) -> Iterator[tuple[str, bool]]:
        properties = run.find(f"{WORD}rPr")
        if is_on(properties, "vanish"):
            self._builder.drop("hidden text", _length(run))
        elif is_on(properties, "strike") or is_on(properties, "dstrike"):
            self._builder.drop("struck text", _length(run))
        else:
            style = value(properties, "rStyle")
            aligned = value(properties, "vertAlign")
            yield from self._pieces(run, raised=is_raised(properties) if aligned else self._styles.is_raised(style))

    def _refer(self, kind: str, note_id: str) -> str:
        """Remember the footnote that a mark stands for, once. Word counts the marks: the file has no digits."""
        self._builder.drop("footnote mark", 1)
        name = f"{kind} {note_id}"
        note = self._notes.pop((kind, note_id), None)
        if note is not None:
            self._waiting_notes.append((name, note))
        return self._builder.note_mark(note=name)

    def _table(self, table: BaseOxmlElement) -> None:
        rows = [row for row in self._children(table) if row.tag == f"{WORD}tr" and not self._is_deleted(row)]
        cells = [[cell for cell in self._children(row) if cell.tag == f"{WORD}tc"] for row in rows]
        if all(len(row) <= 1 for row in cells):  # a frame around text, not a table
            for row in cells:
                for cell in row:
                    self._flow(cell)
            return
        header_rows = 0
        while header_rows < len(rows) and is_on(rows[header_rows].find(f"{WORD}trPr"), "tblHeader"):
            header_rows += 1
        grid = [self._row(row, parts) for row, parts in zip(rows, cells, strict=True)]
        self._builder.table(grid, header_rows=header_rows if 0 < header_rows < len(rows) else int(len(rows) > 1))
        self._end_of_paragraph()

    def _is_deleted(self, row: BaseOxmlElement) -> bool:
        deleted = row.find(f"{WORD}trPr/{WORD}del") is not None
        if deleted:
            self._builder.drop("deleted text", _length(row))
        return deleted

    def _row(self, row: BaseOxmlElement, cells: list[BaseOxmlElement]) -> list[str]:
        """Return the words of each column; the other places of a merged cell stay empty."""
        words = [""] * _number(value(row.find(f"{WORD}trPr"), "gridBefore"), least=0)
        for cell in cells:
            properties = cell.find(f"{WORD}tcPr")
            continues = any(
                properties is not None
                and properties.find(WORD + merge) is not None
                and value(properties, merge) in ("", "continue")
                for merge in ("vMerge", "hMerge")
            )
            across = _number(value(properties, "gridSpan"), least=1)
            words += ["" if continues else self._cell(cell), *[""] * (across - 1)]
        return words

    def _cell(self, cell: BaseOxmlElement) -> str:
        """Return the words of a cell, those of tables inside it included."""
        words = []
        for child in self._children(cell):
            if child.tag == f"{WORD}p":
                words.append(self._words(child))
            elif child.tag in (f"{WORD}tbl", f"{WORD}tr", f"{WORD}tc"):
                words.append(self._cell(child))
        return " ".join(words)


def _notes(document: WordDocument) -> dict[tuple[str, str], BaseOxmlElement]:
    """Return footnotes and endnotes by kind and id, without the separators, which have a type."""
    found = {}
    for relationship in document.part.rels.values():
        kind = _NOTE_PARTS.get(relationship.reltype)
        if kind is not None and not relationship.is_external:
            for note in parse_xml(relationship.target_part.blob).iterchildren(WORD + kind):
                if note.get(f"{WORD}type") in (None, "normal"):
                    found[kind, note.get(f"{WORD}id", "")] = note
    return found


def _length(element: BaseOxmlElement) -> int:
    return sum(len(text.text or "") for text in element.iter(f"{WORD}t", f"{WORD}delText"))


def _number(written: str, *, least: int) -> int:
    return min(max(int(written), least), _WIDEST_SPAN) if written.isdecimal() else least
